//! A selection gives the same rows whatever its reader does of it, and the rows it should.

use std::sync::{Arc, Mutex};

use arrow_array::{Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use geo::Intersects;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon, Rect};
use geohub_core::expr::Expr;
use geohub_core::{
    Batch, Bbox, Chunk, Context, Crs, Encoded, Encoder, Error, GeometryBuilder, Layer, Level, Needs, Origin,
    Plan, Pushdown, ReadOptions, Reader, Result, Sink, Writer, Written, run,
};
use geohub_crs::{Distance, Metric};
use geohub_index::Prepared;
use geohub_ops::near::{Near, Place};
use geohub_ops::{BboxCrs, Mask, Selection};

const ROWS: i64 = 300;

/// Row `id` of the sample: points, lines, triangles, nulls and empties on a small integer grid.
fn geometry(id: i64) -> Option<Geometry<f64>> {
    let (x, y) = ((id * 7 % 10) as f64, (id * 3 % 11) as f64);
    let at = |dx: f64, dy: f64| Coord { x: x + dx, y: y + dy };
    Some(match id % 5 {
        0 => Point::new(x, y).into(),
        1 => LineString::new(vec![at(0.0, 0.0), at(3.0, 4.0), at(6.0, 0.0)]).into(),
        2 => Polygon::new(LineString::new(vec![at(0.0, 0.0), at(5.0, 0.0), at(0.0, 5.0)]), vec![]).into(),
        3 if id % 2 == 0 => return None,
        3 => MultiPolygon::new(vec![]).into(),
        _ => {
            let shell = LineString::new(vec![at(0.0, 0.0), at(6.0, 0.0), at(6.0, 6.0), at(0.0, 6.0)]);
            let hole = LineString::new(vec![at(1.0, 1.0), at(5.0, 1.0), at(5.0, 5.0), at(1.0, 5.0)]);
            Polygon::new(shell, vec![hole]).into()
        }
    })
}

fn kind(id: i64) -> String {
    format!("kind {}", id % 4)
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, true),
        Field::new("Kind", DataType::Utf8, true),
        Field::new("twice", DataType::Int64, true),
    ]))
}

fn batch(ids: &[i64]) -> Result<Batch> {
    let mut column = GeometryBuilder::with_capacity(ids.len(), 0);
    for &id in ids {
        match geometry(id) {
            Some(geometry) => column.push_geo(&geometry)?,
            None => column.push_null(),
        }
    }
    let kinds: StringArray = ids.iter().map(|&id| Some(kind(id))).collect();
    let twice: Int64Array = ids.iter().map(|id| Some(id * 2)).collect();
    let columns: Vec<arrow_array::ArrayRef> =
        vec![Arc::new(Int64Array::from(ids.to_vec())), Arc::new(kinds), Arc::new(twice)];
    Ok(Batch::new(column.finish(), RecordBatch::try_new(schema(), columns)?))
}

/// Answers a plan as told, and does what it answers.
struct Fake {
    layer: Layer,
    levels: Pushdown,
    options: ReadOptions,
    next: i64,
    left: u64,
}

impl Fake {
    fn new(levels: Pushdown, crs: Crs) -> Self {
        let extent = Some(Bbox::new(0.0, 0.0, 15.0, 16.0));
        let layer = Layer { crs, extent, ..Layer::new("sample", schema()) };
        Self { layer, levels, options: ReadOptions::default(), next: 0, left: u64::MAX }
    }

    fn passes(&self, id: i64) -> bool {
        let filter = match self.levels.filter {
            Level::None => true,
            // Every other row that does not belong still comes.
            Level::Superset => id % 2 == 0 || self.filter(id),
            Level::Exact => self.filter(id),
        };
        let bbox = |bbox: &Bbox| match (geometry(id), self.levels.bbox) {
            (_, Level::None) => true,
            (None, _) => false,
            (Some(geometry), Level::Superset) => {
                use geo::BoundingRect;
                geometry.bounding_rect().is_some_and(|rect| rect.intersects(&rectangle(bbox)))
            }
            (Some(geometry), Level::Exact) => geometry.intersects(&rectangle(bbox)),
        };
        filter && self.options.bbox.as_ref().is_none_or(bbox)
    }

    fn filter(&self, id: i64) -> bool {
        self.options.filter.is_none() || condition(id)
    }
}

fn rectangle(bbox: &Bbox) -> Rect<f64> {
    Rect::new(Coord { x: bbox.min_x, y: bbox.min_y }, Coord { x: bbox.max_x, y: bbox.max_y })
}

/// What [`CONDITION`] says.
fn condition(id: i64) -> bool {
    kind(id) != "kind 1" && id * 2 < 500
}

