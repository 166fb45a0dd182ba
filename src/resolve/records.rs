//! Says where works are looked up that are cited by an identifier, and reads the answers: the handle of a DOI and its
//! Crossref record, entries of arXiv and of `PubMed`. Opens no connection.
//!
//! Interfaces: <https://www.doi.org/the-identifier/resources/factsheets/doi-resolution-documentation>,
//! <https://www.crossref.org/documentation/retrieve-metadata/rest-api/>, <https://info.arxiv.org/help/api/user-manual.html>,
//! <https://www.ncbi.nlm.nih.gov/books/NBK25499/>.

mod answers;

use std::time::Duration;

use percent_encoding::percent_decode_str;
use url::Url;

use super::shorthand::explicit;
use crate::source::RegisteredWork;
use crate::target::Target;
use crate::text::identifiers::{IdentifierKind, identifiers_in};

/// About how many works one question asks at most: addresses stay short of 2,000 characters.
const BATCH: usize = 20;

/// Where identifiers are looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registries {
    /// The handle system's interface; a DOI is added to it.
    pub handles: Url,
    /// Crossref's works.
    pub crossref: Url,
    /// arXiv's interface for queries.
    pub arxiv: Url,
    /// The interface of `PubMed` for summaries.
    pub pubmed: Url,
}

impl Default for Registries {
    fn default() -> Self {
        let known = |address: &str| Url::parse(address).expect("it is a well-formed address");
        Self {
            handles: known("https://doi.org/api/handles/"),
            crossref: known("https://api.crossref.org/works"),
            arxiv: known("https://export.arxiv.org/api/query"),
            pubmed: known("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/esummary.fcgi"),
        }
    }
}

/// An identifier that a registry can be asked about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identifier {
    /// A digital object identifier, in lower case: case tells no two apart (ISO 26324).
    Doi(String),
    /// A preprint of arXiv, without its version.
    Arxiv(String),
    /// An entry of `PubMed`.
    Pmid(String),
}

impl Identifier {
    /// Reads the identifier that a page's address shows, as those do that references resolve to.
    #[must_use]
    pub fn of(address: &Url) -> Option<Self> {
        let path = percent_decode_str(address.path()).decode_utf8().ok()?;
        let path = path.trim_matches('/');
        let labelled = match address.host_str()? {
            "doi.org" | "dx.doi.org" | "www.doi.org" => path.to_owned(),
            "arxiv.org" | "www.arxiv.org" | "export.arxiv.org" => {
                let id = path.strip_prefix("abs/").or_else(|| path.strip_prefix("pdf/"))?;
                format!("arXiv:{}", id.trim_end_matches(".pdf"))
            }
            "pubmed.ncbi.nlm.nih.gov" => format!("PMID {path}"),
            _ => return None,
        };
        let found = identifiers_in(&labelled).into_iter().next()?;
        // What stands behind it makes the address one of something else.
        let value = found.value.ok().filter(|_| found.range.end == labelled.len())?;
        match found.kind {
            IdentifierKind::Doi => Some(Self::Doi(value.to_lowercase())),
            IdentifierKind::Arxiv => Some(Self::Arxiv(without_version(&value).to_owned())),
            IdentifierKind::Pmid => Some(Self::Pmid(value)),
            IdentifierKind::Pmcid
            | IdentifierKind::Isbn
            | IdentifierKind::Handle
            | IdentifierKind::Rfc
            | IdentifierKind::Urn => None,
        }
    }
}

/// `1706.03762` of `1706.03762v7`.
fn without_version(id: &str) -> &str {
    match id.rsplit_once('v') {
        Some((id, version)) if version.bytes().all(|b| b.is_ascii_digit()) => id,
        Some(_) | None => id,
    }
}

/// The registries. Closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Registry {
    /// The handle system, which knows every DOI, and not of what.
    Handles,
    /// Crossref, which knows the works of most DOIs.
    Crossref,
    /// arXiv.
    Arxiv,
    /// `PubMed`.
    Pubmed,
}

impl Registry {
    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Handles => "doi.org",
            Self::Crossref => "Crossref",
            Self::Arxiv => "arXiv",
            Self::Pubmed => "PubMed",
        }
    }

    /// Returns how long it wants to be left alone between two questions, by its terms of use.
    #[must_use]
    pub const fn pause(self) -> Duration {
        match self {
            Self::Handles => Duration::from_millis(100),
            Self::Crossref => Duration::from_millis(200),
            Self::Arxiv => Duration::from_secs(3),
            Self::Pubmed => Duration::from_millis(350),
        }
    }
}

/// One question to a registry.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whom it is for.
    pub registry: Registry,
    /// What to ask for.
    pub target: Target,
    /// The identifiers that it is about.
    pub about: Vec<Identifier>,
}

/// What a registry says of an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// It is registered.
    Known,
    /// It is registered for this work.
    Work(RegisteredWork),
    /// It is not registered: as the registry says it.
    Unknown(String),
}

impl Question {
    /// Reads the answer: what it says of the identifiers that it was asked about. It may say nothing of some.
    #[must_use]
    pub fn answers(&self, status: u16, body: &[u8]) -> Vec<(Identifier, Answered)> {
        let mut said = match self.registry {
            // What is not registered comes with status 404.
            Registry::Handles => answers::of_handle(&self.about, body),
            _ if status != 200 => Vec::new(),
            Registry::Crossref => answers::of_crossref(body),
            Registry::Arxiv => answers::of_arxiv(body),
            Registry::Pubmed => answers::of_pubmed(&self.about, body),
        };
        said.retain(|(identifier, _)| self.about.contains(identifier));
        said
    }
}

