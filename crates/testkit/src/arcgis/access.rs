//! Who is let in: tokens, API keys, and users whom `generateToken` gives short-lived tokens.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::errors::Refusal;
use crate::net::{Answer, Request};

/// What the server asks of its clients.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent habit of a server")]
pub struct Access {
    /// Tokens and keys that are good for ever.
    pub tokens: Vec<String>,
    /// Users and their passwords.
    pub users: Vec<(String, String)>,
    /// A token that was given out is good for so many requests; 0 is for ever.
    pub lasts: u64,
    /// The layers are public: only a token that is no good is refused.
    pub public: bool,
    /// Tokens are looked for among the parameters only, as old servers do.
    pub ignores_headers: bool,
    /// Refusals have the code as their HTTP status too.
    pub as_status: bool,
    /// A token that has run out is told as one that is missing.
    pub says_missing: bool,
    /// Where `rest/info` says that tokens come from, if not here.
    pub token_service: Option<String>,
}

/// The tokens given out and what is left of them.
#[derive(Debug, Default)]
pub(super) struct Door {
    access: Option<Access>,
    given: Mutex<HashMap<String, Pass>>,
}

#[derive(Debug)]
struct Pass {
    left: u64,
    referer: String,
}

impl Door {
    pub(super) fn new(access: Option<Access>) -> Self {
        Self { access, given: Mutex::default() }
    }

    /// Where tokens come from.
    pub(super) fn service(&self, origin: &str) -> String {
        let named = self.access.as_ref().and_then(|access| access.token_service.clone());
        named.unwrap_or_else(|| format!("{origin}/arcgis/tokens/generateToken"))
    }

    /// The refusal of a request to a service or the list of them.
    pub(super) fn refusal(&self, request: &Request) -> Option<Answer> {
        let access = self.access.as_ref()?;
        let bearer = |name: &str| request.header(name).and_then(|value| value.strip_prefix("Bearer "));
        let header = || bearer("x-esri-authorization").or(bearer("authorization"));
        let sent = request.param("token").or_else(|| if access.ignores_headers { None } else { header() });
        let refusal = match sent {
            None if access.public => return None,
            None => Refusal::token_required(),
            Some(sent) if self.is_good(access, sent, request) => return None,
            Some(_) if access.says_missing => Refusal::token_required(),
            Some(_) => Refusal::invalid_token(),
        };
        let mut answer = refusal.answer();
        if access.as_status {
            answer.status = refusal.status();
        }
        Some(answer)
    }

    fn is_good(&self, access: &Access, sent: &str, request: &Request) -> bool {
        if access.tokens.iter().any(|known| known == sent) {
            return true;
        }
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(pass) = given.get_mut(sent) else { return false };
        // A token is bound to the page it was made for.
        if request.header("referer") != Some(&pass.referer) || (access.lasts > 0 && pass.left == 0) {
            return false;
        }
        pass.left = pass.left.saturating_sub(1);
        true
    }

    /// `generateToken`, by POST alone.
    pub(super) fn give(&self, request: &Request) -> Answer {
        let form = |name: &str| {
            request.form.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
        };
        let Some(access) = self.access.as_ref().filter(|_| request.method == "POST") else {
            return Refusal::unable_to_generate("This request needs to be made over https POST.").answer();
        };
        let known = access
            .users
            .iter()
            .any(|(user, password)| form("username") == Some(user) && form("password") == Some(password));
        let Some(referer) = form("referer").filter(|_| form("client") == Some("referer")) else {
            return Refusal::unable_to_generate("'client' must be specified.").answer();
        };
        if !known {
            return Refusal::unable_to_generate("Invalid username or password.").answer();
        }
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let token = format!("gIvEn-{}..{}", given.len() + 1, "x7Q".repeat(20));
        given.insert(token.clone(), Pass { left: access.lasts, referer: referer.to_owned() });
        let body = json!({"token": token, "expires": 4_000_000_000_000_u64, "ssl": false});
        Answer::json(200, "application/json;charset=UTF-8", &body)
    }
}
