//! Makes the cards: for each citation its sources, its quotations beside their passages, and what is wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::super::excerpt::{Marked, Room, excerpt};
use super::super::inert;
use super::super::passage::{Comparison, address};
use super::view::{
    Badge, Card, Group, Item, Lookup, PassageView, Quote, ReferenceView, Shown, SourceView,
    Stretch, link, place, source, verdict_class,
};
use crate::citation::{CitationId, QuotationId, UncitedQuotation};
use crate::report::{CheckedCitation, CheckedQuotation, Finding, Verdict};
use crate::target::Resolution;

/// The findings of a document, by what they are about.
struct Findings<'a> {
    quotations: BTreeMap<QuotationId, Vec<&'a Finding>>,
    citations: BTreeMap<CitationId, Vec<&'a Finding>>,
    loose: Vec<&'a Finding>,
}

impl<'a> Findings<'a> {
    fn of(shown: &Shown<'a>) -> Self {
        let mut findings =
            Self { quotations: BTreeMap::new(), citations: BTreeMap::new(), loose: Vec::new() };
        for finding in &shown.document.findings {
            match (shown.quotation_of(finding), shown.citation_of(finding)) {
                (Some(id), _) => findings.quotations.entry(id).or_default().push(finding),
                (None, Some(id)) => findings.citations.entry(id).or_default().push(finding),
                (None, None) => findings.loose.push(finding),
            }
        }
        findings
    }
}

/// Returns the cards of a document.
pub(super) fn groups(shown: &Shown<'_>, lookup: &Lookup<'_>) -> Vec<Group> {
    let findings = Findings::of(shown);
    let maker = Maker { shown, lookup, findings: &findings };
    let loose: Vec<Card> =
        (!findings.loose.is_empty()).then(|| maker.loose()).into_iter().collect();
    let cited = shown.document.citations.iter().map(|citation| maker.citation(citation)).collect();
    let uncited = shown.document.uncited.iter().map(|uncited| maker.uncited(uncited)).collect();
    vec![
        Group { title: "The document", cards: loose },
        Group { title: "Citations", cards: cited },
        Group { title: "No reference claims", cards: uncited },
    ]
}

/// Returns what a citation is called.
pub(super) fn label(citation: &CheckedCitation) -> String {
    match &citation.resolved.citation.note {
        Some(label) => format!("[{}]", inert::line(inert::cut(&label.0, 40).as_ref())),
        None => format!("link at {}", citation.resolved.citation.position),
    }
}

struct Maker<'a> {
    shown: &'a Shown<'a>,
    lookup: &'a Lookup<'a>,
    findings: &'a Findings<'a>,
}

