#!/usr/bin/env python3
"""FlatGeobuf against GDAL: what GDAL wrote is copied by geohub and read back by GDAL unchanged.

GEOHUB is the binary, SHARED the folder with real layers.
"""

import glob
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pyogrio
import shapely
from pyogrio import raw

warnings.simplefilter("ignore")
GEOHUB = os.environ["GEOHUB"]
SHARED = os.environ.get("SHARED", "../shared")
failures = []


def geohub(*arguments):
    done = subprocess.run([GEOHUB, *arguments], capture_output=True, text=True)
    return done.returncode, done.stderr.strip()


def read(path, **options):
    meta, _, geometry, columns = raw.read(path, **options)
    if geometry is None:
        geometry = np.full(len(columns[0]) if columns else 0, None, dtype=object)
    return meta, [None if g is None else bytes(g) for g in geometry], columns


def cell(value):
    if value is None or value != value:
        return None
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)
    return value.item() if hasattr(value, "item") else value


def rows(content):
    _, geometry, columns = content
    return [(g, *(cell(c[i]) for c in columns)) for i, g in enumerate(geometry)]


def expect(what, one, other):
    if one != other:
        failures.append(what)
        print(f"FAIL {what}\n  {str(one)[:300]}\n  {str(other)[:300]}")


def described(meta):
    return {key: list(meta[key]) if key in ("fields", "dtypes", "ogr_types") else meta[key] for key in ("crs", "fields")}


def same(what, original, copy):
    """Equal rows in any order, equal columns, types and CRS."""
    a, b = read(original), read(copy)
    expect(f"{what}: columns and CRS", described(a[0]), described(b[0]))
    expect(f"{what}: types", list(pyogrio.read_info(original)["ogr_types"]), list(pyogrio.read_info(copy)["ogr_types"]))
    expect(f"{what}: rows", sorted(rows(a), key=repr), sorted(rows(b), key=repr))


def boxes(what, path):
    """A box read through the index brings what a scan of the whole file brings."""
    everything = read(path)
    shapes = [None if g is None else shapely.from_wkb(g) for g in everything[1]]
    known = [s for s in shapes if s is not None and not s.is_empty]
    if not known:
        return
    west, south, east, north = shapely.total_bounds(known)
    for part in (0.1, 0.5, 1.0):
        box = (west, south, west + (east - west) * part, south + (north - south) * part)
        window = shapely.box(*box)
        scanned = [
            row for row, s in zip(rows(everything), shapes) if s is not None and shapely.intersects(shapely.force_2d(s), window)
        ]
        expect(f"{what}: box {part}", sorted(rows(read(path, bbox=box)), key=repr), sorted(scanned, key=repr))


def copy(what, original, folder):
    target = os.path.join(folder, "copy.fgb")
    code, message = geohub("convert", original, target, "--overwrite")
    if code != 0:
        failures.append(what)
        print(f"FAIL {what}: exit {code}: {message}")
        return
    same(what, original, target)
    boxes(what, target)
    again = os.path.join(folder, "again.fgb")
    geohub("convert", target, again, "--jobs", "1", "--overwrite")
    # A file in Hilbert order keeps it, but for ties; a copy of the copy has equal rows.
    same(f"{what}, copied twice", original, again)


