//! A report that holds every rule, liveness and verdict at least once, made by hand: what renderers are tested on.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use citeaudit::citation::{
    Citation, CitationId, Pairing, Quotation, QuotationId, Reference, ReferenceForm, UncitedKind,
    UncitedQuotation,
};
use citeaudit::document::{
    Block, BlockKind, Coverage, Document, DocumentFormat, Gap, Layer, Mark, MarkKind, Note,
    NoteKind, NoteLabel, Place, Places, Position,
};
use citeaudit::evidence::{
    Difference, DifferenceKind, Edit, EditKind, Edition, Flag, Folding, MachineTranslation,
    MachineWording, Marking, Nature, Passage, QuotationMatch, Support, Translation,
};
use citeaudit::fetched::Hop;
use citeaudit::report::{
    CheckedCitation, CheckedDocument, CheckedQuotation, Completion, Finding, FoundIn, Report, Rule,
    Severity, Verdict,
};
use citeaudit::source::{
    ArchivedCopy, DateEvidence, Liveness, Published, RegisteredWork, Source, SourceId,
};
use citeaudit::target::{Resolution, ResolvedCitation, Target, WhyNot};
use citeaudit::text::Language;
use jiff::civil::date;
use url::Url;

/// Words from outside that take every place a page or a document can fill.
pub(crate) struct Words<'a> {
    /// A quotation, as the document has it.
    pub(crate) quotation: &'a str,
    /// The passage of a source.
    pub(crate) passage: &'a str,
    /// The title of a page.
    pub(crate) title: &'a str,
    /// The end of an address.
    pub(crate) path: &'a str,
    /// The words of findings and reasons.
    pub(crate) message: &'a str,
}

/// Returns the sample with harmless words.
pub(crate) fn report() -> Report {
    report_of(&Words {
        quotation: "In today’s conditions this looks especially resonate, however, we have changed almost nothing.",
        passage: "In today’s conditions this looks especially resonant, however, we have changed almost nothing.",
        title: "Answers to questions",
        path: "news/74357",
        message: "the source says `resonant`, the document `resonate`",
    })
}

/// Returns the sample with these words in it.
pub(crate) fn report_of(words: &Words<'_>) -> Report {
    let sources: Vec<Source> =
        (1..).zip(Liveness::ALL).map(|(n, liveness)| source(n, liveness, words)).collect();
    let mut maker = Maker {
        text: String::new(),
        places: Vec::new(),
        blocks: Vec::new(),
        marks: Vec::new(),
        line: 1,
    };
    let verdicts = [
        Verdict::Verbatim,
        Verdict::Edited,
        Verdict::Altered(Severity::Major),
        Verdict::Altered(Severity::Minor),
        Verdict::Absent,
        Verdict::Elsewhere,
        Verdict::Translated,
        Verdict::Unverifiable,
    ];
    let citations: Vec<CheckedCitation> = (1..)
        .zip(verdicts)
        .map(|(n, verdict)| maker.citation(n, verdict, &sources, words))
        .collect();
    let uncited = [UncitedKind::Heading, UncitedKind::Echo, UncitedKind::Uncited];
    let uncited = (50..).zip(uncited).map(|(n, kind)| maker.uncited(n, kind, words)).collect();
    let notes = maker.notes(citations.len());
    let findings = (1..).zip(Rule::ALL).map(|(n, rule)| finding(n, rule, words)).collect();
    let mut document = Document::empty(DocumentFormat::Text);
    document.title = Some(words.title.to_owned());
    document.language = Language::from_tag("en");
    document.text = maker.text;
    document.blocks = maker.blocks;
    document.marks = maker.marks;
    document.notes = notes;
    document.places = Places(maker.places);
    Report {
        checked_at: "2024-07-02T08:00:00Z".parse().expect("the sample is well formed"),
        documents: vec![CheckedDocument {
            path: "report.txt".into(),
            sha256: "ab".repeat(32),
            document,
            citations,
            uncited,
            findings,
        }],
        sources,
        completion: Completion::Finished,
        absent: Vec::new(),
    }
}

