//! `geohub token add`.

use clap::builder::PossibleValuesParser;
use clap::{Args, builder::TypedValueParser};
use geohub_fetch::{Added, Credential, Platform, Secret, Shape, TokenHost, TokenKind};
use serde_json::json;

use super::input::{Input, secret, stripped};
use super::register;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::tokens;

/// Take in the token, API key or login of a host.
///
/// On a terminal it is asked for and not echoed; else it is read from standard input: one line, or two for the id and the
/// secret of an API key or for a name and a password.
#[derive(Args, Debug)]
pub struct Add {
    /// HOST, HOST:PORT, or the address of a layer there
    host: String,

    /// What it is, where that cannot be told by its shape
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<TokenKind>,

    /// Read it from standard input, also on a terminal
    #[arg(long, conflicts_with = "from_env")]
    secret_stdin: bool,

    /// Read it from this environment variable
    #[arg(long, value_name = "VARIABLE")]
    from_env: Option<String>,

    /// Name of the user, for --kind arcgis-login
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Where user and password are turned into a token, if not by the host itself
    #[arg(long, value_name = "URL")]
    token_url: Option<String>,

    /// Web page that an ArcGIS token or API key is bound to
    #[arg(long, value_name = "URL")]
    referer: Option<String>,

    /// Taken in only to be refused: the list of processes and the shell's history would show it
    #[arg(hide = true, value_name = "TOKEN")]
    values: Vec<String>,
}

fn kinds() -> impl TypedValueParser<Value = TokenKind> {
    let names = TokenKind::ALL.map(TokenKind::name);
    PossibleValuesParser::new(names).map(|name| {
        let found = TokenKind::ALL.into_iter().find(|kind| kind.name() == name);
        found.unwrap_or(TokenKind::SocrataToken)
    })
}

impl Add {
    pub fn run(self, session: &Session) -> Result<(), Failure> {
        if !self.values.is_empty() {
            return Err(exposed());
        }
        let host = TokenHost::parse(&self.host)?;
        let store = tokens::store()?;
        let input = Input::open(self.from_env.as_deref(), self.secret_stdin)?;
        let register = register::place(&host, self.kind.map(TokenKind::platform));
        if matches!(input, Input::Terminal) {
            session.messages.say(&register);
        }
        let credential = self.credential(&input).map_err(|failure| match failure.hint {
            None => failure.hint(register),
            Some(_) => failure,
        })?;
        self.warn(session, &host, credential.kind);
        let added = store.add(&host, &credential, &session.context)?;
        let register = register::place(&host, Some(credential.kind.platform()));
        let value = json!({
            "host": host.name(), "kind": credential.kind.name(), "title": credential.kind.title(),
            "store": added.entry.store.words(), "file": added.file, "added": added.entry.added,
            "replaced": added.replaced, "no_keyring": added.no_keyring, "register": register,
        });
        session.finish(&value, &said(&host, &added), false)
    }

    fn credential(&self, input: &Input) -> Result<Credential, Failure> {
        let made = match self.kind {
            Some(TokenKind::ArcgisLogin) => self.login(input)?,
            Some(TokenKind::SocrataKey) => key(input)?,
            Some(kind) => whole(kind, &single(input, &format!("{}: ", kind.title()))?)?,
            None => guessed(input)?,
        };
        let credential = made.map_err(|why| Failure::usage(format!("this is no credential: {why}")))?;
        let is_arcgis = credential.kind.platform() == Platform::ArcGis;
        if (self.referer.is_some() && !is_arcgis)
            || (self.token_url.is_some() && credential.kind != TokenKind::ArcgisLogin)
        {
            return Err(Failure::usage("--referer is for ArcGIS, --token-url for --kind arcgis-login"));
        }
        Ok(credential.with_referer(self.referer.clone()).with_token_url(self.token_url.clone()))
    }

    fn login(&self, input: &Input) -> Result<Made, Failure> {
        let user = match &self.user {
            Some(user) => Some(user.clone()),
            None => input.visible("User: ")?,
        };
        // A variable holds both, with a colon between them.
        let password = input.last("Password: ")?;
        let (user, password) = match (user, password.split_once(':')) {
            (Some(user), _) => (user, password),
            (None, Some((user, rest))) => (user.trim().to_owned(), rest.to_owned()),
            (None, None) => {
                return Err(Failure::usage("a password without a user")
                    .hint("--user NAME, or two lines: the name and the password"));
            }
        };
        Ok(Credential::new(TokenKind::ArcgisLogin, &user, Secret::new(password)))
    }

