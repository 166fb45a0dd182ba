//! Makes the findings: what is wrong or worth a look, each with what was seen and what to do.

use std::collections::BTreeMap;

use crate::citation::{Problem, QuotationId, Reference, UncitedKind, UncitedQuotation};
use crate::document::Position;
use crate::evidence::{Difference, Flag, QuotationMatch, Support};
use crate::report::{
    CheckedCitation, CheckedQuotation, Finding, FoundIn, Level, Rule, Severity, Verdict,
};
use crate::source::{ArchivedCopy, Liveness, LivenessClass, Source, find_source};
use crate::target::{Resolution, WhyNot};

use super::echoes::{self, Repeated};
use super::{dates, registered};

/// All that the findings of one document are made of.
pub(super) struct Material<'a> {
    pub citations: &'a [CheckedCitation],
    pub uncited: &'a [UncitedQuotation],
    pub problems: &'a [Problem],
    pub sources: &'a [Source],
}

/// Makes the findings of a document, by position.
pub(super) fn findings(material: &Material<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let dates_are_usual = dates_are_usual(material.citations);
    for citation in material.citations {
        for (index, reference) in citation.resolved.citation.references.iter().enumerate() {
            let source = citation.sources.get(index).copied().flatten();
            let source = source.and_then(|id| find_source(material.sources, id));
            about_reference(citation, index, reference, source, &mut findings);
            if dates_are_usual {
                about_missing_date(citation, reference, source, &mut findings);
            }
        }
        for quotation in &citation.quotations {
            about_quotation(citation, quotation, material.sources, &mut findings);
        }
    }
    let cited: BTreeMap<QuotationId, &CheckedQuotation> = material
        .citations
        .iter()
        .flat_map(|citation| &citation.quotations)
        .map(|checked| (checked.quotation.id, checked))
        .collect();
    for uncited in material.uncited {
        findings.extend(about_uncited(uncited, &cited));
    }
    findings.extend(material.problems.iter().map(Finding::of_problem));
    findings
        .sort_by_key(|finding| (finding.position, std::cmp::Reverse(finding.level), finding.rule));
    findings
}

fn finding(
    rule: Rule,
    position: Option<Position>,
    message: String,
    hint: Option<String>,
) -> Finding {
    Finding { hint, ..Finding::new(rule, position, message) }
}

fn of_citation(citation: &CheckedCitation, finding: Finding) -> Finding {
    let citation = &citation.resolved.citation;
    Finding { citation: Some(citation.id), note: citation.note.clone(), ..finding }
}

fn about_reference(
    citation: &CheckedCitation,
    index: usize,
    reference: &Reference,
    source: Option<&Source>,
    findings: &mut Vec<Finding>,
) {
    let position = Some(reference.position);
    match citation.resolved.resolutions.get(index) {
        Some(Resolution::Unresolved(why)) => {
            findings.push(of_citation(citation, unresolved(reference, why)));
        }
        Some(Resolution::Resolved(target)) if !target.tracking().is_empty() => {
            let message = format!(
                "the address carries `{}`, which only tracks its readers",
                target.tracking().join("`, `")
            );
            let hint = Some(format!("cite {}", target.canonical()));
            findings.push(of_citation(
                citation,
                finding(Rule::TrackingParameter, position, message, hint),
            ));
        }
        Some(Resolution::Resolved(_)) | None => {}
    }
    let Some(source) = source else { return };
    if let Some(about) = about_liveness(source, position) {
        findings.push(Finding { source: Some(source.id), ..of_citation(citation, about) });
    }
    if let Some(message) =
        source.registered.as_ref().and_then(|work| registered::disagreement(reference, work))
    {
        let hint = Some("correct the identifier, or the description".to_owned());
        let about = finding(Rule::IdentifierMismatch, position, message, hint);
        findings.push(Finding { source: Some(source.id), ..of_citation(citation, about) });
    }
    if let Some(about) = about_copy(source, position) {
        findings.push(Finding { source: Some(source.id), ..of_citation(citation, about) });
    }
    if let Some(to) = &source.moved {
        let message = format!("the address redirects for good to {to}");
        let about = finding(Rule::SourceMoved, position, message, Some(format!("cite {to}")));
        findings.push(Finding { source: Some(source.id), ..of_citation(citation, about) });
    }
    if let Some(conflict) =
        dates::conflict(&citation.resolved.citation, reference, source.published.as_ref())
    {
        let about = about_dates(&conflict, position);
        findings.push(Finding { source: Some(source.id), ..of_citation(citation, about) });
    }
}