/// Returns a report of many citations, as a long book would have them.
pub(crate) fn large(citations: u32) -> Report {
    let words = Words {
        quotation: "In today’s conditions this looks especially resonate, however, we have changed almost nothing.",
        passage: "In today’s conditions this looks especially resonant, however, we have changed almost nothing.",
        title: "Answers to questions",
        path: "news/74357",
        message: "the source says `resonant`, the document `resonate`",
    };
    let mut report = report_of(&words);
    let mut maker = Maker {
        text: String::new(),
        places: Vec::new(),
        blocks: Vec::new(),
        marks: Vec::new(),
        line: 1,
    };
    let sources: Vec<Source> =
        (1..=citations).map(|n| source(n, Liveness::ALL[n as usize % 18], &words)).collect();
    let verdict = |n: u32| match n % 5 {
        0 => Verdict::Altered(Severity::Major),
        1 => Verdict::Edited,
        2 => Verdict::Absent,
        _ => Verdict::Verbatim,
    };
    let document = &mut report.documents[0];
    document.uncited.clear();
    document.citations =
        (1..=citations).map(|n| maker.citation(n, verdict(n), &sources, &words)).collect();
    document.document.notes = maker.notes(document.citations.len());
    document.findings = (1..=citations)
        .map(|n| Finding {
            citation: Some(CitationId(n)),
            note: Some(NoteLabel(n.to_string())),
            quotation: Some(QuotationId(n)),
            source: Some(SourceId(n)),
            ..finding(n, Rule::ALL[n as usize % Rule::ALL.len()], &words)
        })
        .collect();
    document.document.text = maker.text;
    document.document.blocks = maker.blocks;
    document.document.marks = maker.marks;
    document.document.places = Places(maker.places);
    report.sources = sources;
    report
}

/// Writes a document with citations and quotations, and keeps count of where each stands.
struct Maker {
    text: String,
    places: Vec<Place>,
    blocks: Vec<Block>,
    marks: Vec<Mark>,
    line: u32,
}

impl Maker {
    fn paragraph(&mut self, text: &str, kind: BlockKind) -> (Range<usize>, Position) {
        let position = Position::Line { line: self.line, column: 1 };
        let start = self.text.len();
        self.places.push(Place { offset: start, position });
        self.text.push_str(text);
        let range = start..self.text.len();
        self.text.push('\n');
        self.blocks.push(Block { range: range.clone(), kind, layer: Layer::Visible, note: None });
        self.line += 2;
        (range, position)
    }

    fn quotation(
        &mut self,
        n: u32,
        call: Option<&str>,
        words: &Words<'_>,
        kind: BlockKind,
    ) -> Quotation {
        let intro = "The speaker said: \"";
        let tail = call.map_or(String::new(), |label| format!("[{label}]"));
        let (block, position) =
            self.paragraph(&format!("{intro}{}\"{tail}", words.quotation), kind);
        let range = block.start + intro.len()..block.start + intro.len() + words.quotation.len();
        if let Some(label) = call {
            self.marks.push(Mark {
                range: range.end + 1..block.end,
                kind: MarkKind::NoteCall { label: NoteLabel(label.to_owned()), note: None },
            });
        }
        Quotation {
            id: QuotationId(n),
            text: words.quotation.to_owned(),
            range,
            position,
            pairing: if call.is_some() { Pairing::CallAfterClosingMark } else { Pairing::Unpaired },
            speaker: Some("Vladimir Putin".into()),
            oddities: BTreeSet::new(),
            also_claimed_by: Vec::new(),
        }
    }

