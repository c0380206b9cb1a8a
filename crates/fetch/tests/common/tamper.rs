//! Something in the way: hands requests on to a stand-in, and does with the answers' bytes what it likes.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request and what the server answered.
pub struct Call {
    /// Of the requests that match, the number, from 1.
    pub number: usize,
    /// Request line and headers.
    pub head: String,
    /// The answer as it came: head and body.
    pub answer: Vec<u8>,
}

impl Call {
    pub fn is_post(&self) -> bool {
        self.head.starts_with("POST")
    }

    /// The answer's body.
    pub fn body(&self) -> &[u8] {
        &self.answer[body_at(&self.answer)..]
    }

    /// The answer with one header more.
    pub fn with_header(&self, line: &str) -> Vec<u8> {
        let at = self.answer.windows(2).position(|pair| pair == b"\r\n").unwrap() + 2;
        [&self.answer[..at], line.as_bytes(), b"\r\n", &self.answer[at..]].concat()
    }
}

/// What the client gets.
pub enum Step {
    Send(Vec<u8>),
    Rest(Duration),
    /// Sent a byte at a time, so many a second.
    Drip(Vec<u8>, f64),
}

/// Decides what becomes of an answer; `None` lets it pass.
pub type Trick = dyn Fn(&Call) -> Option<Vec<Step>> + Send + Sync;

/// The proxy; it ends with the test's process.
pub struct Tamper {
    pub url: String,
    /// The heads of all requests.
    pub heads: Arc<Mutex<Vec<String>>>,
}

impl Tamper {
    /// Sits before `server`; requests with `part` in their first line are counted and may be tampered with.
    pub fn before(server: &str, part: &'static str, trick: Arc<Trick>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (server, heads) = (server.trim_start_matches("http://").to_owned(), Arc::default());
        let (kept, count) = (Arc::clone(&heads), Arc::new(Mutex::new(0)));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, trick) = (server.clone(), Arc::clone(&trick));
                let (kept, count): (Arc<Mutex<Vec<String>>>, Arc<Mutex<usize>>) =
                    (Arc::clone(&kept), Arc::clone(&count));
                std::thread::spawn(move || {
                    // A client that goes away is its own affair.
                    let _ = serve(client, &server, part, &*trick, &kept, &count);
                });
            }
        });
        Self { url, heads }
    }
}

fn body_at(bytes: &[u8]) -> usize {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4)
}

/// One request, one connection.
fn serve(
    mut client: TcpStream,
    server: &str,
    part: &str,
    trick: &Trick,
    heads: &Mutex<Vec<String>>,
    count: &Mutex<usize>,
) -> std::io::Result<()> {
    let request = read_request(&mut client)?;
    if request.is_empty() {
        return Ok(());
    }
    let head = String::from_utf8_lossy(&request[..body_at(&request)]).into_owned();
    heads.lock().unwrap().push(head.clone());
    let line_end = request.windows(2).position(|pair| pair == b"\r\n").unwrap() + 2;
    let mut there = TcpStream::connect(server)?;
    there.write_all(&[&request[..line_end], b"Connection: close\r\n", &request[line_end..]].concat())?;
    let mut answer = Vec::new();
    there.read_to_end(&mut answer)?;
    let matches = head.lines().next().is_some_and(|line| line.contains(part));
    let number = {
        let mut count = count.lock().unwrap();
        *count += usize::from(matches);
        *count
    };
    let call = Call { number, head, answer };
    let steps = if matches { trick(&call) } else { None };
    for step in steps.unwrap_or_else(|| vec![Step::Send(call.answer)]) {
        take(&mut client, step)?;
    }
    Ok(())
}

fn take(client: &mut TcpStream, step: Step) -> std::io::Result<()> {
    match step {
        Step::Send(bytes) => client.write_all(&bytes),
        Step::Rest(time) => {
            std::thread::sleep(time);
            Ok(())
        }
        Step::Drip(bytes, rate) => {
            for byte in bytes {
                client.write_all(&[byte])?;
                std::thread::sleep(Duration::from_secs_f64(1.0 / rate));
            }
            Ok(())
        }
    }
}

fn read_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    loop {
        let at = body_at(&request);
        let head = String::from_utf8_lossy(&request[..at]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if request.windows(4).any(|four| four == b"\r\n\r\n") && request.len() >= at + length.unwrap_or(0) {
            return Ok(request);
        }
        match client.read(&mut part)? {
            0 => return Ok(Vec::new()),
            read => request.extend_from_slice(&part[..read]),
        }
    }
}
