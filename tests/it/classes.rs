//! Every class of page that can stand at a link, from the program's flags to its report: what a server on 127.0.0.1
//! answers, and what is said of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::process::Command;

use assert_cmd::cargo::CommandCargoExt;
use serde_json::Value;

use crate::http::{Act, Server, page};

/// Runs `check` on links, with every host led to a server, and returns the sources by their address.
async fn check(server: &Server, urls: &[String], flags: &[&str]) -> BTreeMap<String, Value> {
    let mut text = String::from("# Links\n\n");
    for url in urls {
        writeln!(text, "- <{url}>").unwrap();
    }
    report(server, &text, &[flags, &["--no-archive"]].concat()).await["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| (source["url"].as_str().unwrap().to_owned(), source.clone()))
        .collect()
}

/// Runs `check` on a document in Markdown, with every host led to a server, and returns its report.
pub(crate) async fn report(server: &Server, document: &str, flags: &[&str]) -> Value {
    let (stdout, told) = run(server, document, &[flags, &["--format", "json"]].concat()).await;
    serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// Runs `check` on a document in Markdown, with every host led to a server, and returns what it prints: the report, and
/// what it says beside it.
pub(crate) async fn run(server: &Server, document: &str, flags: &[&str]) -> (String, String) {
    command(server, "check", document, flags).await
}

/// Runs a command that fetches, as [`run`] does.
pub(crate) async fn command(
    server: &Server,
    name: &str,
    document: &str,
    flags: &[&str],
) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("links.md"), document).unwrap();
    let mut command = Command::cargo_bin("citeaudit").unwrap();
    command
        .current_dir(folder.path())
        .env("CITEAUDIT_ARCHIVE", "http://wayback.example")
        .env("CITEAUDIT_ARCHIVE_DELAY", "0")
        .env("CITEAUDIT_DOI_HANDLES", "http://registry.example/handles/")
        .env("CITEAUDIT_CROSSREF", "http://registry.example/works")
        .env("CITEAUDIT_ARXIV", "http://registry.example/arxiv")
        .env("CITEAUDIT_PUBMED", "http://registry.example/pubmed")
        .args([name, "links.md", "--no-progress"])
        .args(["--host-delay", "0", "--host-concurrency", "8", "--max-retries", "0"])
        .args(["--connect-to", &format!("::127.0.0.1:{}", server.address.port())])
        .args(flags);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

pub(crate) fn html(status: &str, headers: &str, body: &str) -> Act {
    page(status, &format!("Content-Type: text/html; charset=utf-8\r\n{headers}"), body.as_bytes())
}

/// A page of its own, different for every address.
fn article(path: &str) -> String {
    let name: String = path.chars().filter(char::is_ascii_alphabetic).collect();
    format!(
        "<!doctype html><html lang=en><title>On {name}</title><main><h1>On {name}</h1><p>{}</p></main>",
        format!("Officials of {name} said that a separate agreement would be signed. ").repeat(40)
    )
}

/// The shop that some sites show at every address.
const SHOP: &str = "<!doctype html><title>Lamps</title><main><p>Welcome to our shop for lamps and chairs. We deliver \
    to every town in the country within two days.";

fn answer(path: &str) -> Act {
    let (class, _) = path.trim_start_matches('/').split_once('/').unwrap_or((path, ""));
    match class {
        "catch-all" => html("200 OK", "", SHOP),
        "to-one" => html("302 Found", "Location: /archive/all\r\n", ""),
        "archive" => html("200 OK", "", &article("archive")),
        "to-front" => html("301 Moved Permanently", "Location: /\r\n", ""),
        "shell" => html(
            "200 OK",
            "",
            "<!doctype html><title>App</title><div id=root></div><script src=/a.js></script>",
        ),
        "short" => match path {
            "/short/note" => {
                html("200 OK", "", "<title>Note</title><p>The office is closed today.")
            }
            _ => html("404 Not Found", "", "<title>Not here</title><p>There is nothing."),
        },
        _ => html("200 OK", "", &article(path)),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn error_pages_are_told_by_experiment() {
    let server = Server::start(|path, _| answer(path)).await;
    let urls: Vec<String> = [
        "http://a.example/catch-all/1",
        "http://a.example/catch-all/2",
        "http://b.example/to-one/1",
        "http://c.example/to-front/1",
        "http://d.example/shell/1",
        "http://d.example/shell/2",
        "http://e.example/short/note",
        "http://e.example/long/story",
        "http://e.example/archive/all",
    ]
    .map(str::to_owned)
    .into();
    let sources = check(&server, &urls, &[]).await;
    let liveness = urls.iter().map(|url| sources[url]["liveness"].as_str().unwrap());
    assert_eq!(
        liveness.collect::<Vec<_>>(),
        ["soft-404", "soft-404", "soft-404", "soft-404", "live", "live", "live", "live", "live"]
    );
    let asked: Vec<String> = server
        .requests()
        .iter()
        .filter(|head| head.contains("no-such-page"))
        .map(|head| head.split(' ').nth(1).unwrap().to_owned())
        .collect();
    let mut directories: Vec<&str> =
        asked.iter().map(|path| path.rsplit_once('/').unwrap().0).collect();
    directories.sort_unstable();
    assert_eq!(directories, ["/catch-all", "/short", "/to-one"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_on_which_the_quotation_stands_is_live_whatever_the_site_shows_elsewhere() {
    let server = Server::start(|path, _| answer(path)).await;
    let text = "The shop says: “We deliver to every town in the country within two days.”[^1]\n\n\
        The shop says: “We never deliver to any village beyond the river at all.”[^2]\n\n\
        [^1]: http://a.example/catch-all/1\n\n[^2]: http://b.example/catch-all/1\n";
    let report = report(&server, text, &[]).await;
    let liveness: Vec<&Value> =
        report["sources"].as_array().unwrap().iter().map(|source| &source["liveness"]).collect();
    assert_eq!(liveness, ["live", "soft-404"]);
    let verdict = |citation: usize| {
        &report["documents"][0]["citations"][citation]["quotations"][0]["verdict"]
    };
    assert_eq!((verdict(0), verdict(1)), (&"verbatim".into(), &"unverifiable".into()));
}

/// One answer: what it is, its status, further header fields, its body, and what is to be said of it.
type Row = (&'static str, &'static str, &'static str, String, &'static str);

fn titled(title: &str, body: &str) -> String {
    format!("<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>")
}

fn said(text: &str) -> String {
    titled("Example News", &format!("<div><h2>{text}</h2><p><a href=/>Home</a></div>"))
}

fn live_rows() -> Vec<Row> {
    let story = |title: &str| article(title).replace("On ", "");
    let box_to_log_in = story("/club/") + "<form><input type=password></form>";
    vec![
        ("a story", "200 OK", "", story("/plain/"), "live"),
        ("a story, 203", "203 Non-Authoritative Information", "", story("/proxied/"), "live"),
        ("a short notice", "200 OK", "", titled("Notice", "<p>The office is closed."), "live"),
        ("plain text", "200 OK", "Content-Type: text/plain\r\n", "A note.".into(), "live"),
        ("data", "200 OK", "Content-Type: application/json\r\n", "{\"a\": 1}".into(), "live"),
        (
            "a picture",
            "200 OK",
            "Content-Type: image/png\r\n",
            "\u{89}PNG\r\n\u{1a}\n".into(),
            "live",
        ),
        (
            "a shell of scripts",
            "200 OK",
            "",
            titled("App", "<div id=root></div><script src=/a.js></script>"),
            "live",
        ),
        (
            "an article on 404",
            "200 OK",
            "",
            article("/x/").replace("On x", "Page not found: how links rot"),
            "live",
        ),
        (
            "an article on walls",
            "200 OK",
            "",
            article("/x/").replace("On x", "Access denied") + "_cf_chl_opt",
            "live",
        ),
        (
            "an article on casinos",
            "200 OK",
            "",
            article("/x/").replace("On x", "Online casino taxed"),
            "live",
        ),
        ("a box to log in", "200 OK", "", box_to_log_in, "live"),
        (
            "behind Cloudflare",
            "200 OK",
            "Server: cloudflare\r\nCF-RAY: 1-FRA\r\n",
            story("/cloud/"),
            "live",
        ),
        ("behind DataDome", "200 OK", "X-DataDome: protected\r\n", story("/dome/"), "live"),
        (
            "with a newsletter",
            "200 OK",
            "",
            titled("Bread", "<p>How to bake.<p>Subscribe to our newsletter"),
            "live",
        ),
    ]
}

fn dead_rows() -> Vec<Row> {
    let mut rows = vec![
        ("404", "404 Not Found", "", said("x"), "gone"),
        ("410", "410 Gone", "", said("x"), "gone"),
        ("404 behind Cloudflare", "404 Not Found", "Server: cloudflare\r\n", said("x"), "gone"),
        (
            "nginx itself",
            "200 OK",
            "",
            titled("Welcome to nginx!", "<h1>Welcome to nginx!</h1>"),
            "soft-404",
        ),
        (
            "suspended",
            "200 OK",
            "",
            titled("Account Suspended", "<h1>Account Suspended</h1>"),
            "soft-404",
        ),
        (
            "parked",
            "200 OK",
            "",
            titled("x", "<script src=https://img.sedoparking.com/x.js></script>"),
            "parked",
        ),
        (
            "for sale",
            "200 OK",
            "",
            titled("classes.example", "<p>classes.example is for sale!"),
            "parked",
        ),
        (
            "zu verkaufen",
            "200 OK",
            "",
            titled("x", "<h1>Diese Domain ist zu verkaufen</h1>"),
            "parked",
        ),
        ("сдаётся", "200 OK", "", titled("x", "<h1>Домен продаётся</h1>"), "parked"),
    ];
    for words in [
        "Page not found",
        "404 - File or directory not found.",
        "Error 404 (Not Found)!!1",
        "HTTP Status 404 – Not Found",
        "Sorry, this page isn't available",
        "Video unavailable",
        "Ошибка 404",
        "Новость не найдена",
        "Сторінку не знайдено",
        "Seite nicht gefunden",
        "Artikel nicht gefunden",
        "Article introuvable",
        "Noticia no encontrada",
        "La página no existe",
        "Página não encontrada",
        "Articolo non trovato",
        "Deze pagina bestaat niet",
        "Strona nie istnieje",
        "Stránka nenalezena",
        "Sidan finns inte",
        "Sivua ei löydy",
        "Az oldal nem található",
        "Pagina nu a fost găsită",
        "Sayfa bulunamadı",
        "Halaman tidak ditemukan",
        "Trang không tồn tại",
        "ไม่พบหน้า",
        "पृष्ठ नहीं मिला",
        "الصفحة غير موجودة",
        "صفحه یافت نشد",
        "הדף לא נמצא",
        "文章不存在",
        "頁面不存在",
        "記事が見つかりません",
        "페이지를 찾을 수 없습니다",
        "Η σελίδα δεν βρέθηκε",
    ] {
        rows.push((words, "200 OK", "", said(words), "soft-404"));
    }
    rows
}

#[expect(clippy::too_many_lines, reason = "a flat table")]
fn unchecked_rows() -> Vec<Row> {
    let challenge = titled("Just a moment...", "<p>Enable JavaScript and cookies to continue");
    let anubis =
        titled("x", "<script id=anubis_challenge type=application/json>{}</script><p>Loading");
    let teaser = article("/x/")[..400].to_owned()
        + "<script type=application/ld+json>{\"isAccessibleForFree\": false}</script>";
    vec![
        (
            "Cloudflare, 403",
            "403 Forbidden",
            "cf-mitigated: challenge\r\n",
            challenge.clone(),
            "blocked",
        ),
        (
            "Cloudflare, 503",
            "503 Service Unavailable",
            "cf-mitigated: challenge\r\n",
            challenge.clone(),
            "blocked",
        ),
        ("Cloudflare, 200", "200 OK", "cf-mitigated: challenge\r\n", challenge.clone(), "blocked"),
        (
            "Cloudflare, 429",
            "429 Too Many Requests",
            "cf-mitigated: challenge\r\n",
            challenge,
            "blocked",
        ),
        ("Anubis, 200", "200 OK", "", anubis, "blocked"),
        (
            "AWS WAF, 202",
            "202 Accepted",
            "x-amzn-waf-action: challenge\r\n",
            String::new(),
            "blocked",
        ),
        (
            "AWS WAF, 405",
            "405 Method Not Allowed",
            "x-amzn-waf-action: captcha\r\n",
            said("x"),
            "blocked",
        ),
        (
            "Vercel, 429",
            "429 Too Many Requests",
            "x-vercel-mitigated: challenge\r\n",
            said("x"),
            "blocked",
        ),
        ("DataDome, 403", "403 Forbidden", "x-datadome: protected\r\n", said("x"), "blocked"),
        ("SiteGround, 202", "202 Accepted", "sg-captcha: challenge\r\n", said("x"), "blocked"),
        (
            "Imperva, 200",
            "200 OK",
            "",
            titled("", "<script src=/_Incapsula_Resource?x></script>"),
            "blocked",
        ),
        (
            "Sucuri, 403",
            "403 Forbidden",
            "",
            titled("Sucuri WebSite Firewall", "Access Denied - Sucuri Website Firewall"),
            "blocked",
        ),
        (
            "Akamai, 403",
            "403 Forbidden",
            "Server: AkamaiGHost\r\n",
            titled("Access Denied", "Reference #18"),
            "blocked",
        ),
        ("LinkedIn, 999", "999 Request denied", "", "<script>1</script>".into(), "blocked"),
        ("a plain 403", "403 Forbidden", "", titled("403 Forbidden", "nginx"), "client-error"),
        ("401", "401 Unauthorized", "WWW-Authenticate: Basic\r\n", said("x"), "login-required"),
        ("402", "402 Payment Required", "", said("x"), "paywalled"),
        (
            "a form to log in",
            "200 OK",
            "",
            titled("Log in", "<form><input type=password></form>"),
            "login-required",
        ),
        (
            "sent to a log-in",
            "302 Found",
            "Location: /login?next=x\r\n",
            String::new(),
            "login-required",
        ),
        ("a teaser", "200 OK", "", teaser, "paywalled"),
        (
            "a teaser in words",
            "200 OK",
            "",
            titled("x", "<p>The talks began.<p>Subscribe to continue reading"),
            "paywalled",
        ),
        ("429", "429 Too Many Requests", "Retry-After: 1\r\n", said("x"), "rate-limited"),
        ("500", "500 Internal Server Error", "", said("x"), "server-error"),
        ("503", "503 Service Unavailable", "", said("x"), "server-error"),
        ("maintenance, 200", "200 OK", "", said("Site under maintenance"), "server-error"),
        (
            "no database, 200",
            "200 OK",
            "",
            said("Error establishing a database connection"),
            "server-error",
        ),
        ("451", "451 Unavailable For Legal Reasons", "", said("x"), "client-error"),
        ("nothing, 200", "200 OK", "", String::new(), "unsupported"),
        ("no content", "204 No Content", "", String::new(), "unsupported"),
        ("a loop", "302 Found", "Location: /rows/loop\r\n", String::new(), "redirect-loop"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_class_of_page_is_told() {
    let rows: Vec<Row> = [live_rows(), dead_rows(), unchecked_rows()].concat();
    let answers = rows.clone();
    let server = Server::start(move |path, _| {
        let number = path.strip_prefix("/rows/").and_then(|number| number.parse::<usize>().ok());
        match number.map(|number| &answers[number]) {
            Some((_, status, headers, body, _)) if headers.contains("Content-Type") => {
                page(status, headers, body.as_bytes())
            }
            Some((_, status, headers, body, _)) => html(status, headers, body),
            None if path == "/rows/loop" => html("302 Found", "Location: /rows/loop\r\n", ""),
            None if path.starts_with("/login") => {
                html("200 OK", "", &titled("Log in", "<form><input type=password></form>"))
            }
            None => html("404 Not Found", "", &said("Nothing is here")),
        }
    })
    .await;
    let url = |number: usize| format!("http://classes.example/rows/{number}");
    let urls: Vec<String> = (0..rows.len()).map(url).collect();
    let sources = check(&server, &urls, &[]).await;
    let mut wrong = String::new();
    for (number, (name, _, _, _, expected)) in rows.iter().enumerate() {
        let source = &sources[&url(number)];
        if source["liveness"] != *expected {
            writeln!(
                wrong,
                "{name}: {expected}, but got {} ({})",
                source["liveness"], source["reason"]
            )
            .unwrap();
        }
    }
    assert_eq!(wrong, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_in_no_report_recording_or_message() {
    let server = Server::start(|path, _| match path {
        "/a/moved" => html("302 Found", "Location: http://other.example/b/story\r\n", ""),
        _ => answer(path),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let (web, settings) = (folder.path().join("web.warc.gz"), folder.path().join("c.toml"));
    std::fs::write(&settings, "[host.\"own.example\"]\nheaders = [\"x-own: hush-own\"]\n").unwrap();
    let document = "- <http://me:hush-pw@news.example/a/story>\n- <http://news.example/a/moved>\n\
        - http://me:hush-pw@own.example/a/story\n- http://me:hush-pw@news.example/short/gone\n";
    let flags = ["-H", "X-Key: hush-key", "-c", settings.to_str().unwrap()];
    let record = ["--record", web.to_str().unwrap()];
    let (_, told) = run(&server, document, &[&flags[..], &record[..]].concat()).await;
    assert!(!told.contains("hush"), "{told}");
    for format in citeaudit::render::ReportFormat::ALL {
        let replay = ["--replay", web.to_str().unwrap(), "--format", format.name()];
        let (report, _) = run(&server, document, &replay).await;
        assert!(report.contains("news.example") && !report.contains("hush"), "{format:?}");
    }
    let mut recorded = String::new();
    let file = std::fs::File::open(&web).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut recorded).unwrap();
    assert!(recorded.contains("news.example/a/story") && !recorded.contains("hush"));
    for head in server.requests() {
        let head = head.to_lowercase();
        let is_of = |host: &str| head.contains(&format!("\r\nhost: {host}\r\n"));
        let is_cited = is_of("news.example") || is_of("own.example");
        assert_eq!(head.contains("hush-key"), is_cited, "{head}");
        assert_eq!(head.contains("hush-own"), is_of("own.example"), "{head}");
        assert!(head.contains("\r\nuser-agent: citeaudit/") && !head.contains("mozilla"), "{head}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_excluded_is_not_asked_for_and_who_asks_can_be_reached() {
    let server = Server::start(|path, _| answer(path)).await;
    let urls = ["http://a.example/x/story", "http://a.example/print/story"].map(str::to_owned);
    let flags = ["--exclude", r"a\.example/print", "--contact", "https://lab.example/bot"];
    let sources = check(&server, &urls, &flags).await;
    assert_eq!(sources[&urls[0]]["liveness"], "live");
    assert_eq!(sources[&urls[1]]["liveness"], "unresolved");
    assert_eq!(sources[&urls[1]]["reason"], r"it is excluded by `a\.example/print`");
    let asked = server.requests();
    assert!(asked.iter().all(|head| !head.contains("print")));
    let agent = format!("citeaudit/{} (+https://lab.example/bot)", env!("CARGO_PKG_VERSION"));
    assert!(asked[0].contains(&agent), "{}", asked[0]);
}
