//! A raw HTTP/1.1 client over a socket, so that the servers are judged by what is on the wire.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[allow(dead_code, reason = "not every test binary reads JSON")]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

fn bad(what: &str) -> Error {
    Error::new(ErrorKind::UnexpectedEof, what.to_owned())
}

fn unchunk(mut rest: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    loop {
        let line = rest.windows(2).position(|pair| pair == b"\r\n").ok_or_else(|| bad("chunk size cut"))?;
        let text = std::str::from_utf8(&rest[..line]).map_err(|_| bad("chunk size"))?;
        let size = usize::from_str_radix(text, 16).map_err(|_| bad("chunk size"))?;
        rest = &rest[line + 2..];
        if size == 0 {
            return Ok(out);
        }
        out.extend(rest.get(..size).ok_or_else(|| bad("chunk cut"))?);
        rest = rest.get(size + 2..).ok_or_else(|| bad("chunk end cut"))?;
    }
}

fn parse(raw: &[u8]) -> Result<Reply, Error> {
    let end = raw.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| bad("no head"))?;
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let mut lines = head.lines();
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or_else(|| bad("status"))?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut reply = Reply { status, headers, body: raw[end + 4..].to_vec() };
    if reply.header("transfer-encoding") == Some("chunked") {
        reply.body = unchunk(&reply.body)?;
    } else if let Some(length) = reply.header("content-length").and_then(|text| text.parse::<usize>().ok())
        && reply.body.len() < length
    {
        return Err(bad("body cut"));
    }
    Ok(reply)
}

fn exchange(url: &str, request: &str) -> Result<Reply, Error> {
    let address = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(request.as_bytes())?;
    let mut raw = Vec::new();
    if let Err(error) = stream.read_to_end(&mut raw)
        && raw.is_empty()
    {
        return Err(error);
    }
    parse(&raw)
}

fn path(url: &str) -> &str {
    let rest = url.trim_start_matches("http://");
    rest.find('/').map_or("/", |at| &rest[at..])
}

fn encode(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// GET with a query and further headers.
pub fn try_get(url: &str, query: &[(&str, &str)], headers: &[(&str, &str)]) -> Result<Reply, Error> {
    let mark = if query.is_empty() { "" } else { "?" };
    let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let more = lines.concat();
    let target = format!("{}{mark}{}", path(url), encode(query));
    exchange(url, &format!("GET {target} HTTP/1.1\r\nHost: local\r\nConnection: close\r\n{more}\r\n"))
}

/// GET that must be answered.
pub fn get(url: &str, query: &[(&str, &str)]) -> Reply {
    try_get(url, query, &[]).expect("an answer")
}

/// POST of a body.
#[allow(dead_code, reason = "not every test binary posts")]
pub fn post(url: &str, kind: &str, body: &str) -> Reply {
    let head = format!("POST {} HTTP/1.1\r\nHost: local\r\nConnection: close\r\n", path(url));
    let length = body.len();
    let request = format!("{head}Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}");
    exchange(url, &request).expect("an answer")
}

/// POST of a form.
#[allow(dead_code, reason = "not every test binary posts")]
pub fn post_form(url: &str, form: &[(&str, &str)]) -> Reply {
    post(url, "application/x-www-form-urlencoded", &encode(form))
}
