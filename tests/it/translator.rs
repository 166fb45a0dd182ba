//! What helps with languages that the built-in encoder does not know: a machine translator on this machine, one that does
//! its work and others that lie or hang, and a folder in which there should be a model.

use std::io::Read as _;

use serde_json::Value;

use crate::classes::{html, report, run};
use crate::http::{Act, Server, page};

const SAID: &str = "Iran exported 34 million barrels of oil in June 2024, the minister said.";
const PERSIAN: &str = "وزیر گفت ایران در ژوئن ۲۰۲۴ سی و چهار میلیون بشکه نفت صادر کرد.";
const KEY: &str = "k3y-of-the-test";
const LANGUAGES: &str = r#"[{"code":"en","targets":["fa"]},{"code":"fa","targets":["ar","en"]}]"#;

fn document() -> String {
    format!("He said: “{SAID}”[^1]\n\n[^1]: http://oil.example/told\n")
}

fn persian() -> Act {
    let rest = "<p>هوا در تهران خوب بود و مردم به پارک رفتند.</p>".repeat(10);
    html(
        "200 OK",
        "",
        &format!(
            "<!doctype html><html lang=fa><title>نفت</title><main><p>{PERSIAN}</p>{rest}</main>"
        ),
    )
}

fn json(body: &str) -> Act {
    page("200 OK", "Content-Type: application/json\r\n", body.as_bytes())
}

/// Answers as a translator does that makes one thing of everything.
fn translated(text: &str) -> Act {
    json(&serde_json::json!({ "translatedText": text }).to_string())
}

/// A web with a page in Persian, and a translator that answers so.
async fn web(translate: impl Fn() -> Act + Send + Sync + 'static) -> Server {
    Server::start(move |path, _| match path {
        "/told" => persian(),
        "/languages" => json(LANGUAGES),
        "/translate" => translate(),
        _ => html("404 Not Found", "", "<title>Not here</title><p>There is nothing."),
    })
    .await
}

fn quotation(report: &Value) -> &Value {
    &report["documents"][0]["citations"][0]["quotations"][0]
}

