//! Asks a machine translator that the user has named, one that speaks as `LibreTranslate` does, for the words of a text in
//! another language. What it answers is not trusted: it is read within limits, and what is no translation is an error.
//!
//! <https://libretranslate.com/docs/>

use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;
use url::Url;

use super::service::{Service, ServiceAnswer, ServiceError};
use crate::text::Language;

/// How much longer than a text its translation may be, in times its bytes, and how many bytes every one may have.
const MOST_TIMES: usize = 8;
const MOST_BYTES_MORE: usize = 1_000;
/// How much of what a translator says of a failure is repeated, in characters.
const MOST_SAID: usize = 120;

/// A machine translator.
pub struct Translator {
    service: Service,
    /// Where texts are sent, and where it says which languages it knows.
    translate: Url,
    languages: Url,
    key: Option<String>,
    known: OnceCell<Vec<Pair>>,
}

/// Why there is no translation. Never holds the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TranslatorError {
    /// It did not answer.
    #[error("{0}")]
    Silent(ServiceError),
    /// It answered with a status other than 200.
    #[error("status {status}{said}")]
    Refused {
        /// The status code.
        status: u16,
        /// What it said of the reason, after a colon; empty if it said nothing.
        said: String,
    },
    /// Its answer is not what translators answer.
    #[error("its answer is no translation: {0}")]
    Odd(String),
    /// It does not know one of the languages.
    #[error("it does not translate from `{from}` to `{to}`")]
    UnknownLanguage {
        /// The language of the text.
        from: Language,
        /// The language that was wanted.
        to: Language,
    },
}

impl TranslatorError {
    /// Tells whether the next text would fare no better.
    #[must_use]
    pub const fn is_lasting(&self) -> bool {
        match self {
            Self::Silent(_) | Self::Odd(_) => true,
            Self::Refused { status, .. } => !matches!(status, 400 | 413 | 414 | 422),
            Self::UnknownLanguage { .. } => false,
        }
    }
}

/// A language that a translator knows, and those into which it translates it; `None` for all.
struct Pair {
    code: String,
    targets: Option<Vec<String>>,
}

impl std::fmt::Debug for Translator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Translator").field("name", &self.name()).finish_non_exhaustive()
    }
}

impl Translator {
    /// Prepares to ask the translator at an address; opens no connection. `None` if the address is not one of HTTP.
    /// `translate` at its end may be left out.
    #[must_use]
    pub fn new(service: Service, address: &Url, key: Option<String>) -> Option<Self> {
        if !matches!(address.scheme(), "http" | "https") {
            return None;
        }
        let mut base = address.clone();
        base.set_query(None);
        base.set_fragment(None);
        if base.path().trim_end_matches('/').ends_with("/translate") {
            base.path_segments_mut().ok()?.pop_if_empty().pop();
        }
        let below = |name: &str| {
            let mut url = base.clone();
            url.path_segments_mut().ok()?.pop_if_empty().push(name);
            Some(url)
        };
        let (translate, languages) = (below("translate")?, below("languages")?);
        Some(Self { service, translate, languages, key, known: OnceCell::new() })
    }

