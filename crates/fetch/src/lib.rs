//! Portals: layers of ArcGIS and Socrata servers, fetched whole and provably so.
//!
//! Two steps: a provider brings raw pages into a journal, where the set of ids is compared with what the server
//! counts and lists; the proven journal is then an ordinary reader for the executor. Everything asynchronous ends at
//! the journal.

mod arcgis;
mod begin;
mod check;
mod choice;
mod client;
mod codes;
mod columns;
mod demo;
mod description;
mod encoding;
mod error;
mod facts;
mod fate;
mod fetch;
mod health;
mod http;
mod id;
mod idset;
mod intake;
mod item;
mod journal;
mod layers;
mod ledger;
mod marks;
mod page;
mod position;
mod proof;
mod proven;
mod provider;
mod query;
mod reader;
mod receipt;
mod recheck;
mod reference;
mod refresh;
mod run;
mod runtime;
mod selection;
mod settings;
mod socrata;

mod stamp;
mod strategy;
mod stray;
mod terms;
mod token;

pub use check::{TokenCheck, Verdict, check_token};
pub use choice::GeometryChoice;
pub use client::{Client, Dialect, Question};
pub use codes::{Code, CodeTable, Domains};
pub use demo::HOST as DEMO_HOST;
pub use description::{ColumnRemark, Description, Domain, Remarks};
pub use error::{FetchError, Incomplete, Result};
pub use facts::{Facts, Tried};
pub use fate::{Candidate, Effort, Fate, Known, Lot};
pub use fetch::{Fetched, Looked, count, describe, fetch, inquire, layers, look, no_progress};
pub use health::{Health, Trial, health};
pub use idset::IdSet;
pub use layers::{LayerEntry, Layers};
pub use marks::{Freshness, Marks};
pub use proof::Proof;
pub use proven::Proven;
pub use query::Query;
pub use receipt::{Claim, DerivedReceipt, Match, Receipt, ReceiptParts, hash_file};
pub use recheck::{Ids, Recheck, recheck};
pub use reference::{Reference, shown};
pub use refresh::{Changes, How, Refreshed, refresh};
pub use run::{FetchProgress, OnProgress};
pub use settings::{Settings, USER_AGENT};
pub use stamp::iso_ms;
pub use terms::{PortalTerms, TermsLookup};
pub use token::{
    Added, Credential, Platform, STORE_VARIABLE, Secret, Shape, StoreChoice, StorePlace, TokenEntry,
    TokenHost, TokenKind, TokenStore, Tokens,
};
