"""Whole commands timed on a synthetic city: wall, CPU and peak memory of the process, median of the runs.

usage: bench.py BIN_FOLDER [FEATURES] [RUNS]

An ogr2ogr on PATH, or named by OGR2OGR, is timed beside geohub in the same run.
"""
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(sys.argv[1])
FEATURES = sys.argv[2] if len(sys.argv) > 2 else "200000"
RUNS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
OGR = shlex.split(os.environ.get("OGR2OGR", "")) or ([shutil.which("ogr2ogr")] if shutil.which("ogr2ogr") else None)
DRIVERS = {"fgb": "FlatGeobuf", "geojson": "GeoJSON"}


def timed(command):
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{command}: {errors.decode()}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(task, tool, runs):
    wall, cpu, peak = (statistics.median(run[at] for run in runs) for at in range(3))
    print(f"| {task} | {tool} | {wall:.2f} | {cpu:.2f} | {peak:.0f} |", flush=True)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="geohub-bench-"))
    try:
        for layer, count in [("parcels", FEATURES), ("meters", FEATURES), ("neighborhoods", "120")]:
            name = folder / f"{layer}.{'csv' if layer == 'meters' else 'geojson'}"
            shape = "csv" if layer == "meters" else "geojson"
            timed([BIN / "make-city", "--layer", layer, "--features", count, "--seed", "7", "--format", shape, "-o", name])
        print("| task | tool | wall s | CPU s | peak MB |\n| --- | --- | --- | --- | --- |")
        for source, target in [("parcels.geojson", "parcels.fgb"), ("parcels.fgb", "back.geojson"), ("meters.csv", "meters.fgb")]:
            tools = {"geohub": [BIN / "geohub", "convert", folder / source, folder / target, "--overwrite"]}
            if OGR and not source.endswith(".csv"):
                tools["ogr2ogr"] = [*OGR, folder / f"ogr.{target}", folder / source, "-f", DRIVERS[target.rsplit(".")[1]]]
            runs = {tool: [] for tool in tools}
            for _ in range(RUNS):
                for tool, command in tools.items():
                    (folder / f"ogr.{target}").unlink(missing_ok=True)
                    runs[tool].append(timed(command))
            for tool, measured in runs.items():
                row(f"{source} -> {target.rsplit('.')[1]}", tool, measured)
        join = [BIN / "geohub", "join", folder / "meters.fgb", folder / "neighborhoods.geojson", "--how", "inner",
                "--right-fields", "NAME", "-o", folder / "joined.fgb", "--overwrite"]
        row("meters in neighborhoods -> fgb", "geohub", [timed(join) for _ in range(RUNS)])
    finally:
        shutil.rmtree(folder)


main()
