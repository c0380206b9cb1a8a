#!/usr/bin/env python3
"""Compares distances with pyproj's Geod and a geodesic oracle, on random geometries of every type.

usage: distances_geod.py [GEOHUB]

`join --distance`, `--nearest` and `query --near` are run on layers in a city, far north, at the equator, across 180
degrees, in the other longitudes (0 to 360), at a pole, in feet, and in two CRSs. Exit 1 where a distance is off by more
than 1e-8 of it, or a pair is missing or too many that is not at the limit itself.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon

import geodesics

GEOHUB = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("GEOHUB", "target/release/geohub")
US_SURVEY_FOOT_M = 1200 / 3937
RELATIVE = 1e-8
# What coordinates of a double may hide: the oracle's geodesics round by nanometres.
ROUNDING_M = 5e-8
# Name, west of the left layer, west of the right one, south, degrees across.
AREAS = [
    ("city", -118.30, -118.30, 34.0, 0.03),
    ("street", -118.30, -118.30, 34.0, 0.001),
    ("region", -119.0, -119.0, 33.5, 0.7),
    ("far north", 20.0, 20.0, 70.0, 0.4),
    ("equator", -0.1, -0.1, -0.1, 0.2),
    ("across 180", 179.95, -180.05, -17.0, 0.1),
    ("0 to 360", 241.70, -118.30, 34.0, 0.03),
    ("north pole", -180.0, -180.0, 89.0, 1.0),
]


def random_geometry(rng, kind, size):
    def place():
        return rng.uniform(0.1, 0.9, 2)

    def line():
        return place() + np.cumsum(rng.uniform(-size, size, (rng.integers(2, 5), 2)), axis=0)

    def polygon():
        corners = rng.integers(3, 7)
        angles = (np.arange(corners) + rng.uniform(-0.3, 0.3, corners)) / corners * 2 * np.pi
        return Polygon(place() + size * np.stack([np.cos(angles), np.sin(angles)], axis=1))

    makers = {
        "point": lambda: Point(place()),
        "points": lambda: MultiPoint([place() for _ in range(3)]),
        "line": lambda: LineString(line()),
        "lines": lambda: MultiLineString([line(), line()]),
        "polygon": polygon,
        "polygons": lambda: MultiPolygon([polygon(), polygon()]),
        "collection": lambda: GeometryCollection([Point(place()), LineString(line()), polygon()]),
    }
    return makers[kind]()


KINDS = ["point", "points", "line", "lines", "polygon", "polygons", "collection"]


def layer(rng, count, west, south, across, kinds=tuple(KINDS)):
    shapes = [random_geometry(rng, kinds[number % len(kinds)], 0.03) for number in range(count)]

    def placed(xy):
        moved = np.array([west, south]) + xy * across
        if across == 1.0:  # the pole: all around the globe
            moved[:, 0] = -180 + xy[:, 0] * 360
        moved[:, 1] = np.minimum(moved[:, 1], 90)
        return moved

    return [shapely.transform(shape, placed) for shape in shapes]


def write(path, shapes, crs=None):
    features = [
        {"type": "Feature", "properties": {"id": number}, "geometry": shapely.geometry.mapping(shape)}
        for number, shape in enumerate(shapes)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs.replace(':', '::')}"}}
    pathlib.Path(path).write_text(json.dumps(collection))


def geohub(*words):
    ran = subprocess.run([GEOHUB, *map(str, words), "-q", "-f", "geojson"], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"{words}: {ran.stderr}")
    return [feature["properties"] for feature in json.loads(ran.stdout)["features"]]


def joined(left, right, *words):
    rows = geohub("join", left, right, "--how", "inner", *words)
    return [(row["id"], row["right_id"], row["distance_m"]) for row in rows]


class Check:
    def __init__(self):
        self.failures = 0
        self.worst = 0.0

    def same(self, what, found, oracle, limit=np.inf, metres=0.0, count=None, ties=False):
        """Pairs with their distances against a matrix of distances."""
        room = lambda distance: RELATIVE * distance + ROUNDING_M + metres
        for left, right, distance in found:
            off = abs(distance - oracle[left, right])
            if oracle[left, right] > 1:
                self.worst = max(self.worst, off / oracle[left, right])
            if off > room(distance):
                self.fail(f"{what}: {left}, {right}: {distance} is not {oracle[left, right]}")
        pairs = {(left, right) for left, right, _ in found}
        if len(pairs) != len(found):
            self.fail(f"{what}: a pair came twice")
        for left in range(len(oracle)):
            ends = np.sort(oracle[left][oracle[left] <= limit])
            last = limit
            if count is not None:
                last = min(limit, ends[min(count, len(ends)) - 1] if len(ends) else -1)
            for right in range(oracle.shape[1]):
                distance = oracle[left, right]
                if abs(distance - last) <= 2 * room(last):
                    continue
                if (distance < last) != ((left, right) in pairs):
                    self.fail(f"{what}: pair {left}, {right} at {distance}, the last being {last}")
            if count is not None and not ties:
                wanted = min(count, int((oracle[left] <= limit - room(limit) if np.isfinite(limit) else oracle[left] < np.inf).sum()))
                have = sum(1 for pair in pairs if pair[0] == left)
                if not wanted <= have <= count:
                    self.fail(f"{what}: {have} rows for {left}, not {wanted}")
        distances = {}
        for left, _, distance in found:
            if count is not None and distance < distances.get(left, 0):
                self.fail(f"{what}: the rows of {left} do not come by distance")
            distances[left] = distance

    def fail(self, message):
        self.failures += 1
        if self.failures < 20:
            print(message)


def matrix(left, right, measure):
    return np.array([[measure(a, b) for b in right] for a in left])


def areas(check, folder, rng):
    pairs = 0
    for name, west, other, south, across in AREAS:
        left, right = layer(rng, 21, west, south, across), layer(rng, 21, other, south, across)
        oracle = matrix(left, right, geodesics.distance)
        pairs += oracle.size
        files = folder / "left.geojson", folder / "right.geojson"
        write(files[0], left), write(files[1], right)
        for share in (0.02, 0.3, 1.0):
            limit = float(np.quantile(oracle, share)) * 1.001
            found = joined(*files, "--distance", f"{limit!r}m", "--distance-field", "distance_m")
            check.same(f"{name}, within {limit}", found, oracle, limit)
        check.same(f"{name}, nearest", joined(*files, "--nearest"), oracle, count=1)
        found = joined(*files, "--nearest", "-k", 5, "--distance", f"{limit / 3!r}m")
        check.same(f"{name}, nearest 5", found, oracle, limit / 3, count=5)
        found = joined(*files, "--nearest", "-k", 2, "--ties", "all")
        check.same(f"{name}, ties", found, oracle, count=2, ties=True)
        places(check, folder, name, left, right, oracle)
    print(f"{pairs:,} pairs of any types against the geodesic oracle")


def places(check, folder, name, left, right, oracle):
    """Each left geometry as the place of `query --near`."""
    for number in range(0, len(left), 4):
        place = left[number].wkt if number % 8 else "left-one.geojson"
        if number % 8 == 0:
            place = folder / "left-one.geojson"
            write(place, [left[number]])
        row = oracle[number : number + 1]
        limit = float(np.quantile(row, 0.4)) * 1.001
        of = lambda rows: [(0, found["id"], found["distance_m"]) for found in rows]
        words = ["query", folder / "right.geojson", "--near", place]
        near = geohub(*words, "--distance", f"{limit!r}m", "--distance-field", "distance_m")
        check.same(f"{name}, near {number}", of(near), row, limit)
        check.same(f"{name}, -k near {number}", of(geohub(*words, "-k", 7)), row, count=7)
        if left[number].geom_type == "Point" and abs(left[number].x) <= 180:
            again = geohub("query", folder / "right.geojson", f"--near={left[number].x!r},{left[number].y!r}", "-k", 7)
            check.same(f"{name}, -k near point {number}", of(again), row, count=7)


def points(check, folder, rng):
    """Points up to 100 km apart, against Geod itself."""
    total = 0
    for south in (0.0, 34.0, 60.0, 84.0):
        left = [Point(-118 + x, south + y) for x, y in rng.uniform(0, 0.6, (120, 2))]
        right = [Point(-118 + x, south + y) for x, y in rng.uniform(0, 0.6, (400, 2))]
        at = lambda shapes: shapely.get_coordinates(shapes)
        oracle = geodesics.metres(at(left)[:, None], at(right)[None])
        files = folder / "left.geojson", folder / "right.geojson"
        write(files[0], left), write(files[1], right)
        found = joined(*files, "--distance", "100km", "--distance-field", "distance_m")
        total += len(found)
        check.same(f"points at {south}", found, oracle, 100_000)
        check.same(f"points at {south}, nearest", joined(*files, "--nearest", "-k", 9), oracle, count=9)
    print(f"{total:,} pairs of points against Geod")


def projected(check, folder, rng):
    """A layer in feet beside one in feet, and beside one in degrees: the plane decides."""
    left, right = layer(rng, 28, -118.3, 34.0, 0.03), layer(rng, 28, -118.3, 34.0, 0.03)
    to_feet = Transformer.from_crs("OGC:CRS84", "EPSG:2229", always_xy=True)
    in_feet = lambda shapes: [shapely.transform(shape, lambda xy: np.stack(to_feet.transform(*xy.T), axis=1)) for shape in shapes]
    feet = in_feet(left), in_feet(right)
    oracle = matrix(*feet, lambda a, b: shapely.distance(a, b) * US_SURVEY_FOOT_M)
    files = folder / "left.geojson", folder / "right.geojson", folder / "degrees.geojson"
    write(files[0], feet[0], "EPSG:2229"), write(files[1], feet[1], "EPSG:2229"), write(files[2], right)
    limit = float(np.quantile(oracle, 0.3))
    for right_file, metres in ((files[1], 0), (files[2], 0.002)):
        within = joined(files[0], right_file, "--distance", f"{limit / US_SURVEY_FOOT_M!r}usft", "--distance-field", "distance_m")
        check.same(f"feet beside {right_file.name}", within, oracle, limit, metres)
        check.same(f"feet, nearest, beside {right_file.name}", joined(files[0], right_file, "--nearest", "-k", 3), oracle, metres=metres, count=3)
    print(f"{oracle.size} pairs in feet against shapely")


def main():
    check, rng = Check(), np.random.default_rng(20260101)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        points(check, folder, rng)
        areas(check, folder, rng)
        projected(check, folder, rng)
    print(f"distances: {check.failures} wrong, the worst off by {check.worst:.1e} of it")
    sys.exit(1 if check.failures else 0)


if __name__ == "__main__":
    main()
