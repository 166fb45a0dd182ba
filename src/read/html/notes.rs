//! Finds notes and note calls: links within the page whose text is a label, and what they lead to.
//!
//! Generators agree on little but this: a call is a short link to an element further down, and that element,
//! or the block around it, is the note; it may hold a link back. Roles, names of classes, and the usual forms
//! of ids tell calls and links back apart where the text alone does not.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::attributes::Attributes;
use super::elements::{Element, Traits};
use super::entities;
use super::labels;
use crate::document::{Block, Document, Layer, MarkKind, Note, NoteKind, NoteLabel};

/// What a page has that could be notes and calls.
#[derive(Debug, Default)]
pub(super) struct Anchors<'a> {
    extents: Vec<Extent>,
    targets: Vec<Target<'a>>,
    links: Vec<Link<'a>>,
}

/// The stretch of the text that a block element holds.
#[derive(Debug, Clone, Copy)]
struct Extent {
    start: usize,
    end: usize,
    element: Element,
    parent: Option<usize>,
    role: Role,
}

/// What a block element is by its role, class or id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    None,
    Note,
    /// A list of notes.
    Notes,
}

/// An element that can be linked to.
#[derive(Debug)]
struct Target<'a> {
    id: &'a str,
    start: usize,
    /// The block that it is, or that it stands in.
    extent: Option<usize>,
}

/// A link within the page.
#[derive(Debug)]
struct Link<'a> {
    fragment: &'a str,
    mark: usize,
    /// The block it stands in.
    extent: Option<usize>,
    is_raised: bool,
    signal: Signal,
}

/// What markup says of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signal {
    None,
    Call,
    Back,
}

/// What is around an element that opens.
#[derive(Debug)]
pub(super) struct Around {
    /// The mark that the element opened.
    pub(super) mark: Option<usize>,
    /// Whether its text is raised.
    pub(super) is_raised: bool,
    /// The innermost block around it.
    pub(super) extent: Option<usize>,
}

impl<'a> Anchors<'a> {
    /// Notes an element that opens. Returns the extent of the innermost block, which it may be itself.
    pub(super) fn open(
        &mut self,
        element: Element,
        attributes: &Attributes<'a>,
        start: usize,
        around: &Around,
    ) -> Option<usize> {
        let extent = if element.is(Traits::BLOCK) {
            let parent = around.extent;
            let role = role(attributes);
            self.extents.push(Extent { start, end: usize::MAX, element, parent, role });
            Some(self.extents.len() - 1)
        } else {
            around.extent
        };
        self.add(attributes, start, extent);
        if let (Element::A, Some(mark), Some(href)) = (element, around.mark, attributes.href)
            && let Some((page, fragment)) = href.rsplit_once('#')
            && !fragment.is_empty()
        {
            let signal = signal(attributes, fragment);
            // A page that links to itself in full may do so for its notes.
            if page.is_empty() || page.starts_with("./") || signal != Signal::None {
                let is_raised = around.is_raised;
                self.links.push(Link { fragment, mark, extent, is_raised, signal });
            }
        }
        extent
    }

    /// Notes what can be linked to.
    pub(super) fn add(&mut self, attributes: &Attributes<'a>, start: usize, extent: Option<usize>) {
        for id in [attributes.id, attributes.name].into_iter().flatten() {
            if !id.is_empty() {
                self.targets.push(Target { id, start, extent });
            }
        }
    }

    /// Notes where a block ends.
    pub(super) fn close(&mut self, extent: usize, end: usize) {
        if let Some(extent) = self.extents.get_mut(extent) {
            extent.end = end;
        }
    }
}

fn role(attributes: &Attributes<'_>) -> Role {
    let named = [attributes.role, attributes.epub_type, attributes.class, attributes.id];
    if !named.into_iter().flatten().any(labels::may_concern_notes) {
        return Role::None;
    }
    let is = |names: Option<&str>, wanted: fn(&str) -> bool| {
        names.is_some_and(|names| names.split_ascii_whitespace().any(wanted))
    };
    let any = |wanted: fn(&str) -> bool| named.into_iter().any(|names| is(names, wanted));
    if any(labels::names_list_of_notes) {
        Role::Notes
    } else if any(labels::names_note) {
        Role::Note
    } else {
        Role::None
    }
}

