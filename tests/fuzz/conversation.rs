//! What a server says in clear text: before TLS, and its first messages of TLS.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{LazyLock, Mutex, mpsc};
use std::time::Duration;

use certaudit::catalog::Transport;
use certaudit::certificate::Digest;
use certaudit::evidence::Silence;
use certaudit::probe::prelude::{imap, smtp, xmpp};
use certaudit::probe::{About, Limits, Route, Target, run};
use tokio::runtime::{Builder, Runtime};

use super::fit;

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());

/// XMPP, IMAP and SMTP up to TLS, chosen by the first byte: agreed, or words that can be shown.
pub fn prelude(bytes: &[u8]) {
    let Some((kind, said)) = bytes.split_first() else {
        return;
    };
    let mut sent = Vec::new();
    let ended = RUNTIME.block_on(async {
        match kind % 4 {
            0 => xmpp::start(said, &mut sent, "jabber:client", "acme.test").await,
            1 => xmpp::start(said, &mut sent, "jabber:server", "acme.test").await,
            2 => imap::start(said, &mut sent).await,
            _ => smtp::start(said, &mut sent, None).await,
        }
    });
    assert!(sent.len() < 1024);
    if let Err(silence) = ended {
        told(&silence);
    }
}

fn told(silence: &Silence) {
    let shown = silence.to_string();
    fit(&shown);
    assert!(shown.len() < 4096, "{} bytes", shown.len());
}

/// A server on loopback that says these bytes to whoever connects, then nothing more: the handshake, and the bare hello for
/// servers that are too old for it.
pub fn conversation(said: &[u8]) {
    static SERVER: LazyLock<Mutex<Server>> = LazyLock::new(|| Mutex::new(Server::start()));
    let mut server = SERVER.lock().unwrap();
    let target = server.target(said);
    let limits = Limits {
        timeout: Duration::from_secs(5),
        concurrency: 1,
        per_node: 1,
        client_certificate: None,
        dns_server: None,
    };
    let about = About {
        deployment: "fuzz".to_owned(),
        collected_at: "2026-01-15T12:00:00Z".to_owned(),
    };
    let evidence = RUNTIME.block_on(async {
        run(
            &[target],
            &limits,
            about,
            &mut |_| {},
            std::future::pending(),
        )
        .await
    });
    let seen = &evidence.observations[0];
    if let Some(silence) = &seen.silence {
        told(silence);
        assert!(!matches!(silence, Silence::TimedOut { .. }), "{silence:?}");
        let own =
            matches!(silence, Silence::Handshake { reason } if reason.contains("please report it"));
        assert!(!own, "the visit panicked");
    }
    for digest in seen.presentations.iter().flat_map(|shown| &shown.chain) {
        let der = evidence.certificates.der(digest).unwrap();
        assert_eq!(Digest::of(der), *digest);
        assert!(der.len() <= said.len());
    }
}

/// Connections to one address before there is another one: their ports stay taken for a minute.
const TURNS: u32 = 10_000;

struct Server {
    socket: std::net::SocketAddr,
    script: mpsc::Sender<Vec<u8>>,
    turns: u32,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = listener.local_addr().unwrap();
        let (script, scripts) = mpsc::channel::<Vec<u8>>();
        listener.set_nonblocking(false).unwrap();
        std::thread::spawn(move || {
            let mut said = Vec::new();
            while let Ok((stream, _)) = listener.accept() {
                match scripts.try_iter().last() {
                    Some(new) if new.is_empty() => return,
                    Some(new) => said = new,
                    None => {}
                }
                // Whoever leaves early has heard enough.
                let _ = play(stream, &said);
            }
        });
        Self {
            socket,
            script,
            turns: 0,
        }
    }

    fn target(&mut self, said: &[u8]) -> Target {
        self.turns += 1;
        if self.turns > TURNS {
            let old = std::mem::replace(self, Self::start());
            let _ = old.script.send(Vec::new());
            let _ = TcpStream::connect(old.socket);
        }
        // A space is as good as nothing, and tells a new script from the end.
        let said = if said.is_empty() { b" " } else { said };
        self.script.send(said.to_vec()).unwrap();
        Target {
            node: "node".to_owned(),
            service: "tomcat",
            port: self.socket.port(),
            address: "node.acme.test".to_owned(),
            connect: Route::Socket(self.socket),
            transport: Transport::Tls,
            xmpp_domain: "acme.test".to_owned(),
        }
    }
}

/// Says it once the guest has said hello, and closes when the guest does.
fn play(mut stream: TcpStream, said: &[u8]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut heard = [0; 4096];
    let _hello = stream.read(&mut heard)?;
    stream.write_all(said)?;
    stream.shutdown(Shutdown::Write)?;
    while stream.read(&mut heard)? > 0 {}
    Ok(())
}
