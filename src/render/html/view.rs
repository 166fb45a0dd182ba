//! What the template is filled with, and how a report becomes that. Words only; no markup.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::super::inert;
use super::{Page, SCRIPT, STYLE, card, policy, text};
use crate::citation::{CitationId, QuotationId};
use crate::document::Position;
use crate::render::tally::tally;
use crate::report::{
    CheckedDocument, Completion, Finding, Level, Readiness, Report, Rule, Verdict,
};
use crate::source::{Liveness, LivenessClass, Source, SourceId};

/// The answer to "can this go out?".
pub(super) struct State {
    pub(super) class: &'static str,
    pub(super) headline: &'static str,
    pub(super) detail: String,
}

/// A finding.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) level: &'static str,
    pub(super) level_word: &'static str,
    pub(super) target: String,
    pub(super) note: Option<String>,
    pub(super) title: &'static str,
    pub(super) rule: &'static str,
    pub(super) place: String,
    pub(super) message: Vec<Said>,
    pub(super) hint: Option<Vec<Said>>,
}

/// A stretch of a message: plain, or something quoted word by word.
#[derive(Clone)]
pub(super) enum Said {
    Plain(String),
    Code(String),
}

/// Buttons of one kind.
pub(super) struct FilterGroup {
    pub(super) title: &'static str,
    pub(super) key: &'static str,
    pub(super) choices: Vec<Choice>,
}

/// One button.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) count: usize,
}

/// A document.
pub(super) struct DocumentView {
    pub(super) id: String,
    pub(super) path: String,
    pub(super) sha256: String,
    pub(super) gaps: Option<String>,
    pub(super) blocks: Vec<Block>,
    pub(super) groups: Vec<Group>,
}

/// A paragraph of a document.
pub(super) struct Block {
    pub(super) tag: &'static str,
    pub(super) class: String,
    pub(super) pieces: Vec<Piece>,
}

/// A stretch of a paragraph.
pub(super) enum Piece {
    Text(String),
    Quotation { text: String, target: String, anchor: bool, class: &'static str },
    Verdict { name: &'static str, class: &'static str },
    Call { text: String, target: String },
}

/// Cards under one heading.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) cards: Vec<Card>,
}

/// The evidence for one citation.
pub(super) struct Card {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) about: String,
    pub(super) badges: Vec<Badge>,
    pub(super) verdicts: String,
    pub(super) liveness: String,
    pub(super) rules: String,
    pub(super) findings: Vec<Item>,
    pub(super) references: Vec<ReferenceView>,
    pub(super) quotes: Vec<Quote>,
}

/// A word on a coloured ground.
pub(super) struct Badge {
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// A reference with the source it leads to.
pub(super) struct ReferenceView {
    pub(super) text: String,
    pub(super) date: Option<String>,
    pub(super) why_not: Option<String>,
    pub(super) source: Option<SourceView>,
}

/// A quotation with its evidence.
pub(super) struct Quote {
    pub(super) id: String,
    pub(super) class: &'static str,
    pub(super) verdict: String,
    pub(super) place: String,
    pub(super) speaker: Option<String>,
    pub(super) reason: Option<String>,
    /// What differs with the words around it, by side, where the wordings are long.
    pub(super) close_up: Vec<(String, Vec<Stretch>)>,
    pub(super) document: Vec<Stretch>,
    pub(super) passage: Option<PassageView>,
    pub(super) remarks: Vec<(String, String)>,
    pub(super) findings: Vec<Item>,
    pub(super) link: Option<String>,
}

/// A passage of a source.
pub(super) struct PassageView {
    pub(super) name: String,
    pub(super) lang: Option<String>,
    pub(super) before: String,
    pub(super) text: Vec<Stretch>,
    pub(super) after: String,
}

/// A stretch of a quotation or a passage.
pub(super) enum Stretch {
    Same(String),
    Changed(String),
    /// A number or a name that both sides have, in the language of each.
    Anchor(String),
    Gap,
}

/// A source.
#[derive(Clone)]
pub(super) struct SourceView {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) class: &'static str,
    pub(super) liveness: &'static str,
    pub(super) reason: String,
    pub(super) title: Option<String>,
    pub(super) url: String,
    pub(super) link: Option<String>,
    pub(super) published: Option<String>,
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) archived: Option<Archived>,
    pub(super) cited_by: Vec<(String, String)>,
}