    fn citation(
        &mut self,
        n: u32,
        verdict: Verdict,
        sources: &[Source],
        words: &Words<'_>,
    ) -> CheckedCitation {
        let label = n.to_string();
        let quotation = self.quotation(n, Some(&label), words, BlockKind::Paragraph);
        let position = quotation.position;
        let source = &sources[n as usize - 1];
        let reference = |text: &str, form| Reference {
            text: text.to_owned(),
            form,
            date: Some(date(2024, 6, 19)),
            description: Some(words.title.to_owned()),
            accessed: None,
            locator: None,
            position,
        };
        let citation = Citation {
            id: CitationId(n),
            note: Some(NoteLabel(label)),
            position,
            note_position: Some(position),
            references: vec![
                reference(source.target.url().as_str(), ReferenceForm::Url),
                reference("A book without an address", ReferenceForm::Descriptive),
            ],
            quotations: vec![quotation.clone()],
            dates: Vec::new(),
        };
        CheckedCitation {
            resolved: ResolvedCitation {
                citation,
                resolutions: vec![
                    Resolution::Resolved(source.target.clone()),
                    Resolution::Unresolved(WhyNot::NoAddress),
                ],
            },
            sources: vec![Some(source.id), None],
            quotations: vec![checked(quotation, verdict, source.id, words)],
        }
    }

    fn uncited(&mut self, n: u32, kind: UncitedKind, words: &Words<'_>) -> UncitedQuotation {
        let block = match kind {
            UncitedKind::Heading => BlockKind::Heading(2),
            UncitedKind::Echo | UncitedKind::Uncited => BlockKind::Paragraph,
        };
        UncitedQuotation {
            quotation: self.quotation(n, None, words, block),
            kind,
            echo_of: matches!(kind, UncitedKind::Echo).then_some(QuotationId(1)),
        }
    }

    fn notes(&mut self, count: usize) -> Vec<Note> {
        (0..count)
            .map(|i| {
                let label = (i + 1).to_string();
                let (range, _) =
                    self.paragraph(&format!("[{label}] Example.org/{label}"), BlockKind::Paragraph);
                let block = self.blocks.len() - 1;
                self.blocks[block].note = Some(i);
                Note {
                    label: NoteLabel(label),
                    kind: NoteKind::Note,
                    start: range.start,
                    blocks: block..block + 1,
                }
            })
            .collect()
    }
}

fn source(n: u32, liveness: Liveness, words: &Words<'_>) -> Source {
    let url: Url =
        format!("https://source-{n}.example/").parse().expect("the sample is well formed");
    let url = url.join(&format!("{}?n={n}", words.path.trim_start_matches('/'))).unwrap_or(url);
    let canonical = url.as_str().to_owned();
    Source {
        id: SourceId(n),
        target: Target::new(url.clone(), Vec::new(), canonical, vec!["utm_source".into()]),
        final_url: Some(url.clone()),
        hops: vec![Hop { from: url.clone(), status: 301, to: url.clone() }],
        liveness,
        reason: words.message.to_owned(),
        moved: Some(url.clone()),
        status: Some(200),
        evidence: vec![("server".into(), words.message.to_owned())],
        media_type: Some("text/html".into()),
        charset: Some("windows-1251"),
        language: Language::from_tag("ru"),
        title: Some(words.title.to_owned()),
        published: Some(Published {
            date: date(2024, 6, 5),
            span: (date(2024, 6, 5), date(2024, 6, 5)),
            by: DateEvidence::Meta,
        }),
        canonical: None,
        registered: Some(RegisteredWork {
            registry: "Crossref",
            title: words.title.to_owned(),
            authors: vec![words.message.to_owned()],
            years: vec![2024],
        }),
        coverage: Coverage::Partial(vec![Gap::CutOff]),
        bytes: 1234,
        sha256: Some("cd".repeat(32)),
        fingerprint: None,
        fetched_at: "2024-07-02T08:00:00Z".parse().expect("the sample is well formed"),
        took: Duration::from_millis(120),
        archived_copy: Some(ArchivedCopy {
            url,
            at: "2024-06-21T00:00:00Z".parse().expect("the sample is well formed"),
        }),
        archive_note: Some(words.message.to_owned()),
    }
}