fn unresolved(reference: &Reference, why: &WhyNot) -> Finding {
    let rule = match why {
        WhyNot::Ambiguous => Rule::ReferenceAmbiguous,
        WhyNot::NoAddress
        | WhyNot::NotAnAddress(_)
        | WhyNot::Scheme(_)
        | WhyNot::NoAntecedent
        | WhyNot::Abbreviated
        | WhyNot::InvalidIdentifier(_) => Rule::ReferenceUnresolved,
    };
    let message = format!("`{}` leads to no page: {why}", reference.text);
    let mut about = finding(
        rule,
        Some(reference.position),
        message,
        Some("add an address, or check the source by hand".to_owned()),
    );
    // A book or a newspaper without a link is no fault.
    if matches!(why, WhyNot::NoAddress) {
        about.level = Level::Note;
    }
    about
}

fn about_liveness(source: &Source, position: Option<Position>) -> Option<Finding> {
    let rule = match source.liveness {
        Liveness::Live => return None,
        Liveness::Gone | Liveness::DnsFailure => Rule::LinkRot,
        Liveness::Soft404 => Rule::Soft404,
        Liveness::Parked => Rule::SourceParked,
        Liveness::Blocked | Liveness::Paywalled | Liveness::LoginRequired => Rule::SourceRestricted,
        Liveness::RateLimited
        | Liveness::ClientError
        | Liveness::ServerError
        | Liveness::ConnectionFailure
        | Liveness::TlsFailure
        | Liveness::Timeout
        | Liveness::RedirectLoop
        | Liveness::Refused
        | Liveness::Unsupported
        | Liveness::Unresolved => Rule::SourceUnreachable,
    };
    let (url, reason) = (source.target.url(), &source.reason);
    let message = if matches!(source.liveness, Liveness::Unresolved) {
        // Nobody was asked, so that there is no day to name.
        format!("{url} was not checked: {reason}")
    } else {
        let on = source.fetched_at.strftime("%Y-%m-%d");
        format!("{url} is {} on {on}: {reason}", source.liveness.name())
    };
    let hint = match source.archived_copy.as_ref() {
        Some(copy) => cite_copy(copy),
        None => match rule {
            Rule::SourceRestricted => "open it in a browser and check it by hand".to_owned(),
            Rule::SourceUnreachable => "check again later, or open it in a browser".to_owned(),
            _ => match &source.archive_note {
                Some(note) => format!("give another source; {note}"),
                None => "give an archived copy, or another source".to_owned(),
            },
        },
    };
    let mut about = finding(rule, position, message, Some(hint));
    // That we did not ask says nothing about the source.
    if matches!(source.liveness, Liveness::Unresolved) {
        about.level = Level::Note;
    }
    Some(about)
}

fn cite_copy(copy: &ArchivedCopy) -> String {
    format!("cite the copy of {}: {}", copy.at.strftime("%Y-%m-%d"), copy.url)
}

/// Of a page that is gone an archive has a copy.
fn about_copy(source: &Source, position: Option<Position>) -> Option<Finding> {
    let copy = source.archived_copy.as_ref()?;
    let is_dead = source.liveness.class() == LivenessClass::Dead;
    let day = copy.at.strftime("%Y-%m-%d");
    let message = format!("{} is gone, and an archive has a copy of {day}", source.target.url());
    is_dead.then(|| finding(Rule::ArchivedCopyOnly, position, message, Some(cite_copy(copy))))
}

/// The words of a quotation stand in a copy of a page, and not on the page as it is now.
fn about_drift(
    checked: &CheckedQuotation,
    sources: &[Source],
    position: Option<Position>,
) -> Option<Finding> {
    let source = find_source(sources, checked.source?)?;
    let copy = source.archived_copy.as_ref()?;
    let is_drift = checked.found_in == Some(FoundIn::Archive)
        && checked.matched.is_some()
        && source.liveness == Liveness::Live
        && source.coverage.is_whole();
    let day = copy.at.strftime("%Y-%m-%d");
    let message = format!("{} does not say this now; its copy of {day} does", source.target.url());
    is_drift.then(|| finding(Rule::ContentDrift, position, message, Some(cite_copy(copy))))
}

fn about_dates(conflict: &dates::Conflict, position: Option<Position>) -> Finding {
    let at = conflict.mention.map(|mention| mention.position);
    let message = match (conflict.by_page, at) {
        (true, Some(at)) => format!(
            "the reference says {}; the page says {}, and so does the text at {at}",
            conflict.reference, conflict.other
        ),
        (true, None) => {
            format!("the reference says {}; the page says {}", conflict.reference, conflict.other)
        }
        (false, Some(at)) => format!(
            "the reference says {}; the text at {at} says {}",
            conflict.reference, conflict.other
        ),
        (false, None) => {
            format!("the reference says {}, not {}", conflict.reference, conflict.other)
        }
    };
    let hint = Some(format!("date the reference {}", conflict.other.strftime("%B %-d, %Y")));
    Finding {
        dates: Some((conflict.reference, conflict.other)),
        ..finding(Rule::DateConflict, position, message, hint)
    }
}

