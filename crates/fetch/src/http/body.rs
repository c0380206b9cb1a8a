//! The body of an answer: whole, not larger than anything sensible, and not slower.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use tokio::time::{Instant, timeout_at};
use url::Url;

use super::answer::Fault;
use super::client::Http;
use super::request::visible;
use super::send::network;
use crate::error::{FetchError, Result};

impl Http {
    pub(super) async fn body(&self, url: &Url, mut response: Response, most: usize) -> Result<Bytes, Fault> {
        let mut body = BytesMut::new();
        let window = self.settings.drip_window;
        let (mut end, mut before) = (Instant::now() + window, 0);
        loop {
            let Ok(next) = timeout_at(end, response.chunk()).await else {
                self.check_drip(url, body.len() - before, window)?;
                (end, before) = (Instant::now() + window, body.len());
                continue;
            };
            match next {
                Ok(Some(part)) if body.len() + part.len() > most => {
                    let problem = format!("an answer of more than {} MB", most >> 20);
                    return Err(Fault::Stop(FetchError::bad(&visible(url), problem)));
                }
                Ok(Some(part)) => body.extend_from_slice(&part),
                Ok(None) => return Ok(body.freeze()),
                Err(error) => return Err(network(url, &error)),
            }
        }
    }

    /// A server that sends a byte now and then is never silent for long, and never done.
    fn check_drip(&self, url: &Url, bytes: usize, window: Duration) -> Result<(), Fault> {
        if bytes as f64 >= self.settings.drip_bytes_per_s * window.as_secs_f64() {
            return Ok(());
        }
        let cause = format!("the answer was cut off: {bytes} bytes came in {} s", window.as_secs_f64());
        Err(Fault::Again(FetchError::Network { url: visible(url), cause, reached: true }, None))
    }
}