fn checked(
    quotation: Quotation,
    verdict: Verdict,
    source: SourceId,
    words: &Words<'_>,
) -> CheckedQuotation {
    let translated = matches!(verdict, Verdict::Translated);
    let unread = matches!(verdict, Verdict::Unverifiable);
    CheckedQuotation {
        matched: (!translated && !unread).then(|| matched(verdict, words)),
        translation: translated.then(|| Translation {
            page_language: Language::from_tag("ru"),
            passage: Some(Passage {
                text: words.passage.to_owned(),
                similarity: 0.82,
                position: Position::Line { line: 3, column: 7 },
                anchors: words.passage.find("we").map(|at| at..at + 2).into_iter().collect(),
            }),
            support: Support::Supported,
            anchors_agree: vec!["1962".into()],
            anchors_missing: vec![words.title.to_owned()],
            edition: Some(Edition {
                url: Url::parse("https://en.example.org/7").expect("an address"),
                text: words.passage.to_owned(),
            }),
            machine: Some(MachineTranslation {
                translator: "localhost:5000".to_owned(),
                text: words.passage.to_owned(),
                wording: MachineWording::Other,
            }),
            reason: None,
        }),
        quotation,
        verdict,
        source: Some(source),
        found_in: match verdict {
            Verdict::Verbatim | Verdict::Edited | Verdict::Altered(_) => Some(FoundIn::Live),
            Verdict::Elsewhere => Some(FoundIn::Elsewhere),
            Verdict::Absent | Verdict::Translated | Verdict::Unverifiable | Verdict::Uncited => {
                None
            }
        },
        flags: BTreeSet::from([Flag::Short, Flag::Layer(Layer::Aside)]),
        reason: unread.then(|| words.message.to_owned()),
        on_page: None,
    }
}

fn matched(verdict: Verdict, words: &Words<'_>) -> QuotationMatch {
    let place = |text: &str, word: &str| {
        text.find(word).map_or(0..text.len(), |start| start..start + word.len())
    };
    let differs = matches!(verdict, Verdict::Altered(_) | Verdict::Absent);
    QuotationMatch {
        text: words.passage.to_owned(),
        before: words.passage.to_owned(),
        after: words.passage.to_owned(),
        layer: Layer::Visible,
        position: Position::Line { line: 12, column: 3 },
        text_fragment: Some(":~:text=especially%20resonant".into()),
        differences: if differs {
            vec![Difference {
                kind: DifferenceKind::Substituted,
                nature: Nature::Word,
                document: "resonate".into(),
                source: "resonant".into(),
                marked: Marking::Unmarked,
                document_range: place(words.quotation, "resonate"),
                source_range: place(words.passage, "resonant"),
            }]
        } else {
            Vec::new()
        },
        edits: if matches!(verdict, Verdict::Edited) {
            vec![
                Edit {
                    kind: EditKind::Omission,
                    document: "[...]".into(),
                    source: words.passage.to_owned(),
                },
                Edit {
                    kind: EditKind::EndPunctuation,
                    document: ",".into(),
                    source: String::new(),
                },
            ]
        } else {
            Vec::new()
        },
        folding: Folding::Typography,
        flags: BTreeSet::new(),
        occurrences: 1,
        aligned: 13,
        words: 14,
        longest_run: 5,
    }
}

fn finding(n: u32, rule: Rule, words: &Words<'_>) -> Finding {
    Finding {
        rule,
        level: rule.info().default_level,
        message: words.message.to_owned(),
        hint: Some(format!("see {}", words.title)),
        citation: Some(CitationId(n.min(8))),
        note: Some(NoteLabel(n.min(8).to_string())),
        quotation: Some(QuotationId(n.min(8))),
        source: Some(SourceId(n.min(18))),
        position: Some(Position::Line { line: 2 * n.min(8) - 1, column: 1 }),
        dates: matches!(rule, Rule::DateConflict).then_some((date(2024, 6, 19), date(2024, 6, 5))),
        novelty: None,
    }
}
