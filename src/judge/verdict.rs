//! The verdict table: from what was found for a quotation to what is said of it.

use std::collections::BTreeSet;

use crate::citation::{Oddity, Quotation};
use crate::evidence::{
    Difference, EditKind, Flag, Folding, QuotationEvidence, QuotationMatch, Search, Sighting,
    Support, Translation,
};
use crate::report::{CheckedQuotation, FoundIn, Severity, Verdict};
use crate::source::{LivenessClass, Source, SourceId};

/// Passes the verdict on one quotation. `cited` are the sources that vouch for it, in order; `None` for a reference that
/// leads nowhere.
pub(super) fn verdict(
    quotation: &Quotation,
    found: &QuotationEvidence,
    cited: &[Option<&Source>],
) -> CheckedQuotation {
    let mut checked = decide(quotation, found, cited);
    if checked.found_in == Some(FoundIn::Archive) {
        let on_page = QuotationEvidence { archived: Vec::new(), ..found.clone() };
        checked.on_page = Some(Box::new(decide(quotation, &on_page, cited)));
    }
    if !quotation.oddities.is_empty() && quotation.oddities.contains(&Oddity::Unclosed) {
        checked.flags.insert(Flag::UnclosedQuotation);
    }
    checked
}

fn decide(
    quotation: &Quotation,
    found: &QuotationEvidence,
    cited: &[Option<&Source>],
) -> CheckedQuotation {
    if !quotation.text.chars().any(char::is_alphanumeric) {
        return unverifiable(quotation, None, "there are no words between the marks".to_owned());
    }
    let best = best_match(&found.cited);
    if let Some((source, matched)) = best
        && matched.differences.is_empty()
    {
        return matched_verdict(quotation, source, matched, FoundIn::Live);
    }
    let in_copy = best_match(&found.archived);
    if let Some((source, matched)) = in_copy
        && matched.differences.is_empty()
    {
        return matched_verdict(quotation, source, matched, FoundIn::Archive);
    }
    let elsewhere = found.elsewhere.iter().find_map(|sighting| match &sighting.search {
        Search::Found(matched) => Some((sighting.source, matched.as_ref())),
        Search::NotFound(_) | Search::OtherLanguage(_) => None,
    });
    match (best, elsewhere) {
        (Some((source, matched)), None) => {
            matched_verdict(quotation, source, matched, FoundIn::Live)
        }
        (Some((source, matched)), Some(_)) if severity(&matched.differences) == Severity::Minor => {
            matched_verdict(quotation, source, matched, FoundIn::Live)
        }
        (_, Some((source, matched))) => {
            let mut checked = matched_verdict(quotation, source, matched, FoundIn::Elsewhere);
            checked.verdict = Verdict::Elsewhere;
            checked
        }
        (None, None) => match in_copy {
            Some((source, matched)) => {
                matched_verdict(quotation, source, matched, FoundIn::Archive)
            }
            None => not_matched(quotation, found, cited),
        },
    }
}

/// The match with the fewest differences; the first cited source wins a tie.
fn best_match(sightings: &[Sighting]) -> Option<(SourceId, &QuotationMatch)> {
    sightings
        .iter()
        .filter_map(|sighting| match &sighting.search {
            Search::Found(matched) => Some((sighting.source, matched.as_ref())),
            Search::NotFound(_) | Search::OtherLanguage(_) => None,
        })
        .min_by_key(|(_, matched)| (matched.differences.len(), matched.edits.len()))
}

fn matched_verdict(
    quotation: &Quotation,
    source: SourceId,
    matched: &QuotationMatch,
    found_in: FoundIn,
) -> CheckedQuotation {
    let verdict = if !matched.differences.is_empty() {
        Verdict::Altered(severity(&matched.differences))
    } else if matched.edits.iter().all(|edit| edit.kind == EditKind::NoteMark)
        && matched.folding <= Folding::Compatibility
    {
        Verdict::Verbatim
    } else {
        Verdict::Edited
    };
    let mut flags = matched.flags.clone();
    if found_in == FoundIn::Archive {
        flags.insert(Flag::Archive);
    }
    CheckedQuotation {
        quotation: quotation.clone(),
        verdict,
        source: Some(source),
        found_in: Some(found_in),
        flags,
        matched: Some(matched.clone()),
        translation: None,
        reason: None,
        on_page: None,
    }
}

/// The gravest of the differences.
fn severity(differences: &[Difference]) -> Severity {
    if differences.iter().all(|difference| difference.nature.is_minor()) {
        Severity::Minor
    } else {
        Severity::Major
    }
}