fn signal(attributes: &Attributes<'_>, fragment: &str) -> Signal {
    let any = |names: Option<&str>, wanted: fn(&str) -> bool| {
        names.is_some_and(|names| names.split_ascii_whitespace().any(wanted))
    };
    let names = [attributes.role, attributes.epub_type, attributes.class];
    if names.iter().any(|&names| any(names, labels::names_back_link))
        || attributes.rev.is_some_and(|rev| rev.eq_ignore_ascii_case("footnote"))
        || labels::is_id_of_call(fragment)
    {
        Signal::Back
    } else if names.iter().any(|&names| any(names, labels::names_call))
        || attributes.rel.is_some_and(|rel| rel.eq_ignore_ascii_case("footnote"))
        || attributes.id.or(attributes.name).is_some_and(labels::is_id_of_call)
        || labels::is_id_of_note(fragment)
    {
        Signal::Call
    } else {
        Signal::None
    }
}

/// Makes notes and note calls of what was found.
pub(super) fn resolve(document: &mut Document, anchors: Anchors<'_>) {
    let has_list = anchors.extents.iter().any(|extent| extent.role == Role::Notes);
    if anchors.links.is_empty() && !has_list {
        return;
    }
    let mut resolver = Resolver::new(document, anchors);
    let calls = resolver.calls();
    let mut ranges = resolver.ranges(&calls);
    resolver.add_uncalled(&mut ranges);
    resolver.split_blocks(&ranges);
    let numbers = resolver.write_notes(ranges);
    resolver.write_calls(&calls, &numbers);
}

/// Marks are in the order in which they were opened until the calls are written.
struct Resolver<'d, 'a> {
    document: &'d mut Document,
    anchors: Anchors<'a>,
    by_id: HashMap<Cow<'a, str>, usize>,
}

/// A link that calls a note.
#[derive(Debug)]
struct Call {
    link: usize,
    label: String,
    target: Option<usize>,
}

/// The stretch of a note.
#[derive(Debug, Clone)]
struct Stretch {
    start: usize,
    end: usize,
    label: Option<String>,
    /// The targets that lead to it.
    targets: Vec<usize>,
}

impl<'d, 'a> Resolver<'d, 'a> {
    fn new(document: &'d mut Document, anchors: Anchors<'a>) -> Self {
        let end = document.text.len();
        let mut anchors = anchors;
        for extent in &mut anchors.extents {
            extent.end = extent.end.min(end).max(extent.start);
        }
        let mut by_id = HashMap::with_capacity(anchors.targets.len());
        for (index, target) in anchors.targets.iter().enumerate() {
            by_id.entry(entities::resolve(target.id, entities::In::Attribute)).or_insert(index);
        }
        Self { document, anchors, by_id }
    }

    fn start(&self, link: usize) -> usize {
        self.document.marks[self.anchors.links[link].mark].range.start
    }

    fn text(&self, link: usize) -> &str {
        &self.document.text[self.document.marks[self.anchors.links[link].mark].range.clone()]
    }

    fn target(&self, link: usize) -> Option<usize> {
        let fragment =
            entities::resolve(self.anchors.links[link].fragment, entities::In::Attribute);
        self.by_id.get(&fragment).copied().or_else(|| {
            let decoded = labels::percent_decoded(&fragment)?;
            self.by_id.get(decoded.as_str()).copied()
        })
    }

    /// Finds the links that call notes.
    fn calls(&self) -> Vec<Call> {
        (0..self.anchors.links.len()).filter_map(|link| self.call(link)).collect()
    }

    fn call(&self, link: usize) -> Option<Call> {
        let Link { signal, is_raised, fragment, .. } = self.anchors.links[link];
        let target = self.target(link);
        let text = self.text(link);
        if signal == Signal::Back || labels::is_arrow(text) || self.leads_back(link, target) {
            return None;
        }
        let label = labels::label(text);
        let label = match signal {
            Signal::Call => label.or_else(|| labels::label_of_call(text, fragment)),
            Signal::None | Signal::Back => {
                target?;
                let is_call =
                    is_raised || labels::is_bracketed(text) || self.is_answered(link, target);
                label.filter(|_| is_call)
            }
        }?;
        // A link to what holds it is to a section, not to a note.
        let here = self.start(link);
        let holds = target.is_some_and(|target| self.stretch_holds(target, here));
        (!holds && (target.is_some() || signal == Signal::Call)).then_some(Call {
            link,
            label,
            target,
        })
    }

    /// Tells whether a link stands in a note, and leads to where that is called.
    fn leads_back(&self, link: usize, target: Option<usize>) -> bool {
        let Some(target) = target else { return false };
        let here = self.start(link);
        let at = self.anchors.targets[target].start;
        let end = self.own_extent(target).map_or(at, |extent| extent.end);
        self.links_in(at, end + 8).any(|other| {
            other != link
                && self.start(other) < here
                && self.target(other).is_some_and(|note| self.stretch_holds(note, here))
        })
    }

