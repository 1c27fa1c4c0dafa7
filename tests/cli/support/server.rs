//! An API server of a few canned answers, over real HTTP on the loopback interface.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rustls::crypto::ring::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Answers with this status and JSON body.
    Json(u16, String),
    /// Answers with this status and text, as something that is no API server does.
    Text(u16, String),
    /// Answers with this JSON body, and warns with this text.
    Warned(String, String),
    /// Leads to this address.
    Moved(String),
    /// Never answers.
    Hang,
    /// Closes the connection without a word.
    Close,
}

impl Answer {
    /// To `GET /version`, by a server of Kubernetes 1.34 that calls itself `version`.
    pub(crate) fn version(version: &str) -> Self {
        let body = format!(
            r#"{{"major": "1", "minor": "34", "gitVersion": "{version}", "gitCommit": "", "gitTreeState": "", "buildDate": "",
                "goVersion": "", "compiler": "", "platform": ""}}"#
        );
        Self::Json(200, body)
    }
}

/// A request, as far as tests look at it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Method and target, as in `GET /version`.
    pub(crate) line: String,
    /// Header lines, as sent.
    pub(crate) headers: Vec<String>,
}

impl Request {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers
            .iter()
            .filter_map(|header| header.split_once(": "));
        values
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// A running server. It ends with the test's process.
pub(crate) struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Starts one that answers each request as `answer` says; its argument is the method and target.
    pub(crate) fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen(answer, |stream| stream)
    }

    /// The same over TLS, with the certificate (PEM) that a client must trust.
    pub(crate) fn start_tls(
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> (Self, String) {
        let certified = rcgen::generate_simple_self_signed(["127.0.0.1".to_string()])
            .expect("a certificate can be made");
        let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der())
            .expect("the key is PKCS#8");
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has the default versions")
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .expect("the key fits the certificate");
        let config = Arc::new(config);
        let server = Self::listen(answer, move |stream| {
            let connection =
                ServerConnection::new(Arc::clone(&config)).expect("the configuration is whole");
            StreamOwned::new(connection, stream)
        });
        (server, certified.cert.pem())
    }

    fn listen<S: Read + Write>(
        answer: impl Fn(&str) -> Answer + Send + Sync + 'static,
        wrap: impl Fn(TcpStream) -> S + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback interface is there");
        let port = listener
            .local_addr()
            .expect("a bound listener has an address")
            .port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (log, shared) = (Arc::clone(&requests), Arc::new((answer, wrap)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, shared) = (Arc::clone(&log), Arc::clone(&shared));
                std::thread::spawn(move || serve(shared.1(stream), &log, &shared.0));
            }
        });
        Self { port, requests }
    }

    /// A server that answers every request alike.
    pub(crate) fn always(answer: Answer) -> Self {
        Self::start(move |_| answer.clone())
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What it was asked so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests
            .lock()
            .expect("no test panics while it holds the lock")
            .clone()
    }

    /// A kubeconfig with one context, `test`, that leads to it.
    pub(crate) fn kubeconfig(&self) -> String {
        kubeconfig(
            &format!("http://127.0.0.1:{}", self.port),
            "token: not-a-secret",
        )
    }
}

/// A kubeconfig with one context, `test`, for a server and a user.
pub(crate) fn kubeconfig(server: &str, user: &str) -> String {
    format!(
        "apiVersion: v1
kind: Config
current-context: test
clusters:
- name: test
  cluster: {{server: \"{server}\"}}
contexts:
- name: test
  context: {{cluster: test, user: test}}
users:
- name: test
  user:
    {user}
"
    )
}

fn serve(stream: impl Read + Write, log: &Mutex<Vec<Request>>, answer: &dyn Fn(&str) -> Answer) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream) {
        let line = request.line.clone();
        log.lock()
            .expect("no test panics while it holds the lock")
            .push(request);
        let (status, header, body) = match answer(&line) {
            Answer::Json(status, body) => (status, "content-type: application/json".into(), body),
            Answer::Text(status, body) => (status, "content-type: text/plain".into(), body),
            Answer::Warned(warning, body) => {
                let headers = "content-type: application/json\r\nwarning";
                (200, format!("{headers}: 299 - \"{warning}\""), body)
            }
            Answer::Moved(to) => (302, format!("location: {to}"), String::new()),
            Answer::Hang => loop {
                std::thread::park();
            },
            Answer::Close => return,
        };
        let head = format!(
            "HTTP/1.1 {status} Status\r\n{header}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let writer = stream.get_mut();
        if writer
            .write_all(format!("{head}{body}").as_bytes())
            .and_then(|()| writer.flush())
            .is_err()
        {
            return;
        }
    }
}

/// Reads a request, and its body away; `None` at the end of the connection, or if it is not HTTP.
fn read(reader: &mut impl std::io::BufRead) -> Option<Request> {
    let mut lines = reader.by_ref().lines().map_while(Result::ok);
    let first = lines.next()?;
    let line = first.strip_suffix(" HTTP/1.1")?.to_string();
    let headers = lines.take_while(|line| !line.is_empty()).collect();
    let request = Request { line, headers };
    if let Some(length) = request.header("content-length") {
        let length = length.parse().ok()?;
        std::io::copy(&mut reader.take(length), &mut std::io::sink()).ok()?;
    }
    Some(request)
}