/// No passage is the quotation: absent only if every cited source was read whole, in the quotation's language.
fn not_matched(
    quotation: &Quotation,
    found: &QuotationEvidence,
    cited: &[Option<&Source>],
) -> CheckedQuotation {
    let translation = |found_in, sightings: &'_ [Sighting]| {
        sightings.iter().find_map(|sighting| match &sighting.search {
            Search::OtherLanguage(translation) => {
                Some((found_in, sighting.source, translation.clone()))
            }
            Search::Found(_) | Search::NotFound(_) => None,
        })
    };
    let translation = translation(FoundIn::Live, &found.cited)
        .or_else(|| translation(FoundIn::Archive, &found.archived));
    if let Some((found_in, source, translation)) = translation {
        let mut checked = CheckedQuotation {
            verdict: Verdict::Translated,
            source: Some(source),
            reason: translation.reason.clone(),
            translation: Some((*translation).clone()),
            ..bare(quotation)
        };
        if found_in == FoundIn::Archive {
            checked.found_in = Some(found_in);
            checked.flags.insert(Flag::Archive);
        }
        if is_unsupported(&translation) && why_unverifiable(found, cited).is_none() {
            checked.verdict = Verdict::Absent;
            checked.flags.insert(Flag::TranslationUnsupported);
        }
        return checked;
    }
    let nearest = found.cited.iter().find_map(|sighting| match &sighting.search {
        Search::NotFound(nearest) => {
            nearest.as_ref().map(|nearest| (sighting.source, nearest.as_ref().clone()))
        }
        Search::Found(_) | Search::OtherLanguage(_) => None,
    });
    if let Some((source, reason)) = why_unverifiable(found, cited) {
        let mut checked = unverifiable(quotation, source, reason);
        checked.matched = nearest.map(|(_, nearest)| nearest);
        if source.is_some() {
            checked.flags.insert(Flag::SourceUnavailable);
        }
        return checked;
    }
    let source = nearest
        .as_ref()
        .map(|(source, _)| *source)
        .or_else(|| found.cited.first().map(|sighting| sighting.source));
    CheckedQuotation {
        verdict: Verdict::Absent,
        source,
        matched: nearest.map(|(_, nearest)| nearest),
        ..bare(quotation)
    }
}

/// Tells whether a page in another language cannot be where a quotation is from. Sense alone never says so: a free
/// translation may lie far off, and then the quotation stays one whose passage was not found. But where a page that was
/// read whole has nothing near in sense, and has none of the numbers and names either, two at least, which every
/// translation keeps, two witnesses that know nothing of each other say the same: it is absent, as in the page's own
/// language.
const fn is_unsupported(translation: &Translation) -> bool {
    matches!(translation.support, Support::None)
        && translation.anchors_agree.is_empty()
        && translation.anchors_missing.len() >= 2
}

/// Why "not found" cannot be said: a source that leads nowhere, was not read, or not whole.
fn why_unverifiable(
    found: &QuotationEvidence,
    cited: &[Option<&Source>],
) -> Option<(Option<SourceId>, String)> {
    if cited.is_empty() {
        return Some((None, "the citation names no source".to_owned()));
    }
    for source in cited {
        let Some(source) = source else {
            return Some((None, "the reference leads to no page".to_owned()));
        };
        let was_read = found.cited.iter().any(|sighting| sighting.source == source.id);
        if !was_read {
            let state = match source.liveness.class() {
                LivenessClass::Live => "its text could not be read",
                LivenessClass::Dead => "the page is gone",
                LivenessClass::Unchecked => "the page could not be checked",
            };
            let lacks = lacking_copy(found, source);
            return Some((Some(source.id), format!("{state}: {}{lacks}", source.reason)));
        }
        if let Some(gap) = source.coverage.gaps().first() {
            return Some((
                Some(source.id),
                format!("the page was not read whole: {}", gap.words()),
            ));
        }
    }
    None
}

/// Says of an archived copy that it lacks the quotation, too.
fn lacking_copy(found: &QuotationEvidence, source: &Source) -> String {
    let lacks = found.archived.iter().any(|sighting| {
        sighting.source == source.id && matches!(sighting.search, Search::NotFound(_))
    });
    match source.archived_copy.as_ref().filter(|_| lacks) {
        Some(copy) => {
            format!("; its copy of {} has no such passage", copy.at.strftime("%Y-%m-%d"))
        }
        None => String::new(),
    }
}

fn unverifiable(
    quotation: &Quotation,
    source: Option<SourceId>,
    reason: String,
) -> CheckedQuotation {
    CheckedQuotation {
        verdict: Verdict::Unverifiable,
        source,
        reason: Some(reason),
        ..bare(quotation)
    }
}

fn bare(quotation: &Quotation) -> CheckedQuotation {
    CheckedQuotation {
        quotation: quotation.clone(),
        verdict: Verdict::Unverifiable,
        source: None,
        found_in: None,
        flags: BTreeSet::new(),
        matched: None,
        translation: None,
        reason: None,
        on_page: None,
    }
}