    /// Tells whether the note that a link leads to has a link back to it.
    fn is_answered(&self, link: usize, target: Option<usize>) -> bool {
        let Some(target) = target else { return false };
        let note = self.anchors.targets[target].start;
        let here = self.start(link);
        let end = self.extent(target).map_or(note, |extent| extent.end);
        note > here
            && self.links_in(note, end).any(|other| {
                self.target(other).is_some_and(|back| {
                    let back = &self.anchors.targets[back];
                    back.start <= here && here <= back.start + 8
                        || self
                            .own_extent_of(back)
                            .is_some_and(|extent| (extent.start..extent.end).contains(&here))
                })
            })
    }

    /// Returns the first few links that begin in a stretch.
    fn links_in(&self, start: usize, end: usize) -> impl Iterator<Item = usize> {
        let links = &self.anchors.links;
        let first =
            links.partition_point(|link| self.document.marks[link.mark].range.start < start);
        (first..links.len()).take(16).take_while(move |&link| self.start(link) <= end)
    }

    fn stretch_holds(&self, target: usize, offset: usize) -> bool {
        let start = self.anchors.targets[target].start;
        let end = self.extent(target).map_or(start, |extent| extent.end);
        (start..=end).contains(&offset)
    }

    /// Returns the block that a target is, or stands in.
    fn extent(&self, target: usize) -> Option<&Extent> {
        self.anchors.extents.get(self.anchors.targets[target].extent?)
    }

    /// Returns the block that a target is.
    fn own_extent(&self, target: usize) -> Option<&Extent> {
        self.own_extent_of(&self.anchors.targets[target])
    }

    fn own_extent_of(&self, target: &Target<'_>) -> Option<&Extent> {
        let extent = self.anchors.extents.get(target.extent?)?;
        self.begins(extent, target.start).then_some(extent)
    }

    /// Tells whether nothing but a label stands between the start of a block and an offset.
    fn begins(&self, extent: &Extent, offset: usize) -> bool {
        let between = self.document.text.get(extent.start..offset).unwrap_or("");
        offset <= extent.start || labels::is_label_or_blank(between)
    }

    /// Works out how far each note that is called reaches, in the order of the text.
    fn ranges(&self, calls: &[Call]) -> Vec<Stretch> {
        let mut starts: BTreeMap<usize, Vec<(usize, &Call)>> = BTreeMap::new();
        for call in calls {
            if let Some(target) = call.target {
                let start = self.note_start(target);
                starts.entry(start).or_default().push((target, call));
            }
        }
        let order: Vec<usize> = starts.keys().copied().collect();
        let mut stretches = Vec::new();
        for (number, (start, callers)) in starts.iter().enumerate() {
            let next = order.get(number + 1).copied();
            let Some(&(target, call)) = callers.first() else { continue };
            let end = self.note_end(target, *start, next);
            let mut targets: Vec<usize> = callers.iter().map(|&(target, _)| target).collect();
            targets.dedup();
            stretches.push(Stretch {
                start: *start,
                end,
                label: Some(call.label.clone()),
                targets,
            });
        }
        stretches
    }

    fn note_start(&self, target: usize) -> usize {
        let at = self.anchors.targets[target].start;
        let Some(extent) = self.own_extent(target) else { return at };
        match extent.element {
            Element::Td | Element::Th => {
                extent.parent.map_or(extent.start, |row| self.anchors.extents[row].start)
            }
            _ => extent.start,
        }
    }

    /// Returns where a note ends: with its element, or before the next note.
    fn note_end(&self, target: usize, start: usize, next: Option<usize>) -> usize {
        let limit = next.unwrap_or(self.document.text.len());
        let Some(own) = self.own_extent(target) else {
            // An anchor amid a block: up to the next note, or the end of the line or the block.
            let end = self.extent(target).map_or(limit, |extent| extent.end);
            return end.min(next.unwrap_or_else(|| self.end_of_block(start)));
        };
        let mut extent = own;
        while let Some(parent) = extent.parent.map(|parent| &self.anchors.extents[parent]) {
            let is_note = parent.role == Role::Note
                || matches!(parent.element, Element::Li | Element::Dd | Element::Aside)
                || matches!(
                    (parent.element, extent.element),
                    (Element::Tr, Element::Td | Element::Th)
                );
            if parent.role == Role::Notes || !is_note || parent.start < start {
                break;
            }
            extent = parent;
        }
        let sibling = next.filter(|&next| {
            // Paragraphs between two notes of one list belong to the first of them.
            extent.parent.is_some_and(|parent| next < self.anchors.extents[parent].end)
                && matches!(extent.element, Element::P | Element::Dt)
        });
        let own_end = match extent.element {
            Element::Dt => extent.parent.map_or(extent.end, |list| self.anchors.extents[list].end),
            Element::P if extent.role == Role::None => extent.end,
            _ => extent.end,
        };
        sibling.unwrap_or(own_end).min(limit)
    }

