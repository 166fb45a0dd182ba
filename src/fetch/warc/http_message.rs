//! Reads an HTTP answer out of a record, as tools of several kinds have put it there.

use std::time::Duration;

use bytes::Bytes;

use super::record::Head;
use super::writer::ARRIVAL_FIELD;
use crate::fetch::exchange::{Arrival, Reply};
use crate::fetched::FetchFailure;

/// The longest head of an answer, in bytes.
pub(super) const MAX_HEAD_BYTES: u64 = 512 * 1024;

/// Reads the answer in the block of a record.
pub(super) fn read(head: &Head, block: &[u8], max_body_bytes: u64) -> Result<Reply, FetchFailure> {
    let (start, body) = split(block);
    let text: String = start.iter().map(|&byte| char::from(byte)).collect();
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let (version, status) = status_line(lines.next().unwrap_or_default())?;
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = headers.last_mut()
        {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    let mut reply = Reply { version, status, headers, body: Bytes::new(), arrival: Arrival::Whole };
    let (mut body, mut arrival) = unchunked(&mut reply, body);
    if arrival == Arrival::Whole {
        arrival = completeness(head, &reply, body.len());
    }
    let most = usize::try_from(max_body_bytes).unwrap_or(usize::MAX);
    if body.len() > most {
        body.truncate(most);
        arrival = Arrival::OverLimit(max_body_bytes);
    }
    reply.body = Bytes::from(body);
    reply.arrival = arrival;
    Ok(reply)
}

/// Makes an answer of a `resource` record: a thing that was stored without an answer around it.
pub(super) fn of_resource(head: &Head, block: &[u8]) -> Reply {
    let media_type = head.field("content-type").unwrap_or("application/octet-stream");
    Reply {
        version: "HTTP/1.1",
        status: 200,
        headers: vec![("content-type".to_owned(), media_type.to_owned())],
        body: Bytes::copy_from_slice(block),
        arrival: truncation(head).unwrap_or(Arrival::Whole),
    }
}

/// Splits the head of an answer from its body.
fn split(block: &[u8]) -> (&[u8], &[u8]) {
    let crlf = memchr::memmem::find(block, b"\r\n\r\n").map(|at| (at, 4));
    let lf = memchr::memmem::find(block, b"\n\n").map(|at| (at, 2));
    let first = match (crlf, lf) {
        (Some(a), Some(b)) => Some(if a.0 < b.0 { a } else { b }),
        (a, b) => a.or(b),
    };
    first.map_or((block, &[]), |(at, length)| (&block[..at], &block[at + length..]))
}

fn status_line(line: &str) -> Result<(&'static str, u16), FetchFailure> {
    let protocol = || FetchFailure::Protocol("the recording holds no HTTP status line".to_owned());
    let mut words = line.split_whitespace();
    let version = words.next().filter(|word| word.starts_with("HTTP/")).ok_or_else(protocol)?;
    let status = words.next().and_then(|word| word.parse().ok()).ok_or_else(protocol)?;
    let version = match version {
        "HTTP/0.9" => "HTTP/0.9",
        "HTTP/1.0" => "HTTP/1.0",
        "HTTP/2" | "HTTP/2.0" => "HTTP/2",
        "HTTP/3" | "HTTP/3.0" => "HTTP/3",
        _ => "HTTP/1.1",
    };
    Ok((version, status))
}

/// Undoes the chunked transfer coding, if the body has it: some tools undo it and leave the header.
fn unchunked(reply: &mut Reply, body: &[u8]) -> (Vec<u8>, Arrival) {
    let chunked =
        reply.header("transfer-encoding").is_some_and(|v| v.to_lowercase().contains("chunked"));
    if !chunked {
        return (body.to_vec(), Arrival::Whole);
    }
    reply.headers.retain(|(name, _)| name != "transfer-encoding");
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let Some((length, after)) = chunk_length(rest) else {
            if whole.is_empty() && !body.is_empty() {
                return (body.to_vec(), Arrival::Whole);
            }
            return (whole, Arrival::Disconnected("the recorded body breaks off".to_owned()));
        };
        if length == 0 {
            return (whole, Arrival::Whole);
        }
        let Some(chunk) = after.get(..length) else {
            whole.extend_from_slice(after);
            return (whole, Arrival::Disconnected("the recorded body breaks off".to_owned()));
        };
        whole.extend_from_slice(chunk);
        rest = &after[length..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// Reads the line that begins a chunk.
fn chunk_length(rest: &[u8]) -> Option<(usize, &[u8])> {
    let end = rest.iter().take(1024).position(|&byte| byte == b'\n')?;
    let line = std::str::from_utf8(&rest[..end]).ok()?;
    let digits = line.split(';').next()?.trim();
    (!digits.is_empty() && digits.len() <= 15).then_some(())?;
    let length = usize::from_str_radix(digits, 16).ok()?;
    Some((length, &rest[end + 1..]))
}

/// Says whether a recorded body is whole.
fn completeness(head: &Head, reply: &Reply, length: usize) -> Arrival {
    if let Some(arrival) = truncation(head) {
        return arrival;
    }
    // A tool that undid the content encoding left the length of what it came from.
    let was_encoded = reply.header("content-encoding").is_some_and(|value| value != "identity");
    let promised = reply.header("content-length").and_then(|value| value.parse::<usize>().ok());
    match promised {
        Some(promised)
            if length < promised && !was_encoded && head.field("warc-type") != Some("revisit") =>
        {
            Arrival::Disconnected(format!("the recording holds {length} of {promised} bytes"))
        }
        Some(_) | None => Arrival::Whole,
    }
}

/// Reads how a body was cut: our own words if they are there, else `WARC-Truncated`.
fn truncation(head: &Head) -> Option<Arrival> {
    if let Some(own) = head.field(ARRIVAL_FIELD) {
        let (kind, detail) = own.split_once(' ').unwrap_or((own, ""));
        return Some(match kind {
            "time" => Arrival::TimedOut(Duration::from_millis(detail.parse().unwrap_or(0))),
            "length" => Arrival::OverLimit(detail.parse().unwrap_or(0)),
            _ => Arrival::Disconnected(detail.to_owned()),
        });
    }
    let why = head.field("warc-truncated")?;
    Some(match why {
        "length" => Arrival::OverLimit(head.length),
        other => Arrival::Disconnected(format!("the recording was cut ({other})")),
    })
}
