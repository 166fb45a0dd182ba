//! Reads what registries answer. What cannot be read says nothing.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use serde_json::Value;

use super::{Answered, Identifier, Registry, without_version};
use crate::source::RegisteredWork;

type Said = Vec<(Identifier, Answered)>;

/// Reads what the handle system says of the one DOI that it was asked about.
pub(super) fn of_handle(about: &[Identifier], body: &[u8]) -> Said {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = match answer["responseCode"].as_u64() {
        Some(1) => Answered::Known,
        Some(100) => Answered::Unknown("the DOI is not registered".to_owned()),
        // 2: an error of the system; 200: a handle without values.
        Some(_) | None => return Vec::new(),
    };
    about.first().map(|doi| (doi.clone(), said)).into_iter().collect()
}

/// Reads one Crossref record, or a list of them. It does not know the DOIs of other agencies, so that one that it leaves
/// out may well be registered.
pub(super) fn of_crossref(body: &[u8]) -> Said {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = &answer["message"];
    let works = message["items"].as_array().map_or(std::slice::from_ref(message), Vec::as_slice);
    works.iter().filter_map(crossref_work).collect()
}

fn crossref_work(work: &Value) -> Option<(Identifier, Answered)> {
    let list = |key: &str| work[key].as_array().into_iter().flatten();
    let title = list("title").find_map(Value::as_str)?;
    let mut years: Vec<i64> = ["issued", "published-print", "published-online", "posted"]
        .iter()
        .filter_map(|key| work[key]["date-parts"][0][0].as_i64())
        .collect();
    years.sort_unstable();
    years.dedup();
    let name = |author: &Value| {
        author["family"].as_str().or_else(|| author["name"].as_str()).map(str::to_owned)
    };
    let authors = list("author").chain(list("editor")).filter_map(name).collect();
    let work_of = RegisteredWork {
        registry: Registry::Crossref.name(),
        title: spaced(title),
        authors,
        years,
    };
    Some((Identifier::Doi(work["DOI"].as_str()?.to_lowercase()), Answered::Work(work_of)))
}

/// Reads summaries of `PubMed`.
pub(super) fn of_pubmed(about: &[Identifier], body: &[u8]) -> Said {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = about.iter().filter_map(|identifier| {
        let Identifier::Pmid(id) = identifier else { return None };
        Some((identifier.clone(), pubmed_work(&answer["result"][id])?))
    });
    said.collect()
}

fn pubmed_work(work: &Value) -> Option<Answered> {
    if let Some(error) = work["error"].as_str() {
        return Some(Answered::Unknown(format!("PubMed says \"{}\"", spaced(error))));
    }
    let title = work["title"].as_str().filter(|title| !title.is_empty())?;
    // "Smith JA": the family name and initials.
    let family = |author: &Value| {
        let name = author["name"].as_str()?;
        Some(name.rsplit_once(' ').map_or(name, |(family, _)| family).to_owned())
    };
    let years =
        ["pubdate", "epubdate"].iter().filter_map(|key| work[key].as_str()?.get(..4)?.parse().ok());
    Some(Answered::Work(RegisteredWork {
        registry: Registry::Pubmed.name(),
        title: spaced(title.trim_end_matches('.')),
        authors: work["authors"].as_array().into_iter().flatten().filter_map(family).collect(),
        years: years.collect(),
    }))
}

/// What has been read of one entry of a feed.
#[derive(Default)]
struct Entry {
    id: String,
    title: String,
    names: Vec<String>,
    dates: Vec<String>,
}

/// Reads the entries of an Atom feed of arXiv. It leaves out what it does not know, and what it could not look up.
pub(super) fn of_arxiv(body: &[u8]) -> Said {
    let mut reader = Reader::from_reader(body);
    let (mut path, mut entry, mut said) = (Vec::new(), Entry::default(), Vec::new());
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start)) => {
                let name = start.local_name().into_inner().to_owned();
                match name.as_str() {
                    "entry" => entry = Entry::default(),
                    "name" => entry.names.push(String::new()),
                    "published" | "updated" => entry.dates.push(String::new()),
                    _ => {}
                }
                path.push(name);
            }
            Ok(Event::End(end)) => {
                path.pop();
                if end.local_name().into_inner() == "entry" {
                    said.extend(std::mem::take(&mut entry).work());
                }
            }
            Ok(Event::Text(text)) => entry.add(&path, &text.xml10_content()),
            Ok(Event::GeneralRef(name)) => {
                entry.add(&path, &unescape(&format!("&{};", &*name)).unwrap_or_default());
            }
            Ok(Event::Eof) | Err(_) => return said,
            Ok(_) => {}
        }
        buffer.clear();
    }
}

impl Entry {
    /// Adds text that stands at a path of elements. What stands outside entries goes the way of the one before.
    fn add(&mut self, path: &[String], text: &str) {
        let place = match path.last().map(String::as_str) {
            Some("id") => &mut self.id,
            Some("title") => &mut self.title,
            Some("name") => match self.names.last_mut() {
                Some(name) => name,
                None => return,
            },
            Some("published" | "updated") => match self.dates.last_mut() {
                Some(date) => date,
                None => return,
            },
            Some(_) | None => return,
        };
        place.push_str(text);
    }

