//! The command line's side of the control API.

use super::{environment, output};
use crate::data::admin;
use crate::data::login::Login;
use model::{ApiKey, Error, ErrorKind, SecretText};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Response;

/// Longer than any bound of the server, so that its own answer arrives first.
const LIMIT: Duration = Duration::from_mins(1);
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Longer than the server lets a download take.
const DOWNLOAD_LIMIT: Duration = Duration::from_mins(11);
const DOWNLOAD_BYTES: u64 = 64 << 30;
const ANSWER_BYTES: u64 = 16 << 20;
const PAGE_SIZE: usize = 100;
/// The code of a refusal that asks for a second factor.
const CODE_NEEDED: i64 = 40101;
/// More than any installation has; keeps a faulty server from holding us forever.
const PAGES: usize = 10_000;

/// How to get a key after the one of this host is gone.
pub(super) const ANOTHER_KEY: &str = "sign in with keyward login, or make a key with keyward \
     personal-key create and set KEYWARD_API_KEY to it";

/// What to say where the host has no key for its command line.
pub(super) fn no_key() -> String {
    format!("the command line on this host has no key that works: {ANOTHER_KEY}")
}

/// A server, and the key to use there.
pub(super) struct Client {
    base: String,
    key: SecretText,
    /// Where the key is from, and how to get another.
    source: String,
    agent: Agent,
}

impl Client {
    /// Finds the server and the key: `KEYWARD_URL` and `KEYWARD_API_KEY`, else what the server of
    /// this data folder left there.
    ///
    /// # Errors
    /// Nothing says where the server is.
    pub(super) fn find(data: &Path, url: Option<&str>) -> Result<Self, Error> {
        let key = environment::secret(environment::API_KEY);
        if let (Some(url), Some(key)) = (url, &key) {
            return Ok(Self::new(url, key.clone(), of_environment()));
        }
        let admin = admin::read(data)?.ok_or_else(|| {
            Error::new(
                ErrorKind::Unavailable,
                format!(
                    "no Keyward server has run on {} yet: start one with `keyward quickstart`, name \
                     its folder with --data, or set KEYWARD_URL and KEYWARD_API_KEY",
                    data.display()
                ),
            )
        })?;
        // A key of this folder must not be sent to a server that somebody else named.
        if url.is_some_and(|url| url.trim_end_matches('/') != admin.control_url) && key.is_none() {
            return Err(Error::invalid(format!(
                "set {} to a key for that server",
                environment::API_KEY
            )));
        }
        let (key, source) = if let Some(key) = key {
            (key, of_environment())
        } else {
            let none = || Error::new(ErrorKind::Unauthenticated, no_key());
            let key = admin.key.ok_or_else(none)?;
            (SecretText::new(key.expose().to_owned()), of_folder(data))
        };
        Ok(Self::new(url.unwrap_or(&admin.control_url), key, source))
    }