/// An archived copy.
#[derive(Clone)]
pub(super) struct Archived {
    pub(super) url: String,
    pub(super) link: Option<String>,
    pub(super) at: String,
}

/// A report with what is looked up in it.
pub(super) struct Lookup<'a> {
    sources: BTreeMap<SourceId, &'a Source>,
}

impl<'a> Lookup<'a> {
    pub(super) fn source(&self, id: SourceId) -> Option<&'a Source> {
        self.sources.get(&id).copied()
    }
}

/// A document with its number and what is looked up in it.
pub(super) struct Shown<'a> {
    pub(super) number: usize,
    /// How many documents there are.
    of: usize,
    pub(super) document: &'a CheckedDocument,
    citations: BTreeSet<CitationId>,
    quotations: BTreeSet<QuotationId>,
}

impl<'a> Shown<'a> {
    fn new(number: usize, of: usize, document: &'a CheckedDocument) -> Self {
        let cited = document.citations.iter().flat_map(|citation| &citation.quotations);
        let cited = cited.map(|checked| checked.quotation.id);
        let uncited = document.uncited.iter().map(|uncited| uncited.quotation.id);
        Self {
            number,
            of,
            document,
            citations: document.citations.iter().map(|c| c.resolved.citation.id).collect(),
            quotations: cited.chain(uncited).collect(),
        }
    }

    /// Returns the anchor of the document.
    pub(super) fn anchor(&self) -> String {
        format!("d{}", self.number)
    }

    /// Returns the anchor of a citation.
    pub(super) fn citation(&self, id: CitationId) -> String {
        format!("d{}-c{}", self.number, id.0)
    }

    /// Returns the anchor of a quotation.
    pub(super) fn quotation(&self, id: QuotationId) -> String {
        format!("d{}-q{}", self.number, id.0)
    }

    /// Returns the quotation of the document that a finding is about.
    pub(super) fn quotation_of(&self, finding: &Finding) -> Option<QuotationId> {
        finding.quotation.filter(|id| self.quotations.contains(id))
    }

    /// Returns the citation of the document that a finding is about.
    pub(super) fn citation_of(&self, finding: &Finding) -> Option<CitationId> {
        finding.citation.filter(|id| self.citations.contains(id))
    }

    /// Returns a finding in words.
    pub(super) fn item(&self, finding: &Finding) -> Item {
        let info = finding.rule.info();
        let quotation = self.quotation_of(finding).map(|id| self.quotation(id));
        let citation = self.citation_of(finding).map(|id| self.citation(id));
        let (level, level_word) = match finding.level {
            Level::Error => ("error", "error"),
            Level::Warning => ("warning", "warning"),
            Level::Note => ("note", "look"),
        };
        let path = inert::line(&self.document.path);
        Item {
            level,
            level_word,
            target: quotation.or(citation).unwrap_or_else(|| format!("d{}-loose", self.number)),
            note: finding.note.as_ref().map(|label| inert::line(&label.0)),
            title: info.title,
            rule: info.id,
            place: match (self.of, finding.position) {
                (1, Some(position)) => position.to_string(),
                (1, None) => String::new(),
                (_, Some(position)) => format!("{path} {position}"),
                (_, None) => path,
            },
            message: said(&finding.message),
            hint: finding.hint.as_deref().map(said),
        }
    }
}

/// Cuts a message where backticks name something.
fn said(message: &str) -> Vec<Said> {
    let message = inert::line(message);
    let paired = message.matches('`').count().is_multiple_of(2);
    let mut code = false;
    let mut said = Vec::new();
    for part in message.split('`') {
        match part {
            "" => {}
            part if code && paired => said.push(Said::Code(part.to_owned())),
            part => said.push(Said::Plain(part.to_owned())),
        }
        code = !code;
    }
    said
}

