//! Writes WARC/1.1: a request and its answer for each exchange, each record a member of gzip of its own.
//! Each exchange is written in one piece, so that a run that is killed leaves a file that can be read.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use sha1::{Digest, Sha1};
use url::Url;

use crate::fetch::exchange::{Arrival, Exchange, Reply, Request};
use crate::fetched::{DnsFailure, FetchFailure};

/// The field of a metadata record that says how a request failed without an answer.
pub(super) const FAILURE_FIELD: &str = "citeauditFailure";
/// The field of a metadata record that says that the run came to its end.
pub(super) const FINISHED_FIELD: &str = "citeauditFinished";
/// The field of a response record that says how its body was cut, in lower case.
pub(super) const ARRIVAL_FIELD: &str = "citeaudit-arrival";

/// A WARC file that grows.
pub(in crate::fetch) struct Writer {
    file: File,
    /// How many records were written, for their names.
    count: u64,
}

impl Writer {
    /// Starts a new file; one that is there is replaced.
    pub(in crate::fetch) fn create(
        path: &Path,
        user_agent: &str,
        at: Timestamp,
    ) -> io::Result<Self> {
        let file = File::create(path)?;
        let mut writer = Self { file, count: 0 };
        let block = format!(
            "software: citeaudit/{}\r\nformat: WARC File Format 1.1\r\nconformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\nhttp-header-user-agent: {user_agent}\r\n",
            env!("CARGO_PKG_VERSION"),
        );
        let record = writer.record(
            "warcinfo",
            None,
            at,
            &[("Content-Type", "application/warc-fields")],
            block.as_bytes(),
        )?;
        writer.file.write_all(&record)?;
        Ok(writer)
    }

