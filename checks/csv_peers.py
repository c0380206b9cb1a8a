"""CSV and TSV beside pandas and GDAL: every table of the shared data is read by geohub and written again, and each
cell must be the one pandas reads as text, each geometry the one shapely makes of it; GDAL must read the same back.

usage: csv_peers.py GEOHUB SHARED
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy
import pandas
import pyogrio
import shapely

GEOHUB, DATA = sys.argv[1], pathlib.Path(sys.argv[2]).resolve() / "data"
WORK = pathlib.Path(tempfile.mkdtemp(prefix="geohub-csv-"))

# file: options of pandas, column of WKT or (lat, lon) or the pair of x and y, rows, rows with a geometry
TABLES = {
    "formats/csv/empty_fields.csv": ({}, None, 2, 0),
    "formats/csv/utf8_bom.csv": ({"sep": "\t", "encoding": "utf-8-sig"}, None, 1, 0),
    "formats/csv/utf16_le_bom.csv": ({"sep": "\t", "encoding": "utf-16"}, None, 1, 0),
    "formats/csv/semicolon_decimal_comma_cp1252.csv": ({"sep": ";", "encoding": "cp1252"}, ("lon", "lat"), 50, 50),
    "formats/csv/socrata_like_permits.csv": ({}, "the_geom", 300, 282),
    "la/crime_2016_sample.csv": ({}, "geometry", 2645, 2645),
    "la/parking_meters.csv": ({}, ("Long", "Lat"), 35084, 35084),
    "la/shelters.csv": ({"encoding": "cp1252"}, "geometry", 181, 181),
    "other-cities/sf_parking_meters.csv": ({}, "LOCATION", 29360, 29360),
}
for kind, rows in {"point": 4, "linestring": 3, "polygon": 4, "multipoint": 4, "multilinestring": 4, "multipolygon": 5}.items():
    TABLES[f"formats/csv/{kind}_wkt.csv"] = ({}, "geometry", rows, rows - 1)


def geohub(*words, ok=True):
    result = subprocess.run([GEOHUB, *map(str, words)], capture_output=True, text=True, cwd=WORK)
    if ok and result.returncode != 0:
        raise SystemExit(f"geohub {words}: exit {result.returncode}\n{result.stderr}")
    return result


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def same(ours, theirs):
    """The same text, or the same number (with a decimal comma in the original, perhaps) or truth value."""
    if ours == theirs or (theirs.strip() == "" and ours == ""):
        return True
    if theirs.strip().lower() in ("true", "false"):
        return ours == theirs.strip().lower()
    plain = number(theirs)
    return number(ours) is not None and number(ours) == (number(theirs.replace(",", ".")) if plain is None else plain)


def expected_geometry(frame, place):
    if isinstance(place, tuple):
        pairs = [[number(text.replace(",", ".")) for text in frame[name]] for name in place]
        return shapely.points(*map(numpy.array, pairs))
    out = []
    for text in frame[place]:
        lat_lon = re.search(r"\(([-\d.]+), *([-\d.]+)\)$", text)
        if lat_lon and not re.match("[A-Z]", text):
            out.append(shapely.Point(float(lat_lon[2]), float(lat_lon[1])))
        else:
            out.append(shapely.from_wkt(text) if text else None)
    return numpy.array(out, dtype=object)


def equal(left, right):
    equal = shapely.equals_identical(left, right) | (shapely.is_empty(left) & shapely.is_empty(right))
    return (equal | (shapely.is_missing(left) & shapely.is_missing(right))).all()


def check(name, options, place, rows, placed):
    path, out = DATA / name, WORK / "out.csv"
    geohub("convert", path, out, "--overwrite")
    texts = {"dtype": str, "keep_default_na": False}
    theirs = pandas.read_csv(path, **texts, **options)
    theirs.columns = [column.strip() for column in theirs.columns]
    ours = pandas.read_csv(out, **texts)
    assert len(ours) == len(theirs) == rows, (name, len(ours), len(theirs))
    geometry = ours.pop("WKT") if "WKT" in ours else None
    dropped = [place] if isinstance(place, str) and place not in ours else []
    assert list(ours.columns) == [column for column in theirs.columns if column not in dropped], (name, list(ours.columns))
    for column in ours.columns:
        for row, (a, b) in enumerate(zip(ours[column], theirs[column])):
            assert same(a, b), (name, column, row, a, b)
    assert (geometry is None) == (place is None), name
    gdal = pyogrio.read_dataframe(out)
    assert len(gdal) == rows
    if place is not None:
        expected = expected_geometry(theirs, place)
        made = numpy.array([shapely.from_wkt(text) if text else None for text in geometry], dtype=object)
        assert equal(made, expected), name
        assert placed == (~shapely.is_missing(made)).sum(), (name, (~shapely.is_missing(made)).sum())
        # GDAL hands POINT EMPTY on as POINT (0 0).
        filled = ~shapely.is_empty(expected)
        assert equal(numpy.array(gdal.geometry, dtype=object)[filled], expected[filled]), name
    jobs = [geohub("convert", path, "-", "-f", "tsv", "--jobs", count).stdout for count in (1, 2)]
    assert jobs[0] == jobs[1], name
    print(f"ok: {name}: {rows} rows, {placed} with a geometry")


for name, what in TABLES.items():
    check(name, *what)

refused = geohub("info", DATA / "la/parking_citations_2015.csv", "--json", ok=False)
assert refused.returncode == 7 and "line 2" in refused.stderr and "--x" in refused.stderr, refused.stderr
feet = ("--x", "Latitude", "--y", "Longitude", "--jobs", "2")
layers = json.loads(geohub("info", DATA / "la/parking_citations_2015.csv", "--json", *feet).stdout)["layers"]
assert layers[0]["features"] == 9999 and layers[0]["geometry_type"] == "Point", layers
print("ok: la/parking_citations_2015.csv: refused as longitudes, read as feet")
empty = geohub("count", DATA / "formats/csv/empty.csv")
assert empty.stdout.strip() == "0", empty.stdout
print("ok: formats/csv/empty.csv: no rows")