const CONDITION: &str = "kind <> 'kind 1' AND twice < 500";

impl Reader for Fake {
    fn target(&self) -> &'static str {
        "sample"
    }

    fn layer(&self) -> &Layer {
        &self.layer
    }

    fn plan(&mut self, options: &ReadOptions) -> Result<Pushdown> {
        self.options = options.clone();
        let exact = |asked: bool, level: Level| !asked || level == Level::Exact;
        let rows_exact = exact(options.bbox.is_some(), self.levels.bbox)
            && exact(options.filter.is_some(), self.levels.filter);
        if !rows_exact {
            self.levels.limit = Level::None;
        }
        if let (Some(limit), Level::Exact) = (options.limit, self.levels.limit) {
            self.left = limit;
        }
        if let (Some(columns), Level::Exact) = (&options.columns, self.levels.columns) {
            let indices: Vec<usize> =
                columns.iter().map(|name| self.layer.schema.index_of(name)).collect::<Result<_, _>>()?;
            self.layer.schema = Arc::new(self.layer.schema.project(&indices)?);
        }
        Ok(self.levels)
    }

    fn next_chunk(&mut self) -> Result<Option<Box<dyn Chunk>>> {
        if self.next >= ROWS || self.left == 0 {
            return Ok(None);
        }
        let end = (self.next + 37).min(ROWS);
        let mut ids: Vec<i64> = (self.next..end).filter(|&id| self.passes(id)).collect();
        ids.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= ids.len() as u64;
        self.next = end;
        let names = self.layer.schema.fields().iter().map(|field| field.name().clone()).collect();
        Ok(Some(Box::new(Rows { ids, names })))
    }
}

struct Rows {
    ids: Vec<i64>,
    names: Vec<String>,
}

impl Chunk for Rows {
    fn origin(&self) -> Origin {
        Origin::default()
    }

    fn weight_bytes(&self) -> usize {
        1000
    }

    fn decode(self: Box<Self>, out: &mut dyn Sink) -> Result<()> {
        let whole = batch(&self.ids)?;
        let indices: Vec<usize> =
            self.names.iter().map(|name| whole.schema().index_of(name)).collect::<Result<_, _>>()?;
        let attributes = whole.attributes.project(&indices)?;
        out.push(Batch::new(whole.geometry, attributes)).map(|_| ())
    }
}

/// A line a row: the columns, then the geometry's type and coordinates.
struct Lines;

impl Encoder for Lines {
    fn encode(&self, batch: Batch) -> Result<Encoded> {
        let mut text = String::new();
        for row in 0..batch.rows() {
            for (field, column) in batch.schema().fields().iter().zip(batch.attributes.columns()) {
                let value = arrow_cast::display::array_value_to_string(column, row)?;
                text.push_str(field.name());
                text.push('=');
                text.push_str(&value);
                text.push(' ');
            }
            let geometry = batch.geometry.row(row);
            text.push_str(geometry.kind().name());
            text.push_str(&[" ", &format!("{:?}", geometry.xy()), "\n"].concat());
        }
        Ok(Encoded::Bytes(text.into_bytes()))
    }
}

/// Appends to a shared text.
struct Text(Arc<Mutex<Vec<u8>>>);

impl Writer for Text {
    fn needs(&self) -> Needs {
        Needs::default()
    }

    fn start(&mut self, _layer: &Layer) -> Result<Arc<dyn Encoder>> {
        Ok(Arc::new(Lines))
    }

