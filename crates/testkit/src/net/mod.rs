//! The harness both stand-ins share: a loopback HTTP/1.1 server in a thread of its own, a log of every
//! request, scripted faults, a rate limit and a latency model.

pub mod answer;
pub mod fault;
pub mod headers;
pub mod limit;
pub mod log;
mod remembered;
pub mod request;
mod script;
mod serve;
mod server;
mod wire;

pub use answer::Answer;
pub use fault::{Act, Edit, Fault, On, Tweaks};
pub use limit::{Latency, RateLimit, RetryAfter};
pub use log::{Entry, Log};
pub use request::{Kind, Request};
pub use server::Server;

/// Everything about a stand-in that is not its data.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What goes wrong, and when.
    pub faults: Vec<Fault>,
    /// How many requests are let through.
    pub rate_limit: Option<RateLimit>,
    /// How long an answer takes.
    pub latency: Latency,
    /// Answers are sent plain even to clients that take gzip.
    pub plain: bool,
    /// Answers without faults are kept and given again, so that a bench times its client and not the stand-in.
    pub remember: bool,
}

/// What a stand-in answers; the harness does the rest.
pub trait Portal: Send + Sync + 'static {
    /// What a request is for, by the portal's own paths and parameters.
    fn kind(&self, request: &Request) -> Kind;
    /// The answer.
    fn answer(&self, request: &Request, tweaks: &Tweaks) -> Answer;
    /// Changes the data, as an editor of the portal would.
    fn edit(&self, edit: &Edit);
    /// The answer to a client over its rate.
    fn too_many(&self) -> Answer;
}
