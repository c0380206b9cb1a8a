//! Test material for geohub, not published: a seeded synthetic city ([`city`]) and stand-in portals on loopback ([`arcgis`], [`socrata`], [`catalogue`]) that follow the recorded
//! behaviour of the real servers and take scripts of faults ([`net::fault`]).
//!
//! The portals are built from what the real servers do, not from what geohub sends: they enforce their page
//! cap, permute rows that nobody ordered, refuse what the real ones refuse and answer errors in their shapes.

pub mod arcgis;
pub mod args;
pub mod catalogue;
pub mod city;
pub mod error;
pub mod hash;
pub mod net;
pub mod replay;
pub mod socrata;
pub mod sql;
pub mod table;

pub use error::{Error, Result};
