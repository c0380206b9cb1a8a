//! The CRS table of the header.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{Crs as CrsTable, CrsArgs};
use geohub_core::Crs;

/// The CRS a header states; unknown when it states none.
pub(super) fn read(table: Option<CrsTable<'_>>) -> Crs {
    let Some(table) = table else { return Crs::unknown() };
    let authority = table.org().filter(|org| !org.is_empty()).unwrap_or("EPSG");
    let code = match (table.code(), table.code_string()) {
        (0, text) => text.filter(|text| !text.is_empty()).map(str::to_owned),
        (code, _) => Some(code.to_string()),
    };
    let mut crs = code.map_or_else(Crs::unknown, |code| Crs::coded(authority, &code));
    if let Some(wkt) = table.wkt().filter(|wkt| !wkt.is_empty()) {
        crs = crs.with_wkt(wkt);
    }
    if let Some(name) = table.name().filter(|name| !name.is_empty()) {
        crs = crs.with_name(name);
    }
    crs
}

/// Writes the CRS of a layer; nothing for an unknown one.
pub(super) fn write<'f>(fbb: &mut FlatBufferBuilder<'f>, crs: &Crs) -> Option<WIPOffset<CrsTable<'f>>> {
    if crs.is_unknown() {
        return None;
    }
    let number: Option<i32> = crs.code().and_then(|code| code.parse().ok()).filter(|code| *code > 0);
    let org = crs.authority().map(|org| fbb.create_string(org));
    let name = crs.name().map(|name| fbb.create_string(name));
    let wkt = geohub_crs::wkt_of(crs).map(|wkt| fbb.create_string(&wkt));
    let code_string = crs.code().filter(|_| number.is_none()).map(|code| fbb.create_string(code));
    let args = CrsArgs { org, code: number.unwrap_or(0), name, description: None, wkt, code_string };
    Some(CrsTable::create(fbb, &args))
}