    /// Returns its host, with the port if it is not the usual one: the address may hold a password.
    #[must_use]
    pub fn name(&self) -> String {
        let host = self.translate.host_str().unwrap_or_default();
        self.translate.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Translates a text. The first call asks which languages are known.
    ///
    /// # Errors
    ///
    /// When no answer comes, it is no translation, or a language is not known.
    pub async fn translate(
        &self,
        text: &str,
        from: Language,
        to: Language,
    ) -> Result<String, TranslatorError> {
        let known = self.known.get_or_try_init(|| self.ask_for_languages()).await?;
        let (source, target) =
            codes(known, from, to).ok_or(TranslatorError::UnknownLanguage { from, to })?;
        let api_key = self.key.as_deref();
        let question =
            Question { q: text, source: &source, target: &target, format: "text", api_key };
        let body = serde_json::to_vec(&question).map_err(|error| odd(&error.to_string()))?;
        let headers = [("content-type", "application/json"), ("accept", "application/json")];
        let answer = self.service.post(&self.translate, &headers, body).await;
        let answer: Answer = self.read(answer)?;
        let longest = text.len() * MOST_TIMES + MOST_BYTES_MORE;
        match answer.translated_text {
            translated if translated.trim().is_empty() => Err(odd("it is empty")),
            translated if translated.len() > longest => Err(odd("it is far longer than the text")),
            translated => Ok(translated),
        }
    }

    /// Asks which languages are known. A server that does not say is taken to know all.
    async fn ask_for_languages(&self) -> Result<Vec<Pair>, TranslatorError> {
        let answer = self.service.get(&self.languages, &[("accept", "application/json")]).await;
        match self.read::<Vec<Known>>(answer) {
            Ok(known) if known.is_empty() => Err(odd("it knows no language")),
            Ok(known) => Ok(known
                .into_iter()
                .map(|Known { code, targets }| Pair { code, targets })
                .collect()),
            Err(TranslatorError::Refused { status: 404 | 405, .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn read<T: for<'de> Deserialize<'de>>(
        &self,
        answer: Result<ServiceAnswer, ServiceError>,
    ) -> Result<T, TranslatorError> {
        let answer = answer.map_err(TranslatorError::Silent)?;
        if answer.status != 200 {
            let said = self.said(&answer.body);
            return Err(TranslatorError::Refused { status: answer.status, said });
        }
        serde_json::from_slice(&answer.body).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => odd("it is JSON of another form"),
            serde_json::error::Category::Io
            | serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof => odd("it is not JSON, or too long"),
        })
    }

    /// Returns what a translator says of a failure, after a colon. It may repeat the key: then it is not told.
    fn said(&self, body: &[u8]) -> String {
        let Ok(Failure { error }) = serde_json::from_slice(body) else { return String::new() };
        if self.key.as_ref().is_some_and(|key| error.contains(key.as_str())) {
            return String::new();
        }
        let said = error.chars().filter(|c| !c.is_control()).take(MOST_SAID);
        format!(": {}", said.collect::<String>())
    }
}

fn odd(why: &str) -> TranslatorError {
    TranslatorError::Odd(why.to_owned())
}

/// What is sent.
#[derive(Serialize)]
struct Question<'a> {
    q: &'a str,
    source: &'a str,
    target: &'a str,
    format: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<&'a str>,
}

/// What comes back.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "translatedText")]
    translated_text: String,
}

/// What comes back of a failure.
#[derive(Deserialize)]
struct Failure {
    error: String,
}

/// A language of the list.
#[derive(Deserialize)]
struct Known {
    code: String,
    targets: Option<Vec<String>>,
}

/// Chooses the names that a translator has for two languages: `zh` may be `zh-Hans` there.
fn codes(known: &[Pair], from: Language, to: Language) -> Option<(String, String)> {
    let is =
        |code: &str, language: Language| code.split(['-', '_']).next() == Some(language.code());
    if known.is_empty() {
        return Some((from.code().to_owned(), to.code().to_owned()));
    }
    known.iter().filter(|pair| is(&pair.code, from)).find_map(|pair| {
        let mut targets: Box<dyn Iterator<Item = &String>> = match &pair.targets {
            Some(targets) => Box::new(targets.iter()),
            None => Box::new(known.iter().map(|pair| &pair.code)),
        };
        Some((pair.code.clone(), targets.find(|code| is(code, to))?.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    fn translator(address: &str, key: Option<&str>) -> Option<Translator> {
        let service = Service::new(&Settings::default()).unwrap();
        Translator::new(service, &Url::parse(address).unwrap(), key.map(str::to_owned))
    }

    #[test]
    fn the_address_may_name_the_server_or_what_translates() {
        for (address, expected) in [
            ("http://localhost:5000", "http://localhost:5000/translate"),
            ("http://localhost:5000/", "http://localhost:5000/translate"),
            ("https://example.org/mt/translate", "https://example.org/mt/translate"),
            ("https://example.org/mt/translate/?x=1#y", "https://example.org/mt/translate"),
        ] {
            assert_eq!(translator(address, None).unwrap().translate.as_str(), expected);
        }
        assert!(translator("file:///etc/passwd", None).is_none());
    }

    #[test]
    fn neither_key_nor_password_is_shown() {
        let named = translator("https://anna:secret@example.org:8443/", Some("s3cr3t")).unwrap();
        assert_eq!(named.name(), "example.org:8443");
        assert!(
            !format!("{named:?}").contains("ecret") && !format!("{named:?}").contains("s3cr3t")
        );
        assert_eq!(named.said(br#"{"error": "bad key s3cr3t"}"#), "");
        assert_eq!(named.said(br#"{"error": "bad\nkey"}"#), ": badkey");
    }

    #[test]
    fn languages_are_found_under_longer_names() {
        let language = |tag| Language::from_tag(tag).unwrap();
        let pair = |code: &str, targets: Option<&[&str]>| Pair {
            code: code.to_owned(),
            targets: targets.map(|targets| targets.iter().map(|&code| code.to_owned()).collect()),
        };
        let known = [pair("fa", Some(&["ar", "en"])), pair("zh-Hans", None), pair("en", None)];
        let of = |from, to| codes(&known, language(from), language(to));
        assert_eq!(of("fa", "en"), Some(("fa".into(), "en".into())));
        assert_eq!(of("fa", "zh"), None);
        assert_eq!(of("zh", "en"), Some(("zh-Hans".into(), "en".into())));
        assert_eq!(of("en", "zh"), Some(("en".into(), "zh-Hans".into())));
        assert_eq!(of("ru", "en"), None);
        assert_eq!(codes(&[], language("ru"), language("en")), Some(("ru".into(), "en".into())));
    }
}
