//! The messages of `f=pbf`, package `esriPBuffer` (Esri/arcgis-pbf): what stands once in an answer.
//!
//! A feature is kept as the bytes it is (a message and a byte string are written alike): its values go straight into
//! columns, without a message of their own.

use bytes::Bytes;
use prost::{Enumeration, Message};

#[derive(Clone, PartialEq, Message)]
pub(super) struct FeatureCollection {
    #[prost(message, optional, tag = "2")]
    pub(super) query_result: Option<QueryResult>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct QueryResult {
    #[prost(message, optional, tag = "1")]
    pub(super) features: Option<FeatureResult>,
}

#[derive(Clone, PartialEq, Message)]
pub(in crate::arcgis) struct FeatureResult {
    #[prost(enumeration = "GeometryType", tag = "7")]
    pub(super) geometry_type: i32,
    #[prost(message, optional, tag = "8")]
    pub(in crate::arcgis) spatial_reference: Option<SpatialReference>,
    #[prost(bool, tag = "9")]
    pub(in crate::arcgis) exceeded_transfer_limit: bool,
    #[prost(bool, tag = "10")]
    pub(super) has_z: bool,
    #[prost(bool, tag = "11")]
    pub(super) has_m: bool,
    #[prost(message, optional, tag = "12")]
    pub(super) transform: Option<Transform>,
    #[prost(message, repeated, tag = "13")]
    pub(super) fields: Vec<Field>,
    #[prost(bytes = "bytes", repeated, tag = "15")]
    pub(super) features: Vec<Bytes>,
}

/// Zero also stands for nothing said: the answer of a table looks like points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enumeration)]
#[repr(i32)]
pub(super) enum GeometryType {
    Point = 0,
    Multipoint = 1,
    Polyline = 2,
    Polygon = 3,
    Multipatch = 4,
    Envelope = 5,
    None = 127,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Field {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

#[derive(Clone, PartialEq, Message)]
pub(in crate::arcgis) struct SpatialReference {
    #[prost(uint32, tag = "1")]
    pub(in crate::arcgis) wkid: u32,
    /// Esri spells it `lastestWkid`.
    #[prost(uint32, tag = "2")]
    pub(in crate::arcgis) latest_wkid: u32,
    #[prost(string, tag = "5")]
    pub(in crate::arcgis) wkt: String,
}

/// How whole numbers become coordinates.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Transform {
    #[prost(enumeration = "Origin", tag = "1")]
    pub(super) origin: i32,
    #[prost(message, optional, tag = "2")]
    pub(super) scale: Option<Scale>,
    #[prost(message, optional, tag = "3")]
    pub(super) translate: Option<Translate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enumeration)]
#[repr(i32)]
pub(super) enum Origin {
    UpperLeft = 0,
    LowerLeft = 1,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Scale {
    #[prost(double, tag = "1")]
    pub(super) x: f64,
    #[prost(double, tag = "2")]
    pub(super) y: f64,
    #[prost(double, tag = "3")]
    pub(super) m: f64,
    #[prost(double, tag = "4")]
    pub(super) z: f64,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Translate {
    #[prost(double, tag = "1")]
    pub(super) x: f64,
    #[prost(double, tag = "2")]
    pub(super) y: f64,
    #[prost(double, tag = "3")]
    pub(super) m: f64,
    #[prost(double, tag = "4")]
    pub(super) z: f64,
}
