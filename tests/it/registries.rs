//! Identifiers, from a server on 127.0.0.1 that answers for the registries: whether they are registered, and for what.

use serde_json::Value;

use crate::classes::{html, report, run};
use crate::http::{Act, Server, page};

const DOCUMENT: &str = "\
The ice was surveyed.[^1] Bread was dear.[^2] Nobody knows this.[^3] A preprint says so.[^4] It is there.[^5]

[^1]: A. Lind, Sea ice in the northern strait: a survey, 2021, http://doi.org/10.1000/ice
[^2]: M. Berg, Bread and the price of wheat in coastal towns, 2021, http://doi.org/10.1000/ice2
[^3]: A. Holm, On things that were never printed anywhere, 2020, http://doi.org/10.1000/none
[^4]: A. Lind, Sea ice in the northern strait: a survey, 2012, http://arxiv.org/abs/2106.00001
[^5]: A. Lind, Sea ice in the northern strait: a survey, 2021, http://doi.org/10.1000/there
";

fn answer(path: &str) -> Act {
    let json = |status: &str, body: &str| {
        page(status, "Content-Type: application/json\r\n", body.as_bytes())
    };
    let work = |doi: &str| {
        format!(
            r#"{{"DOI":"{doi}","title":["Sea ice in the northern strait: a survey"],"author":[{{"family":"Lind"}}],
                "issued":{{"date-parts":[[2021]]}}}}"#
        )
    };
    let feed = "<feed><entry><id>http://arxiv.org/abs/2106.00001v1</id><title>Sea ice in the northern strait: a survey</title>\
        <author><name>A. Lind</name></author><published>2021-06-01T00:00:00Z</published></entry></feed>";
    match path {
        "/handles/10.1000/none" => json("404 Not Found", r#"{"responseCode":100}"#),
        _ if path.starts_with("/handles/") => json("200 OK", r#"{"responseCode":1}"#),
        _ if path.starts_with("/works?") => {
            let works = ["10.1000/ice", "10.1000/ice2", "10.1000/there"].map(work).join(",");
            json("200 OK", &format!(r#"{{"message":{{"items":[{works}]}}}}"#))
        }
        _ if path.starts_with("/arxiv?id_list=2106.00001") => html("200 OK", "", feed),
        "/10.1000/there" => {
            html("200 OK", "", &format!("<p>{}", "The ice was surveyed. ".repeat(40)))
        }
        // The publisher lets no program in.
        _ => {
            html("403 Forbidden", "cf-mitigated: challenge\r\n", "<title>Just a moment...</title>")
        }
    }
}

fn told(report: &Value) -> Vec<(&str, &str)> {
    let findings = report["documents"][0]["findings"].as_array().unwrap();
    let of_rule = findings.iter().filter(|finding| finding["rule"] == "identifier-mismatch");
    of_rule
        .map(|finding| (finding["note"].as_str().unwrap(), finding["message"].as_str().unwrap()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn identifiers_are_held_against_what_is_registered() {
    let server = Server::start(|path, _| answer(path)).await;
    let report = report(&server, DOCUMENT, &["--no-archive"]).await;
    let sources = report["sources"].as_array().unwrap();
    let liveness: Vec<&str> =
        sources.iter().map(|source| source["liveness"].as_str().unwrap()).collect();
    assert_eq!(liveness, ["blocked", "blocked", "gone", "blocked", "live"]);
    assert!(sources[0]["reason"].as_str().unwrap().ends_with("; the DOI is registered"));
    assert!(sources[2]["reason"].as_str().unwrap().starts_with("the DOI is not registered; "));
    assert_eq!(sources[0]["registered"]["authors"], serde_json::json!(["Lind"]));
    assert_eq!(
        told(&report),
        [
            (
                "2",
                "the reference describes another work: Crossref has “Sea ice in the northern strait: a survey” by Lind, 2021"
            ),
            ("4", "the reference says 2012; arXiv says 2021"),
        ]
    );
    let asked = server.requests();
    let handles = asked.iter().filter(|path| path.starts_with("GET /handles/")).count();
    assert_eq!(handles, 3, "a page that is there shows that its DOI is registered: {asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_fails_is_told_and_takes_nothing_from_the_report() {
    let server = Server::start(|path, _| match path {
        _ if path.starts_with("/handles/") || path.starts_with("/works") => {
            html("503 Service Unavailable", "", "down")
        }
        "/arxiv?id_list=2106.00001&max_results=20" => html("200 OK", "", "<feed><entry>broken"),
        _ => answer(path),
    })
    .await;
    let (stdout, stderr) = run(&server, DOCUMENT, &["--no-archive", "--format", "json"]).await;
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let liveness = report["sources"].as_array().unwrap().iter().map(|source| &source["liveness"]);
    assert_eq!(liveness.collect::<Vec<_>>(), ["blocked", "blocked", "blocked", "blocked", "live"]);
    assert!(told(&report).is_empty());
    assert!(
        stderr
            .contains("warning: registry.example did not answer and was asked no more: status 503"),
        "{stderr}"
    );
}