    /// `http://arxiv.org/abs/1706.03762v7`.
    fn work(self) -> Option<(Identifier, Answered)> {
        let (_, id) = self.id.trim().rsplit_once("/abs/")?;
        let family = |name: &String| name.split_whitespace().next_back().map(str::to_owned);
        let year = |date: &String| date.trim().get(..4)?.parse().ok();
        let work = RegisteredWork {
            registry: Registry::Arxiv.name(),
            title: spaced(&self.title),
            authors: self.names.iter().filter_map(family).collect(),
            years: self.dates.iter().filter_map(year).collect(),
        };
        Some((Identifier::Arxiv(without_version(id).to_owned()), Answered::Work(work)))
    }
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;
    use crate::resolve::records::{Question, Registries};
    use crate::resolve::shorthand::explicit;

    fn question(registry: Registry, about: &[Identifier]) -> Question {
        let target = explicit(Url::parse("http://registry.example/").unwrap());
        Question { registry, target, about: about.to_vec() }
    }

    fn work(registry: Registry, title: &str, authors: &[&str], years: &[i64]) -> Answered {
        let authors = authors.iter().map(|name| (*name).to_owned()).collect();
        Answered::Work(RegisteredWork {
            registry: registry.name(),
            title: title.to_owned(),
            authors,
            years: years.to_vec(),
        })
    }

    #[test]
    fn the_handle_system_tells_what_is_registered() {
        let doi = Identifier::Doi("10.1000/182".to_owned());
        let question = question(Registry::Handles, std::slice::from_ref(&doi));
        let read = |status, body: &str| question.answers(status, body.as_bytes());
        assert_eq!(read(200, r#"{"responseCode":1}"#), [(doi.clone(), Answered::Known)]);
        let unknown = Answered::Unknown("the DOI is not registered".to_owned());
        assert_eq!(read(404, r#"{"responseCode":100}"#), [(doi, unknown)]);
        assert_eq!(read(500, r#"{"responseCode":2}"#), []);
        assert_eq!(read(200, "<html>"), []);
    }

    #[test]
    fn records_of_crossref_are_read_alone_and_in_lists() {
        let ids = ["10.1000/182", "10.1000/183"].map(|id| Identifier::Doi(id.to_owned()));
        let question = question(Registry::Crossref, &ids);
        let first = r#"{"DOI":"10.1000/182","title":["Ice in\n the strait"],"author":[{"given":"A","family":"Lind"},
            {"name":"The Survey"}],"issued":{"date-parts":[[2021,3]]},"published-print":{"date-parts":[[2022]]}}"#;
        let expected = (
            ids[0].clone(),
            work(Registry::Crossref, "Ice in the strait", &["Lind", "The Survey"], &[2021, 2022]),
        );
        let alone = format!(r#"{{"message":{first}}}"#);
        assert_eq!(question.answers(200, alone.as_bytes()), std::slice::from_ref(&expected));
        let others =
            r#"{"DOI":"10.1000/183","title":[]},{"DOI":"10.1000/999","title":["Not asked for"]}"#;
        let list = format!(r#"{{"message":{{"items":[{first},{others}]}}}}"#);
        assert_eq!(question.answers(200, list.as_bytes()), [expected]);
        assert_eq!(question.answers(404, alone.as_bytes()), []);
    }

    #[test]
    fn summaries_of_pubmed_are_read() {
        let ids = ["17", "18", "19"].map(|id| Identifier::Pmid(id.to_owned()));
        let question = question(Registry::Pubmed, &ids);
        let body = r#"{"result":{"uids":["17","18"],
            "17":{"title":"Ice in the strait.","authors":[{"name":"Lind A"}],"pubdate":"2021 Mar"},
            "18":{"uid":"18","error":"cannot get document summary"}}}"#;
        let said = question.answers(200, body.as_bytes());
        assert_eq!(
            said[0],
            (ids[0].clone(), work(Registry::Pubmed, "Ice in the strait", &["Lind"], &[2021]))
        );
        let unknown = Answered::Unknown("PubMed says \"cannot get document summary\"".to_owned());
        assert_eq!(said[1..], [(ids[1].clone(), unknown)]);
    }

    #[test]
    fn a_feed_of_arxiv_is_read() {
        let ids = ["1706.03762", "hep-th/9901001"].map(|id| Identifier::Arxiv(id.to_owned()));
        let question = question(Registry::Arxiv, &ids);
        let body = "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>Query</title><id>q</id>\
            <entry><id>http://arxiv.org/abs/hep-th/9901001v2</id><published>1999-01-01T00:00:00Z</published>\
            <title>Snow &amp; ice</title><author><name>C. Berg</name></author></entry>\
            <entry><id>http://arxiv.org/abs/1706.03762v7</id><published>2017-06-12T00:00:00Z</published>\
            <title>Ice\n  in the strait</title><author><name>Anna Lind</name></author><author><name>B. Holm</name></author>\
            </entry></feed>";
        assert_eq!(
            question.answers(200, body.as_bytes()),
            [
                (ids[1].clone(), work(Registry::Arxiv, "Snow & ice", &["Berg"], &[1999])),
                (
                    ids[0].clone(),
                    work(Registry::Arxiv, "Ice in the strait", &["Lind", "Holm"], &[2017])
                ),
            ]
        );
        assert_eq!(question.answers(200, b"<feed><title>Query</title></feed>"), []);
    }

    proptest! {
        #[test]
        fn any_answer_is_read(body in "\\PC{0,120}", status in 200_u16..600) {
            let ids = [
                Identifier::Doi("10.1000/182".to_owned()),
                Identifier::Arxiv("1706.03762".to_owned()),
                Identifier::Pmid("17".to_owned()),
            ];
            let registries = Registries::default();
            for asked in registries.works(&ids).into_iter().chain(registries.is_registered(&ids[0])) {
                let _ = asked.answers(status, body.as_bytes());
            }
        }
    }
}
