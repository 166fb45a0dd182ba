//! What is looked at together, and what was seen of it.

use std::collections::{BTreeMap, BTreeSet};

use citeaudit::observation::Look;

/// How many sources are looked at before what was seen is remembered: a run that is killed loses no more.
const BATCH: usize = 500;

/// Documents, each with those of its sources that are looked at together.
#[derive(Default)]
pub(super) struct Batch(BTreeMap<String, BTreeSet<String>>);

impl Batch {
    pub(super) fn documents(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    pub(super) fn sources(&self) -> BTreeSet<String> {
        self.0.values().flatten().cloned().collect()
    }

    /// Says of each source which documents it was looked at for, also of those that could not be read.
    pub(super) fn attribute(&self, look: &mut Look) {
        for seen in &mut look.observations {
            let citing = self.0.iter().filter(|(_, sources)| sources.contains(&seen.canonical));
            seen.documents.extend(citing.map(|(document, _)| document.clone()));
            seen.documents.sort_unstable();
            seen.documents.dedup();
        }
    }
}

/// Divides what is due: each source is in one batch, with all the documents that wait for it.
pub(super) fn batches(due: Vec<(String, Vec<String>)>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (document, sources) in due {
        for source in sources {
            let next = places.len() / BATCH;
            let place = *places.entry(source.clone()).or_insert(next);
            if place == batches.len() {
                batches.push(Batch::default());
            }
            batches[place].0.entry(document.clone()).or_default().insert(source);
        }
    }
    batches
}

/// Puts what was seen of documents the second time in the place of what was seen of them before; what was seen of others
/// on the same sources stays.
pub(super) fn join(look: &mut Look, again: Look) {
    for mut seen in again.observations {
        let known = look.observations.iter().position(|before| before.canonical == seen.canonical);
        if let Some(before) = known.map(|place| look.observations.swap_remove(place)) {
            let is_other = |document: &String| !seen.documents.contains(document);
            let others = before.quotations.into_iter().filter(|q| is_other(&q.document));
            let others: Vec<_> = others.collect();
            let documents: Vec<_> = before.documents.into_iter().filter(is_other).collect();
            seen.quotations.extend(others);
            seen.documents.extend(documents);
        }
        look.observations.push(seen);
    }
}

#[cfg(test)]
mod tests {
    use citeaudit::observation::{Observation, ObservedQuotation};
    use citeaudit::report::Verdict;
    use citeaudit::source::Liveness;
    use jiff::Timestamp;

    use super::*;

    fn seen(name: &str, quotations: &[(&str, Verdict)]) -> Observation {
        Observation {
            canonical: name.to_owned(),
            url: format!("https://{name}"),
            at: Timestamp::UNIX_EPOCH,
            liveness: Liveness::Live,
            reason: "status 200".to_owned(),
            final_url: None,
            moved: None,
            status: Some(200),
            sha256: None,
            fingerprint: None,
            archived_copy: None,
            documents: quotations.iter().map(|&(document, _)| document.to_owned()).collect(),
            quotations: quotations
                .iter()
                .map(|&(document, verdict)| ObservedQuotation {
                    document: document.to_owned(),
                    text: "It is done.".to_owned(),
                    verdict,
                    passage: None,
                    selector: None,
                    differences: Vec::new(),
                    elsewhere: None,
                })
                .collect(),
        }
    }

    #[test]
    fn each_source_is_in_one_batch_with_every_document_that_waits_for_it() {
        let names = |range: std::ops::Range<usize>| range.map(|n| format!("s{n:04}")).collect();
        let due = vec![
            ("a".to_owned(), names(0..1200)),
            ("b".to_owned(), names(499..501)),
            ("c".to_owned(), names(1199..1300)),
        ];
        let batches = batches(due);
        let sizes: Vec<usize> = batches.iter().map(|batch| batch.sources().len()).collect();
        assert_eq!(sizes, [500, 500, 300]);
        let documents: Vec<_> = batches.iter().map(Batch::documents).collect();
        assert_eq!(documents, [vec!["a", "b"], vec!["a", "b"], vec!["a", "c"]]);
        let mut all: Vec<String> = batches.iter().flat_map(Batch::sources).collect();
        all.sort_unstable();
        let wanted: Vec<String> = names(0..1300);
        assert_eq!(all, wanted);
    }

    #[test]
    fn a_look_counts_for_the_documents_that_waited_for_it_also_for_one_that_could_not_be_read() {
        let due = vec![
            ("a".to_owned(), vec!["s".to_owned()]),
            ("lost".to_owned(), vec!["s".to_owned(), "t".to_owned()]),
        ];
        let observations = vec![seen("s", &[("a", Verdict::Verbatim)]), seen("t", &[])];
        let mut look = Look { documents: Vec::new(), observations };
        batches(due)[0].attribute(&mut look);
        assert_eq!(look.observations[0].documents, ["a", "lost"]);
        assert_eq!(look.observations[1].documents, ["lost"]);
    }

    #[test]
    fn a_second_look_for_one_document_leaves_what_was_seen_for_another() {
        let first = seen(
            "s",
            &[("a", Verdict::Absent), ("b", Verdict::Altered(citeaudit::report::Severity::Major))],
        );
        let mut look = Look { documents: Vec::new(), observations: vec![first, seen("t", &[])] };
        let again =
            vec![seen("s", &[("a", Verdict::Elsewhere)]), seen("u", &[("a", Verdict::Verbatim)])];
        join(&mut look, Look { documents: Vec::new(), observations: again });
        look.observations.sort_by(|a, b| a.canonical.cmp(&b.canonical));
        let names: Vec<&str> =
            look.observations.iter().map(|seen| seen.canonical.as_str()).collect();
        assert_eq!(names, ["s", "t", "u"]);
        let said: Vec<_> = look.observations[0]
            .quotations
            .iter()
            .map(|q| (q.document.as_str(), q.verdict.name()))
            .collect();
        assert_eq!(said, [("a", "elsewhere"), ("b", "altered")]);
        assert_eq!(look.observations[0].documents, ["a", "b"]);
    }
}