impl Maker<'_> {
    fn items(&self, findings: Option<&Vec<&Finding>>) -> Vec<Item> {
        findings.into_iter().flatten().map(|finding| self.shown.item(finding)).collect()
    }

    fn loose(&self) -> Card {
        let items = self.items(Some(&self.findings.loose));
        Card {
            id: format!("d{}-loose", self.shown.number),
            label: "Notes and marks".into(),
            about: format!("{} findings", items.len()),
            badges: Vec::new(),
            verdicts: String::new(),
            liveness: String::new(),
            rules: rules(items.iter()),
            findings: items,
            references: Vec::new(),
            quotes: Vec::new(),
        }
    }

    fn citation(&self, citation: &CheckedCitation) -> Card {
        let id = citation.resolved.citation.id;
        let findings = self.items(self.findings.citations.get(&id));
        let references = self.references(citation);
        let quotes: Vec<Quote> =
            citation.quotations.iter().map(|checked| self.quote(checked)).collect();
        let liveness: BTreeSet<&str> =
            references.iter().filter_map(|r| r.source.as_ref()).map(|s| s.liveness).collect();
        let verdicts: BTreeSet<&str> =
            citation.quotations.iter().map(|checked| checked.verdict.name()).collect();
        Card {
            id: self.shown.citation(id),
            label: label(citation),
            about: about(&references),
            badges: badges(citation, &references, &findings),
            verdicts: verdicts.into_iter().collect::<Vec<_>>().join(" "),
            liveness: liveness.into_iter().collect::<Vec<_>>().join(" "),
            rules: rules(findings.iter().chain(quotes.iter().flat_map(|quote| &quote.findings))),
            findings,
            references,
            quotes,
        }
    }

    fn references(&self, citation: &CheckedCitation) -> Vec<ReferenceView> {
        let resolved = &citation.resolved;
        let references = resolved.citation.references.iter().enumerate();
        references
            .map(|(i, reference)| {
                let id = citation.sources.get(i).copied().flatten();
                ReferenceView {
                    text: inert::line(&reference.text),
                    date: reference.date.map(|date| date.to_string()),
                    why_not: resolved.resolutions.get(i).and_then(|resolution| match resolution {
                        Resolution::Resolved(_) => None,
                        Resolution::Unresolved(why) => Some(inert::line(&why.to_string())),
                    }),
                    source: id.and_then(|id| self.lookup.source(id)).map(source),
                }
            })
            .collect()
    }

    fn quote(&self, checked: &CheckedQuotation) -> Quote {
        let comparison = Comparison::of(checked);
        let source = checked.source.and_then(|id| self.lookup.source(id));
        let id = checked.quotation.id;
        let verdict = match checked.verdict.severity() {
            Some(severity) => format!("{}, {}", checked.verdict.name(), severity.name()),
            None => checked.verdict.name().to_owned(),
        };
        let matched = checked.matched.as_ref();
        let passage = comparison.source.as_ref().map(|text| PassageView {
            name: first_capital(comparison.source_name),
            lang: source.and_then(|source| source.language).map(|language| language.to_string()),
            before: matched.map(|matched| inert::line(&matched.before)).unwrap_or_default(),
            text: stretches(text, &comparison.source_marks, &comparison.source_anchors),
            after: matched.map(|matched| inert::line(&matched.after)).unwrap_or_default(),
        });
        let remarks = comparison.remarks.iter();
        Quote {
            id: self.shown.quotation(id),
            class: verdict_class(checked.verdict),
            verdict,
            place: place(checked.quotation.position),
            speaker: checked.quotation.speaker.as_deref().map(inert::line),
            reason: checked.reason.as_deref().map(inert::line),
            close_up: close_up(checked, &comparison),
            document: stretches(
                &comparison.document,
                &comparison.document_marks,
                &comparison.document_anchors,
            ),
            passage,
            remarks: remarks
                .map(|(name, words)| (first_capital(name), inert::line(words)))
                .collect(),
            findings: self.items(self.findings.quotations.get(&id)),
            link: source.and_then(|source| link(&address(source, Some(checked)))),
        }
    }

    fn uncited(&self, uncited: &UncitedQuotation) -> Card {
        let quotation = &uncited.quotation;
        let findings = self.items(self.findings.quotations.get(&quotation.id));
        let about = match uncited.echo_of {
            Some(id) => format!("repeats words of {id}"),
            None => "stands in quotation marks without a source".to_owned(),
        };
        let class = verdict_class(Verdict::Uncited);
        Card {
            id: format!("d{}-u{}", self.shown.number, quotation.id.0),
            label: format!("{} at {}", uncited.kind.name(), quotation.position),
            about,
            badges: vec![Badge { class, text: Verdict::Uncited.name().into() }],
            verdicts: Verdict::Uncited.name().into(),
            liveness: String::new(),
            rules: rules(findings.iter()),
            findings: Vec::new(),
            references: Vec::new(),
            quotes: vec![Quote {
                id: self.shown.quotation(quotation.id),
                class,
                verdict: uncited.kind.name().to_owned(),
                place: place(quotation.position),
                speaker: quotation.speaker.as_deref().map(inert::line),
                reason: None,
                close_up: Vec::new(),
                document: stretches(&quotation.text, &[], &[]),
                passage: None,
                remarks: Vec::new(),
                findings,
                link: None,
            }],
        }
    }
}

/// Says what a card is about: the titles of its sources, or their addresses.
fn about(references: &[ReferenceView]) -> String {
    let names = references.iter().map(|reference| match &reference.source {
        Some(SourceView { title: Some(title), .. }) => title.clone(),
        Some(SourceView { url, title: None, .. }) => url.clone(),
        None => reference.text.clone(),
    });
    let names: Vec<String> = names.map(|name| inert::cut(&name, 160).into_owned()).collect();
    names.join(" · ")
}

