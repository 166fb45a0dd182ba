//! Telling people over real sockets, programs and files: what arrives, what is kept, what is sent later.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use citeaudit::change::{Change, ChangeKind};
use citeaudit::fetch::{Service, Settings};
use citeaudit::notify::{
    BUILT_IN, Channel, ChannelName, Command, Delivery, Email, Message, Outbox, Pace, Webhook,
    message, send,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use url::Url;

const PACE: Pace = Pace { retries: 2, first_wait: Duration::ZERO };

fn news(second: i64) -> Message {
    let at = Timestamp::from_second(second).unwrap();
    let change = Change {
        canonical: "https://a.example.org/".into(),
        url: "https://a.example.org/".into(),
        documents: vec!["report.txt".into()],
        at,
        kind: ChangeKind::New { reason: "status 404".into(), since: at, last_success: None },
    };
    message(&[change], at, BUILT_IN).unwrap().unwrap()
}

fn outbox(folder: &tempfile::TempDir) -> Outbox {
    Outbox::new(folder.path().join("outbox"))
}

async fn sent(channel: Channel, outbox: &Outbox) -> Delivery {
    let service = Service::new(&Settings::default()).unwrap();
    send(&[channel], outbox, &service, PACE).await.remove(0)
}

/// What was posted: the head and the body.
type Posts = Arc<Mutex<Vec<(String, String)>>>;

/// Starts a server that answers each request in turn with one of these statuses, the last one for ever.
async fn receiver(statuses: &'static [&'static str]) -> (Url, Posts) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/hook", listener.local_addr().unwrap())).unwrap();
    let posts = Posts::default();
    let seen = Arc::clone(&posts);
    tokio::spawn(async move {
        for turn in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let start = head.len();
                stream.read_line(&mut head).await.unwrap();
                let line = head[start..].to_ascii_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.unwrap();
            seen.lock().unwrap().push((head, String::from_utf8(body).unwrap()));
            let status = statuses[turn.min(statuses.len() - 1)];
            let answer =
                format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, posts)
}

fn webhook(url: Url) -> Channel {
    Channel::Webhook(Webhook { url, secret: Some("key".into()) })
}

#[tokio::test]
async fn a_webhook_gets_signed_json_under_the_name_of_the_message() {
    let (url, posts) = receiver(&["204 No Content"]).await;
    let folder = tempfile::tempdir().unwrap();
    let message = news(1_700_000_000);
    outbox(&folder).keep(&message, &[ChannelName::Webhook]).unwrap();
    let delivery = sent(webhook(url), &outbox(&folder)).await;
    assert_eq!((delivery.delivered, delivery.kept), (1, 0), "{delivery:?}");
    let (head, body) = posts.lock().unwrap()[0].clone();
    assert_eq!(body, message.json);
    let mut mac = Hmac::<Sha256>::new_from_slice(b"key").unwrap();
    mac.update(body.as_bytes());
    let sent = head.lines().find_map(|line| line.strip_prefix("citeaudit-signature: sha256="));
    let sent =
        (0..64).step_by(2).map(|i| u8::from_str_radix(&sent.unwrap()[i..i + 2], 16).unwrap());
    mac.verify_slice(&sent.collect::<Vec<u8>>()).unwrap();
    assert!(head.contains(&format!("citeaudit-message: {}\r\n", message.id)), "{head}");
    assert!(outbox(&folder).waiting(ChannelName::Webhook).unwrap().is_empty());
}

