//! A server with a thousand bad clients, which send half a header or arbitrary octets and then stay
//! connected. Other clients must be answered at once, each bad one must be closed within the handshake
//! timeout, and memory must stay bounded.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "this is a test, in its helpers too"
)]

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::{self, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use allocation_counter::{AllocationInfo, measure};
use amqp_net::ProtocolHeader;
use amqp_net::negotiation::{Incoming, Listener};
use amqp_net::proto::{ClosingLimits, NegotiationSettings};
use amqp_types::Bytes;

/// The number of bad clients, if the system allows a process this many connections.
const BAD: usize = 1000;
/// The file descriptors that the tests need in addition to two for each bad client.
const OTHER_DESCRIPTORS: usize = 200;
/// The handshake timeout of the server.
const LIMIT: Duration = Duration::from_secs(3);
/// How much later a client may see the end of the connection, on a busy machine.
const SLACK: Duration = Duration::from_secs(3);
/// How long a good client may wait for its answer while there are a thousand bad ones.
const AT_ONCE: Duration = Duration::from_secs(1);
/// The memory that a connection may take if the client sends little or nothing. The runtime uses most of
/// it, for a task, a timer and the registration of the socket.
const OCTETS_FOR_A_CONNECTION: u64 = 3072;

const A: [u8; 8] = *b"AMQP\x00\x01\x00\x00";

#[derive(Debug, Default)]
struct Counts {
    agreed: AtomicU64,
    failed: AtomicU64,
    evicted: AtomicU64,
    not_accepted: AtomicU64,
}

/// A server on its own thread, whose allocations are counted.
struct Server {
    address: SocketAddr,
    counts: Arc<Counts>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<AllocationInfo>,
}

impl Server {
    fn start(limit: Duration) -> Self {
        let counts = Arc::new(Counts::default());
        let stop = Arc::new(AtomicBool::new(false));
        let (address, bound) = mpsc::channel();
        let run = {
            let (counts, stop) = (Arc::clone(&counts), Arc::clone(&stop));
            move || {
                let runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = { runtime }.enable_all().build().unwrap();
                measure(|| {
                    runtime.block_on(serve(limit, &counts, &stop, |at| address.send(at).unwrap()));
                })
            }
        };
        let thread = thread::spawn(run);
        Self { address: bound.recv().unwrap(), counts, stop, thread }
    }

    /// Stops the server, and returns its allocations.
    fn stop(self) -> AllocationInfo {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

async fn serve(
    limit: Duration,
    counts: &Counts,
    stop: &AtomicBool,
    listening: impl FnOnce(SocketAddr),
) {
    let settings = NegotiationSettings::new(ProtocolHeader::AMQP).handshake_timeout(limit);
    let mut listener = Listener::bind(("127.0.0.1", 0), &settings).await.unwrap();
    listening(listener.local_addr());
    loop {
        if stop.load(Ordering::Relaxed) {
            listener.stop();
        }
        // The future of `accept` is dropped frequently here, which must not lose a connection.
        let incoming = tokio::time::timeout(Duration::from_millis(5), listener.accept()).await;
        let count = match incoming {
            Err(_) => continue,
            Ok(None) => return,
            Ok(Some(Incoming::Agreed { negotiated, .. })) => {
                tokio::spawn(negotiated.close(Bytes::new(), ClosingLimits::default()));
                &counts.agreed
            }
            Ok(Some(Incoming::Failed { .. })) => &counts.failed,
            Ok(Some(Incoming::Evicted { .. })) => &counts.evicted,
            Ok(Some(Incoming::NotAccepted(_))) => &counts.not_accepted,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT + SLACK)).unwrap();
    stream.set_write_timeout(Some(LIMIT + SLACK)).unwrap();
    stream
}

/// Returns how long a good client waits for its answer.
fn good_client(address: SocketAddr) -> Duration {
    let began = Instant::now();
    let mut stream = connect(address);
    stream.write_all(&A).unwrap();
    let mut answer = [0; 8];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, A);
    began.elapsed()
}

/// Connects good clients one after another, and returns the longest time that one of them waited.
fn good_clients(address: SocketAddr, count: usize) -> Duration {
    (0..count).map(|_| good_client(address)).max().unwrap()
}

/// A bad client, with the answer that it must receive before the connection ends.
struct Bad {
    stream: TcpStream,
    began: Instant,
    told: &'static [u8],
}

/// What a bad client sends, and the answer that it must receive. It then stays without sending.
fn kinds() -> Vec<(Vec<u8>, &'static [u8])> {
    let mut kinds: Vec<(Vec<u8>, &[u8])> = vec![(Vec::new(), b"")];
    // Half a header, of any length.
    for end in 1..A.len() {
        for _ in 0..4 {
            kinds.push((A[..end].to_vec(), &A));
        }
    }
    let junk: [&[u8]; 12] = [
        b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"AMQP\x00\x00\x09\x01",
        b"AMQP\x01\x01\x00\x0a",
        b"AMQP\x00\x09\x09\x09",
        b"AMQP\x02\x01\x00\x00",
        b"AMQP\xff\xff\xff\xff",
        b"SSH-2.0-client\r\n",
        b"\x00",
        b"\xde\xad\xbe\xef\x00\x01\x02\x03",
        b"AMQ",
        b"amqp",
    ];
    kinds.extend(junk.map(|octets| (octets.to_vec(), &A[..])));
    // More than the server reads.
    kinds.push((vec![b'x'; 50_000], &A));
    kinds.push(([&b"AMQP\x00\x09\x09\x09"[..], &vec![0; 50_000]].concat(), &A));
    kinds
}

fn bad_clients(address: SocketAddr, count: usize) -> Vec<Bad> {
    let kinds = kinds();
    let bad = (0..count).zip(kinds.iter().cycle()).map(|(_, (octets, told))| {
        let mut stream = connect(address);
        stream.write_all(octets).unwrap();
        Bad { stream, began: Instant::now(), told }
    });
    bad.collect()
}

/// Returns how many bad clients are possible. Each takes a file descriptor on both sides.
fn as_many_as_fit() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let open_files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let soft = open_files.and_then(|limits| limits.split_whitespace().next()?.parse().ok());
    let fit = soft.unwrap_or(1024_usize).saturating_sub(OTHER_DESCRIPTORS) / 2;
    if fit < BAD {
        eprintln!("only {fit} bad clients: the limit of open files is too low for {BAD}");
    }
    BAD.min(fit)
}

#[test]
fn a_thousand_bad_clients() {
    let count = as_many_as_fit();
    let quiet = Server::start(LIMIT);
    good_clients(quiet.address, 50);
    let quiet = quiet.stop();

    let server = Server::start(LIMIT);
    let address = server.address;
    let began = Instant::now();
    let bad = bad_clients(address, count);
    let waited = good_clients(address, 50);
    let all_there = began.elapsed();
    assert!(waited < AT_ONCE, "a good client waited {waited:?}");

    // Each receives the complete answer and then a clean end of the connection, in time.
    for mut bad in bad {
        let mut told = Vec::new();
        bad.stream.read_to_end(&mut told).expect("a clean end within the time limit");
        assert_eq!(told, bad.told);
        let stayed = bad.began.elapsed();
        assert!(stayed < LIMIT + SLACK, "it could stay for {stayed:?}");
    }
    assert!(good_client(address) < AT_ONCE);
    let counts = Arc::clone(&server.counts);
    let cost = server.stop();
    assert_eq!(counts.failed.load(Ordering::Relaxed), count as u64);
    assert_eq!(counts.agreed.load(Ordering::Relaxed), 51);
    assert_eq!(counts.evicted.load(Ordering::Relaxed), 0);
    assert_eq!(counts.not_accepted.load(Ordering::Relaxed), 0);

    let each = (cost.bytes_max - quiet.bytes_max.min(cost.bytes_max)) / count as u64;
    eprintln!(
        "{count} bad clients were there after {all_there:?}; a good one waited at most {waited:?}; \
         at the peak each took {each} octets"
    );
    assert!(each <= OCTETS_FOR_A_CONNECTION, "each took {each} octets");
    // All memory is free again, except the memory that the runtime keeps for reuse.
    let kept = cost.bytes_current.max(0).unsigned_abs() / count as u64;
    assert!(kept <= 64, "{kept} octets were kept for each");
}

#[test]
fn the_whole_answer_arrives_even_if_the_client_sent_much() {
    let server = Server::start(LIMIT);
    for octets in [9, 100, 4_096, 4_097, 65_536, 900_000] {
        for pause in [Duration::ZERO, Duration::from_millis(20)] {
            let mut stream = connect(server.address);
            let mut junk = b"AMQP\x00\x09\x09\x09".to_vec();
            junk.resize(octets, b'x');
            // Much of it is in transit when the answer is sent.
            let (first, rest) = junk.split_at(octets.min(9));
            stream.write_all(first).unwrap();
            thread::sleep(pause);
            stream.write_all(rest).unwrap();
            let mut told = Vec::new();
            stream.read_to_end(&mut told).expect("no reset");
            assert_eq!(told, A, "{octets} octets");
            // The sending side is still open, and the server reads until it is closed.
            stream.write_all(b"more").unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
        }
    }
    server.stop();
}

#[test]
fn a_client_that_never_stops_sending_is_disconnected() {
    let server = Server::start(LIMIT);
    let began = Instant::now();
    let talkers = [&b"x"[..], b"AMQP\x00\x09\x09\x09"].map(|first| {
        let mut stream = connect(server.address);
        thread::spawn(move || {
            stream.write_all(first).unwrap();
            let mut written = 0_u64;
            while stream.write_all(&[b'x'; 4096]).is_ok() {
                written += 4096;
            }
            written
        })
    });
    assert!(good_clients(server.address, 20) < AT_ONCE);
    for talker in talkers {
        let written = talker.join().unwrap();
        // The limit of the server, and the buffers of the operating system.
        assert!(written < 64 << 20, "{written} octets");
    }
    assert!(began.elapsed() < LIMIT + SLACK);
    let cost = server.stop();
    assert!(cost.bytes_max < 1 << 18, "{cost:?}");
}

/// The server of the next test, in its own process that may open few files.
#[test]
#[ignore = "run by the next test"]
fn server_with_few_descriptors() {
    if env::var_os("NET_HOSTILE_SERVER").is_none() {
        return;
    }
    let server = Server::start(Duration::from_secs(60));
    println!("listening on {}", server.address);
    // Until the parent has finished.
    io::copy(&mut io::stdin(), &mut io::sink()).unwrap();
    println!("not accepted {} times", server.counts.not_accepted.load(Ordering::Relaxed));
    println!("evicted {}", server.counts.evicted.load(Ordering::Relaxed));
    io::stdout().flush().unwrap();
    process::exit(0);
}

#[test]
#[cfg(unix)]
fn a_server_without_free_descriptors_continues_and_does_not_spin() {
    const CLIENTS: usize = 100;
    let began = Instant::now();
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -n 40 && exec \"$0\" \"$@\""])
        .arg(env::current_exe().unwrap())
        .args(["--exact", "server_with_few_descriptors", "--ignored", "--nocapture"])
        .env("NET_HOSTILE_SERVER", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // The test harness may have begun the line with its own output.
    let mut after = |start: &str| {
        let line = lines.find_map(|line| line.split_once(start).map(|(_, rest)| rest.to_owned()));
        line.expect("the server is gone")
    };
    let address: SocketAddr = after("listening on ").parse().unwrap();

    // More connections than the server can have open, none of which completes its handshake.
    let bad: Vec<TcpStream> = (0..CLIENTS)
        .map(|_| {
            let mut stream = connect(address);
            stream.write_all(&A[..4]).unwrap();
            stream
        })
        .collect();
    let waited = good_clients(address, 3);
    drop(child.stdin.take());
    let not_accepted: u128 = after("not accepted ").split(' ').next().unwrap().parse().unwrap();
    let evicted: u64 = after("evicted ").parse().unwrap();
    child.wait().unwrap();
    drop(bad);
    eprintln!("a good client waited {waited:?}; {not_accepted} failures to accept");
    assert!(waited < LIMIT + SLACK);
    assert!(evicted > 0 && not_accepted > 0);
    // Each failure is followed by a pause of at least 10 milliseconds.
    assert!(not_accepted <= began.elapsed().as_millis() / 10 + 1);
}
