//! Lets so many connections in at a time, and ends those on which nothing moves: a client that sends or reads as slowly
//! as it can keeps nobody else out for long.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};

/// How many connections are open at once; others wait at the door.
const MOST: usize = 256;

/// How long a client may take to send a request, from when it has connected or had its last answer, and to take what is
/// written to it.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a client must send a second, in bytes, to be waited for longer: the pace at which a document may arrive.
const SLOWEST: u32 = 16 * 1024;

/// Where clients come in.
pub(super) struct Door {
    listener: TcpListener,
    places: Arc<Semaphore>,
}

impl Door {
    pub(super) fn new(listener: TcpListener) -> Self {
        Self { listener, places: Arc::new(Semaphore::new(MOST)) }
    }
}

impl Listener for Door {
    type Io = Guest<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let (stream, address) = Listener::accept(&mut self.listener).await;
        (Guest::new(stream, PATIENCE, place.ok()), address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A connection that ends when the client is too slow: reading and writing then fail with `TimedOut`.
pub(super) struct Guest<S> {
    stream: S,
    patience: Duration,
    /// When patience ends: it starts anew with everything that is written, and grows with what is read.
    end: Pin<Box<Sleep>>,
    /// Free again when the connection is closed.
    _place: Option<OwnedSemaphorePermit>,
}

impl<S> Guest<S> {
    fn new(stream: S, patience: Duration, place: Option<OwnedSemaphorePermit>) -> Self {
        let end = Box::pin(sleep_until(Instant::now() + patience));
        Self { stream, patience, end, _place: place }
    }

    /// Fails once patience has ended; until then the task is woken when it does.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.end.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    fn has_read(&mut self, bytes: usize) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let end = self.end.deadline() + Duration::from_secs(1) * bytes / SLOWEST;
        self.end.as_mut().reset(end);
    }

    fn has_written(&mut self) {
        let end = Instant::now() + self.patience;
        self.end.as_mut().reset(end);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guest<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_patience(context)?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.has_read(buffer.filled().len() - before);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guest<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_patience(context)?;
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.has_written();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_patience(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const SHORT: Duration = Duration::from_millis(30);

    fn run(test: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(test);
    }

    #[test]
    fn who_sends_nothing_is_not_waited_for() {
        run(async {
            let (_client, stream) = duplex(64);
            let mut guest = Guest::new(stream, SHORT, None);
            let error = guest.read_u8().await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn who_reads_nothing_is_not_waited_for() {
        run(async {
            let (_client, stream) = duplex(64);
            let mut guest = Guest::new(stream, SHORT, None);
            let error = guest.write_all(&[0; 1000]).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        });
    }

    #[test]
    fn a_few_bytes_buy_no_time_and_many_do() {
        run(async {
            let (mut client, stream) = duplex(64 * 1024);
            let mut guest = Guest::new(stream, SHORT, None);
            let first = guest.end.deadline();
            client.write_all(b"G").await.unwrap();
            guest.read_u8().await.unwrap();
            assert!(guest.end.deadline() - first < Duration::from_millis(1));
            client.write_all(&vec![0; 32 * 1024]).await.unwrap();
            guest.read_exact(&mut vec![0; 32 * 1024]).await.unwrap();
            assert!(guest.end.deadline() - first >= Duration::from_secs(2));
        });
    }

    #[test]
    fn a_place_is_free_again_when_its_connection_is_closed() {
        run(async {
            let places = Arc::new(Semaphore::new(1));
            let place = Arc::clone(&places).acquire_owned().await.unwrap();
            let guest = Guest::new(duplex(1).0, SHORT, Some(place));
            assert_eq!(places.available_permits(), 0);
            drop(guest);
            assert_eq!(places.available_permits(), 1);
        });
    }
}