#[tokio::test]
async fn what_was_not_delivered_is_kept_and_sent_in_order_with_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (news(1_700_000_000), news(1_700_600_000));
    outbox(&folder).keep(&first, &[ChannelName::Webhook]).unwrap();
    // Three tries that may pass, then a refusal that does not: it is not repeated.
    let (url, posts) = receiver(&["503 Busy", "503 Busy", "503 Busy", "403 No", "200 OK"]).await;
    let delivery = sent(webhook(url.clone()), &outbox(&folder)).await;
    assert_eq!((delivery.delivered, delivery.kept), (0, 1));
    assert_eq!(delivery.trouble.unwrap().to_string(), "status 503");
    assert_eq!(posts.lock().unwrap().len(), 3);
    outbox(&folder).keep(&second, &[ChannelName::Webhook]).unwrap();
    let delivery = sent(webhook(url.clone()), &outbox(&folder)).await;
    assert_eq!((delivery.delivered, delivery.kept), (0, 2));
    assert_eq!(posts.lock().unwrap().len(), 4);
    let delivery = sent(webhook(url), &outbox(&folder)).await;
    assert_eq!((delivery.delivered, delivery.kept), (2, 0));
    let bodies: Vec<String> =
        posts.lock().unwrap()[4..].iter().map(|post| post.1.clone()).collect();
    assert_eq!(bodies, [first.json, second.json]);
}

#[tokio::test]
async fn a_file_in_the_outbox_that_cannot_be_read_holds_nothing_up_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = outbox(&folder);
    outbox.keep(&news(1_700_000_000), &[ChannelName::Feed]).unwrap();
    let broken = folder.path().join("outbox/0.feed.json");
    std::fs::write(&broken, "{").unwrap();
    let delivery = sent(Channel::Feed(folder.path().join("feed.xml")), &outbox).await;
    assert_eq!((delivery.delivered, delivery.kept), (1, 1));
    assert!(delivery.trouble.unwrap().to_string().contains("holds no message"));
    assert!(broken.exists());
    let feed = std::fs::read_to_string(folder.path().join("feed.xml")).unwrap();
    assert!(feed.contains("<title>1 new problem with cited sources</title>"), "{feed}");
}

/// Starts a mail server that turns down the first mail for now and takes the second.
async fn mail_server() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mails = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&mails);
    tokio::spawn(async move {
        for turn in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            let mut lines = BufReader::new(stream);
            lines.write_all(b"220 mail.example.org\r\n").await.unwrap();
            let mut mail: Option<String> = None;
            let mut line = String::new();
            while lines.read_line(&mut line).await.is_ok_and(|length| length > 0) {
                let text = std::mem::take(&mut line);
                let answer = match (&mut mail, text.trim_end()) {
                    (Some(mail), ".") => {
                        seen.lock().unwrap().push(std::mem::take(mail));
                        "250 taken\r\n"
                    }
                    (Some(mail), _) => {
                        mail.push_str(&text);
                        continue;
                    }
                    (None, "DATA") => {
                        mail = Some(String::new());
                        "354 go on\r\n"
                    }
                    (None, from) if turn == 0 && from.starts_with("MAIL") => "451 later\r\n",
                    (None, "QUIT") => "221 bye\r\n",
                    (None, _) => "250 ok\r\n",
                };
                if text.trim_end() == "." {
                    mail = None;
                }
                if lines.write_all(answer.as_bytes()).await.is_err() {
                    break;
                }
            }
        }
    });
    (format!("smtp://{address}"), mails)
}