/// Fills the page.
pub(super) fn page(report: &Report) -> Page {
    let lookup = Lookup { sources: report.sources.iter().map(|s| (s.id, s)).collect() };
    let shown: Vec<Shown<'_>> = (1..)
        .zip(&report.documents)
        .map(|(n, document)| Shown::new(n, report.documents.len(), document))
        .collect();
    let (todo, looks) = todo(&shown);
    let class = |class| report.sources.iter().filter(|s| s.liveness.class() == class).count();
    let total = |count: fn(&CheckedDocument) -> usize| report.documents.iter().map(count).sum();
    let paths: Vec<String> = report.documents.iter().map(|d| inert::line(&d.path)).collect();
    let documents: Vec<DocumentView> = shown.iter().map(|shown| document(shown, &lookup)).collect();
    let mut sources: Vec<SourceView> = report.sources.iter().map(source).collect();
    add_citing(&mut sources, &shown);
    Page {
        policy: policy(),
        css: STYLE,
        js: SCRIPT,
        title: format!("{} — citations checked", paths.join(", ")),
        state: state(report),
        notes: total(|document| document.document.notes.len()),
        quotations: total(|document| document.citations.iter().map(|c| c.quotations.len()).sum()),
        uncited: total(|document| document.uncited.len()),
        live: class(LivenessClass::Live),
        dead: class(LivenessClass::Dead),
        unchecked: class(LivenessClass::Unchecked),
        checked_at: report.checked_at.to_string(),
        notice: match report.completion {
            Completion::Finished => None,
            Completion::Interrupted => {
                Some("The check was stopped early: what was not reached is named as not checked.")
            }
        },
        todo,
        looks,
        filters: filters(&documents),
        documents,
        sources,
        version: env!("CARGO_PKG_VERSION"),
    }
}

fn state(report: &Report) -> State {
    let (class, headline) = match report.readiness() {
        Readiness::NotReady => ("is-error", "Not ready"),
        Readiness::ToBeChecked => ("is-warning", "To be checked"),
        Readiness::NothingToCheck => ("is-warning", "Nothing to check"),
        Readiness::Ready => ("is-good", "Ready"),
    };
    let found = tally(report.documents.iter().flat_map(|document| &document.findings));
    let detail = if found.is_empty() { "nothing found".into() } else { found.join(" · ") };
    State { class, headline, detail }
}

fn todo(shown: &[Shown<'_>]) -> (Vec<Item>, Vec<Item>) {
    let mut findings: Vec<(&Shown<'_>, &Finding)> = shown
        .iter()
        .flat_map(|shown| shown.document.findings.iter().map(move |finding| (shown, finding)))
        .collect();
    findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.level));
    let split = findings.partition_point(|(_, finding)| finding.level > Level::Note);
    let items = |findings: &[(&Shown<'_>, &Finding)]| {
        findings.iter().map(|(shown, finding)| shown.item(finding)).collect()
    };
    (items(&findings[..split]), items(&findings[split..]))
}

/// Returns the buttons for everything that a card can be found by, each with the number of such cards.
fn filters(documents: &[DocumentView]) -> Vec<FilterGroup> {
    let cards = || documents.iter().flat_map(|d| &d.groups).flat_map(|group| &group.cards);
    let group = |title, key, names: Vec<&'static str>, of: fn(&Card) -> &str| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in cards().flat_map(|card| of(card).split(' ')) {
            *counts.entry(name).or_default() += 1;
        }
        let counted = names.into_iter().map(|name| (name, counts.get(name).copied().unwrap_or(0)));
        let counted = counted.filter(|(_, count)| *count > 0);
        let choices = counted.map(|(name, count)| Choice { name, count }).collect();
        FilterGroup { title, key, choices }
    };
    let mut groups = vec![
        group("Show by quotation", "verdict", Verdict::ALL.map(Verdict::name).to_vec(), |c| {
            &c.verdicts
        }),
        group("Show by source", "source", Liveness::ALL.map(Liveness::name).to_vec(), |c| {
            &c.liveness
        }),
        group("Show by finding", "finding", Rule::ALL.map(|rule| rule.info().id).to_vec(), |c| {
            &c.rules
        }),
    ];
    groups.retain(|group| !group.choices.is_empty());
    groups
}

fn document(shown: &Shown<'_>, lookup: &Lookup<'_>) -> DocumentView {
    let gaps: Vec<&str> =
        shown.document.document.coverage.gaps().iter().map(|gap| gap.words()).collect();
    DocumentView {
        id: shown.anchor(),
        path: inert::line(&shown.document.path),
        sha256: shown.document.sha256.clone(),
        gaps: (!gaps.is_empty()).then(|| gaps.join("; ")),
        blocks: text::blocks(shown),
        groups: card::groups(shown, lookup),
    }
}

