//! An API server of a few canned answers, over real HTTP on the loopback interface.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Answers with this status and JSON body.
    Json(u16, String),
    /// Answers with this status and text, as something that is no API server does.
    Text(u16, String),
    /// Never answers.
    Hang,
    /// Closes the connection without a word.
    Close,
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
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback interface is there");
        let port = listener
            .local_addr()
            .expect("a bound listener has an address")
            .port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&requests), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                std::thread::spawn(move || serve(&stream, &log, &*answer));
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

fn serve(stream: &TcpStream, log: &Mutex<Vec<Request>>, answer: &dyn Fn(&str) -> Answer) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let line = request.line.clone();
        log.lock()
            .expect("no test panics while it holds the lock")
            .push(request);
        let (status, kind, body) = match answer(&line) {
            Answer::Json(status, body) => (status, "application/json", body),
            Answer::Text(status, body) => (status, "text/plain", body),
            Answer::Hang => loop {
                std::thread::park();
            },
            Answer::Close => return,
        };
        let head = format!(
            "HTTP/1.1 {status} Status\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut writer = stream;
        if writer
            .write_all(format!("{head}{body}").as_bytes())
            .is_err()
        {
            return;
        }
    }
}

/// Reads a request without a body; `None` at the end of the connection, or if it is not HTTP.
fn read(reader: &mut impl std::io::BufRead) -> Option<Request> {
    let mut lines = reader.lines().map_while(Result::ok);
    let first = lines.next()?;
    let line = first.strip_suffix(" HTTP/1.1")?.to_string();
    let headers = lines.take_while(|line| !line.is_empty()).collect();
    Some(Request { line, headers })
}