    /// Goes on with a file, after its last whole record at `length` bytes.
    pub(in crate::fetch) fn resume(path: &Path, length: Option<u64>) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).open(path)?;
        if let Some(length) = length {
            file.set_len(length)?;
        }
        let count = file.metadata()?.len();
        Ok(Self { file, count })
    }

    /// Adds an exchange.
    pub(in crate::fetch) fn add(
        &mut self,
        request: &Request,
        exchange: &Exchange,
        user_agent: &str,
    ) -> io::Result<()> {
        let mut piece = Vec::new();
        match &exchange.outcome {
            Ok(reply) => {
                let id = self.id(&exchange.url, exchange.at, 1);
                let concurrent = [
                    ("Content-Type", "application/http; msgtype=request"),
                    ("WARC-Concurrent-To", id.as_str()),
                ];
                let asked = request_block(request, user_agent);
                piece.extend(self.record(
                    "request",
                    Some(&exchange.url),
                    exchange.at,
                    &concurrent,
                    asked.as_bytes(),
                )?);
                piece.extend(self.response(exchange, reply)?);
            }
            Err(failure) => {
                let block = format!("{FAILURE_FIELD}: {}\r\n", failure_words(failure));
                let fields = [("Content-Type", "application/warc-fields")];
                piece.extend(self.record(
                    "metadata",
                    Some(&exchange.url),
                    exchange.at,
                    &fields,
                    block.as_bytes(),
                )?);
            }
        }
        self.file.write_all(&piece)
    }

    /// Notes that the run came to its end.
    pub(in crate::fetch) fn finish(&mut self, at: Timestamp) -> io::Result<()> {
        let block = format!("{FINISHED_FIELD}: yes\r\n");
        let fields = [("Content-Type", "application/warc-fields")];
        let record = self.record("metadata", None, at, &fields, block.as_bytes())?;
        self.file.write_all(&record)?;
        self.file.sync_all()
    }

    fn response(&mut self, exchange: &Exchange, reply: &Reply) -> io::Result<Vec<u8>> {
        let mut block = response_head(reply).into_bytes_latin1();
        let payload = format!("sha1:{}", base32(&Sha1::digest(&reply.body)));
        block.extend_from_slice(&reply.body);
        let mut fields = vec![
            ("Content-Type", "application/http; msgtype=response"),
            ("WARC-Payload-Digest", payload.as_str()),
        ];
        let cut = arrival_words(&reply.arrival);
        if let Some((truncated, own)) = &cut {
            fields.push(("WARC-Truncated", truncated));
            fields.push(("Citeaudit-Arrival", own));
        }
        if reply.version == "HTTP/2" {
            fields.push(("WARC-Protocol", "h2"));
        }
        self.record("response", Some(&exchange.url), exchange.at, &fields, &block)
    }

    /// Names the record that is written `ahead` records from now.
    fn id(&self, url: &Url, at: Timestamp, ahead: u64) -> String {
        let digest = Sha1::digest(format!("{url} {at} {}", self.count + ahead));
        let mut bytes: [u8; 16] = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        // A name-based identifier (RFC 9562, version 5 and its variant).
        bytes[6] = bytes[6] & 0x0f | 0x50;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut id = String::from("<urn:uuid:");
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                id.push('-');
            }
            let written = write!(id, "{byte:02x}");
            debug_assert!(written.is_ok(), "writing to a string does not fail");
        }
        id.push('>');
        id
    }

    /// Makes one record, compressed.
    fn record(
        &mut self,
        kind: &str,
        target: Option<&Url>,
        at: Timestamp,
        fields: &[(&str, &str)],
        block: &[u8],
    ) -> io::Result<Vec<u8>> {
        let anonymous = Url::parse("urn:citeaudit").map_err(io::Error::other)?;
        let id = self.id(target.unwrap_or(&anonymous), at, 0);
        self.count += 1;
        let mut head = format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\nWARC-Date: {}\r\n",
            date(at)
        );
        if let Some(target) = target {
            push_field(&mut head, "WARC-Target-URI", target.as_str());
        }
        for (name, value) in fields {
            push_field(&mut head, name, value);
        }
        let digest = base32(&Sha1::digest(block));
        push_field(&mut head, "WARC-Block-Digest", &format!("sha1:{digest}"));
        push_field(&mut head, "Content-Length", &block.len().to_string());
        head.push_str("\r\n");
        let mut encoder =
            GzEncoder::new(Vec::with_capacity(block.len() / 2 + 512), Compression::new(4));
        encoder.write_all(head.as_bytes())?;
        encoder.write_all(block)?;
        encoder.write_all(b"\r\n\r\n")?;
        encoder.finish()
    }
}

fn push_field(head: &mut String, name: &str, value: &str) {
    head.push_str(name);
    head.push_str(": ");
    head.push_str(value);
    head.push_str("\r\n");
}