/// Describes a source; what cites it is added later.
pub(super) fn source(source: &Source) -> SourceView {
    let url = source.target.url();
    let mut facts = Vec::new();
    let mut fact =
        |name, value: Option<String>| facts.extend(value.map(|value| (name, inert::line(&value))));
    let answered = source.final_url.as_ref().filter(|answered| *answered != url);
    fact("Answered by", answered.map(Url::to_string));
    fact("Moved to", source.moved.as_ref().map(Url::to_string));
    fact("Status", source.status.map(|status| status.to_string()));
    let hops: Vec<String> =
        source.hops.iter().map(|hop| format!("{} → {}", hop.status, hop.to)).collect();
    fact("Redirects", (!hops.is_empty()).then(|| hops.join(", ")));
    let evidence: Vec<String> =
        source.evidence.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    fact("Headers", (!evidence.is_empty()).then(|| evidence.join("; ")));
    fact("Published", source.published.as_ref().map(|published| published.date.to_string()));
    let registered = source.registered.as_ref().map(|work| format!("{work} ({})", work.registry));
    fact("Registered", registered);
    fact("Language", source.language.map(|language| language.to_string()));
    let media = source.media_type.as_deref().map(|media_type| match source.charset {
        Some(charset) => format!("{media_type}, {charset}"),
        None => media_type.to_owned(),
    });
    fact("Type", media);
    let gaps: Vec<&str> = source.coverage.gaps().iter().map(|gap| gap.words()).collect();
    fact("Read", (!gaps.is_empty()).then(|| format!("in part: {}", gaps.join("; "))));
    fact("Size", (source.bytes > 0).then(|| format!("{} bytes", source.bytes)));
    fact("SHA-256", source.sha256.clone());
    fact("Fetched", Some(source.fetched_at.to_string()));
    SourceView {
        id: format!("s{}", source.id.0),
        name: source.id.to_string(),
        class: liveness_class(source.liveness),
        liveness: source.liveness.name(),
        reason: inert::line(&source.reason),
        title: source.title.as_deref().map(inert::line),
        url: inert::line(url.as_str()),
        link: link(url),
        published: source.published.as_ref().map(|published| published.date.to_string()),
        facts,
        archived: source.archived_copy.as_ref().map(|copy| Archived {
            url: inert::line(copy.url.as_str()),
            link: link(&copy.url),
            at: copy.at.to_string(),
        }),
        cited_by: Vec::new(),
    }
}

fn add_citing(sources: &mut [SourceView], shown: &[Shown<'_>]) {
    let places: BTreeMap<String, usize> =
        sources.iter().enumerate().map(|(i, source)| (source.name.clone(), i)).collect();
    for shown in shown {
        for citation in &shown.document.citations {
            let named: BTreeSet<SourceId> = citation.sources.iter().flatten().copied().collect();
            for id in named {
                let Some(&place) = places.get(&id.to_string()) else { continue };
                let anchor = shown.citation(citation.resolved.citation.id);
                sources[place].cited_by.push((anchor, card::label(citation)));
            }
        }
    }
}

/// Returns what a link to an address holds; `None` for addresses that a browser must not be led to.
pub(super) fn link(url: &Url) -> Option<String> {
    matches!(url.scheme(), "http" | "https").then(|| inert::line(url.as_str()))
}

/// Returns the colour of a liveness.
pub(super) const fn liveness_class(liveness: Liveness) -> &'static str {
    match liveness.class() {
        LivenessClass::Live => "good",
        LivenessClass::Dead => "bad",
        LivenessClass::Unchecked => "warn",
    }
}

/// Returns the colour of a verdict.
pub(super) const fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Verbatim | Verdict::Edited => "good",
        Verdict::Altered(_) | Verdict::Absent | Verdict::Elsewhere => "bad",
        Verdict::Translated => "look",
        Verdict::Unverifiable => "warn",
        Verdict::Uncited => "none",
    }
}

/// Says where something stands, short: `90:2`.
pub(super) fn place(position: Position) -> String {
    position.to_string()
}
