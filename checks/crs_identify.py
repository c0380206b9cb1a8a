#!/usr/bin/env python3
"""Every EPSG code of the United States' plane coordinates and UTM: PROJ's texts of it, read back to the same code.

Each code's WKT1 (OGC and Esri) and WKT2 of pyproj, their identifiers removed, must be identified as a code that
PROJ itself holds equal. Needs pyproj and: cargo build --release --workspace --examples
Usage: crs_identify.py [CODE..]
"""

import os
import pathlib
import re
import subprocess
import sys
import warnings

import pyproj
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_crs_info

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BINARY = TARGET / "release" / "examples" / "identify"
IDENTIFIER = re.compile(r',(AUTHORITY|ID)\["(EPSG|ESRI)",[^\]]*\]')
# crs-definitions lists NAD83(FBN) under the code that EPSG has since given to its three-dimensional form.
MOVED = {8860}
METHODS = ("Lambert Conic Conformal", "Transverse Mercator", "Albers Equal Area", "Mercator")


def codes():
    area = AreaOfInterest(-125, 24, -66, 50)
    infos = query_crs_info("EPSG", "PROJECTED_CRS", area_of_interest=area, contains=False)
    infos += query_crs_info("EPSG", "GEOGRAPHIC_2D_CRS", area_of_interest=area, contains=False)
    return sorted({int(info.code) for info in infos})


def equal(found, crs):
    """Same datum, and the same coordinates within 1 mm about the middle of the area of use."""
    if found.startswith("-"):
        return False
    other = pyproj.CRS(found)
    if other == crs:
        return True
    if other.is_projected != crs.is_projected or other.geodetic_crs.datum.name != crs.geodetic_crs.datum.name:
        return False
    west, south, east, north = crs.area_of_use.bounds
    for share in (0.3, 0.5, 0.7):
        lon, lat = west + share * (east - west), south + share * (north - south)
        (ax, ay), (bx, by) = (
            pyproj.Transformer.from_crs(it.geodetic_crs, it, always_xy=True).transform(lon, lat) for it in (crs, other)
        )
        if max(abs(ax - bx), abs(ay - by)) > 0.001:
            return False
    return True


def main():
    warnings.simplefilter("ignore")
    cases = []
    for code in [int(code) for code in sys.argv[1:]] or codes():
        if code in MOVED:
            continue
        crs = pyproj.CRS.from_epsg(code)
        operation = crs.coordinate_operation
        if operation is not None and not operation.method_name.startswith(METHODS):
            continue
        for version in ("WKT1_GDAL", "WKT1_ESRI", "WKT2_2019"):
            try:
                text = crs.to_wkt(version)
            except pyproj.exceptions.CRSError:
                continue
            if text:
                cases.append((code, version, IDENTIFIER.sub("", text)))
    answer = subprocess.run(
        [BINARY], input="".join(text + "\n" for _, _, text in cases), capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(answer) == len(cases)
    right = other = 0
    failed = []
    for (code, version, text), found in zip(cases, answer):
        if found == f"EPSG:{code}":
            right += 1
        elif equal(found, pyproj.CRS.from_epsg(code)):
            other += 1
        else:
            failed.append((code, version, found))
    wrong = [case for case in failed if not case[2].startswith("-")]
    for code, version, found in wrong[:40]:
        print(f"FAIL EPSG:{code} {version}: {found}")
    print(
        f"{len(cases)} texts: {right} same code, {other} an equal system, {len(wrong)} wrong, "
        f"{len(failed) - len(wrong)} not recognised"
    )
    sys.exit(1 if wrong or len(failed) > len(cases) // 8 else 0)


if __name__ == "__main__":
    main()