/// Dates are written to the microsecond, without trailing digits that other readers do not expect.
fn date(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// Writes a request as it went over the wire, without what may be secret.
fn request_block(request: &Request, user_agent: &str) -> String {
    let url = &request.url;
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    format!(
        "GET {path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: {user_agent}\r\nAccept-Encoding: {}\r\n\r\n",
        request.encodings.accept(),
    )
}

/// The head of an answer; its characters are bytes of Latin-1.
struct ResponseHead(String);

impl ResponseHead {
    fn into_bytes_latin1(self) -> Vec<u8> {
        self.0.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
    }
}

/// Writes the head of an answer. The transfer coding has been undone, so that its header would be wrong.
fn response_head(reply: &Reply) -> ResponseHead {
    let reason = reqwest::StatusCode::from_u16(reply.status)
        .ok()
        .and_then(|status| status.canonical_reason());
    let version = if reply.version == "HTTP/1.0" { "HTTP/1.0" } else { "HTTP/1.1" };
    let mut head = format!("{version} {} {}\r\n", reply.status, reason.unwrap_or_default());
    let promised = reply.header("content-length").and_then(|value| value.parse::<usize>().ok());
    let keeps_length = promised.is_some()
        && (promised == Some(reply.body.len()) || reply.arrival != Arrival::Whole);
    for (name, value) in &reply.headers {
        match name.as_str() {
            "transfer-encoding" => {}
            "content-length" if !keeps_length => {}
            _ => push_field(&mut head, name, value),
        }
    }
    if !keeps_length {
        push_field(&mut head, "content-length", &reply.body.len().to_string());
    }
    head.push_str("\r\n");
    ResponseHead(head)
}

/// Says how a body was cut, in the word of the standard and in our own.
fn arrival_words(arrival: &Arrival) -> Option<(&'static str, String)> {
    match arrival {
        Arrival::Whole => None,
        Arrival::Disconnected(how) => Some(("disconnect", format!("disconnect {how}"))),
        Arrival::TimedOut(limit) => Some(("time", format!("time {}", limit.as_millis()))),
        Arrival::OverLimit(limit) => Some(("length", format!("length {limit}"))),
    }
}

fn failure_words(failure: &FetchFailure) -> String {
    match failure {
        FetchFailure::Dns(DnsFailure::NoSuchName) => "dns-no-such-name".to_owned(),
        FetchFailure::Dns(DnsFailure::NoAddress) => "dns-no-address".to_owned(),
        FetchFailure::Dns(DnsFailure::Temporary(why)) => format!("dns-temporary {why}"),
        FetchFailure::Connection(why) => format!("connection {why}"),
        FetchFailure::Tls(why) => format!("tls {why}"),
        FetchFailure::Timeout(limit) => format!("timeout {}", limit.as_millis()),
        FetchFailure::Refused(why) => format!("refused {why}"),
        FetchFailure::Excluded(pattern) => format!("excluded {pattern}"),
        FetchFailure::Protocol(why) => format!("protocol {why}"),
        FetchFailure::RedirectLoop(hops) => format!("redirect-loop {hops}"),
        FetchFailure::NotRecorded => "not-recorded".to_owned(),
        FetchFailure::Interrupted => "interrupted".to_owned(),
        FetchFailure::Mishandled => "mishandled".to_owned(),
    }
}

/// Reads what [`failure_words`] wrote.
pub(super) fn failure_of(block: &[u8]) -> FetchFailure {
    let text = String::from_utf8_lossy(block);
    let line = text.lines().find_map(|line| line.strip_prefix(FAILURE_FIELD)?.strip_prefix(": "));
    let line = line.unwrap_or_default();
    let (kind, detail) = line.split_once(' ').unwrap_or((line, ""));
    let why = detail.to_owned();
    match kind {
        "dns-no-such-name" => FetchFailure::Dns(DnsFailure::NoSuchName),
        "dns-no-address" => FetchFailure::Dns(DnsFailure::NoAddress),
        "dns-temporary" => FetchFailure::Dns(DnsFailure::Temporary(why)),
        "connection" => FetchFailure::Connection(why),
        "tls" => FetchFailure::Tls(why),
        "timeout" => FetchFailure::Timeout(Duration::from_millis(detail.parse().unwrap_or(0))),
        "refused" => FetchFailure::Refused(why),
        "excluded" => FetchFailure::Excluded(why),
        "protocol" => FetchFailure::Protocol(why),
        "redirect-loop" => FetchFailure::RedirectLoop(detail.parse().unwrap_or(0)),
        _ => FetchFailure::NotRecorded,
    }
}

/// RFC 4648, without padding: 20 bytes are 32 characters.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    for group in bytes.chunks(5) {
        let mut buffer = [0; 8];
        buffer[3..3 + group.len()].copy_from_slice(group);
        let bits = u64::from_be_bytes(buffer);
        for index in 0..(group.len() * 8).div_ceil(5) {
            let digit = (bits >> (35 - 5 * index)) & 31;
            text.push(char::from(ALPHABET[usize::try_from(digit).unwrap_or(0)]));
        }
    }
    text
}