fn asked(server: &Server, path: &str) -> Vec<String> {
    let requests = server.requests().into_iter();
    requests.filter(|request| request.split(' ').nth(1) == Some(path)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_a_language_that_no_encoder_knows_is_compared_in_translation() {
    let server = web(|| {
        translated("In June 2024, Iran exported 34 million barrels of oil, the minister said.")
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("web.warc.gz");
    let (address, recording_name) = (server.url(""), recording.to_str().unwrap());
    std::fs::write(folder.path().join("c.toml"), format!("translator-key = \"{KEY}\"")).unwrap();
    let config = folder.path().join("c.toml");
    let flags = [
        "--translator",
        &address,
        "--record",
        recording_name,
        "--config",
        config.to_str().unwrap(),
    ];
    let (stdout, stderr) =
        run(&server, &document(), &[&flags[..], &["--format", "json"]].concat()).await;
    let report: Value = serde_json::from_str(&stdout).unwrap();
    let found = quotation(&report);
    assert_eq!(found["verdict"], "translated");
    let translation = &found["translation"];
    assert_eq!(translation["support"], "supported", "{translation}");
    assert_eq!(translation["machine"]["wording"], "other");
    assert_eq!(translation["machine"]["translator"], server.address.to_string());
    let passage = translation["passage"].as_str().unwrap();
    assert!(passage.contains(PERSIAN), "{passage}");
    assert!(found["reason"].as_str().unwrap().contains("by machine"), "{found}");
    let asked = asked(&server, "/translate");
    assert_eq!(asked.len(), 1);
    let body: Value = serde_json::from_str(asked[0].split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!((&body["source"], &body["target"]), (&"fa".into(), &"en".into()));
    assert_eq!((&body["format"], &body["api_key"]), (&"text".into(), &KEY.into()));
    assert!(body["q"].as_str().unwrap().starts_with(PERSIAN));
    let mut recorded = String::new();
    let file = std::fs::File::open(&recording).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut recorded).unwrap();
    assert!(recorded.contains("oil.example") && !recorded.contains("/translate"));
    for text in [&stdout, &stderr, &recorded] {
        assert!(!text.contains(KEY));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_translator_that_lies_costs_nothing_but_its_translation() {
    for (name, answer, trouble) in [
        ("HTML", html("200 OK", "", "<p>Sign in</p>"), "it is not JSON"),
        ("another form", json(r#"{"text": "Iran"}"#), "JSON of another form"),
        ("a list", json(r#"{"translatedText": ["Iran"]}"#), "JSON of another form"),
        ("nothing", translated(" \n"), "it is empty"),
        ("too much", translated(&"Iran ".repeat(20_000)), "far longer than the text"),
        ("a redirect", page("302 Found", "Location: /stolen\r\n", b""), "status 302"),
        (
            "no leave",
            page("403 Forbidden", "", br#"{"error": "Invalid API key"}"#),
            "status 403: Invalid API key",
        ),
        ("a failure", page("500 Internal Server Error", "", b"boom"), "status 500"),
        (
            "a broken connection",
            Act::Reset(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{".to_vec()),
            "",
        ),
        (
            "without end",
            Act::Forever(
                b"HTTP/1.1 200 OK\r\n\r\n{\"translatedText\": \"".to_vec(),
                vec![b'a'; 4096],
            ),
            "not JSON",
        ),
        ("silence", Act::Hang(Vec::new()), "no answer in time"),
    ] {
        let server = web(move || answer.clone()).await;
        let text = format!(
            "{}\nShe said: “The weather in Tehran was fine and people went to the park.”[^2]\n\n\
             [^2]: http://oil.example/told\n",
            document()
        );
        let flags = ["--translator", &server.url("/"), "--timeout", "0.5"];
        let report = report(&server, &text, &flags).await;
        let found = quotation(&report);
        assert_eq!(found["verdict"], "translated", "{name}: {found}");
        assert_eq!(found["translation"]["machine"], Value::Null, "{name}");
        assert_eq!(found["translation"]["support"], "unknown", "{name}");
        let reason = found["reason"].as_str().unwrap();
        assert!(
            reason.contains("did not translate it") && reason.contains(trouble),
            "{name}: {reason}"
        );
        assert_eq!(asked(&server, "/translate").len(), 1, "{name}: it is asked no more");
        assert!(asked(&server, "/stolen").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_the_translator_does_not_know_is_said() {
    let server = Server::start(|path, _| match path {
        "/told" => persian(),
        "/languages" => json(r#"[{"code":"en"},{"code":"de"}]"#),
        _ => translated("Nothing"),
    })
    .await;
    let report = report(&server, &document(), &["--translator", &server.url("/")]).await;
    let reason = quotation(&report)["reason"].as_str().unwrap();
    assert!(reason.contains("does not translate from `fa` to `en`"), "{reason}");
    assert!(asked(&server, "/translate").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_recording_the_translator_is_not_asked() {
    let server = web(|| translated(SAID)).await;
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("web.warc.gz");
    let recording = recording.to_str().unwrap();
    run(&server, &document(), &["--record", recording]).await;
    let flags = ["--translator", &server.url("/"), "--replay", recording, "--format", "json"];
    let (stdout, stderr) = run(&server, &document(), &flags).await;
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(quotation(&report)["translation"]["machine"], Value::Null);
    assert!(stderr.contains("the translator is not asked"), "{stderr}");
    assert!(asked(&server, "/translate").is_empty() && asked(&server, "/languages").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_none_is_told_without_its_password() {
    let server = web(|| translated(SAID)).await;
    for address in ["ftp://anna:secret@127.0.0.1/", "anna:secret@"] {
        let (stdout, stderr) = run(&server, &document(), &["--translator", address]).await;
        assert!(
            stdout.is_empty() && stderr.contains("`translator`: expected an address"),
            "{stderr}"
        );
        assert!(!stderr.contains("secret"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_without_a_model_is_named_and_the_audit_goes_on() {
    let server = web(|| translated(SAID)).await;
    let report = report(&server, &document(), &["--model", "nowhere"]).await;
    let found = quotation(&report);
    assert_eq!(found["verdict"], "translated");
    assert_eq!(found["translation"]["support"], "unknown");
    let reason = found["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("cannot use the model in `nowhere`: cannot read `config.json`"),
        "{reason}"
    );
}
