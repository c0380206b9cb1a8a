#!/usr/bin/env python3
"""Values at the edge of their types, through every format and every two formats, and every file of SHARED's formats
there and back. pyarrow writes the values, Python's json and csv and pyarrow read them.

GEOHUB is the binary, SHARED the folder with files of every format.
"""

import csv
import datetime
import decimal
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

GEOHUB = os.environ["GEOHUB"]
SHARED = pathlib.Path(os.environ.get("SHARED", "../shared"))
FORMATS = ["geojson", "geojsonl", "csv", "tsv", "fgb", "parquet"]
ROWS = 6
failures = []
compared = 0


def geohub(*arguments):
    done = subprocess.run([GEOHUB, *map(str, arguments), "--overwrite"], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stderr.strip()


def expect(what, one, other):
    global compared
    compared += 1
    if one != other:
        failures.append(what)
        print(f"FAIL {what}\n  {str(one)[:300]}\n  {str(other)[:300]}")


def columns():
    """A column of every type with the values that are easily lost."""
    D, dt = decimal.Decimal, datetime
    numbers = {
        "i64": pa.array([-(2**63), 2**63 - 1, 2**53 + 1, -1, 0, None], pa.int64()),
        "u64": pa.array([2**64 - 1, 2**63, 0, 1, 2**53 + 1, None], pa.uint64()),
        "f64": pa.array([-0.0, 5e-324, 1.7976931348623157e308, 0.1, 1e21, None], pa.float64()),
        "f64 odd": pa.array([math.nan, math.inf, -math.inf, 1.5, 1e-7, None], pa.float64()),
        "f32": pa.array([-0.0, 1e-45, 3.4028235e38, 0.1, 16777216, None], pa.float32()),
        "f16": pa.array(np.array([0.5, -0.0, 65504, 6e-8, 1, 2], dtype="float16")),
        "decimal": pa.array([D("1.50"), D("-0.01"), D("99999999.99"), None, D("0"), None], pa.decimal128(10, 2)),
        "long decimal": pa.array([D("1.5"), D("-1e-10"), D("1234567890123456789012345678.123456789"), None, D("0"), None], pa.decimal128(38, 10)),
    }
    for name in ("int8", "int16", "int32", "uint8", "uint16", "uint32"):
        limits = np.iinfo(name)
        numbers[name] = pa.array([limits.min, limits.max, 0, 1, 2, None], getattr(pa, name)())
    texts = ["", 'a,"b"\n\r\n\tc;', "Ñ🚌\x00\x1f", "null", "007", None]
    blobs = [b"", b"\x00\xff", b"abc", None, b"x" * 10, None]
    others = {
        "bool": pa.array([True, False, None, True, False, None]),
        "text": pa.array(texts), "large text": pa.array(texts, pa.large_string()), "view": pa.array(texts, pa.string_view()),
        "binary": pa.array(blobs), "large binary": pa.array(blobs, pa.large_binary()),
        "dictionary": pa.array(["a", "b", None, "a", "b", None]).dictionary_encode(),
        "empty dictionary": pa.nulls(ROWS, pa.string()).dictionary_encode(),
        "null": pa.nulls(ROWS), "all null": pa.nulls(ROWS, pa.int32()),
        "list": pa.array([[1, 2], [], None, [None], [2**63 - 1], None], pa.list_(pa.int64())),
        "struct": pa.array([{"a": 1, "b": "x"}, {"a": None, "b": 'ü"'}, None, {"a": 3, "b": None}, {"a": 4, "b": ""}, None]),
        "map": pa.array([[("k", 1.5)], [], None, [("a", 2.0)], [("x", None)], None], pa.map_(pa.string(), pa.float64())),
    }  # fmt: skip
    days = [dt.date(1970, 1, 1), dt.date(2024, 2, 29), dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(1969, 12, 31), None]
    instants = [dt.datetime(1970, 1, 1), dt.datetime(2024, 2, 29, 23, 59, 59, 250000), dt.datetime(1900, 1, 1, 1, 2, 3), dt.datetime(2200, 12, 31), None, None]
    others["day"] = pa.array(days)
    others["time"] = pa.array([dt.time(0), dt.time(23, 59, 59, 999999), dt.time(1, 2, 3), None, None, None])
    for unit in ("ms", "us", "ns"):
        for zone in (None, "UTC", "America/Los_Angeles", "+05:30"):
            others[f"at {unit} {zone}"] = pa.array(instants, pa.timestamp(unit, zone))
    return numbers | others


def plain(value, kind):
    """A value as it stands in GeoJSON; numbers as the double or integer they are."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        return float(str(np.float32(value)))
    if pa.types.is_timestamp(kind):
        # pyarrow gives naive times in UTC of instants with a zone.
        text = value.isoformat().replace("+00:00", "")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return text
    if pa.types.is_map(kind):
        return {key: plain(cell, kind.item_type) for key, cell in value}
    if isinstance(value, bytes):
        return value.hex().upper()
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value


def shown(kind, array):
    """What a column is expected to be in GeoJSON."""
    if not pa.types.is_timestamp(kind):
        return [plain(value, kind) for value in array.to_pylist()]
    zone = kind.tz
    offset = 330 if zone == "+05:30" else 0
    mark = "" if zone is None else "Z" if zone != "+05:30" else "+05:30"
    micros = array.cast(pa.timestamp("us", zone)).cast(pa.int64()).to_pylist()
    epoch = datetime.datetime(1970, 1, 1)
    at = [None if n is None else epoch + datetime.timedelta(microseconds=n, minutes=offset) for n in micros]
    return [None if t is None else plain(t, pa.timestamp("us")) + mark for t in at]


def bits(value):
    """Floats by their bits, so that -0.0 is not 0.0."""
    if isinstance(value, float):
        return struct.pack(">d", value)
    if isinstance(value, dict):
        return {key: bits(cell) for key, cell in value.items()}
    if isinstance(value, list):
        return [bits(cell) for cell in value]
    return value


def features(path):
    """Properties of all features with their ids among them, and geometries, in a fixed order."""
    content = json.loads(path.read_text(encoding="utf-8"))["features"]
    rows = [(f["properties"] | ({"id": f["id"]} if "id" in f else {}), f["geometry"]) for f in content]
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def write_values(folder):
    points = [shapely.to_wkb(shapely.Point(i, i + 0.1)) for i in range(ROWS)]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}}
    values = columns()
    table = pa.table({"row": list(range(ROWS)), **values, "geometry": points})
    # The Arrow schema stays in the file: without it zones and small types are lost before we come.
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    path = folder / "values.parquet"
    pq.write_table(table, path)
    return path, values


def rows_of(path):
    return sorted((properties for properties, _ in features(path)), key=lambda row: row["row"])


def values(folder):
    path, values = write_values(folder)
    direct = folder / "direct.geojson"
    expect("values to GeoJSON", geohub("convert", path, direct, "-q"), (0, ""))
    rows = rows_of(direct)
    for name, array in values.items():
        expect(f"{name} in GeoJSON", [bits(row[name]) for row in rows], [bits(v) for v in shown(array.type, array)])
    for first in FORMATS:
        middle = folder / f"middle.{first}"
        expect(f"values to {first}", geohub("convert", path, middle, "-q"), (0, ""))
        for second in FORMATS:
            chain = f"parquet -> {first} -> {second} -> geojson"
            last, back = folder / f"last.{second}", folder / "back.geojson"
            expect(chain, geohub("convert", middle, last, "-q"), (0, ""))
            expect(chain, geohub("convert", last, back, "-q"), (0, ""))
            as_text, as_fgb = {first, second} & {"csv", "tsv"}, "fgb" in (first, second)
            found = rows_of(back)
            for name, array in values.items():
                wanted = [row[name] for row in rows]
                if as_text and pa.types.is_nested(array.type):
                    # A cell of a text table is text.
                    wanted = [None if v is None else json.dumps(v, separators=(",", ":"), ensure_ascii=False) for v in wanted]
                if as_text and name in ("f64 odd", "long decimal"):
                    continue
                if as_fgb and name == "day" and first in ("fgb", "parquet"):
                    # FlatGeobuf knows days only as the midnight they begin with.
                    wanted = [None if v is None else f"{v}T00:00:00" for v in wanted]
                expect(f"{chain}: {name}", [bits(row.get(name)) for row in found], [bits(v) for v in wanted])
    odd_floats(folder, path)


def odd_floats(folder, path):
    """NaN and infinities: kept by FlatGeobuf and GeoParquet, null and noted in GeoJSON, words in CSV."""
    wanted = [repr(v) for v in [math.nan, math.inf, -math.inf, 1.5, 1e-7, None]]
    for chain in (["parquet"], ["fgb", "parquet"]):
        source = path
        for number, name in enumerate(chain):
            target = folder / f"odd{number}.{name}"
            geohub("convert", source, target, "-q")
            source = target
        table = pq.read_table(source, columns=["row", "f64 odd"]).sort_by("row")
        expect(f"NaN through {chain}", [repr(v) for v in table["f64 odd"].to_pylist()], wanted)
    _, note = geohub("convert", path, folder / "noted.geojson")
    expect("NaN in GeoJSON is said", "null" in note, True)
    geohub("convert", path, folder / "odd.csv", "-q")
    with open(folder / "odd.csv", encoding="utf-8", newline="") as lines:
        cells = [row["f64 odd"] for row in csv.DictReader(lines)]
    expect("NaN in CSV", cells, ["NaN", "inf", "-inf", "1.5", "1e-7", ""])


def tables(folder):
    """Tables without rows or columns, with thousands of columns, odd names, a text of 20 MB."""
    point = [shapely.to_wkb(shapely.Point(1, 2))] * 2
    names = ["", " ", 'quo"te', "ünï", "a,b", "Name", "NAME", "name", "new\nline", "__proto__", "WKT", "geometry_", "x", "lon", "type", "a" * 300]
    cases = {
        "no rows": pa.table({"a": pa.array([], pa.int64()), "geometry": pa.array([], pa.binary())}),
        "no columns": pa.table({"geometry": point}),
        "no geometry": pa.table({"a": [1, 2]}),
        "odd names": pa.table([pa.array([n, None]) for n in range(len(names))] + [pa.array(point)], names=[*names, "geometry"]),
        "wide": pa.table({**{f"c{n}": pa.array([n, None]) for n in range(10_000)}, "geometry": point}),
        "long": pa.table({"text": ["x" * 20_000_000, "y"], "geometry": point}),
    }
    for what, table in cases.items():
        path, direct, back = folder / "case.parquet", folder / "case.geojson", folder / "case-back.geojson"
        pq.write_table(table, path)
        expect(f"{what}: read", geohub("convert", path, direct, "-q"), (0, ""))
        wanted = features(direct)
        for name in FORMATS:
            target = folder / f"case-through.{name}"
            expect(f"{what} to {name}", geohub("convert", path, target, "-q"), (0, ""))
            expect(f"{what} from {name}", geohub("convert", target, back, "-q"), (0, ""))
            found = features(back)
            if name in ("csv", "tsv"):
                # Names are trimmed, blank ones numbered; rows stay.
                found, kept = [list(p.values()) for p, _ in found], [list(p.values()) for p, _ in wanted]
                expect(f"{what} through {name}", found, kept)
            else:
                expect(f"{what} through {name}", found, wanted)


def files(folder):
    """Every file of SHARED's formats to each format and back is what it is in GeoJSON at once."""
    checked = 0
    for path in sorted(SHARED.glob("data/formats/*/*")):
        if path.suffix.lstrip(".") not in [*FORMATS, "geojsons"] or path.stat().st_size == 0:
            continue
        name, direct, back = path.name, folder / "file.geojson", folder / "file-back.geojson"
        code, message = geohub("convert", path, direct, "-q")
        if code != 0:
            # Said, and nothing written.
            expect(f"{name}: exit {code}: {message}", (code, direct.exists()), (7, False))
            continue
        expect(f"{name}: info", geohub("info", path, "-q")[0], 0)
        wanted = features(direct)
        for through in FORMATS:
            target = folder / f"through.{through}"
            expect(f"{name} to {through}", geohub("convert", path, target, "-q"), (0, ""))
            expect(f"{name} from {through}", geohub("convert", target, back, "-q"), (0, ""))
            expect(f"{name} through {through}", [shape for _, shape in features(back)], [shape for _, shape in wanted])
            if through not in ("csv", "tsv"):
                expect(f"{name} through {through}: cells", features(back), wanted)
        direct.unlink()
        checked += 1
    return checked


def main():
    with tempfile.TemporaryDirectory(prefix="geohub-values-") as name:
        folder = pathlib.Path(name)
        values(folder)
        tables(folder)
        checked = files(folder)
    print(f"values: {compared} comparisons, {checked} files there and back, {len(failures)} differences")
    sys.exit(bool(failures))


main()
