//! `geohub token check`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use geohub_core::text;
use geohub_fetch::{Settings, TokenCheck, TokenHost, Verdict, check_token};
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::{folders, tokens};

/// A host that does not answer one call within this time is told as such.
const PATIENCE: Duration = Duration::from_mins(1);

/// Ask hosts whether they take their tokens: one cheap call each.
///
/// Exit code 4 when one is not valid, 5 when a host did not say.
#[derive(Args, Debug)]
pub struct Check {
    /// HOST, HOST:PORT, or the address of a layer there [default: every host with a stored token]
    host: Option<String>,
}

impl Check {
    pub fn run(self, session: &Session) -> Result<ExitCode, Failure> {
        if session.global.offline {
            return Err(Failure::new(
                "offline",
                Exit::Network,
                "a check asks the host, and --offline forbids that",
            ));
        }
        let hosts = self.hosts(session)?;
        let mut checks = Vec::new();
        for host in hosts {
            let mut settings = Settings::new(PathBuf::new());
            settings.hosts = folders::cache().map(|cache| cache.join("hosts"));
            settings.deadline = std::time::Instant::now().checked_add(PATIENCE);
            settings.tokens = tokens::all();
            let check = check_token(&host, &settings, &session.context)?.ok_or_else(|| none(&host))?;
            checks.push((host, check));
        }
        print(session, &checks)?;
        Ok(exit(&checks))
    }

    /// The host that was named, by the address it was stored with unless a longer one is given; or all.
    fn hosts(&self, session: &Session) -> Result<Vec<TokenHost>, Failure> {
        let entries = tokens::store()?.entries(&session.context)?;
        let Some(text) = &self.host else {
            if entries.is_empty() {
                session.messages.say("no token is stored; geohub token add HOST takes one in");
            }
            return entries.iter().map(|entry| Ok(TokenHost::parse(&entry.address)?)).collect();
        };
        let host = TokenHost::parse(text)?;
        let stored = entries.iter().find(|entry| entry.host == host.name() && host.url().path() == "/");
        Ok(vec![stored.map_or(Ok(host), |entry| TokenHost::parse(&entry.address))?])
    }
}

fn none(host: &TokenHost) -> Failure {
    let message = format!("there is no token for {host}");
    Failure::new("credentials", Exit::Credentials, message)
        .hint(format!("geohub token add {host} takes one in; so does the variable {}", host.variable()))
}

fn print(session: &Session, checks: &[(TokenHost, TokenCheck)]) -> Result<(), Failure> {
    if session.global.json {
        let listed: Vec<_> = checks
            .iter()
            .map(|(host, check)| {
                json!({
                    "host": host.name(), "kind": check.kind.name(), "from": check.origin,
                    "result": check.verdict.name(), "valid": check.verdict == Verdict::Valid, "words": check.words,
                })
            })
            .collect();
        return session.print(&format!("{}\n", json!({ "checks": listed })));
    }
    let line = |(host, check): &(TokenHost, TokenCheck)| {
        let advice = match check.verdict {
            Verdict::Refused | Verdict::WrongHalf => format!("; geohub token add {host} replaces it"),
            _ => String::new(),
        };
        let TokenCheck { kind, origin, verdict, words } = check;
        let line = format!("{host}: {}: {} {origin}: {words}{advice}", state(*verdict), kind.title());
        text::clean(&line) + "\n"
    };
    session.print(&checks.iter().map(line).collect::<String>())
}

fn state(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::Refused => "not valid",
        Verdict::WrongHalf => "not valid, not a token",
        Verdict::WrongHost => "not valid, wrong host",
        Verdict::Throttled => "not known, throttled",
        Verdict::NoAnswer => "not known, no answer",
    }
}

fn exit(checks: &[(TokenHost, TokenCheck)]) -> ExitCode {
    let any = |wanted: &[Verdict]| checks.iter().any(|(_, check)| wanted.contains(&check.verdict));
    if any(&[Verdict::Refused, Verdict::WrongHalf, Verdict::WrongHost]) {
        return ExitCode::from(Exit::Credentials as u8);
    }
    if any(&[Verdict::Throttled, Verdict::NoAnswer]) {
        return ExitCode::from(Exit::Network as u8);
    }
    ExitCode::SUCCESS
}
