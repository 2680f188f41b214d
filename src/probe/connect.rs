//! A TCP connection to the first address that takes one.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use super::wire::Wire;
use super::words;
use crate::evidence::{Silence, Step};

/// A connection that could not be made: the address, and why.
pub(super) type Failure = (SocketAddr, Silence);

/// Tries the addresses in order within one deadline, of which each gets its share of what is left. When none takes the
/// connection, the failure that says most is told; `None` when there is no address.
pub(super) async fn connect(
    addresses: &[SocketAddr],
    deadline: Duration,
) -> Result<Wire, Option<Failure>> {
    let end = Instant::now() + deadline;
    let mut told: Option<Failure> = None;
    for (tried, address) in addresses.iter().enumerate() {
        let left = end.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(addresses.len() - tried).unwrap_or(1);
        match connect_to(*address, share).await {
            Ok(wire) => return Ok(wire),
            Err(silence)
                if told
                    .as_ref()
                    .is_some_and(|(_, told)| tells(told) >= tells(&silence)) => {}
            Err(Silence::TimedOut { step, .. }) => {
                let after_ms = words::milliseconds(deadline);
                told = Some((*address, Silence::TimedOut { step, after_ms }));
            }
            Err(silence) => told = Some((*address, silence)),
        }
    }
    Err(told)
}

/// A refusal tells more than silence, and silence more than a missing route (often only that IPv6 is not in use).
fn tells(silence: &Silence) -> u8 {
    match silence {
        Silence::Refused => 2,
        Silence::TimedOut { .. } => 1,
        _ => 0,
    }
}

async fn connect_to(address: SocketAddr, share: Duration) -> Result<Wire, Silence> {
    let begun = Instant::now();
    let timed_out = Silence::TimedOut {
        step: Step::Connect,
        after_ms: words::milliseconds(share),
    };
    match timeout(share, open(address)).await {
        Ok(Ok(stream)) => Ok(Wire::new(stream, address, begun.elapsed())),
        Ok(Err(error)) => Err(match error.kind() {
            ErrorKind::ConnectionRefused => Silence::Refused,
            ErrorKind::TimedOut => timed_out,
            _ => Silence::Unreachable {
                reason: words::system(&error),
            },
        }),
        Err(_) => Err(timed_out),
    }
}

/// Opens the socket. Where the system allows fewer open files than `concurrency` asks for, waits for one to be closed:
/// our own want must not look like a silent server.
async fn open(address: SocketAddr) -> io::Result<TcpStream> {
    // ENFILE and EMFILE, which have the same numbers on every Unix.
    const TOO_MANY_OPEN_FILES: [Option<i32>; 2] = [Some(23), Some(24)];
    loop {
        match TcpStream::connect(address).await {
            Err(error) if cfg!(unix) && TOO_MANY_OPEN_FILES.contains(&error.raw_os_error()) => {
                sleep(Duration::from_millis(50)).await;
            }
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => return Err(error),
        }
    }
}