/// Tells whether most references with an address give a date, so that one without stands out.
fn dates_are_usual(citations: &[CheckedCitation]) -> bool {
    let with_address = || {
        citations
            .iter()
            .filter(|citation| citation.resolved.citation.note.is_some())
            .flat_map(|citation| {
                citation.resolved.citation.references.iter().zip(&citation.sources)
            })
            .filter(|(_, source)| source.is_some())
    };
    let all = with_address().count();
    let dated = with_address().filter(|(reference, _)| reference.date.is_some()).count();
    all >= 3 && dated * 4 >= all * 3
}

fn about_missing_date(
    citation: &CheckedCitation,
    reference: &Reference,
    source: Option<&Source>,
    findings: &mut Vec<Finding>,
) {
    let Some(source) = source else { return };
    if reference.date.is_some() || citation.resolved.citation.note.is_none() {
        return;
    }
    let message =
        format!("`{}` has no date; most references of this document have one", reference.text);
    let hint =
        source.published.as_ref().map(|published| format!("the page says {}", published.date));
    let about = finding(Rule::DateMissing, Some(reference.position), message, hint);
    findings.push(Finding { source: Some(source.id), ..of_citation(citation, about) });
}

fn about_quotation(
    citation: &CheckedCitation,
    checked: &CheckedQuotation,
    sources: &[Source],
    findings: &mut Vec<Finding>,
) {
    let position = Some(checked.quotation.position);
    let place = |about: Finding| Finding {
        quotation: Some(checked.quotation.id),
        source: checked.source,
        ..of_citation(citation, about)
    };
    if let Some(about) = about_verdict(checked, sources, position) {
        findings.push(place(about));
    }
    if let Some(about) = about_drift(checked, sources, position) {
        findings.push(place(about));
    }
    if let Some(message) = changed_sense(checked) {
        let hint = Some("read the passage whole, and quote more of it".to_owned());
        findings.push(place(finding(Rule::OmissionChangesSense, position, message, hint)));
    }
}

fn about_verdict(
    checked: &CheckedQuotation,
    sources: &[Source],
    position: Option<Position>,
) -> Option<Finding> {
    let url = || {
        let source = checked.source.and_then(|id| find_source(sources, id));
        source.map_or_else(|| "the source".to_owned(), |source| source.target.url().to_string())
    };
    let about = match checked.verdict {
        Verdict::Verbatim | Verdict::Edited | Verdict::Uncited => return None,
        Verdict::Altered(severity) => {
            let differences =
                checked.matched.as_ref().map_or(&[][..], |matched| &matched.differences);
            let message =
                format!("the words differ from the source: {}", differences_in_words(differences));
            let hint = "quote the source's words, or mark the change with brackets or an ellipsis"
                .to_owned();
            let about = finding(Rule::QuotationAltered, position, message, Some(hint));
            match severity {
                Severity::Minor => Finding { level: Level::Warning, ..about },
                Severity::Major => about,
            }
        }
        Verdict::Absent => {
            let nearest = checked.matched.as_ref().map_or_else(String::new, nearest_in_words);
            let message = format!("{} was read whole and has no such passage{nearest}", url());
            finding(
                Rule::QuotationAbsent,
                position,
                message,
                Some("check the source, the wording and the attribution".to_owned()),
            )
        }
        Verdict::Elsewhere => {
            let message = format!("the cited page does not say this; {} does", url());
            finding(Rule::QuotationElsewhere, position, message, Some(format!("cite {}", url())))
        }
        Verdict::Translated => {
            let support = checked
                .translation
                .as_ref()
                .map_or(Support::Unknown, |translation| translation.support);
            let language =
                checked.translation.as_ref().and_then(|translation| translation.page_language);
            let language = language
                .map_or_else(|| "another language".to_owned(), |language| format!("`{language}`"));
            let message = format!(
                "the page is in {language}: the quotation is a translation ({})",
                support.name()
            );
            let edition = checked.translation.as_ref().and_then(|found| found.edition.as_ref());
            let hint = match edition {
                Some(edition) => format!("cite {}, which has these words", edition.url),
                None => "have it compared by somebody who reads both languages".to_owned(),
            };
            let about = finding(Rule::QuotationTranslated, position, message, Some(hint));
            match support {
                Support::Doubtful | Support::None => Finding { level: Level::Warning, ..about },
                Support::Supported | Support::Unknown => about,
            }
        }
        Verdict::Unverifiable => {
            let reason = checked.reason.clone().unwrap_or_else(|| "no reason is known".to_owned());
            let message = format!("the quotation could not be checked: {reason}");
            finding(
                Rule::QuotationUnverifiable,
                position,
                message,
                Some("check it by hand".to_owned()),
            )
        }
    };
    Some(about)
}