    fn new(base: &str, key: SecretText, source: String) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(LIMIT))
            .timeout_connect(Some(CONNECT_LIMIT))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .user_agent(concat!("keyward/", env!("CARGO_PKG_VERSION")));
        let base = base.trim_end_matches('/').to_owned();
        Self { base, key, source, agent: config.build().new_agent() }
    }

    /// The server that somebody signed in to, in their name.
    pub(super) fn of_login(login: &Login) -> Self {
        let source = "it is of keyward login; sign in again".to_owned();
        Self::new(&login.control_url, login.token.clone(), source)
    }

    /// Asks for what needs no key; `None` if the account asks for a second factor and the request
    /// has none.
    ///
    /// # Errors
    /// The server refuses, or does not answer.
    pub(super) fn anonymous(
        base: &str,
        path: &str,
        request: &Value,
    ) -> Result<Option<Value>, Error> {
        let client = Self::new(base, SecretText::new(String::new()), String::new());
        let sent = client.agent.post(client.url(path)).send_json(request);
        let mut response = sent.map_err(|error| client.unreachable(&error))?;
        let read = response.body_mut().with_config().limit(ANSWER_BYTES).read_json::<Value>();
        let mut envelope = read.map_err(|_| unexpected(&client.base))?;
        match envelope.get("code").and_then(Value::as_i64) {
            Some(0) => Ok(envelope.get_mut("data").map(Value::take)),
            Some(CODE_NEEDED) => Ok(None),
            Some(_) => {
                let message = envelope.get("message").and_then(Value::as_str);
                let message = message.unwrap_or("the server refused without a reason");
                Err(Error::new(kind(response.status().as_u16()), message))
            }
            None => Err(unexpected(&client.base)),
        }
    }

    /// Where the server is.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Whether this is the key this command line itself works with.
    pub(super) fn works_with(&self, id: &str) -> bool {
        ApiKey::parse(self.key.expose().as_bytes()).is_some_and(|key| key.id().to_string() == id)
    }

    /// Reads.
    pub(super) fn get(&self, path: &str) -> Result<Value, Error> {
        let request = self.agent.get(self.url(path));
        self.answer(request.header("authorization", self.bearer()).call())
    }

    /// Reads all pages of a list whose items are in `field`.
    pub(super) fn list(&self, path: &str, field: &str) -> Result<Vec<Value>, Error> {
        self.first(path, field, PAGE_SIZE * PAGES)
    }

    /// Reads the first items of a list.
    pub(super) fn first(&self, path: &str, field: &str, most: usize) -> Result<Vec<Value>, Error> {
        let mut items = Vec::new();
        let mark = if path.contains('?') { '&' } else { '?' };
        let mut part = "currentPage=1".to_owned();
        for page in 1..=PAGES {
            let data = self.get(&format!("{path}{mark}pageSize={PAGE_SIZE}&{part}"))?;
            let Some(Value::Array(found)) = data.get(field) else {
                return Err(unexpected(&self.base));
            };
            items.extend(found.iter().cloned());
            // A list with a cursor is read on from there, which costs the same however long it is.
            let cursor = data.get("nextCursor").and_then(Value::as_str);
            let count = data.get("count").and_then(Value::as_u64).unwrap_or(0);
            let more = cursor.is_some() || (items.len() as u64) < count;
            if found.is_empty() || !more || items.len() >= most {
                break;
            }
            part = cursor.map_or_else(
                || format!("currentPage={}", page + 1),
                |cursor| format!("cursor={}", query(cursor)),
            );
        }
        items.truncate(most);
        Ok(items)
    }

    /// Copies an answer that is no envelope, and says how many bytes it had.
    pub(super) fn download(&self, path: &str, to: &mut impl Write) -> Result<u64, Error> {
        let request = self.agent.get(self.url(path)).header("authorization", self.bearer());
        let request = request.config().timeout_global(Some(DOWNLOAD_LIMIT)).build();
        let mut response = match request.call() {
            Ok(response) if response.status().is_success() => response,
            answered => {
                self.answer(answered)?;
                return Err(unexpected(&self.base));
            }
        };
        let mut body = response.body_mut().with_config().limit(DOWNLOAD_BYTES).reader();
        std::io::copy(&mut body, to).map_err(|error| {
            let sentence = format!("the answer of {} broke off: {error}", self.base);
            Error::new(ErrorKind::Unavailable, sentence)
        })
    }

    /// Makes something.
    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value, Error> {
        let request = self.agent.post(self.url(path));
        self.answer(request.header("authorization", self.bearer()).send_json(body))
    }

    /// Does something that needs no more words.
    pub(super) fn post_empty(&self, path: &str) -> Result<Value, Error> {
        let request = self.agent.post(self.url(path));
        self.answer(request.header("authorization", self.bearer()).send_empty())
    }

    /// Replaces something.
    pub(super) fn put(&self, path: &str, body: &Value) -> Result<Value, Error> {
        let request = self.agent.put(self.url(path));
        self.answer(request.header("authorization", self.bearer()).send_json(body))
    }

    /// Changes some fields of something.
    pub(super) fn patch(&self, path: &str, body: &Value) -> Result<Value, Error> {
        let request = self.agent.patch(self.url(path));
        self.answer(request.header("authorization", self.bearer()).send_json(body))
    }

    /// Deletes something.
    pub(super) fn delete(&self, path: &str) -> Result<Value, Error> {
        let request = self.agent.delete(self.url(path));
        self.answer(request.header("authorization", self.bearer()).call())
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.key.expose())
    }

    /// Opens the envelope: its data, or its message as an error.
    fn answer(&self, answered: Result<Response<ureq::Body>, ureq::Error>) -> Result<Value, Error> {
        let mut response = answered.map_err(|error| self.unreachable(&error))?;
        let read = response.body_mut().with_config().limit(ANSWER_BYTES).read_json::<Value>();
        let mut envelope = read.map_err(|_| unexpected(&self.base))?;
        match envelope.get("code").and_then(Value::as_i64) {
            Some(0) => {
                // Done, but with something to know, such as a gateway that has not confirmed.
                if let Some(message) = envelope.get("message").and_then(Value::as_str) {
                    output::note(message);
                }
                let data = envelope.get_mut("data");
                Ok(data.map(Value::take).unwrap_or_default())
            }
            Some(_) => {
                let message = envelope.get("message").and_then(Value::as_str);
                let message = message.unwrap_or("the server refused without a reason");
                let kind = kind(response.status().as_u16());
                Err(match kind {
                    ErrorKind::Unauthenticated => self.unaccepted(message),
                    _ => Error::new(kind, message),
                })
            }
            None => Err(unexpected(&self.base)),
        }
    }

    /// The key may be wrong, or the address: the gateway's port refuses keys that it does not know
    /// in the same way.
    fn unaccepted(&self, message: &str) -> Error {
        let sentence =
            format!("{} does not accept the key ({message}): {}", self.base, self.source);
        Error::new(ErrorKind::Unauthenticated, sentence)
    }

    fn unreachable(&self, error: &ureq::Error) -> Error {
        let base = &self.base;
        let sentence = match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                format!("{base} is not an address of a server: use http://host:port")
            }
            ureq::Error::Timeout(_) => {
                format!("the Keyward server at {base} does not answer in time")
            }
            _ => format!(
                "the Keyward server at {base} does not answer: is it running? Start it with \
                 `keyward serve`, or name another with --url ({error})"
            ),
        };
        Error::new(ErrorKind::Unavailable, sentence)
    }
}