fn badges(
    citation: &CheckedCitation,
    references: &[ReferenceView],
    findings: &[Item],
) -> Vec<Badge> {
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for checked in &citation.quotations {
        *counts.entry(checked.verdict).or_default() += 1;
    }
    let verdicts = counts.into_iter().map(|(verdict, n)| Badge {
        class: verdict_class(verdict),
        text: if n == 1 { verdict.name().into() } else { format!("{n} {}", verdict.name()) },
    });
    let liveness = references.iter().map(|reference| match &reference.source {
        Some(source) => Badge { class: source.class, text: source.liveness.into() },
        None => Badge { class: "warn", text: "no page".into() },
    });
    let findings = findings.iter().filter(|item| item.level != "note").map(|item| Badge {
        class: if item.level == "error" { "bad" } else { "warn" },
        text: item.rule.into(),
    });
    liveness.chain(verdicts).chain(findings).collect()
}

fn rules<'a>(items: impl Iterator<Item = &'a Item>) -> String {
    let rules: BTreeSet<&str> = items.map(|item| item.rule).collect();
    rules.into_iter().collect::<Vec<_>>().join(" ")
}

/// Cuts a text into what is the same on both sides and what is not, and marks the anchors in it. Ranges that do not fit
/// the text, or reach into another one, are left out.
fn stretches(text: &str, differing: &[Range<usize>], anchors: &[Range<usize>]) -> Vec<Stretch> {
    let differing = differing.iter().map(|mark| (mark, true));
    let mut marks: Vec<(&Range<usize>, bool)> = differing
        .chain(anchors.iter().map(|mark| (mark, false)))
        .filter(|(mark, _)| text.get((*mark).clone()).is_some())
        .collect();
    marks.sort_by_key(|(mark, differs)| (mark.start, !differs, mark.end));
    let shown = |range: Range<usize>| inert::paragraphs(&text[range]).into_owned();
    let mut stretches = Vec::new();
    let mut at = 0;
    for (mark, differs) in marks {
        if mark.start < at {
            continue;
        }
        if at < mark.start {
            stretches.push(Stretch::Same(shown(at..mark.start)));
        }
        stretches.push(match (mark.is_empty(), differs) {
            (true, _) => Stretch::Gap,
            (false, true) => Stretch::Changed(shown(mark.clone())),
            (false, false) => Stretch::Anchor(shown(mark.clone())),
        });
        at = mark.end;
    }
    if at < text.len() {
        stretches.push(Stretch::Same(shown(at..text.len())));
    }
    stretches
}

/// Shows what differs with the words around it, on both sides; nothing where the wordings are so short that they show it
/// as well, or where nothing differs.
fn close_up(checked: &CheckedQuotation, comparison: &Comparison) -> Vec<(String, Vec<Stretch>)> {
    const SHORT: usize = 600;
    const ROOM: Room = Room { width: 90, lines: 5 };
    let Some(source) = &comparison.source else { return Vec::new() };
    let is_short = comparison.document.len().max(source.len()) <= SHORT;
    let differs = checked.matched.as_ref().is_some_and(|matched| !matched.differences.is_empty());
    if is_short || !differs {
        return Vec::new();
    }
    let side = |text: &str, marks: &[Range<usize>]| {
        let lines = excerpt(text, marks, ROOM);
        let mut stretches: Vec<Stretch> = Vec::new();
        for (number, line) in lines.into_iter().enumerate() {
            if number > 0 {
                stretches.push(Stretch::Same(" ".to_owned()));
            }
            stretches.extend(line.pieces.into_iter().map(|(text, marked)| match marked {
                Marked::Yes if text.trim().is_empty() => Stretch::Gap,
                Marked::Yes => Stretch::Changed(text),
                Marked::No => Stretch::Same(text),
            }));
        }
        stretches
    };
    vec![
        ("Report".to_owned(), side(&comparison.document, &comparison.document_marks)),
        (first_capital(comparison.source_name), side(source, &comparison.source_marks)),
    ]
}

fn first_capital(name: &str) -> String {
    let mut rest = name.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}