#[tokio::test]
async fn a_mail_server_that_asks_to_wait_is_asked_again() {
    let (server, mails) = mail_server().await;
    let email =
        Email::new(&server, "Citations <a@example.org>", &["b@example.org".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    outbox(&folder).keep(&news(1_700_000_000), &[ChannelName::Email]).unwrap();
    let delivery = sent(Channel::Email(Box::new(email)), &outbox(&folder)).await;
    assert_eq!((delivery.delivered, delivery.kept), (1, 0), "{:?}", delivery.trouble);
    let mails = mails.lock().unwrap();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    assert!(mail.contains("Subject: 1 new problem with cited sources\r\n"), "{mail}");
    assert!(mail.contains("LOST       https://a.example.org/\r\n"), "{mail}");
}

fn shell(script: &str, limit: Duration) -> Channel {
    Channel::Command(Command {
        program: "sh".into(),
        arguments: vec!["-c".into(), script.into()],
        limit,
    })
}

/// Tells whether a process runs: a dead one may be listed until somebody asks what became of it.
fn runs(process: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    state.rsplit(") ").next().is_some_and(|rest| rest.starts_with(['R', 'S', 'D', 'T']))
}

async fn ran(folder: &Path, script: &str, limit: Duration) -> Delivery {
    let outbox = Outbox::new(folder.join("outbox"));
    outbox.keep(&news(1_700_000_000), &[ChannelName::Command]).unwrap();
    sent(shell(script, limit), &outbox).await
}

#[tokio::test]
async fn a_command_reads_the_json_and_its_failure_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("read.json");
    let long = Duration::from_mins(1);
    let delivery = ran(folder.path(), &format!("cat > {}", path.display()), long).await;
    assert_eq!(delivery.delivered, 1, "{:?}", delivery.trouble);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), news(1_700_000_000).json);
    let delivery = ran(folder.path(), "exit 3", long).await;
    assert_eq!(delivery.trouble.unwrap().to_string(), "`sh` ended with exit status: 3");
    let started = folder.path().join("started");
    let script = format!("sleep 600 & echo $! > {}; wait", started.display());
    let delivery = ran(folder.path(), &script, Duration::from_secs(1)).await;
    assert_eq!((delivery.delivered, delivery.kept), (0, 1));
    assert!(delivery.trouble.unwrap().to_string().contains("did not end within"));
    let started = std::fs::read_to_string(started).unwrap();
    let goes_on = || runs(started.trim());
    assert!((0..100_000).any(|_| !goes_on()), "what the shell had started goes on");
}

/// A recording of one page as it was in March 2025.
fn old_recording(url: &str, body: &str) -> Vec<u8> {
    let http = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let record = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n\
         WARC-Date: 2025-03-10T12:00:00Z\r\nWARC-Target-URI: {url}\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    );
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, record.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A source that was there a year ago and now says that it is gone for good is told of once, by the settings.
#[tokio::test]
async fn watch_tells_by_the_settings_what_it_found() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let server =
        crate::http::Server::start(|_, _| crate::http::page("410 Gone", "", b"gone")).await;
    std::fs::write(at("report.txt"), "So it is.[1]\n\n[1] http://gone.example.org/a\n").unwrap();
    std::fs::write(at("web.warc.gz"), old_recording("http://gone.example.org/a", "<p>Here"))
        .unwrap();
    std::fs::write(at("message.txt"), "{{ problems }} lost\n\n{{ changes[0].url }}").unwrap();
    let settings = "notify-feed = \"feed.xml\"\nnotify-command = [\"sh\", \"-c\", \"cat > read.json\"]\n\
                    notify-template = \"message.txt\"\n";
    std::fs::write(at("citeaudit.toml"), settings).unwrap();
    let run = |words: Vec<String>| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_citeaudit"));
        command.args(words).current_dir(folder.path()).env_remove("CITEAUDIT_CONFIG");
        tokio::task::spawn_blocking(move || command.output().unwrap())
    };
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let checked =
        run(words("check report.txt --replay web.warc.gz --store seen.sqlite")).await.unwrap();
    assert_eq!(checked.status.code(), Some(0), "{}", String::from_utf8_lossy(&checked.stderr));
    let to = server.address.port();
    let watch = format!(
        "watch --store seen.sqlite --allow-private --connect-to gone.example.org:80:127.0.0.1:{to}"
    );
    let watched = run(words(&watch)).await.unwrap();
    let stderr = String::from_utf8_lossy(&watched.stderr);
    assert_eq!(watched.status.code(), Some(1), "{stderr}");
    let feed = std::fs::read_to_string(at("feed.xml")).unwrap();
    assert!(feed.contains("<title>1 lost</title>"), "{feed}");
    assert!(feed.contains(">http://gone.example.org/a\n</content>"), "{feed}");
    let read: serde_json::Value =
        serde_json::from_slice(&std::fs::read(at("read.json")).unwrap()).unwrap();
    assert_eq!(read["changes"][0]["kind"], "new");
    std::fs::remove_file(at("read.json")).unwrap();
    let again = run(words(&watch)).await.unwrap();
    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
    assert!(!at("read.json").exists(), "nothing is told twice");
    assert_eq!(std::fs::read_dir(at("seen.sqlite.outbox")).unwrap().count(), 0);
}