fn of_environment() -> String {
    format!(
        "it is from {}; set that to a key of this installation, and check that the address is the \
         control API's",
        environment::API_KEY
    )
}

fn of_folder(data: &Path) -> String {
    format!("it is from the data folder {} and works no more: {ANOTHER_KEY}", data.display())
}

fn unexpected(base: &str) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        format!("what answers at {base} is not a Keyward server: check --url or KEYWARD_URL"),
    )
}

fn kind(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::LimitReached,
        500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Invalid,
    }
}

/// Text as it stands in a query.
pub(super) fn query(text: &str) -> String {
    text.bytes().fold(String::new(), |query, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            query + &char::from(byte).to_string()
        } else {
            format!("{query}%{byte:02X}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    /// A server that gives one answer and returns the request it got.
    fn server(status: &str, body: &str) -> (Client, JoinHandle<String>) {
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; 4096];
            let count = stream.read(&mut request).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..count]).into_owned()
        });
        (Client::new(&base, SecretText::new("kw_x".into()), of_environment()), serving)
    }

    #[test]
    fn an_answer_is_taken_out_of_its_envelope() {
        let (client, serving) = server("200 OK", "{\"code\":0,\"data\":{\"a\":[1]}}");
        assert_eq!(client.get("/v2/x").unwrap(), serde_json::json!({"a": [1]}));
        let request = serving.join().unwrap();
        assert!(request.starts_with("GET /v2/x HTTP/1.1"), "{request}");
        assert!(request.contains("Bearer kw_x"), "{request}");
    }

    #[test]
    fn a_refusal_keeps_the_servers_words() {
        let (client, serving) =
            server("409 Conflict", "{\"code\":80010,\"message\":\"name taken\"}");
        let error = client.delete("/v2/x").unwrap_err();
        assert_eq!((error.kind(), error.message().as_str()), (ErrorKind::Conflict, "name taken"));
        serving.join().unwrap();
    }

    #[test]
    fn a_key_that_is_not_accepted_is_said_to_be_the_reason() {
        let (client, serving) = server("401 Unauthorized", "{\"code\":1,\"message\":\"illegal\"}");
        let message = client.get("/v2/x").unwrap_err().message();
        assert!(message.contains("KEYWARD_API_KEY") && message.contains("illegal"), "{message}");
        serving.join().unwrap();
    }

    #[test]
    fn other_servers_and_no_server_are_told_apart() {
        let (client, serving) = server("200 OK", "hi");
        let message = client.get("/").unwrap_err().message();
        assert!(message.contains("not a Keyward server"), "{message}");
        serving.join().unwrap();
        let key = SecretText::new("x".into());
        let nobody = Client::new("http://127.0.0.1:1", key, of_environment());
        let message = nobody.get("/").unwrap_err().message();
        assert!(message.contains("keyward serve"), "{message}");
    }

    #[test]
    fn without_a_server_the_sentence_says_how_to_get_one() {
        let folder = tempfile::tempdir().unwrap();
        let message = Client::find(folder.path(), None).err().unwrap().message();
        assert!(message.contains("keyward quickstart"), "{message}");
    }

    #[test]
    fn a_host_without_a_key_says_how_to_make_one() {
        let folder = tempfile::tempdir().unwrap();
        admin::renew(folder.path(), "http://127.0.0.1:1".to_owned(), None).unwrap();
        let error = Client::find(folder.path(), None).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        assert!(error.message().contains("KEYWARD_API_KEY"), "{}", error.message());
    }

    #[test]
    fn text_is_safe_in_a_query() {
        assert_eq!(query("a-b_1"), "a-b_1");
        assert_eq!(query("a&b=\u{e9}"), "a%26b%3D%C3%A9");
    }
}