def gdal_files(folder):
    """Files with every column type and every geometry type, as GDAL writes them."""
    text = np.array(["Ñuñoa", None, ""], dtype=object)
    columns = {
        "i16": np.array([1, -2, 3], dtype="int16"),
        "i32": np.array([1, -2, 3], dtype="int32"),
        "i64": np.array([1, -(2**60), 3], dtype="int64"),
        "f32": np.array([0.1, np.nan, 3], dtype="float32"),
        "f64": np.array([0.1, np.nan, 3e300], dtype="float64"),
        "flag": np.array([True, False, True]),
        "text": text,
        "at": np.array(["2020-01-01T00:00:00.250", "NaT", "1969-12-31T23:59:59"], dtype="datetime64[ms]"),
    }
    geometries = {
        "Point": ["POINT (1 2)", "POINT (3 4)", None],
        "LineString": ["LINESTRING (0 0, 1 1)", "LINESTRING (5 5, 6 7, 8 8)", None],
        "Polygon": ["POLYGON ((0 0, 9 0, 9 9, 0 0), (2 1, 3 1, 3 2, 2 1))", "POLYGON ((0 0, 1 0, 1 1, 0 0))", None],
        "MultiPoint": ["MULTIPOINT (1 2, 3 4)", "MULTIPOINT (1 2)", None],
        "MultiLineString": ["MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", "MULTILINESTRING ((0 0, 1 1))", None],
        "MultiPolygon": [
            "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0), (2 1, 3 1, 3 2, 2 1)), ((20 0, 21 0, 21 1, 20 0)))",
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
            None,
        ],
        "GeometryCollection": [
            "GEOMETRYCOLLECTION (POINT (1 2), POLYGON ((0 0, 1 0, 1 1, 0 0)))",
            "GEOMETRYCOLLECTION (MULTIPOINT (1 2, 3 4))",
            None,
        ],
        "Unknown": ["POINT (1 2)", "POLYGON ((0 0, 1 0, 1 1, 0 0))", None],
        "Point Z": ["POINT Z (1 2 3)", "POINT Z (3 4 5)", None],
        "MultiPolygon Z": ["MULTIPOLYGON Z (((0 0 1, 9 0 1, 9 9 1, 0 0 1)))", "MULTIPOLYGON Z (((0 0 1, 1 0 2, 1 1 3, 0 0 1)))", None],
    }
    for kind, texts in geometries.items():
        for crs in ("EPSG:4326", "EPSG:2229", "ESRI:102645", "OGC:CRS84", None):
            shapes = np.array([None if t is None else shapely.from_wkt(t) for t in texts], dtype=object)
            wkb = shapely.to_wkb(shapes, output_dimension=4, flavor="iso")
            for count in (3, 2, 0):
                if crs != "EPSG:4326" and (kind != "Point" or count != 2):
                    continue
                path = os.path.join(folder, f"{kind.replace(' ', '_')}_{count}_{crs}.fgb".replace(":", "_"))
                data = [values[:count] for values in columns.values()]
                # GDAL refuses null geometries in a file with an index.
                index = "NO" if count == 3 else "YES"
                raw.write(
                    path, wkb[:count], data, list(columns), geometry_type=kind, crs=crs, driver="FlatGeobuf",
                    SPATIAL_INDEX=index,
                )
                yield path


# Rows that GDAL itself cannot write with an index, or drops the heights of, and what it reads of our files.
ODD = {
    "null and empty points": (["POINT EMPTY", "POINT (1 2)", ""], ["POINT EMPTY", "POINT (1 2)", None]),
    "null and empty polygons": (
        ["POLYGON EMPTY", "POLYGON ((0 0, 1 0, 1 1, 0 0))", ""],
        ["POLYGON EMPTY", "POLYGON ((0 0, 1 0, 1 1, 0 0))", None],
    ),
    "empty of every type": (
        ["LINESTRING EMPTY", "MULTIPOINT EMPTY", "MULTIPOLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY", "POINT (1 2)"],
        ["LINESTRING EMPTY", "MULTIPOINT EMPTY", "MULTIPOLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY", "POINT (1 2)"],
    ),
    "heights in some rows": (
        ["POINT (5 6)", "POINT Z (1 2 3)", "POINT (7 7)"],
        ["POINT Z (5 6 NaN)", "POINT Z (1 2 3)", "POINT Z (7 7 NaN)"],
    ),
    # As GDAL writes mixed types itself; geohub reads the height.
    "heights among mixed types": (["POINT Z (1 2 3)", "LINESTRING (0 0, 1 1)"], ["POINT (1 2)", "LINESTRING (0 0, 1 1)"]),
}


def odd_rows(folder):
    for what, (written, wanted) in ODD.items():
        table, target = os.path.join(folder, "odd.csv"), os.path.join(folder, "odd.fgb")
        with open(table, "w", encoding="utf-8") as out:
            out.write("id,WKT\n" + "".join(f'{i},"{text}"\n' for i, text in enumerate(written)))
        code, message = geohub("convert", table, target, "--overwrite")
        expect(f"{what}: exit", (code, message if code else ""), (0, ""))
        if code:
            continue
        _, geometry, columns = read(target)
        found = {int(i): None if g is None else shapely.to_wkt(shapely.from_wkb(g), rounding_precision=-1) for i, g in zip(columns[0], geometry)}
        expect(what, found, dict(enumerate(wanted)))
        boxes(what, target)
        with open(target, "rb") as one:
            alike = one.read()
        for jobs in ("1", "3"):
            geohub("convert", table, target, "--jobs", jobs, "--overwrite")
            with open(target, "rb") as one:
                expect(f"{what}: same bytes with --jobs {jobs}", one.read() == alike, True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        checked = 0
        for path in gdal_files(folder):
            copy(os.path.basename(path), path, folder)
            checked += 1
        for path in sorted(glob.glob(f"{SHARED}/data/formats/fgb/*.fgb") + glob.glob(f"{SHARED}/data/other-cities/*.fgb")):
            name = os.path.basename(path)
            checked += 1
            if name == "topp_states.fgb":
                code, message = geohub("convert", path, os.path.join(folder, "no.fgb"))
                expect(f"{name}: refused", (code, "version 2" in message), (7, True))
                continue
            copy(name, path, folder)
        odd_rows(folder)
    print(f"fgb_pyogrio: {checked} files, {len(failures)} differences")
    sys.exit(1 if failures else 0)


main()
