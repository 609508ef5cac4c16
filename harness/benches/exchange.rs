//! Requests a second: the engine's way to a server beside a bare client's, at the same endpoint.
//!
//! The engine opens a connection for every request, so that no answer is that of another request. The bare client does the
//! same; the one that keeps its connection shows what that costs.

#![allow(clippy::unwrap_used, reason = "what fails here is the measurement")]
#![allow(missing_docs, reason = "criterion makes functions")]

use countersign_harness::clock::SystemClock;
use countersign_harness::reference::{Listening, Registry, Server, Settings};
use countersign_harness::run::{Link, TokenRequest};
use countersign_harness::target::Limits;
use countersign_harness::wire::{Request, Socket};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::num::NonZeroUsize;
use std::sync::{Arc, mpsc};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The reference server on a thread of its own.
fn serve() -> String {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        runtime().block_on(async {
            let listening = Listening::on(0).await.unwrap();
            let server = Server::new(Settings::new(listening.issuer()), Arc::new(SystemClock), None).unwrap();
            sender.send(listening.issuer()).unwrap();
            listening.serve(Arc::new(server)).await;
        });
    });
    receiver.recv().unwrap()
}

fn bare(request: &Request) -> hyper::Request<Full<Bytes>> {
    let mut builder = hyper::Request::builder().method(request.method.as_str()).uri(request.path());
    builder = builder.header("Host", "127.0.0.1");
    for (name, value) in request.fields.iter() {
        builder = builder.header(name, value.as_bytes());
    }
    builder.body(Full::from(request.body.clone())).unwrap()
}

async fn connect(authority: &str) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(authority).await.unwrap();
    let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

async fn token(sender: &mut SendRequest<Full<Bytes>>, request: &Request) -> usize {
    sender.ready().await.unwrap();
    let response = sender.send_request(bare(request)).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body().collect().await.unwrap().to_bytes().len()
}

fn exchange(criterion: &mut Criterion) {
    let issuer = serve();
    let authority = issuer.trim_start_matches("http://").to_owned();
    let (client, _) = Registry.clients();
    let request = TokenRequest::baseline(&format!("{issuer}/token"), &client, None, &issuer).to_request();
    let runtime = runtime();
    let mut group = criterion.benchmark_group("token request");
    group.throughput(Throughput::Elements(1));
    group.bench_function("engine", |bencher| {
        let socket = Socket::new(None).unwrap();
        bencher.iter_custom(|times| {
            // What is kept of each exchange grows with a run, so each sample is a run.
            let link =
                Link::new(&socket, &SystemClock, &Limits { max_requests: NonZeroUsize::MAX, ..Limits::default() });
            link.learn(&client);
            let begin = std::time::Instant::now();
            runtime.block_on(async {
                for _ in 0..times {
                    assert_eq!(link.send(&request).await.unwrap().response.status, 200);
                }
            });
            begin.elapsed()
        });
    });
    group.bench_function("bare client", |bencher| {
        bencher.iter(|| runtime.block_on(async { token(&mut connect(&authority).await, &request).await }));
    });
    group.bench_function("bare client, one connection", |bencher| {
        let mut sender = runtime.block_on(connect(&authority));
        bencher.iter(|| runtime.block_on(token(&mut sender, &request)));
    });
    group.finish();
}

criterion_group!(benches, exchange);
criterion_main!(benches);
