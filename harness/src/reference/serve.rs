//! The reference server behind a socket on loopback.

use super::{Server, SetupError};
use crate::wire::{Framing, Request, Response};
use http_body_util::{BodyExt as _, Either, Full, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{StatusCode, Version};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::net::{TcpListener, TcpStream};

/// The most content that a request may have, octets.
const MAX_REQUEST_OCTETS: usize = 1 << 20;

/// A port on loopback that nobody answers yet: its number is part of the issuer.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    port: u16,
}

impl Listening {
    /// Takes the port; 0 is any that is free.
    pub async fn on(port: u16) -> Result<Self, SetupError> {
        let error = |cause| SetupError::Port { port, cause };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(error)?;
        let port = listener.local_addr().map_err(error)?.port();
        Ok(Self { listener, port })
    }

    /// The base of every URL.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Answers until the task is dropped.
    pub async fn serve(self, server: Arc<Server>) {
        loop {
            // A connection that breaks while it is accepted concerns nobody else.
            if let Ok((stream, _)) = self.listener.accept().await {
                tokio::spawn(connection(stream, Arc::clone(&server)));
            }
        }
    }
}

async fn connection(stream: TcpStream, server: Arc<Server>) {
    let service = service_fn(|request| answer(request, Arc::clone(&server)));
    // A client that goes away is no error of the server.
    _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Content without a known length, a few octets at a time.
struct Chunks(Bytes);

impl Body for Chunks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        const CHUNK_OCTETS: usize = 7;
        let length = self.0.len().min(CHUNK_OCTETS);
        let chunk = self.0.split_to(length);
        Poll::Ready((length > 0).then(|| Ok(Frame::data(chunk))))
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    server: Arc<Server>,
) -> Result<hyper::Response<Either<Full<Bytes>, Chunks>>, Infallible> {
    let (head, body) = request.into_parts();
    let response = match Limited::new(body, MAX_REQUEST_OCTETS).collect().await {
        Ok(body) => {
            let mut request = Request::get(&format!("{}{}", server.settings.issuer, head.uri));
            request.method = head.method.as_str().to_owned();
            for (name, value) in &head.headers {
                request.fields.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
            }
            request.body = body.to_bytes().to_vec();
            tokio::time::sleep(server.settings.delay).await;
            server.respond(&request)
        }
        Err(_) => Response::empty(413),
    };
    Ok(convert(response))
}

fn convert(response: Response) -> hyper::Response<Either<Full<Bytes>, Chunks>> {
    let octets = Bytes::from(response.body);
    let body = match response.framing {
        Framing::Sized => Either::Left(Full::new(octets)),
        // To a client of HTTP/1.0 the library sends no chunks.
        Framing::Chunked | Framing::Closed => Either::Right(Chunks(octets)),
    };
    let mut builder = hyper::Response::builder().status(response.status);
    if response.framing == Framing::Closed {
        builder = builder.version(Version::HTTP_10).header("Connection", "close");
    }
    for (name, value) in response.fields.iter() {
        builder = builder.header(name, value.as_bytes());
    }
    builder.body(body).unwrap_or_else(|_| unwritable())
}

/// What HTTP cannot carry, a line break in a field for one, is an error of the server.
fn unwritable() -> hyper::Response<Either<Full<Bytes>, Chunks>> {
    let mut response = hyper::Response::new(Either::Left(Full::default()));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_no_success() {
        let mut split = Response::empty(200);
        split.fields.set("X-Echo", "x\r\nSet-Cookie: a=b");
        assert_eq!(convert(split).status(), 500);
        assert_eq!(convert(Response::empty(200)).status(), 200);
    }
}