    fn end_of_block(&self, offset: usize) -> usize {
        let blocks = &self.document.blocks;
        let index = blocks.partition_point(|block| block.range.end <= offset);
        blocks.get(index).map_or(offset, |block| block.range.end)
    }

    /// Adds notes that nothing calls: items of lists of notes, and what says that it is a note and has a link
    /// back to a call that is not there.
    fn add_uncalled(&self, stretches: &mut Vec<Stretch>) {
        self.add_items(stretches);
        let called = stretches.clone();
        for link in self.anchors.links.iter().filter(|link| link.signal == Signal::Back) {
            let mut extent = link.extent;
            for _ in 0..3 {
                let Some(index) = extent else { break };
                let Extent { start, end, parent, role, .. } = self.anchors.extents[index];
                if role == Role::Note && !overlaps(&called, start, end) {
                    let mark = &self.document.marks[link.mark];
                    let label = labels::label(&self.document.text[mark.range.clone()]);
                    stretches.push(Stretch { start, end, label, targets: Vec::new() });
                    break;
                }
                extent = parent;
            }
        }
        stretches.sort_by_key(|stretch| stretch.start);
        stretches.dedup_by(|later, former| later.start < former.end);
    }

    fn add_items(&self, stretches: &mut Vec<Stretch>) {
        let called = stretches.clone();
        let mut ordinals: BTreeMap<usize, usize> = BTreeMap::new();
        for extent in &self.anchors.extents {
            if !matches!(extent.element, Element::Li | Element::Aside | Element::Div | Element::P) {
                continue;
            }
            let Some(list) = self.list_of(extent) else { continue };
            let is_item = extent.element == Element::Li || extent.role == Role::Note;
            if !is_item || extent.end <= extent.start {
                continue;
            }
            let ordinal = ordinals.entry(list).or_default();
            *ordinal += 1;
            if !overlaps(&called, extent.start, extent.end) {
                let label = Some(ordinal.to_string());
                let (start, end) = (extent.start, extent.end);
                stretches.push(Stretch { start, end, label, targets: Vec::new() });
            }
        }
        stretches.sort_by_key(|stretch| stretch.start);
    }

    /// Returns the list of notes that an element is an item of.
    fn list_of(&self, extent: &Extent) -> Option<usize> {
        let mut parent = extent.parent?;
        for _ in 0..3 {
            let above = &self.anchors.extents[parent];
            if above.role == Role::Notes {
                return Some(parent);
            }
            if above.element == Element::Li {
                return None;
            }
            parent = above.parent?;
        }
        None
    }

    /// Ends blocks where a note begins or ends in the middle of them.
    fn split_blocks(&mut self, stretches: &[Stretch]) {
        let cuts: Vec<usize> =
            stretches.iter().flat_map(|stretch| [stretch.start, stretch.end]).collect();
        let mut blocks = Vec::with_capacity(self.document.blocks.len());
        for block in std::mem::take(&mut self.document.blocks) {
            let mut rest = block;
            let from = cuts.partition_point(|&cut| cut <= rest.range.start);
            for &cut in cuts[from..].iter().take_while(|&&cut| cut < rest.range.end) {
                if cut <= rest.range.start {
                    continue;
                }
                let text = &self.document.text[rest.range.start..cut];
                let trimmed = rest.range.start + text.trim_end().len();
                let skipped = cut + leading_space(&self.document.text[cut..rest.range.end]);
                if trimmed > rest.range.start {
                    blocks.push(Block { range: rest.range.start..trimmed, ..rest.clone() });
                }
                rest.range.start = skipped;
            }
            if rest.range.start < rest.range.end {
                blocks.push(rest);
            }
        }
        self.document.blocks = blocks;
    }

