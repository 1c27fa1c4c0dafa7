//! A text behind a URL, for `-f https://…`: bounded in time, size and redirects.
//!
//! Nothing is sent that could identify anybody: no credentials, no cookies. Proxies are those of the environment (`HTTPS_PROXY`,
//! `HTTP_PROXY`, `NO_PROXY`), certificates are checked by the system's authorities.

use std::error::Error as StdError;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, LOCATION, PROXY_AUTHORIZATION, USER_AGENT};
use hyper::http::uri::Scheme;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use kube::client::ConfigExt as _;
use tower::ServiceExt as _;

use crate::cluster;
use crate::error::{Error, Kind, Result};

/// How much time and how many bytes a fetch may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) time: Duration,
    pub(super) bytes: usize,
    pub(super) redirects: usize,
}

/// Far more than a manifest needs.
pub(super) const LIMITS: Limits = Limits {
    time: Duration::from_secs(30),
    bytes: 32 << 20,
    redirects: 10,
};

/// Whatever a library says went wrong.
type Cause = Box<dyn StdError + Send + Sync>;

/// Fetches what is behind a URL. Not to be called from asynchronous code, since it runs a runtime of its own.
///
/// # Errors
/// The URL is none or has credentials in it; the server cannot be reached, answers with an error or with a web page; a limit
/// is passed.
pub(super) fn fetch(url: &str, limits: Limits) -> Result<Vec<u8>> {
    let uri = parse(url)?;
    cluster::block_on(async {
        let followed = follow(url, uri, limits);
        tokio::time::timeout(limits.time, followed)
            .await
            .unwrap_or_else(|_| {
                let seconds = limits.time.as_secs();
                Err(failed(url)
                    .because(format!("there was no whole answer within {seconds} s"))
                    .hint("check the network and the proxy (HTTPS_PROXY), or fetch it by other means and pipe it: `… | mesh … -f -`"))
            })
    })
}

fn failed(url: &str) -> Error {
    Error::new(Kind::User, format!("cannot fetch `{url}`"))
}

fn parse(url: &str) -> Result<Uri> {
    let uri: Uri = url.parse().map_err(|error: hyper::http::uri::InvalidUri| {
        failed(url)
            .caused_by(&error)
            .hint("write it as https://HOST/PATH, with spaces as %20")
    })?;
    match uri.authority() {
        // Not repeated: it may be a password.
        Some(authority) if authority.as_str().contains('@') => Err(Error::user(
            "a URL with a user or password in it is not fetched, lest they show up in logs",
        )
        .hint("fetch it by other means and pipe it: `curl … | mesh … -f -`")),
        Some(_) => Ok(uri),
        None => Err(failed(url).because("it names no host")),
    }
}

/// Fetches, and goes where the server says.
async fn follow(url: &str, mut uri: Uri, limits: Limits) -> Result<Vec<u8>> {
    for _ in 0..=limits.redirects {
        let answer = ask(&uri).await.map_err(|cause| {
            failed(url)
                .caused_by(&*cause)
                .hint("check the address, the network and the proxy (HTTPS_PROXY)")
        })?;
        let status = answer.status();
        if status.is_success() {
            return body(url, answer, limits.bytes).await;
        }
        let location = answer.headers().get(LOCATION).filter(|_| is_moved(status));
        let Some(location) = location else {
            return Err(refused(url, &uri, status));
        };
        let location = location.to_str().unwrap_or("");
        let next = resolve(&uri, location).ok_or_else(|| {
            failed(url).because(format!(
                "it leads to `{location}`, which is no http or https address"
            ))
        })?;
        if uri.scheme() == Some(&Scheme::HTTPS) && next.scheme() != Some(&Scheme::HTTPS) {
            return Err(failed(url)
                .because(format!(
                    "it leads from https to `{next}`, which anybody on the way can change"
                ))
                .hint("if that is wanted, give `-f` that address"));
        }
        uri = next;
    }
    Err(failed(url).because(format!("more than {} redirects", limits.redirects)))
}

fn is_moved(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn refused(url: &str, uri: &Uri, status: StatusCode) -> Error {
    let from = uri.host().unwrap_or_default();
    let error = failed(url).because(format!("{from} answered {status}"));
    match status.as_u16() {
        401 | 403 | 407 => error
            .hint("it asks for a login; fetch it by other means and pipe it: `… | mesh … -f -`"),
        404 | 410 => {
            error.hint("check the path; of a file on GitHub it is the address behind `Raw`")
        }
        _ => error.hint("try again later"),
    }
}

async fn body(url: &str, answer: Response<Incoming>, most: usize) -> Result<Vec<u8>> {
    let kind = answer.headers().get(CONTENT_TYPE);
    let claims_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let body = Limited::new(answer.into_body(), most).collect().await;
    let bytes = body.map_err(|cause| {
        if cause.is::<LengthLimitError>() {
            failed(url).because(format!("it is larger than {} MiB", most >> 20))
        } else {
            failed(url).caused_by(&*cause).hint("try again")
        }
    })?;
    let bytes = bytes.to_bytes();
    if claims_page && bytes.trim_ascii_start().starts_with(b"<") {
        return Err(failed(url)
            .because("the answer is a web page, not YAML")
            .hint("of a file on GitHub, use the address behind `Raw`"));
    }
    Ok(bytes.into())
}

/// Sends one request, directly or through the environment's proxy.
async fn ask(uri: &Uri) -> Result<Response<Incoming>, Cause> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    let proxy = Matcher::from_system().intercept(uri);
    if let Some(proxy) = proxy
        .as_ref()
        .filter(|it| it.uri().scheme() != Some(&Scheme::HTTP))
    {
        let scheme = proxy.uri().scheme_str().unwrap_or_default();
        return Err(
            format!("the environment's proxy is one for {scheme}, and only http is known").into(),
        );
    }
    if uri.scheme() != Some(&Scheme::HTTPS) {
        let to = proxy.as_ref().map_or(uri, Intercept::uri);
        let stream = connector.oneshot(to.clone()).await?;
        return exchange(stream, plain_request(uri, proxy.as_ref())?).await;
    }
    let request = request(uri, uri.path_and_query().map_or("/", |path| path.as_str()))?;
    // The system's authorities are read here, and only for https.
    let trust = kube::Config::new(uri.clone());
    match proxy {
        None => {
            let connector = trust.rustls_https_connector_with_connector(connector)?;
            exchange(connector.oneshot(uri.clone()).await?, request).await
        }
        Some(proxy) => {
            let mut tunnel = Tunnel::new(proxy.uri().clone(), connector);
            if let Some(login) = proxy.basic_auth() {
                tunnel = tunnel.with_auth(login.clone());
            }
            let connector = trust.rustls_https_connector_with_connector(tunnel)?;
            exchange(connector.oneshot(uri.clone()).await?, request).await
        }
    }
}