    fn write(&mut self, encoded: Encoded) -> Result<()> {
        if let (Encoded::Bytes(bytes), Ok(mut text)) = (encoded, self.0.lock()) {
            text.extend(bytes);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Context) -> Result<Written> {
        Ok(Written::default())
    }

    fn abort(self: Box<Self>) {}
}

fn lines(selection: &Selection, levels: Pushdown, crs: Crs) -> Result<Vec<String>> {
    let reader = Box::new(Fake::new(levels, crs));
    let plan = Plan { reader, prepare: Box::new(|reader| selection.plan(reader)) };
    let text = Arc::new(Mutex::new(Vec::new()));
    run(plan, &mut || Ok(Box::new(Text(Arc::clone(&text)))), &Context::new(2))?;
    let bytes = text.lock().expect("no writer panicked").clone();
    Ok(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}

fn all_levels() -> Vec<Pushdown> {
    let every = [Level::None, Level::Superset, Level::Exact];
    let mut all = Vec::new();
    for bbox in every {
        for filter in every {
            for columns in [Level::None, Level::Exact] {
                for limit in [Level::None, Level::Exact] {
                    all.push(Pushdown { bbox, filter, columns, limit });
                }
            }
        }
    }
    all
}

fn ids(lines: &[String]) -> Vec<i64> {
    let id = |line: &String| line.split("id=").nth(1)?.split(' ').next()?.parse().ok();
    lines.iter().filter_map(id).collect()
}

const BBOX: Bbox = Bbox::new(2.0, 3.0, 4.0, 4.0);

fn triangle() -> Geometry<f64> {
    let corner = |x: f64, y: f64| Coord { x, y };
    Polygon::new(LineString::new(vec![corner(0.0, 0.0), corner(12.0, 0.0), corner(0.0, 12.0)]), vec![]).into()
}

fn mask() -> Mask {
    let mut mask = Mask::new(Crs::crs84());
    mask.add(triangle()).expect("a polygon");
    mask
}

const NEAR_KM: f64 = 300.0;

/// Two places, a point and a line.
fn places() -> [Geometry<f64>; 2] {
    let line = LineString::new(vec![Coord { x: 2.5, y: 0.5 }, Coord { x: 2.6, y: 3.1 }]);
    [Point::new(3.4, 5.5).into(), line.into()]
}

fn near() -> Near {
    let mut place = Place::new(BboxCrs::Crs(Crs::crs84()));
    for geometry in places() {
        place.add(geometry);
    }
    Near { place, limit: Distance::from_metres(NEAR_KM * 1000.0), distance_field: None }
}

fn is_near(id: i64) -> bool {
    let metric = Metric::of(&Crs::crs84()).expect("a known CRS");
    let row = geometry(id).map(|geometry| Prepared::new(&geometry));
    let within = |place| {
        row.as_ref().and_then(|row| row.distance(&metric, &Prepared::new(place), NEAR_KM * 1000.0)).is_some()
    };
    places().iter().any(within)
}

/// Every combination of wishes, the rows of each by brute force.
fn selections() -> Vec<(Selection, Vec<i64>)> {
    let mut all = Vec::new();
    for wish in 0..64 {
        let has = |bit: u32| wish & (1 << bit) != 0;
        let lonlat = BboxCrs::Crs(Crs::crs84());
        let selection = Selection {
            bbox: has(0).then_some((BBOX, lonlat)),
            filter: has(1).then(|| Expr::parse(CONDITION).expect("an expression")),
            within: has(2).then(mask),
            fields: has(3).then(|| vec!["twice".to_owned(), "ID".to_owned()]),
            limit: has(4).then_some(9),
            near: has(5).then(near),
            to_crs: None,
        };
        let meets = |id: i64| geometry(id).is_some_and(|it| it.intersects(&rectangle(&BBOX)));
        let inside = |id: i64| {
            use geo::{BoundingRect, Relate};
            geometry(id).is_some_and(|it| it.bounding_rect().is_some() && it.relate(&triangle()).is_within())
        };
        let mut expected: Vec<i64> = (0..ROWS)
            .filter(|&id| (!has(0) || meets(id)) && (!has(1) || condition(id)) && (!has(2) || inside(id)))
            .filter(|&id| !has(5) || is_near(id))
            .collect();
        if has(4) {
            expected.truncate(9);
        }
        all.push((selection, expected));
    }
    all
}

#[test]
fn every_level_of_pushdown_gives_the_same_rows() {
    for (selection, expected) in selections() {
        let reference = lines(&selection, Pushdown::NONE, Crs::crs84()).unwrap();
        assert_eq!(ids(&reference), expected, "{selection:?}");
        assert!(!expected.is_empty(), "{selection:?}");
        for levels in all_levels() {
            let found = lines(&selection, levels, Crs::crs84()).unwrap();
            assert_eq!(found, reference, "{levels:?} {selection:?}");
        }
    }
}

#[test]
fn columns_come_in_the_order_asked_for_and_the_condition_s_are_dropped() {
    let select = |fields: &[&str], condition: Option<&str>| Selection {
        filter: condition.map(|text| Expr::parse(text).expect("an expression")),
        fields: Some(fields.iter().map(|&name| name.to_owned()).collect()),
        limit: Some(2),
        ..Selection::default()
    };
    for levels in all_levels() {
        let found = lines(&select(&["twice", "id"], None), levels, Crs::crs84()).unwrap();
        assert!(found[1].starts_with("twice=2 id=1 LineString"), "{levels:?} {found:?}");
        let found = lines(&select(&["id"], Some(CONDITION)), levels, Crs::crs84()).unwrap();
        assert!(found[1].starts_with("id=2 Polygon"), "{levels:?} {found:?}");
        let found = lines(&select(&[], Some(CONDITION)), levels, Crs::crs84()).unwrap();
        assert!(found[1].starts_with("Polygon"), "{levels:?} {found:?}");
    }
}

#[test]
fn a_box_in_degrees_selects_from_a_layer_in_feet() {
    // Coordinates 0 to 16 read as metres of a plane: a few degrees' box about the origin of the plane holds them all,
    // one beside it none, and one through the middle what its image in the plane meets.
    let crs: Crs = "EPSG:3857".parse().unwrap();
    let degrees = |metres: f64| metres / 6_378_137.0 * 180.0 / std::f64::consts::PI;
    let select = |west: f64, south: f64, east: f64, north: f64| {
        let bbox = Bbox::new(degrees(west), degrees(south), degrees(east), degrees(north));
        Selection { bbox: Some((bbox, BboxCrs::Crs(Crs::crs84()))), ..Selection::default() }
    };
    for levels in all_levels() {
        let found = |selection| lines(&selection, levels, crs.clone()).unwrap();
        let placed = (0..ROWS).filter(|id| id % 5 != 3).count();
        assert_eq!(found(select(-1.0, -1.0, 20.0, 20.0)).len(), placed, "{levels:?}");
        assert!(found(select(20.0, 20.0, 30.0, 30.0)).is_empty(), "{levels:?}");
        // Away from the grid's vertices and edges, so that a nanometre decides nothing.
        let half = Bbox::new(2.4, 3.3, 2.6, 3.6);
        let expected: Vec<i64> =
            (0..ROWS).filter(|&id| geometry(id).is_some_and(|it| it.intersects(&rectangle(&half)))).collect();
        let found = found(select(half.min_x, half.min_y, half.max_x, half.max_y));
        assert_eq!(ids(&found), expected, "{levels:?}");
        assert!(!expected.is_empty());
    }
}

#[test]
fn west_above_east_goes_across_180_degrees() {
    let across = |west: f64, east: f64| Selection {
        bbox: Some((Bbox::new(west, 0.0, east, 20.0), BboxCrs::Crs(Crs::crs84()))),
        ..Selection::default()
    };
    for levels in all_levels() {
        let found = ids(&lines(&across(8.0, 1.0), levels, Crs::crs84()).unwrap());
        let expected: Vec<i64> = (0..ROWS)
            .filter(|&id| {
                let meets = |west, east| {
                    geometry(id)
                        .is_some_and(|it| it.intersects(&rectangle(&Bbox::new(west, 0.0, east, 20.0))))
                };
                meets(8.0, 180.0) || meets(-180.0, 1.0)
            })
            .collect();
        assert_eq!(found, expected, "{levels:?}");
        assert!(!found.is_empty() && found.len() < 240);
    }
}

#[test]
fn a_box_without_width_still_meets() {
    let selection =
        Selection { bbox: Some((Bbox::new(3.0, 4.0, 3.0, 4.0), BboxCrs::Layer)), ..Selection::default() };
    let point = Point::new(3.0, 4.0);
    let expected: Vec<i64> =
        (0..ROWS).filter(|&id| geometry(id).is_some_and(|it| it.intersects(&point))).collect();
    assert_eq!(ids(&lines(&selection, Pushdown::NONE, Crs::crs84()).unwrap()), expected);
    assert!(!expected.is_empty());
}

#[test]
fn contradictions_are_refused_with_advice() {
    let fails = |selection: &Selection, crs: Crs| lines(selection, Pushdown::NONE, crs).unwrap_err();
    let fields = Selection { fields: Some(vec!["twise".to_owned()]), ..Selection::default() };
    match fails(&fields, Crs::crs84()) {
        Error::Request { message, hint } => {
            assert!(
                message.contains("twise") && hint.is_some_and(|hint| hint.contains("twice")),
                "{message}"
            );
        }
        other => panic!("{other:?}"),
    }
    let twice = Selection { fields: Some(vec!["id".to_owned(), "ID".to_owned()]), ..Selection::default() };
    assert!(matches!(fails(&twice, Crs::crs84()), Error::Request { .. }));
    let feet = Selection {
        bbox: Some((Bbox::new(6.4e6, 1.8e6, 6.5e6, 1.9e6), BboxCrs::Crs(Crs::crs84()))),
        ..Selection::default()
    };
    assert!(fails(&feet, Crs::crs84()).to_string().contains("not in degrees"));
    assert!(matches!(fails(&feet, Crs::unknown()), Error::CrsMismatch(_)));
    let condition = Selection { filter: Some(Expr::parse("nme = 'x'").unwrap()), ..Selection::default() };
    assert!(matches!(fails(&condition, Crs::crs84()), Error::Expression(_)));
    let empty = Selection { within: Some(Mask::new(Crs::crs84())), ..Selection::default() };
    assert!(matches!(fails(&empty, Crs::crs84()), Error::Request { .. }));
    assert!(Mask::new(Crs::crs84()).add(Point::new(0.0, 0.0).into()).is_err());
}