    fn warn(&self, session: &Session, host: &TokenHost, kind: TokenKind) {
        let variable = host.variable();
        if self.from_env.as_ref() != Some(&variable) && std::env::var_os(&variable).is_some() {
            session.context.warn(format!("the environment variable {variable} goes before what is stored"));
        }
        if kind.platform() == Platform::Socrata && host.name().ends_with("arcgis.com") {
            session
                .context
                .warn(format!("this looks like a {}, and {host} is no Socrata portal", kind.title()));
        }
    }
}

type Made = Result<Credential, &'static str>;

fn exposed() -> Failure {
    Failure::usage(
        "a token on the command line is seen in the list of processes and stays in the shell's history",
    )
    .hint("it was not stored; better make another one, and let geohub token add HOST ask for it")
}

fn single(input: &Input, prompt: &str) -> Result<String, Failure> {
    if input.count() > 1 {
        return Err(Failure::usage("two lines came, and this kind of credential has one"));
    }
    input.first(prompt)
}

/// One text of a kind that was named.
fn whole(kind: TokenKind, text: &str) -> Result<Made, Failure> {
    if kind == TokenKind::SocrataToken {
        match Shape::of(stripped(text)) {
            Shape::AppSecret => return Err(app_secret()),
            Shape::KeySecret | Shape::Whole(TokenKind::SocrataKey) => return Err(half("the secret")),
            _ => {}
        }
    }
    Ok(Credential::new(kind, "", secret(text)))
}

/// The id and the secret of an API key, as `ID:SECRET` or as two texts.
fn key(input: &Input) -> Result<Made, Failure> {
    let first = input.first("Id of the API key: ")?;
    if let Some((id, rest)) = stripped(&first).split_once(':') {
        return Ok(Credential::new(TokenKind::SocrataKey, id, Secret::new(rest)));
    }
    let second = input.second("Secret of the API key: ")?.ok_or_else(|| half("the id"))?;
    Ok(Credential::new(TokenKind::SocrataKey, stripped(&first), secret(&second)))
}

/// What the shape tells.
fn guessed(input: &Input) -> Result<Made, Failure> {
    let first = input.first("Token, API key, or id of an API key: ")?;
    let text = stripped(&first);
    let pair = |id: &str, rest: &str| Ok(Credential::new(TokenKind::SocrataKey, id, secret(rest)));
    match (Shape::of(text), input.count()) {
        (Shape::KeyId, 0 | 2) => match input.second("Secret of the API key: ")? {
            Some(second) if Shape::of(stripped(&second)) == Shape::KeySecret => pair(text, &second),
            _ => Err(half("the id")),
        },
        (_, 2) => Err(Failure::usage("these two lines are not the id and the secret of an API key")
            .hint("--kind arcgis-login takes a name and a password, --kind socrata-key any id and secret")),
        (Shape::Whole(TokenKind::SocrataKey), _) => {
            let (id, rest) = text.split_once(':').unwrap_or((text, ""));
            pair(id, rest)
        }
        (Shape::Whole(kind), _) => Ok(Credential::new(kind, "", secret(text))),
        (Shape::AppSecret, _) => Err(app_secret()),
        (Shape::KeyId, _) => Err(half("the id")),
        (Shape::KeySecret, _) => Err(half("the secret")),
        (Shape::Unknown, _) => {
            Err(Failure::usage("this does not look like any token or key that is known here")
                .hint(format!("--kind says what it is: {}", TokenKind::ALL.map(TokenKind::name).join(", "))))
        }
    }
}

fn app_secret() -> Failure {
    let message = "this looks like the secret of a Socrata app (36 characters), not its app token (25 letters and digits)";
    Failure::new("secret-pasted", Exit::Credentials, message).hint(
        "paste the app token, which stands beside it on the portal's page; nothing reads data with the secret, and nobody \
         should have it",
    )
}

fn half(which: &str) -> Failure {
    let message =
        format!("this looks like {which} of a Socrata API key, which is of use only with its other half");
    Failure::new("half-a-key", Exit::Credentials, message)
        .hint("give both, the id and the secret, as two lines; or paste an app token, which is one text")
}

fn said(host: &TokenHost, added: &Added) -> String {
    let kind = added.entry.kind.title();
    let verb = if added.replaced { "replaced" } else { "stored" };
    let place = match (&added.file, &added.no_keyring) {
        (None, _) => "in the keyring".to_owned(),
        (Some(file), None) => format!("in {} (mode 0600)", file.display()),
        (Some(file), Some(why)) => {
            format!("in {} (mode 0600), for there is no keyring here: {why}", file.display())
        }
    };
    format!("{host}: {kind} {verb} {place}; geohub token check {host} asks the host about it")
}
