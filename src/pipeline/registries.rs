//! Asks registries about the works that are cited by an identifier: whether it is registered, and for what.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;

use super::asking::{Asked, Asking};
use super::search::SearchedPage;
use super::{Event, stopped};
use crate::fetch::Fetcher;
use crate::fetched::Fetched;
use crate::report::Completion;
use crate::resolve::records::{Answered, Identifier, Question, Registries, Registry};
use crate::source::{Liveness, LivenessClass, Source};

/// Looks up the identifiers of a run, at all registries at once. What is found is noted at the pages.
pub(super) async fn look_up(
    pages: &mut [SearchedPage],
    registries: &Registries,
    fetcher: &Arc<impl Fetcher + Send + 'static>,
    on_event: &(dyn Fn(Event) + Sync),
    mut stop: watch::Receiver<bool>,
) -> Completion {
    let mut cited: BTreeMap<Identifier, Vec<usize>> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        if let Some(identifier) = Identifier::of(page.source.target.url()) {
            cited.entry(identifier).or_default().push(number);
        }
    }
    let asking = Asking::new(fetcher.as_ref());
    let mut asked: FuturesUnordered<_> = by_registry(&cited, pages, registries)
        .into_iter()
        .map(|(registry, questions)| ask_all(&asking, pause(registry, fetcher.as_ref()), questions))
        .collect();
    let mut answers = Vec::new();
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return Completion::Interrupted,
            said = asked.next() => match said {
                Some(said) => answers.extend(said),
                None => break,
            },
        }
    }
    drop(asked);
    // The registries end in any order; the report is the same.
    answers.sort_by(|(a, x), (b, y)| (a, rank(x)).cmp(&(b, rank(y))));
    for (identifier, said) in answers {
        for &number in &cited[&identifier] {
            note(&mut pages[number].source, said.clone());
        }
    }
    asking.tell(on_event);
    Completion::Finished
}

/// What is to be asked of each registry. A page that is there shows by itself that its identifier is registered.
fn by_registry(
    cited: &BTreeMap<Identifier, Vec<usize>>,
    pages: &[SearchedPage],
    registries: &Registries,
) -> BTreeMap<Registry, Vec<Question>> {
    let is_there = |number: &usize| pages[*number].source.liveness == Liveness::Live;
    let unseen = cited.iter().filter(|(_, pages)| !pages.iter().any(is_there));
    let identifiers: Vec<Identifier> = cited.keys().cloned().collect();
    let handles = unseen.filter_map(|(identifier, _)| registries.is_registered(identifier));
    let mut questions: BTreeMap<Registry, Vec<Question>> = BTreeMap::new();
    for question in handles.chain(registries.works(&identifiers)) {
        questions.entry(question.registry).or_default().push(question);
    }
    questions
}

/// A recording can be asked at any pace.
fn pause(registry: Registry, fetcher: &impl Fetcher) -> Duration {
    let is_polite = !fetcher.politeness(registry.name()).delay.is_zero();
    if is_polite { registry.pause() } else { Duration::ZERO }
}

/// Asks one registry one question after the other.
async fn ask_all(
    asking: &Asking<'_, impl Fetcher>,
    pause: Duration,
    questions: Vec<Question>,
) -> Vec<(Identifier, Answered)> {
    let mut said = Vec::new();
    for (number, question) in questions.iter().enumerate() {
        if number > 0 && !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        match asking.ask(&question.target, None).await {
            Asked::Answered(fetched) => {
                if let Fetched { outcome: Ok(answer), .. } = *fetched {
                    said.extend(question.answers(answer.status, &answer.body));
                }
            }
            Asked::NotRecorded => {}
            Asked::Silent(_) => break,
        }
    }
    said
}

const fn rank(said: &Answered) -> u8 {
    match said {
        Answered::Unknown(_) => 0,
        Answered::Known => 1,
        Answered::Work(_) => 2,
    }
}

/// Notes at a source what a registry says. That decides where the page itself could not be looked at.
fn note(source: &mut Source, said: Answered) {
    let is_unchecked = source.liveness.class() == LivenessClass::Unchecked;
    match said {
        Answered::Known if is_unchecked => source.reason.push_str("; the DOI is registered"),
        Answered::Unknown(why) if is_unchecked => {
            source.liveness = Liveness::Gone;
            source.reason = format!("{why}; {}", source.reason);
        }
        Answered::Work(work) => source.registered = Some(work),
        Answered::Known | Answered::Unknown(_) => {}
    }
}