    /// Writes the notes; returns the note that each target leads to.
    fn write_notes(&mut self, stretches: Vec<Stretch>) -> HashMap<usize, usize> {
        let mut numbers = HashMap::new();
        let backs = self.links_back();
        for stretch in stretches {
            let blocks = &self.document.blocks;
            let first = blocks.partition_point(|block| block.range.start < stretch.start);
            let after = blocks.partition_point(|block| block.range.start < stretch.end);
            if first >= after {
                continue;
            }
            let number = self.document.notes.len();
            let label = stretch.label.unwrap_or_else(|| (number + 1).to_string());
            self.strip(first..after, &label, &backs);
            for block in &mut self.document.blocks[first..after] {
                block.note = Some(number);
            }
            self.document.notes.push(Note {
                label: NoteLabel(label),
                kind: NoteKind::Note,
                start: stretch.start,
                blocks: first..after,
            });
            numbers.extend(stretch.targets.into_iter().map(|target| (target, number)));
        }
        numbers
    }

    /// Returns the stretches of the links back, in order.
    fn links_back(&self) -> Vec<Range<usize>> {
        let is_back = |&link: &usize| {
            self.anchors.links[link].signal == Signal::Back
                || labels::is_arrow(self.text(link))
                || self.leads_back(link, self.target(link))
        };
        let range = |link: usize| self.document.marks[self.anchors.links[link].mark].range.clone();
        let mut backs: Vec<_> = (0..self.anchors.links.len()).filter(is_back).map(range).collect();
        backs.sort_by_key(|back| back.start);
        backs
    }

    /// Takes the label off the beginning of a note, and links back off its ends.
    fn strip(&mut self, blocks: Range<usize>, label: &str, backs: &[Range<usize>]) {
        let is_text = |block: &&mut Block| block.layer == Layer::Visible;
        let text = &self.document.text;
        let mut texts = self.document.blocks[blocks].iter_mut().filter(is_text);
        if let Some(first) = texts.next() {
            let mut start = first.range.start;
            for back in within(backs, &first.range) {
                if labels::is_label_or_blank(&text[start.min(back.start)..back.start]) {
                    let rest = &text[back.end.min(first.range.end)..first.range.end];
                    let separators = rest.trim_start_matches([']', ')', '.', ':']);
                    // A link may go on into the next block.
                    start = (back.end + (rest.len() - separators.len())).min(first.range.end);
                }
            }
            start += labels::length_of_label(&text[start..first.range.end], label);
            start += leading_space(&text[start..first.range.end]);
            if start < first.range.end {
                first.range.start = start;
            }
            strip_end(text, first, backs);
        }
        for block in texts {
            strip_end(text, block, backs);
        }
    }

    /// Turns the marks of calls into note calls, brackets around them included.
    fn write_calls(&mut self, calls: &[Call], numbers: &HashMap<usize, usize>) {
        for call in calls {
            let note = call.target.and_then(|target| numbers.get(&target).copied());
            let mark = &mut self.document.marks[self.anchors.links[call.link].mark];
            let (before, rest) = self.document.text.split_at(mark.range.start);
            let after = &rest[mark.range.len()..];
            let brackets = [('[', ']'), ('(', ')')];
            if brackets
                .iter()
                .any(|&(open, close)| before.ends_with(open) && after.starts_with(close))
            {
                mark.range = mark.range.start - 1..mark.range.end + 1;
            }
            mark.kind = MarkKind::NoteCall { label: NoteLabel(call.label.clone()), note };
        }
    }
}

/// Tells whether one of the stretches, which are in order, overlaps another.
fn overlaps(stretches: &[Stretch], start: usize, end: usize) -> bool {
    let after = stretches.partition_point(|known| known.end <= start);
    stretches.get(after).is_some_and(|known| known.start < end)
}

fn strip_end(text: &str, block: &mut Block, backs: &[Range<usize>]) {
    for back in within(backs, &block.range.clone()).iter().rev() {
        let is_last =
            text.get(back.end..block.range.end).is_some_and(|rest| rest.trim().is_empty());
        if is_last && !back.is_empty() {
            let kept = text[block.range.start..back.start].trim_end();
            // A note that is but a link back keeps it.
            if !kept.is_empty() {
                block.range.end = block.range.start + kept.len();
            }
        }
    }
}

/// Returns the ranges that begin in a range.
fn within<'r>(ranges: &'r [Range<usize>], range: &Range<usize>) -> &'r [Range<usize>] {
    let from = ranges.partition_point(|known| known.start < range.start);
    let to = ranges.partition_point(|known| known.start < range.end);
    &ranges[from..to.max(from)]
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}
