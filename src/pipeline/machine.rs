//! Has passages translated by machine, where the user has named a translator: one text at a time, within limits for the
//! run. A translator that does not answer as it should is asked no more, and the run goes on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::search::SearchedPage;
use super::{Event, stopped};
use crate::document::Document;
use crate::evidence::Search;
use crate::fetch::{Translator, TranslatorError};
use crate::locate::{Excerpt, Quotations};
use crate::report::Completion;
use crate::text::Language;

/// A machine translator, and how much it is asked.
#[derive(Debug, Clone)]
pub struct TranslatorSettings {
    /// The translator.
    pub translator: Arc<Translator>,
    /// How many texts it is given in one run at most, each of up to 1.8 kB. Default: 200.
    pub most_texts: usize,
    /// How long it may take for all of them. Default: 10 minutes.
    pub most_time: Duration,
}

impl TranslatorSettings {
    /// Asks a translator within the default limits.
    #[must_use]
    pub fn new(translator: Translator) -> Self {
        Self {
            translator: Arc::new(translator),
            most_texts: 200,
            most_time: Duration::from_mins(10),
        }
    }
}

/// What is to be translated of a page, and for which quotation.
#[derive(Debug, Clone)]
pub(super) struct PlannedTranslation {
    quotation: usize,
    from: Language,
    to: Language,
    excerpt: Excerpt,
}

/// Chooses what to translate of a page for those quotations that are in another language.
pub(super) fn planned(
    page: &Document,
    searches: &[(usize, Search)],
    quotations: &Quotations,
) -> Vec<PlannedTranslation> {
    let planned = searches.iter().filter_map(|(number, search)| {
        let Search::OtherLanguage(translation) = search else { return None };
        Some(PlannedTranslation {
            quotation: *number,
            from: translation.page_language?,
            to: quotations.language(*number)?,
            excerpt: Excerpt::of(page, translation),
        })
    });
    planned.collect()
}

/// Has translated what was planned for the pages of a run, and notes with each quotation what came of it.
pub(super) async fn translate_pages(
    pages: &mut [SearchedPage],
    quotations: &Arc<Quotations>,
    settings: &TranslatorSettings,
    on_event: &(dyn Fn(Event) + Sync),
    mut stop: watch::Receiver<bool>,
) -> Completion {
    let mut asking = Asking::new(settings);
    for page in pages {
        for planned in std::mem::take(&mut page.translations) {
            // Where the publisher has the words, nobody needs a machine's.
            if !wants_more(page, planned.quotation) {
                continue;
            }
            let translated = tokio::select! {
                biased;
                () = stopped(&mut stop) => return Completion::Interrupted,
                translated = asking.translate(&planned) => translated,
            };
            let name = settings.translator.name();
            note(page, planned, translated, quotations, &name).await;
        }
    }
    if let Some(trouble) = asking.trouble {
        on_event(Event::ServiceTrouble { service: settings.translator.name(), trouble });
    }
    Completion::Finished
}

/// What goes on from text to text.
struct Asking<'a> {
    settings: &'a TranslatorSettings,
    began: Instant,
    texts: usize,
    /// Why it is asked no more.
    trouble: Option<String>,
    /// Texts of the run that were translated: quotations of one page share its sentences.
    known: BTreeMap<(Language, Language, String), String>,
}

impl<'a> Asking<'a> {
    fn new(settings: &'a TranslatorSettings) -> Self {
        let began = Instant::now();
        Self { settings, began, texts: 0, trouble: None, known: BTreeMap::new() }
    }

    /// Has all parts of an excerpt translated, or says why not.
    async fn translate(&mut self, planned: &PlannedTranslation) -> Result<Vec<String>, String> {
        let mut translated = Vec::new();
        for part in planned.excerpt.parts() {
            let key = (planned.from, planned.to, part);
            if let Some(known) = self.known.get(&key) {
                translated.push(known.clone());
                continue;
            }
            let answer = self.ask(&key.2, planned.from, planned.to).await?;
            self.known.insert(key, answer.clone());
            translated.push(answer);
        }
        Ok(translated)
    }

    async fn ask(&mut self, text: &str, from: Language, to: Language) -> Result<String, String> {
        let TranslatorSettings { translator, most_texts, most_time } = self.settings;
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        if self.texts >= *most_texts {
            return Err(format!(
                "{most_texts} texts before it were translated, which is the limit"
            ));
        }
        let left = most_time.saturating_sub(self.began.elapsed());
        self.texts += 1;
        let answer = tokio::time::timeout(left, translator.translate(text, from, to)).await;
        answer
            .map_err(|_| {
                self.lasting(format!("it took more than {} s in all", most_time.as_secs()))
            })?
            .map_err(|error: TranslatorError| {
                if error.is_lasting() { self.lasting(error.to_string()) } else { error.to_string() }
            })
    }

    fn lasting(&mut self, trouble: String) -> String {
        self.trouble = Some(trouble.clone());
        trouble
    }
}

fn wants_more(page: &SearchedPage, quotation: usize) -> bool {
    let searches = page.located.iter().flat_map(|located| &located.cited);
    searches.filter(|(number, _)| *number == quotation).any(|(_, search)| match search {
        Search::OtherLanguage(translation) => translation.edition.is_none(),
        Search::Found(_) | Search::NotFound(_) => false,
    })
}

/// Notes what came of a translation with its quotation.
async fn note(
    page: &mut SearchedPage,
    planned: PlannedTranslation,
    translated: Result<Vec<String>, String>,
    quotations: &Arc<Quotations>,
    translator: &str,
) {
    let PlannedTranslation { quotation, excerpt, .. } = planned;
    let searches = page.located.iter_mut().flat_map(|located| &mut located.cited);
    for (number, search) in searches {
        let Search::OtherLanguage(translation) = search else { continue };
        if *number != quotation {
            continue;
        }
        let parts = match &translated {
            Ok(parts) => parts.clone(),
            Err(trouble) => {
                let why = format!("{translator} did not translate it: {trouble}");
                let known = translation.reason.take().map(|known| format!("{known}; {why}"));
                translation.reason = Some(known.unwrap_or(why));
                continue;
            }
        };
        // Comparing is work for a processor. If our own code fails on it, the translation says nothing.
        let (quotations, mut compared) = (Arc::clone(quotations), translation.clone());
        let (excerpt, name) = (excerpt.clone(), translator.to_owned());
        let comparing = tokio::task::spawn_blocking(move || {
            excerpt.translated(&parts).compare(&quotations, quotation, &name, &mut compared);
            compared
        });
        if let Ok(compared) = comparing.await {
            *translation = compared;
        }
    }
}
