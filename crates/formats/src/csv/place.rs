//! Which columns hold the geometry.

use geohub_core::{Context, Crs, DataError, Error, GeometryInfo, GeometryKind, Result, text};

use super::facts::{Facts, Role, Srid};
use crate::format::OpenOptions;

/// Usual names of a geometry column.
const GEOMETRY: [&str; 13] = [
    "geometry_wkt",
    "wkt",
    "geometry",
    "geom",
    "the_geom",
    "shape",
    "wkt_geom",
    "geom_wkt",
    "wkb_geometry",
    "geojson",
    "geo_json",
    "st_astext",
    "st_asgeojson",
];
/// Usual names of longitude and latitude.
const LON_LAT: [(&[&str], &[&str]); 1] = [(
    &[
        "longitude",
        "lon",
        "lng",
        "long",
        "long_",
        "x_longitude",
        "decimallongitude",
        "stop_lon",
        "shape_pt_lon",
    ],
    &["latitude", "lat", "lat_", "y_latitude", "decimallatitude", "stop_lat", "shape_pt_lat"],
)];
/// Usual names of coordinates in any CRS.
const X_Y: [(&[&str], &[&str]); 4] = [
    (&["geometry_x"], &["geometry_y"]),
    (&["x"], &["y"]),
    (&["point_x"], &["point_y"]),
    (&["x_coord", "xcoord", "easting"], &["y_coord", "ycoord", "northing"]),
];

/// Where the geometry of a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere.
    None,
    /// Two columns with numbers.
    Xy { x: usize, y: usize },
    /// A column with text.
    Text { column: usize, stays: bool },
}

/// The geometry of a table.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) place: Place,
    pub(super) info: GeometryInfo,
    pub(super) crs: Crs,
}

/// The columns the user named, as positions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wishes {
    x: Option<usize>,
    y: Option<usize>,
    geometry: Option<usize>,
    table: bool,
}

impl Wishes {
    pub(super) fn new(options: &OpenOptions, names: &[String]) -> Result<Self> {
        if options.x.is_some() != options.y.is_some() || (options.x.is_some() && options.geometry.is_some()) {
            return Err(Error::Request {
                message: "--x and --y go together, and not with --geometry".to_owned(),
                hint: Some("name both coordinate columns, or one column with the whole geometry".to_owned()),
            });
        }
        let find = |name: &Option<String>| name.as_deref().map(|name| find(name, names)).transpose();
        let table = options.geometry.as_deref() == Some("none") && !names.iter().any(|name| name == "none");
        Ok(Self {
            x: find(&options.x)?,
            y: find(&options.y)?,
            geometry: if table { None } else { find(&options.geometry)? },
            table,
        })
    }

    /// What the survey looks for in each column.
    pub(super) fn roles(&self, names: &[String], comma: bool) -> Vec<Role> {
        let coordinate =
            |name: &str| LON_LAT.iter().chain(&X_Y).any(|(xs, ys)| xs.contains(&name) || ys.contains(&name));
        let role = |(at, name): (usize, &String)| {
            let name = name.to_ascii_lowercase();
            Role {
                coordinate: [self.x, self.y].contains(&Some(at)) || coordinate(&name),
                geometry: self.geometry == Some(at) || GEOMETRY.contains(&name.as_str()),
                comma,
            }
        };
        names.iter().enumerate().map(role).collect()
    }
}

fn find(name: &str, names: &[String]) -> Result<usize> {
    let exact = names.iter().position(|other| other == name);
    let found = exact.or_else(|| names.iter().position(|other| other.eq_ignore_ascii_case(name.trim())));
    found.ok_or_else(|| {
        let near = text::nearest(name, names.iter().map(String::as_str));
        let near = if near.is_empty() { names.iter().take(10).cloned().collect() } else { near };
        Error::Request {
            message: format!("there is no column `{name}`"),
            hint: Some(format!("columns: {}", text::clean(&near.join(", ")))),
        }
    })
}

/// Chooses by the rules in the module's documentation.
pub(super) fn choose(
    wishes: Wishes,
    names: &[String],
    facts: &[Facts],
    target: &str,
    context: &Context,
) -> Result<Chosen> {
    let chooser = Chooser { names, facts, target, context };
    if wishes.table {
        return Ok(Chosen::table());
    }
    if let (Some(x), Some(y)) = (wishes.x, wishes.y) {
        chooser.check_coordinates([x, y])?;
        return Ok(chooser.points(x, y));
    }
    if let Some(column) = wishes.geometry {
        chooser.check_geometry(column)?;
        return Ok(chooser.text(column));
    }
    let found = chooser.by_name(false)?;
    let found = found.or_else(|| chooser.by_content().map(|column| chooser.text(column)));
    // Columns without any value decide only where nothing else does.
    Ok(match found {
        Some(chosen) => chosen,
        None => chooser.by_name(true)?.unwrap_or_else(Chosen::table),
    })
}

impl Chosen {
    /// A table without geometry.
    pub(super) fn table() -> Self {
        Self {
            place: Place::None,
            info: GeometryInfo { kind: GeometryKind::None, has_z: false, has_m: false },
            crs: Crs::unknown(),
        }
    }
}

struct Chooser<'a> {
    names: &'a [String],
    facts: &'a [Facts],
    target: &'a str,
    context: &'a Context,
}

