//! Whether a server takes its credential, by one cheap call.

use geohub_core::{Context, Error};

use crate::error::{FetchError, Result};
use crate::fetch::block_on;
use crate::http::{Http, is_loopback};
use crate::settings::Settings;
use crate::token::{Found, Platform, Shape, TokenHost, TokenKind};
use crate::{arcgis, socrata};

/// What a server made of its credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It takes it.
    Valid,
    /// It does not know it, or no longer.
    Refused,
    /// The secret of an app, or half of a key, where a token belongs. It was not sent.
    WrongHalf,
    /// No server of the platform is there.
    WrongHost,
    /// The server asks for fewer requests; the credential may be good.
    Throttled,
    /// There was no answer; the credential may be good.
    NoAnswer,
}

impl Verdict {
    /// As programs read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Refused => "refused",
            Self::WrongHalf => "secret-pasted",
            Self::WrongHost => "wrong-host",
            Self::Throttled => "throttled",
            Self::NoAnswer => "no-answer",
        }
    }
}

/// What came of a check.
#[derive(Clone, Debug)]
pub struct TokenCheck {
    /// What was checked.
    pub kind: TokenKind,
    /// Where it came from: `in GEOHUB_TOKEN_...`, `stored for HOST`.
    pub origin: String,
    /// What the server made of it.
    pub verdict: Verdict,
    /// In more words, the server's own among them.
    pub words: String,
}

/// Asks a server whether it takes its credential; `None` where there is none.
///
/// # Errors
/// A variable that holds no credential; a machine without what a client needs.
pub fn check_token(host: &TokenHost, settings: &Settings, context: &Context) -> Result<Option<TokenCheck>> {
    // A check is one call, and what the server says to it is the answer.
    let settings = Settings { tries: 1, ..settings.clone() };
    let http = Http::new(&settings, context)?;
    block_on(&settings, async {
        let mut last = None;
        for platform in settings.tokens.platforms(host, context).await? {
            let Some(found) = settings.tokens.look(host.name(), platform, context).await? else {
                return Ok(None);
            };
            let (verdict, words) = judge(host, platform, &found, &http).await?;
            let Found { credential, origin, .. } = found;
            let check = TokenCheck { kind: credential.kind, origin, verdict, words };
            if verdict != Verdict::WrongHost {
                return Ok(Some(check));
            }
            last.get_or_insert(check);
        }
        Ok(last)
    })
}

async fn judge(
    host: &TokenHost,
    platform: Platform,
    found: &Found,
    http: &Http,
) -> Result<(Verdict, String)> {
    if let Some(words) = wrong_half(found) {
        return Ok((Verdict::WrongHalf, words.to_owned()));
    }
    let url = host.url();
    if url.scheme() != "https" && !is_loopback(url) {
        let message = format!("{host}: a token is not sent over http");
        let hint = Some("geohub token add https://HOST".to_owned());
        return Err(Error::Request { message, hint }.into());
    }
    let answer = match platform {
        Platform::Socrata => socrata::check::ask(http, url, &found.credential).await,
        Platform::ArcGis => arcgis::check::ask(http, url, &found.credential).await,
    };
    match answer {
        Ok(words) => Ok((Verdict::Valid, words)),
        Err(error) => verdict_of(error, platform),
    }
}

/// Texts that are no tokens by themselves, and whose keeper may think they are.
fn wrong_half(found: &Found) -> Option<&'static str> {
    match (found.credential.kind, found.credential.shape()) {
        (TokenKind::SocrataToken, Shape::AppSecret) => {
            Some("this looks like the secret of an app, not its token; it was not sent")
        }
        (TokenKind::SocrataToken, Shape::KeyId | Shape::KeySecret) => {
            Some("this looks like half of an API key, which is used as ID:SECRET; it was not sent")
        }
        _ => None,
    }
}

fn verdict_of(error: FetchError, platform: Platform) -> Result<(Verdict, String)> {
    let kind_of_server = match platform {
        Platform::Socrata => "Socrata portal",
        Platform::ArcGis => "ArcGIS server",
    };
    Ok(match error {
        FetchError::Credentials { words, .. } | FetchError::Login { words, .. } => (Verdict::Refused, words),
        FetchError::Throttled { words, .. } => (Verdict::Throttled, words),
        FetchError::Network { cause, .. } => (Verdict::NoAnswer, cause),
        FetchError::Deadline(words) => (Verdict::NoAnswer, words),
        FetchError::Server { code, words, .. } if code >= 500 => (Verdict::NoAnswer, words),
        FetchError::NotFound { words, .. }
        | FetchError::Server { words, .. }
        | FetchError::BadAnswer { problem: words, .. } => {
            (Verdict::WrongHost, format!("no {kind_of_server} answers there: {words}"))
        }
        error => return Err(error),
    })
}