/// A proxy wants the whole address.
fn plain_request(uri: &Uri, proxy: Option<&Intercept>) -> Result<Request<Empty<Bytes>>, Cause> {
    let Some(proxy) = proxy else {
        return request(uri, uri.path_and_query().map_or("/", |path| path.as_str()));
    };
    let mut request = request(uri, &uri.to_string())?;
    if let Some(login) = proxy.basic_auth() {
        request
            .headers_mut()
            .insert(PROXY_AUTHORIZATION, login.clone());
    }
    Ok(request)
}

fn request(uri: &Uri, target: &str) -> Result<Request<Empty<Bytes>>, Cause> {
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let request = Request::get(target)
        .header(HOST, host)
        .header(USER_AGENT, concat!("mesh/", env!("CARGO_PKG_VERSION")))
        .header(ACCEPT, "application/yaml, text/plain, */*");
    Ok(request.body(Empty::new())?)
}

async fn exchange<S>(stream: S, request: Request<Empty<Bytes>>) -> Result<Response<Incoming>, Cause>
where
    S: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(stream).await?;
    // It ends with the body, and its failures show there.
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?)
}

/// Where a redirect leads, seen from the page that said so.
fn resolve(from: &Uri, location: &str) -> Option<Uri> {
    let location = location.split('#').next().filter(|it| !it.is_empty())?;
    let scheme = from.scheme_str()?;
    let host = from.authority()?;
    let whole = if location.contains("://") {
        location.to_owned()
    } else if let Some(elsewhere) = location.strip_prefix("//") {
        format!("{scheme}://{elsewhere}")
    } else if location.starts_with('/') {
        format!("{scheme}://{host}{location}")
    } else {
        let folder = from
            .path()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        format!("{scheme}://{host}{folder}/{location}")
    };
    let uri: Uri = whole.parse().ok()?;
    let known = [Some(&Scheme::HTTP), Some(&Scheme::HTTPS)].contains(&uri.scheme());
    (known && !uri.authority()?.as_str().contains('@')).then_some(uri)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    use super::*;

    const SMALL: Limits = Limits {
        time: Duration::from_millis(200),
        bytes: 1 << 20,
        redirects: 2,
    };

    /// A server that answers every request with this text, or not at all; gives its address.
    fn server(answer: Option<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let Some(answer) = &answer else {
                    std::mem::forget(stream);
                    continue;
                };
                let lines = BufReader::new(&stream).lines().map_while(Result::ok);
                let _ = lines.take_while(|line| !line.is_empty()).count();
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        format!("http://{address}/app.yaml")
    }

    fn refused(url: &str) -> String {
        let error = fetch(url, SMALL).expect_err("no text");
        format!("{error}: {}", error.causes().join(": "))
    }

    #[test]
    fn an_answer_that_does_not_come_or_does_not_end_is_an_error() {
        let error = refused(&server(None));
        assert!(error.contains("no whole answer within"), "{error}");
        let long = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort".to_owned();
        let error = refused(&server(Some(long)));
        assert!(
            error.starts_with("cannot fetch `http://127.0.0.1:"),
            "{error}"
        );
    }

    #[test]
    fn redirects_and_sizes_are_bounded() {
        let around = "HTTP/1.1 302 Found\r\nlocation: app.yaml\r\ncontent-length: 0\r\n\r\n";
        let error = refused(&server(Some(around.to_owned())));
        assert!(error.contains("more than 2 redirects"), "{error}");
        let much = format!(
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}",
            "a".repeat((1 << 20) + 1)
        );
        let error = refused(&server(Some(much)));
        assert!(error.contains("larger than 1 MiB"), "{error}");
    }

    #[test]
    fn redirects_are_read_from_where_they_are() {
        let from: Uri = "https://h.example:8443/a/b.yaml?x=1".parse().unwrap();
        let to = |location: &str| resolve(&from, location).map(|uri| uri.to_string());
        let at = |path: &str| Some(format!("https://h.example:8443{path}"));
        assert_eq!(to("c.yaml#top"), at("/a/c.yaml"));
        assert_eq!(to("/c.yaml?y=2"), at("/c.yaml?y=2"));
        assert_eq!(to("//other/c").as_deref(), Some("https://other/c"));
        assert_eq!(to("http://other/c").as_deref(), Some("http://other/c"));
        for bad in ["", "#top", "ftp://other/c", "https://me:secret@other/c"] {
            assert_eq!(to(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_not_repeated() {
        let error = refused("https://me:hunter2@example.com/app.yaml");
        assert!(!error.contains("hunter2"), "{error}");
    }
}