impl Registries {
    /// Returns the question whether a DOI is registered; `None` for other identifiers.
    #[must_use]
    pub fn is_registered(&self, identifier: &Identifier) -> Option<Question> {
        let Identifier::Doi(doi) = identifier else { return None };
        let mut url = self.handles.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(doi.split('/'));
        let about = vec![identifier.clone()];
        Some(Question { registry: Registry::Handles, target: explicit(url), about })
    }

    /// Returns the questions for which works identifiers are registered, several of a kind in one.
    #[must_use]
    pub fn works(&self, identifiers: &[Identifier]) -> Vec<Question> {
        let (mut dois, mut apart, mut arxiv, mut pubmed) = (vec![], vec![], vec![], vec![]);
        for identifier in identifiers {
            match identifier {
                // A comma separates the filters of one question.
                Identifier::Doi(doi) if doi.contains(',') => apart.push(identifier.clone()),
                Identifier::Doi(_) => dois.push(identifier.clone()),
                Identifier::Arxiv(_) => arxiv.push(identifier.clone()),
                Identifier::Pmid(_) => pubmed.push(identifier.clone()),
            }
        }
        let batches = |identifiers: &[Identifier], registry: Registry| -> Vec<Question> {
            let batches = identifiers.chunks(BATCH);
            batches.map(|about| self.question(registry, about.to_vec())).collect()
        };
        [
            batches(&dois, Registry::Crossref),
            apart.into_iter().filter_map(|doi| self.work_apart(doi)).collect(),
            batches(&arxiv, Registry::Arxiv),
            batches(&pubmed, Registry::Pubmed),
        ]
        .concat()
    }

    fn work_apart(&self, identifier: Identifier) -> Option<Question> {
        let Identifier::Doi(doi) = &identifier else { return None };
        let mut url = self.crossref.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(doi.split('/'));
        let target = explicit(url);
        Some(Question { registry: Registry::Crossref, target, about: vec![identifier] })
    }

    fn question(&self, registry: Registry, about: Vec<Identifier>) -> Question {
        let ids = |before: &str| {
            let ids = about.iter().map(|identifier| match identifier {
                Identifier::Doi(id) | Identifier::Arxiv(id) | Identifier::Pmid(id) => {
                    format!("{before}{id}")
                }
            });
            ids.collect::<Vec<_>>().join(",")
        };
        let most = BATCH.to_string();
        let (base, pairs) = match registry {
            Registry::Handles => (&self.handles, vec![]),
            Registry::Crossref => (&self.crossref, vec![("filter", ids("doi:")), ("rows", most)]),
            Registry::Arxiv => (&self.arxiv, vec![("id_list", ids("")), ("max_results", most)]),
            Registry::Pubmed => (
                &self.pubmed,
                vec![("db", "pubmed".to_owned()), ("retmode", "json".to_owned()), ("id", ids(""))],
            ),
        };
        let mut url = base.clone();
        url.query_pairs_mut().extend_pairs(pairs);
        Question { registry, target: explicit(url), about }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Option<Identifier> {
        Identifier::of(&Url::parse(address).unwrap())
    }

    fn asked(identifiers: &[Identifier]) -> Vec<String> {
        let questions = Registries::default().works(identifiers);
        questions.iter().map(|question| question.target.url().to_string()).collect()
    }

    #[test]
    fn identifiers_are_read_from_the_addresses_that_show_them() {
        let doi = Identifier::Doi("10.1000/abc".to_owned());
        assert_eq!(of("https://doi.org/10.1000/ABC"), Some(doi.clone()));
        assert_eq!(of("http://dx.doi.org/10.1000%2Fabc"), Some(doi));
        let arxiv = Identifier::Arxiv("1706.03762".to_owned());
        assert_eq!(of("https://arxiv.org/abs/1706.03762v7"), Some(arxiv.clone()));
        assert_eq!(of("https://arxiv.org/pdf/1706.03762.pdf"), Some(arxiv));
        let pmid = Identifier::Pmid("17151725".to_owned());
        assert_eq!(of("https://pubmed.ncbi.nlm.nih.gov/17151725/"), Some(pmid));
        for other in
            ["https://example.org/10.1000/182", "https://doi.org/", "https://arxiv.org/list/cs"]
        {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn registries_are_asked_at_their_addresses() {
        let doi = Identifier::Doi("10.1000/a#b?c".to_owned());
        let handle = Registries::default().is_registered(&doi).unwrap();
        assert_eq!(handle.target.url().as_str(), "https://doi.org/api/handles/10.1000/a%23b%3Fc");
        let (comma, pmid) =
            (Identifier::Doi("10.1000/a,b".to_owned()), Identifier::Pmid("17".to_owned()));
        let second = Identifier::Doi("10.1000/2".to_owned());
        let arxiv = Identifier::Arxiv("1706.03762".to_owned());
        assert_eq!(
            asked(&[doi, comma, arxiv, pmid, second]),
            [
                "https://api.crossref.org/works?filter=doi%3A10.1000%2Fa%23b%3Fc%2Cdoi%3A10.1000%2F2&rows=20",
                "https://api.crossref.org/works/10.1000/a,b",
                "https://export.arxiv.org/api/query?id_list=1706.03762&max_results=20",
                "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/esummary.fcgi?db=pubmed&retmode=json&id=17",
            ]
        );
    }

    #[test]
    fn many_identifiers_take_few_questions() {
        let many: Vec<Identifier> = (0..45).map(|n| Identifier::Pmid(n.to_string())).collect();
        assert_eq!(asked(&many).len(), 3);
        assert!(asked(&[]).is_empty());
    }
}
