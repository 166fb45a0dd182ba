//! Makes the recording `fixtures/web/fairway.warc.gz` of the pages in `fixtures/web/fairway`, and checks that it is up
//! to date. `UPDATE_EXPECT=1 cargo test` writes it anew.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

/// When the pages are said to have been recorded.
const RECORDED: &str = "2025-03-10T12:00:00Z";

/// Returns the path of a fixture.
pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// Returns the records of a WARC file for the pages that an index names, one after the other.
fn records(folder: &Path) -> Vec<Vec<u8>> {
    let index = std::fs::read_to_string(folder.join("index.tsv")).unwrap();
    let pages = index.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    (1..).zip(pages).map(|(n, line)| record(folder, n, line)).collect()
}

fn record(folder: &Path, n: u32, line: &str) -> Vec<u8> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [url, status, headers, file, encoding] = fields[..] else { panic!("{line}") };
    let body = if file == "-" {
        Vec::new()
    } else {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
        let (bytes, _, unmappable) = encoding.encode(&text);
        assert!(!unmappable, "{file} does not fit {}", encoding.name());
        bytes.into_owned()
    };
    let mut http = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for header in headers.split('|') {
        write!(http, "{header}\r\n").unwrap();
    }
    write!(http, "Content-Length: {}\r\n\r\n", body.len()).unwrap();
    let mut block = http.into_bytes();
    block.extend(body);
    let mut record = format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{n:012}>\r\n\
         WARC-Date: {RECORDED}\r\nWARC-Target-URI: {url}\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n",
        block.len()
    )
    .into_bytes();
    record.extend(block);
    record.extend(b"\r\n\r\n");
    record
}

fn reason(status: &str) -> &str {
    match status {
        "200" => "OK",
        "301" => "Moved Permanently",
        "302" => "Found",
        "403" => "Forbidden",
        "404" => "Not Found",
        other => panic!("{other}"),
    }
}

fn packed(record: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(record).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn the_recording_of_the_fixture_is_up_to_date() {
    let records = records(&fixture("web/fairway"));
    let path = fixture("web/fairway.warc.gz");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let packed: Vec<u8> = records.iter().flat_map(|record| packed(record)).collect();
        std::fs::write(&path, packed).unwrap();
    }
    let mut held = Vec::new();
    MultiGzDecoder::new(&std::fs::read(&path).unwrap()[..]).read_to_end(&mut held).unwrap();
    assert!(held == records.concat(), "run the tests once with UPDATE_EXPECT=1");
}
