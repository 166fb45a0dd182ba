//! A web on the loopback network: the same pages under all of its hosts, compressed, after a latency.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use flate2::{Compress, Compression, Crc, FlushCompress};

use crate::page::{Pages, TEXTS};

/// The number of the host that behaves as [`Odd`] says.
const ODD_HOST: [u8; 4] = [127, 0, 0, 2];

/// What one of the hosts does that the others don't.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Odd {
    /// Nothing.
    None,
    /// It answers after 10 seconds.
    Slow,
    /// It answers that it was asked too often.
    Busy,
}

/// How the web answers.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    /// How long an answer takes, in the median.
    pub(crate) latency: Duration,
    /// What one of its hosts does.
    pub(crate) odd: Odd,
}

/// Serves the web for ever; `told` is given the port.
pub(crate) async fn serve(port: u16, manner: Manner, told: impl FnOnce(u16)) {
    let listener = TcpListener::bind(("0.0.0.0", port)).await.expect("the port is free");
    let web = Arc::new(Web::new());
    told(listener.local_addr().expect("it is bound").port());
    let mut seed = 1_u64;
    while let Ok((stream, _)) = listener.accept().await {
        seed = next(seed);
        tokio::spawn(serve_one(stream, manner, Arc::clone(&web), seed));
    }
}

async fn serve_one(mut stream: TcpStream, manner: Manner, web: Arc<Web>, mut state: u64) {
    let _ = stream.set_nodelay(true);
    let is_odd = stream.local_addr().is_ok_and(|at| at.ip() == std::net::IpAddr::from(ODD_HOST));
    let odd = if is_odd { manner.odd } else { Odd::None };
    let mut head = Vec::with_capacity(1024);
    while stream.read_buf(&mut head).await.is_ok_and(|length| length > 0) {
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        if !manner.latency.is_zero() {
            state = next(state);
            tokio::time::sleep(spread(manner.latency, state)).await;
        }
        if odd == Odd::Slow {
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
        let bytes = if odd == Odd::Busy {
            b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nbusy".to_vec()
        } else {
            web.answer(asked(&head))
        };
        head.clear();
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// Returns the number at the end of the path that a request asks for.
fn asked(head: &[u8]) -> usize {
    let path = head.split(|&byte| byte == b' ').nth(1).unwrap_or_default();
    let last = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    std::str::from_utf8(last).ok().and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The pages, compressed as far as they are the same.
struct Web {
    pages: Pages,
    starts: Vec<Start>,
}

/// The start of a body in gzip (RFC 1952), whose last block is still to come.
struct Start {
    compressed: Vec<u8>,
    sum: Crc,
}

impl Web {
    fn new() -> Self {
        let pages = Pages::new();
        let starts = (0..TEXTS).map(|number| Start::new(&pages.start(number))).collect();
        Self { pages, starts }
    }

    /// Returns the answer that shows a page.
    fn answer(&self, number: usize) -> Vec<u8> {
        let start = &self.starts[number % TEXTS];
        let end = self.pages.end(number);
        let mut sum = Crc::new();
        sum.combine(&start.sum);
        sum.update(end.as_bytes());
        let length = u16::try_from(end.len()).expect("the end of a page is short");
        // The last block, as it is (RFC 1951, section 3.2.4).
        let mut rest = vec![1];
        rest.extend(length.to_le_bytes());
        rest.extend((!length).to_le_bytes());
        rest.extend(end.as_bytes());
        rest.extend(sum.sum().to_le_bytes());
        rest.extend(sum.amount().to_le_bytes());
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            start.compressed.len() + rest.len()
        );
        [head.as_bytes(), &start.compressed, &rest].concat()
    }
}

impl Start {
    fn new(text: &str) -> Self {
        let mut compressed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
        compressed.reserve(text.len());
        let mut compress = Compress::new(Compression::default(), false);
        compress
            .compress_vec(text.as_bytes(), &mut compressed, FlushCompress::Full)
            .expect("memory can be compressed");
        assert_eq!(compress.total_in(), text.len() as u64, "there is room for all of it");
        let mut sum = Crc::new();
        sum.update(text.as_bytes());
        Self { compressed, sum }
    }
}

const fn next(state: u64) -> u64 {
    state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)
}

/// A log-normal latency with this median, sigma 0.5.
fn spread(median: Duration, state: u64) -> Duration {
    // The sum of some uniform numbers is nearly normal.
    let normal: f64 = (0..6)
        .map(|n| f64::from(u16::try_from((state >> (n * 10 + 4)) & 1023).unwrap_or(0)) / 1023.0)
        .sum::<f64>()
        * std::f64::consts::SQRT_2
        - 3.0 * std::f64::consts::SQRT_2;
    median.mul_f64((0.5 * normal).exp())
}
