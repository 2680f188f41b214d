//! Asking UDS, of sound, odd and hostile servers on loopback.
#![allow(clippy::unwrap_used, clippy::panic)]

mod web;

use std::future::{pending, ready};
use std::io::Write as _;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use certaudit::deployment::Deployment;
use certaudit::evidence::{Evidence, Uds, UdsServers, UdsVersion};
use certaudit::probe::{About, Limits, plan, run, uds};
use web::{Server, Stream, certificate, cucm, list, reply, root, serve};

/// A deployment of one CUCM node, whose Tomcat is that server.
fn deployment(server: &Server, probe: &str) -> Deployment {
    let text = format!(
        "name = \"ACME\"\ndomain = \"acme.test\"\n[probe]\n{probe}\n[[node]]\nname = \"pub\"\nproduct = \"cucm\"\n\
         address = \"cucm-pub.acme.test\"\nservices = [{{ service = \"tomcat\", connect = \"{}\" }}]\n",
        server.address
    );
    Deployment::parse(&text, Path::new(""), &[]).unwrap()
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}

/// Probes it and asks UDS.
fn scan(deployment: &Deployment) -> Evidence {
    let limits = Limits::of(deployment, None);
    let about = About {
        deployment: "ACME".to_owned(),
        collected_at: "2026-11-21T19:00:00Z".to_owned(),
    };
    wait(async {
        let seen = run(&plan(deployment), &limits, about, &mut |_| {}, pending()).await;
        uds::complete(seen, deployment, &limits, pending()).await
    })
}

fn start(answer: impl Fn(&str, &mut Stream) + Send + Sync + 'static) -> Server {
    serve(
        "127.0.0.1:0",
        &certificate(&root(), "cucm-pub.acme.test"),
        answer,
    )
}

/// What comes of a server that answers so.
fn asked(probe: &str, answer: impl Fn(&str, &mut Stream) + Send + Sync + 'static) -> Uds {
    let server = start(answer);
    let evidence = scan(&deployment(&server, probe));
    assert!(evidence.complete);
    let text = evidence.write().unwrap();
    assert_eq!(Evidence::read(&text).unwrap(), evidence);
    let [uds] = evidence.uds.as_slice() else {
        panic!("{:?}", evidence.uds);
    };
    assert_eq!((&*uds.node, uds.port), ("pub", 8443));
    assert_eq!(uds.address, Some(server.address.to_string()));
    uds.clone()
}

fn failure(uds: &Uds) -> &str {
    match &uds.servers {
        UdsServers::Failed { reason } => reason,
        UdsServers::Listed { names } => panic!("{names:?}"),
    }
}

#[test]
fn names_and_version_come_as_the_cluster_gives_them() {
    let names: &[&str] = &["cucm-pub.acme.test", "10.0.0.2", "Cucm-Sub"];
    let seen = asked("", cucm(&["cucm-pub.acme.test", "10.0.0.2", "Cucm-Sub"]));
    assert_eq!(seen.names(), names);
    let text = "14.0.1".to_owned();
    assert_eq!(seen.version, UdsVersion::Told { text });
}

#[test]
fn the_two_requests_are_all_that_is_sent() {
    let server = start(cucm(&["cucm-pub.acme.test"]));
    scan(&deployment(&server, ""));
    let requests: Vec<String> = server
        .asked()
        .into_iter()
        .filter(|request| !request.is_empty())
        .collect();
    let lines: Vec<&str> = requests
        .iter()
        .map(|one| one.lines().next().unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            "GET /cucm-uds/servers HTTP/1.1",
            "GET /cucm-uds/version HTTP/1.1"
        ]
    );
    for request in requests {
        let request = request.to_lowercase();
        assert!(
            request.contains("host: cucm-pub.acme.test:8443\r\n"),
            "{request}"
        );
        assert!(
            !request.contains("authorization") && !request.contains("cookie"),
            "{request}"
        );
    }
}

#[test]
fn it_can_be_switched_off() {
    let server = start(cucm(&["cucm-pub.acme.test"]));
    assert!(scan(&deployment(&server, "uds = false")).uds.is_empty());
    assert!(server.asked().iter().all(String::is_empty));
}

#[test]
fn chunked_answers_are_put_together() {
    let seen = asked("", |_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for byte in list(&["cucm-pub.acme.test"]).bytes() {
            let _ = stream.write_all(format!("1\r\n{}\r\n", char::from(byte)).as_bytes());
        }
        let _ = stream.write_all(b"0\r\n\r\n");
    });
    assert_eq!(seen.names(), ["cucm-pub.acme.test"]);
}

#[test]
fn what_is_no_server_list_is_said() {
    let seen = asked("", |_, stream| {
        reply(stream, "404 Not Found", "<html>no</html>");
    });
    assert_eq!(failure(&seen), "the server has no UDS there (status 404)");
    let seen = asked("", |_, stream| {
        reply(stream, "200 OK", "<html><body>Log in</body></html>");
    });
    assert!(failure(&seen).contains("begins with <html>"), "{seen:?}");
    let seen = asked("", |_, stream| {
        let _ = stream
            .write_all(b"HTTP/1.1 302 Found\r\nLocation: /login\x1b\r\nContent-Length: 0\r\n\r\n");
    });
    assert!(!failure(&seen).contains('\u{1b}'), "{seen:?}");
    let seen = asked("", |_, stream| {
        let _ = stream.write_all(b"220 mail.acme.test ESMTP\r\n");
    });
    assert!(failure(&seen).contains("not HTTP"), "{seen:?}");
}

#[test]
fn entities_are_not_expanded() {
    let seen = asked("", |_, stream| {
        let body = "<!DOCTYPE s [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\
            <servers><server>&b;</server></servers>";
        reply(stream, "200 OK", body);
    });
    assert_eq!(failure(&seen), "the answer has a document type");
}

#[test]
fn a_huge_body_is_not_taken() {
    let said = asked("", |_, stream| {
        let _ =
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n<servers>");
    });
    assert!(
        failure(&said).contains("larger than 262144 bytes"),
        "{said:?}"
    );
    let endless = asked("", |_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n<servers>");
        let chunk = "<server>a.test</server>".repeat(1000);
        for _ in 0..1000 {
            if stream.write_all(chunk.as_bytes()).is_err() {
                return;
            }
        }
    });
    assert!(
        failure(&endless).contains("larger than 262144 bytes"),
        "{endless:?}"
    );
}

#[test]
fn a_slow_server_ends_at_the_deadline() {
    let begun = Instant::now();
    let seen = asked("timeout = \"700ms\"", |_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        for _ in 0..100 {
            sleep(Duration::from_millis(100));
            if stream
                .write_all(b" ")
                .and_then(|()| stream.flush())
                .is_err()
            {
                return;
            }
        }
    });
    assert_eq!(failure(&seen), "no whole answer within 700 ms");
    assert!(begun.elapsed() < Duration::from_secs(9));
}

#[test]
fn an_interrupted_run_is_incomplete() {
    let server = start(|_, _| sleep(Duration::from_secs(2)));
    let deployment = deployment(&server, "");
    let limits = Limits::of(&deployment, None);
    let (answers, finished) = wait(uds::ask_all(plan(&deployment), &limits, ready(())));
    assert!(answers.is_empty() && !finished);
}
