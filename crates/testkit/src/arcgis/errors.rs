//! Errors: objects inside HTTP 200 (`protocols/arcgis.md` section 5).

use serde_json::json;

use crate::net::Answer;
use crate::sql::SqlError;

/// A refusal on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    code: i64,
    message: &'static str,
    details: Vec<String>,
}

impl Refusal {
    /// A parameter that is missing, not known in this place or not supported.
    pub(super) fn input(detail: impl Into<String>) -> Self {
        Self { code: 400, message: "Invalid or missing input parameters.", details: vec![detail.into()] }
    }

    /// A clause or field list that does not hold.
    pub(super) fn query(detail: impl Into<String>) -> Self {
        let message = "Cannot perform query. Invalid query parameters.";
        Self { code: 400, message, details: vec![detail.into()] }
    }

    /// What the server cannot do with this layer.
    pub(super) fn operation() -> Self {
        Self { code: 400, message: "Unable to complete operation.", details: Vec::new() }
    }

    /// No such service, layer or resource.
    pub(super) fn not_found(what: &'static str) -> Self {
        Self { code: 404, message: what, details: Vec::new() }
    }

    /// No such item in the portal, or not for everybody.
    pub(super) fn no_item() -> Self {
        Self { code: 400, message: "Item does not exist or is inaccessible.", details: Vec::new() }
    }

    /// No token where one is needed.
    pub(super) fn token_required() -> Self {
        Self { code: 499, message: "Token Required", details: Vec::new() }
    }

    /// A token that is not the one.
    pub(super) fn invalid_token() -> Self {
        Self { code: 498, message: "Invalid Token", details: Vec::new() }
    }

    /// No token for what was shown.
    pub(super) fn unable_to_generate(why: &str) -> Self {
        Self { code: 400, message: "Unable to generate token.", details: vec![why.to_owned()] }
    }

    /// The code as an HTTP status.
    pub(super) fn status(&self) -> u16 {
        u16::try_from(self.code).unwrap_or(500)
    }

    /// Over the organisation's rate.
    pub(super) fn too_many() -> Self {
        let details = vec!["Too many requests. Please try again later.".to_owned()];
        Self { code: 429, message: "Unable to perform query. Too many requests.", details }
    }

    /// The body.
    pub(super) fn body(&self) -> serde_json::Value {
        json!({"error": {"code": self.code, "message": self.message, "details": self.details}})
    }

    /// The answer: HTTP 200 all the same.
    pub(super) fn answer(&self) -> Answer {
        Answer::json(200, "application/json;charset=UTF-8", &self.body())
    }
}

impl From<SqlError> for Refusal {
    fn from(error: SqlError) -> Self {
        match error {
            SqlError::NoSuchColumn(name) => {
                Self::query(format!("'Invalid field: {name}' parameter is invalid"))
            }
            other => Self::query(other.to_string()),
        }
    }
}