impl Chooser<'_> {
    /// What usual names say: of columns with values, or of columns without.
    fn by_name(&self, empty: bool) -> Result<Option<Chosen>> {
        if let Some(column) = self.named_geometry(empty) {
            return Ok(Some(self.text(column)));
        }
        if let Some((x, y)) = self.pair(&LON_LAT, empty) {
            return self.lon_lat(x, y).map(Some);
        }
        Ok(self.pair(&X_Y, empty).map(|(x, y)| self.points(x, y)))
    }

    /// A column with a usual name, more than half of whose values are WKT or `GeoJSON`.
    fn named_geometry(&self, empty: bool) -> Option<usize> {
        let fits = |name: &str, at: usize| {
            let facts = &self.facts[at];
            let whole = facts.shapes.wkt + facts.shapes.geojson;
            self.names[at].eq_ignore_ascii_case(name)
                && if empty { facts.filled == 0 } else { whole * 2 > facts.filled }
        };
        GEOMETRY.iter().find_map(|name| (0..self.names.len()).find(|&at| fits(name, at)))
    }

    fn by_content(&self) -> Option<usize> {
        let fits = |facts: &Facts, whole: bool| {
            let shapes = &facts.shapes;
            let found = if whole { shapes.wkt + shapes.geojson } else { shapes.any() };
            found > 0 && found == facts.filled
        };
        let find = |whole| self.facts.iter().position(|facts| fits(facts, whole));
        find(true).or_else(|| find(false))
    }

    /// Two columns with usual names, more than half of whose values are numbers.
    fn pair(&self, names: &[(&[&str], &[&str])], empty: bool) -> Option<(usize, usize)> {
        let find = |wanted: &[&str]| {
            let named = |name: &str| self.names.iter().position(|other| other.eq_ignore_ascii_case(name));
            wanted.iter().filter_map(|name| named(name)).find(|&at| {
                let facts = &self.facts[at];
                if empty { facts.filled == 0 } else { facts.coordinates.numbers * 2 > facts.filled }
            })
        };
        names.iter().find_map(|(xs, ys)| Some((find(xs)?, find(ys)?)))
    }

    /// Refuses columns the user named that hold no number at all.
    fn check_coordinates(&self, columns: [usize; 2]) -> Result<()> {
        let useless = |at: &usize| self.facts[*at].filled > 0 && self.facts[*at].coordinates.numbers == 0;
        columns.into_iter().find(useless).map_or(Ok(()), |at| Err(self.useless(at, "no coordinate")))
    }

    fn check_geometry(&self, column: usize) -> Result<()> {
        let facts = &self.facts[column];
        let useless = facts.filled > 0 && facts.shapes.any() == 0;
        if useless { Err(self.useless(column, "no WKT, GeoJSON or (lat, lon)")) } else { Ok(()) }
    }

    fn useless(&self, column: usize, what: &str) -> Error {
        let name = text::clean(&self.names[column]);
        DataError::new(format!("column `{name}` holds {what}")).in_target(self.target).into()
    }

    fn lon_lat(&self, x: usize, y: usize) -> Result<Chosen> {
        let far = [(x, self.facts[x].coordinates.beyond_180), (y, self.facts[y].coordinates.beyond_90)];
        let worst = far.iter().filter_map(|&(at, line)| line.map(|line| (line, at))).min();
        if let Some((line, at)) = worst {
            let (name, x, y) = (&self.names[at], &self.names[x], &self.names[y]);
            let message = format!("`{}` is out of the range of longitude and latitude", text::clean(name));
            let hint = format!(
                "--x '{x}' --y '{y}' takes two columns as they are, in a CRS told by --from-crs; --geometry none reads a table"
            );
            return Err(DataError::new(message).in_target(self.target).at_line(line).with_hint(hint).into());
        }
        Ok(self.points(x, y))
    }

    fn points(&self, x: usize, y: usize) -> Chosen {
        let (x_facts, y_facts) = (&self.facts[x].coordinates, &self.facts[y].coordinates);
        let far = x_facts.beyond_180.is_some() || y_facts.beyond_90.is_some();
        let names = format!("columns `{}` and `{}`", self.names[x], self.names[y]);
        Chosen {
            place: Place::Xy { x, y },
            info: GeometryInfo { kind: GeometryKind::Point, has_z: false, has_m: false },
            crs: self.crs(far.then_some(FAR), &names),
        }
    }

    fn text(&self, column: usize) -> Chosen {
        let shapes = &self.facts[column].shapes;
        let kind = if shapes.kind == GeometryKind::None { GeometryKind::Mixed } else { shapes.kind };
        let name = format!("column `{}`", self.names[column]);
        let stays = shapes.other > 0 || shapes.lat_lon > 0;
        Chosen {
            place: Place::Text { column, stays },
            info: GeometryInfo { kind, has_z: shapes.dimensions.z, has_m: shapes.dimensions.m },
            crs: match shapes.srid {
                Srid::One(srid) if srid > 0 => Crs::epsg(srid),
                Srid::Many => self.crs(Some("the rows name several CRSs"), &name),
                _ => self.crs(shapes.far.map(|_| FAR), &name),
            },
        }
    }

    fn crs(&self, doubt: Option<&str>, what: &str) -> Crs {
        let what = text::clean(what);
        self.context.detail(format!("{}: the geometry is in {what}", self.target));
        let Some(doubt) = doubt else { return Crs::crs84() };
        self.context
            .note(format!("{}: {what}: {doubt}, so the CRS is unknown; say it with --from-crs", self.target));
        Crs::unknown()
    }
}

/// Why coordinates out of range have no CRS.
const FAR: &str = "the coordinates are no longitudes and latitudes";