fn differences_in_words(differences: &[Difference]) -> String {
    const SHOWN: usize = 4;
    let mut parts: Vec<String> = differences
        .iter()
        .take(SHOWN)
        .map(|difference| match (difference.document.as_str(), difference.source.as_str()) {
            ("", source) => format!("`{source}` is missing ({})", difference.nature.name()),
            (document, "") => format!("`{document}` is added ({})", difference.nature.name()),
            (document, source) => {
                format!("`{document}` for `{source}` ({})", difference.nature.name())
            }
        })
        .collect();
    if differences.len() > SHOWN {
        parts.push(format!("and {} more", differences.len() - SHOWN));
    }
    parts.join("; ")
}

fn nearest_in_words(nearest: &QuotationMatch) -> String {
    let percent = u64::from(nearest.aligned) * 100 / u64::from(nearest.words.max(1));
    let text: String = nearest.text.chars().take(160).collect();
    format!("; the nearest has {percent} % of the words: “{text}”")
}

/// What of a quotation that stands in the source may still mislead.
fn changed_sense(checked: &CheckedQuotation) -> Option<String> {
    let matched = checked.matched.as_ref()?;
    let stands = matches!(
        checked.verdict,
        Verdict::Verbatim | Verdict::Edited | Verdict::Altered(_) | Verdict::Elsewhere
    );
    if !stands {
        return None;
    }
    let reasons: Vec<&str> = matched
        .flags
        .iter()
        .filter_map(|flag| match flag {
            Flag::EllipsisHidesNegation => Some("the words left out contain a negation or a limit"),
            Flag::EllipsisInverts => Some("the ellipsis leaves out a negation"),
            Flag::LeadingNegation => Some("a negation stands right before the passage"),
            Flag::TruncatedCondition => Some("the source goes on with a condition"),
            Flag::Layer(_)
            | Flag::HiddenOnly
            | Flag::BoilerplateRegion
            | Flag::Short
            | Flag::Ambiguous
            | Flag::OtherSpeaker
            | Flag::Interposed
            | Flag::Interleaved
            | Flag::EllipsisDistance
            | Flag::BracketPolarity
            | Flag::Punctuation
            | Flag::Diacritics
            | Flag::Homoglyph
            | Flag::Mojibake
            | Flag::Archive
            | Flag::Echo
            | Flag::UnclosedQuotation
            | Flag::TranslationUnsupported
            | Flag::SourceUnavailable
            | Flag::Nature(_) => None,
        })
        .collect();
    if reasons.is_empty() { None } else { Some(reasons.join("; ")) }
}

fn about_uncited(
    uncited: &UncitedQuotation,
    cited: &BTreeMap<QuotationId, &CheckedQuotation>,
) -> Option<Finding> {
    let about = match uncited.kind {
        UncitedKind::Heading | UncitedKind::Echo => {
            about_echo(uncited, cited.get(&uncited.echo_of?)?)?
        }
        UncitedKind::Uncited => {
            let text: String = uncited.quotation.text.chars().take(80).collect();
            let message = format!("no reference claims “{text}”");
            let hint = Some("add a reference, or drop the marks if it is no quotation".to_owned());
            finding(Rule::QuotationUncited, Some(uncited.quotation.position), message, hint)
        }
    };
    Some(Finding { quotation: Some(uncited.quotation.id), ..about })
}

/// Says what a heading or an echo repeats that the source of the cited quotation does not have.
fn about_echo(uncited: &UncitedQuotation, cited: &CheckedQuotation) -> Option<Finding> {
    let repeated = echoes::repeated(&uncited.quotation.text, cited)?;
    let id = cited.quotation.id;
    let message = match &repeated {
        Repeated::Altered(differences) => format!(
            "this repeats words of {id} that differ from the source: {}",
            differences_in_words(differences)
        ),
        Repeated::Absent => format!("this repeats words of {id}, which the source does not have"),
    };
    let hint = Some(format!("mend it together with {id}"));
    let about = finding(repeated.rule(), Some(uncited.quotation.position), message, hint);
    Some(Finding { level: Level::Warning, source: cited.source, ..about })
}
