//! Integer geometries and where a point lies in them.

use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use geohub_index::{Dimension, Location};

use super::exact::{Grid, Sample, Segment};

#[derive(Clone, Debug)]
pub enum Model {
    Points(Vec<Grid>),
    Lines(Vec<Vec<Grid>>),
    /// Polygons of rings, each closed.
    Areas(Vec<Vec<Vec<Grid>>>),
}

impl Model {
    pub fn dimension(&self) -> Dimension {
        match self {
            Self::Points(_) => Dimension::Point,
            Self::Lines(_) => Dimension::Line,
            Self::Areas(_) => Dimension::Area,
        }
    }

    fn paths(&self) -> Vec<&[Grid]> {
        match self {
            Self::Points(_) => Vec::new(),
            Self::Lines(lines) => lines.iter().map(Vec::as_slice).collect(),
            Self::Areas(areas) => areas.iter().flatten().map(Vec::as_slice).collect(),
        }
    }

    pub fn segments(&self) -> impl Iterator<Item = Segment> {
        self.paths().into_iter().flat_map(segments)
    }

    pub fn vertices(&self) -> impl Iterator<Item = Grid> {
        let points = if let Self::Points(points) = self { points.as_slice() } else { &[] };
        points.iter().copied().chain(self.paths().into_iter().flatten().copied())
    }

    pub fn locate(&self, p: Sample) -> Location {
        match self {
            Self::Points(points) if points.iter().any(|point| p.is(Sample::at(*point))) => Location::Interior,
            Self::Points(_) => Location::Exterior,
            Self::Lines(lines) => {
                let ends = lines.iter().flat_map(|line| [line[0], line[line.len() - 1]]);
                match (
                    self.segments().any(|segment| p.is_on(segment)),
                    ends.filter(|end| p.is(Sample::at(*end))).count() % 2,
                ) {
                    (false, _) => Location::Exterior,
                    (true, 1) => Location::Boundary,
                    _ => Location::Interior,
                }
            }
            Self::Areas(areas) => {
                let locations: Vec<Location> = areas.iter().map(|area| in_area(area, p)).collect();
                let wanted = [Location::Interior, Location::Boundary];
                wanted.into_iter().find(|wanted| locations.contains(wanted)).unwrap_or(Location::Exterior)
            }
        }
    }

    /// The same point set, enlarged, with `times` edges for each: it has enough edges to be listed by height.
    pub fn refined(&self, times: i128) -> Self {
        let enlarged = |p: &Grid| (p.0 * times, p.1 * times);
        let refine = |path: &Vec<Grid>| -> Vec<Grid> {
            let inner = segments(path).flat_map(|(a, b)| {
                (0..times).map(move |n| (a.0 * times + (b.0 - a.0) * n, a.1 * times + (b.1 - a.1) * n))
            });
            inner.chain(path.last().map(enlarged)).collect()
        };
        match self {
            Self::Points(points) => Self::Points(points.iter().map(enlarged).collect()),
            Self::Lines(lines) => Self::Lines(lines.iter().map(refine).collect()),
            Self::Areas(areas) => {
                Self::Areas(areas.iter().map(|area| area.iter().map(refine).collect()).collect())
            }
        }
    }

    pub fn to_geo(&self) -> Geometry<f64> {
        match self {
            Self::Points(points) if points.len() == 1 => Point(coord(&points[0])).into(),
            Self::Points(points) => MultiPoint::new(points.iter().map(|p| Point(coord(p))).collect()).into(),
            Self::Lines(lines) if lines.len() == 1 => line(&lines[0]).into(),
            Self::Lines(lines) => MultiLineString::new(lines.iter().map(|l| line(l)).collect()).into(),
            Self::Areas(areas) if areas.len() == 1 => polygon(&areas[0]).into(),
            Self::Areas(areas) => MultiPolygon::new(areas.iter().map(|a| polygon(a)).collect()).into(),
        }
    }
}

fn segments(path: &[Grid]) -> impl Iterator<Item = Segment> {
    path.windows(2).map(|pair| (pair[0], pair[1])).filter(|(a, b)| a != b)
}

fn in_area(rings: &[Vec<Grid>], p: Sample) -> Location {
    let edges = || rings.iter().flat_map(|ring| segments(ring));
    if edges().any(|edge| p.is_on(edge)) {
        Location::Boundary
    } else if edges().filter(|edge| p.sees(*edge)).count() % 2 == 1 {
        Location::Interior
    } else {
        Location::Exterior
    }
}

fn coord((x, y): &Grid) -> Coord<f64> {
    Coord { x: *x as f64, y: *y as f64 }
}

fn line(path: &[Grid]) -> LineString<f64> {
    path.iter().map(coord).collect()
}

fn polygon(rings: &[Vec<Grid>]) -> Polygon<f64> {
    Polygon::new(line(&rings[0]), rings[1..].iter().map(|ring| line(ring)).collect())
}
