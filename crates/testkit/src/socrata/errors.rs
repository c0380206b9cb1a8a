//! Error bodies (`protocols/socrata.md` section 7, recorded ones word for word).

use serde_json::{Value as Json, json};

use crate::net::Answer;
use crate::sql::SqlError;

/// A refusal on its way out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) body: Json,
}

impl Refusal {
    fn new(status: u16, code: &str, message: &str, data: &Json) -> Self {
        Self { status, body: json!({"code": code, "error": true, "message": message, "data": data}) }
    }

    /// No such dataset, said by the row endpoint.
    pub(super) fn dataset_missing(id: &str) -> Self {
        Self::new(404, "dataset.missing", "Not found", &json!({"id": id}))
    }

    /// No such view, said by the metadata endpoint.
    pub(super) fn view_missing(id: &str) -> Self {
        Self::new(404, "not_found", "Not found", &json!({"id": id}))
    }

    /// A parameter nobody knows.
    pub(super) fn unrecognized(name: &str) -> Self {
        Self {
            status: 400,
            body: json!({"error": true, "message": format!("Unrecognized arguments [{name}]")}),
        }
    }

    /// A parameter's value that cannot be.
    pub(super) fn invalid(message: &str) -> Self {
        Self::new(400, "invalid-request", message, &json!({}))
    }

    /// More rows than SODA 2.0 gives at once.
    pub(super) fn row_limit() -> Self {
        Self::new(
            400,
            "req.row-limit-exceeded",
            "Row limit exceeded: at most 50000",
            &json!({"limit": 50_000}),
        )
    }

    /// A format that is not served.
    pub(super) fn format(name: &str) -> Self {
        Self::new(406, "schema-invalid-for-mime-type", "Not acceptable", &json!({"mime-type": name}))
    }

    /// A parse error, the assembled query in `data`.
    pub(super) fn malformed(query: &str, why: &str) -> Self {
        let message = format!("Could not parse SoQL query \"{query}\" {why}");
        Self::new(400, "query.compiler.malformed", &message, &json!({"query": query, "position": {}}))
    }

    /// An analysis error: `errorCode` in place of `code`, and the dump of a position at the end.
    pub(super) fn analysis(code: &str, what: &str, query: &str, data: &Json) -> Self {
        let message = format!(
            "Query coordinator error: {code}; {what}; position: Map(row -> 1, column -> 1, line -> \"{query}\")"
        );
        Self {
            status: 400,
            body: json!({"message": message, "errorCode": code, "error": true, "data": data}),
        }
    }

    /// What the little SQL says of a query.
    pub(super) fn sql(error: &SqlError, query: &str) -> Self {
        match error {
            SqlError::Malformed { .. } => Self::malformed(query, &error.to_string()),
            SqlError::NoSuchColumn(name) => {
                let data = json!({"column": name, "dataset": "_"});
                Self::analysis("query.soql.no-such-column", &error.to_string(), query, &data)
            }
            SqlError::NoSuchFunction(name) => {
                let data = json!({"function": name, "dataset": "_"});
                Self::analysis("query.soql.no-such-function", &error.to_string(), query, &data)
            }
            SqlError::TypeMismatch(_) => Self::analysis(
                "query.soql.type-mismatch",
                &error.to_string(),
                query,
                &json!({"dataset": "_"}),
            ),
        }
    }

    /// A token nobody gave out.
    pub(super) fn bad_token() -> Self {
        let message = "Invalid app_token specified";
        Self { status: 403, body: json!({"code": "permission_denied", "error": true, "message": message}) }
    }

    /// No credentials where some are needed.
    pub(super) fn login() -> Self {
        let message = "You must be logged in to access this resource";
        Self { status: 403, body: json!({"message": message, "error": true}) }
    }

    /// An API key nobody gave out.
    pub(super) fn bad_login() -> Self {
        let message = "Invalid username or password";
        Self {
            status: 401,
            body: json!({"code": "authentication_required", "error": true, "message": message}),
        }
    }

    /// Over the rate.
    pub(super) fn too_many() -> Self {
        Self {
            status: 429,
            body: json!({"code": "too-many-requests", "error": true, "message": "Too many requests"}),
        }
    }

    /// The answer, laid out as recorded.
    pub(super) fn answer(&self) -> Answer {
        let text =
            serde_json::to_string_pretty(&self.body).unwrap_or_default().replace("\": ", "\" : ") + "\n";
        let mut answer = Answer::new(self.status, "application/json; charset=utf-8", text)
            .with("Cache-Control", "private, no-cache, must-revalidate");
        if self.body.get("code").and_then(Json::as_str) == Some("not_found") {
            answer = answer.with("X-Error-Code", "not_found").with("X-Error-Message", "Not found");
        }
        answer.announce_length = false;
        answer
    }
}
