#!/usr/bin/env python3
"""How long an interrupted command takes to be gone, at every stage, and what it leaves: nothing but a download's journal.

Each command is interrupted at random moments of its run. GEOHUB is the binary, BIN its folder with make-city and the
stand-ins, TRIES (12) how often each is interrupted, DATA a folder with points, parcels (fgb, geojson) of one's own.
"""
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

GEOHUB, BIN = os.environ["GEOHUB"], os.environ["BIN"]
TRIES = int(os.environ.get("TRIES", "12"))
# What is promised, and what a machine that does other things at the same time may take.
GOAL, LIMIT = 0.2, 2.0
failures = []


def start(words, **streams):
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen([GEOHUB, *map(str, words)], **(silent | streams))


def stop(name, child, number):
    """Interrupts a command; the seconds until it is gone, or `None` when it was already."""
    if child.poll() is not None:
        return None
    sent = time.perf_counter()
    child.send_signal(number)
    code = child.wait()
    took = time.perf_counter() - sent
    said = child.stderr.read().decode()
    child.stderr.close()
    # A signal that comes while the program is being loaded ends it by itself; a shell tells the same code.
    if code not in (0, 128 + number, -number):
        failures.append(f"{name}: exit {code} after signal {int(number)}: {said[:200]}")
    return took if code else None


def at_random(name, words, folder, seen):
    """Interrupts a command that writes into a folder at random moments."""
    out = folder / words[-1]
    words = [*words[:-1], out]
    began = time.perf_counter()
    start(words).wait()
    whole = time.perf_counter() - began
    result = out.read_bytes()
    out.unlink()
    before = sorted(path.name for path in folder.iterdir())
    for number in [signal.SIGINT, signal.SIGTERM] * (TRIES // 2):
        child = start(words)
        time.sleep(random.random() * whole)
        took = stop(name, child, number)
        seen.extend([took] if took is not None else [])
        if out.exists():
            # It was done before the signal came, or just when it came: then it is whole.
            if out.read_bytes() != result:
                failures.append(f"{name}: half a file")
            out.unlink()
        # What a download has is kept for the next run; here every run begins anew.
        for kept in folder.glob("*.geohub-partial"):
            shutil.rmtree(kept)
        after = sorted(path.name for path in folder.iterdir())
        if after != before:
            failures.append(f"{name}: left {set(after) - set(before)}")
            for path in set(after) - set(before):
                (folder / path).unlink()


def blocked(folder, source, seen):
    """Commands that wait for others: input that does not come, output that nobody takes."""
    for number in [signal.SIGINT, signal.SIGTERM] * (TRIES // 2):
        child = start(["convert", "-", folder / "out.fgb"], stdin=subprocess.PIPE)
        time.sleep(0.1)
        seen["input that does not come"].append(stop("input", child, number))
        child = start(["convert", source, "-", "-f", "geojsonl"], stdout=subprocess.PIPE)
        time.sleep(0.3)
        seen["output that nobody takes"].append(stop("output", child, number))


def fetching(folder, points, seen):
    portal = subprocess.Popen(
        [f"{BIN}/soda-stand-in", "--location", "Lat,Long", f"abcd-1234={points}"], stdout=subprocess.PIPE, text=True
    )
    try:
        host = portal.stdout.readline().split("/")[2]
        reference = f"socrata:http://{host}/abcd-1234"
        at_random("fetch", ["fetch", reference, "-o", "fetched.fgb"], folder, seen)
    finally:
        portal.terminate()
        portal.wait()


def main():
    data = os.environ.get("DATA")
    with tempfile.TemporaryDirectory(prefix="geohub-interrupt-") as name:
        folder = pathlib.Path(name)
        source = pathlib.Path(data) if data else folder / "data"
        out = folder / "out"
        out.mkdir()
        if not data:
            source.mkdir()
            make = [f"{BIN}/make-city", "--features", "150000", "--layer"]
            subprocess.run([*make, "parcels", "-o", source / "parcels.geojson"], check=True)
            subprocess.run([*make, "meters", "-o", source / "points.csv"], check=True)
            for layer, kind in [("parcels", "geojson"), ("points", "csv")]:
                start(["convert", source / f"{layer}.{kind}", source / f"{layer}.fgb"]).wait()
        parcels, points = source / "parcels.fgb", source / "points.fgb"
        commands = {
            "GeoJSON to FGB": ["convert", source / "parcels.geojson", "a.fgb"],
            "FGB to GeoParquet": ["convert", parcels, "b.parquet"],
            "FGB to GeoJSON": ["convert", parcels, "c.geojson"],
            "CSV to FGB": ["convert", source / "points.csv", "d.fgb"],
            "join, right side held": ["join", points, parcels, "-o", "e.fgb"],
            "join, left side held": ["join", parcels, points, "--agg", "n=count()", "-o", "f.fgb"],
        }
        seen = {}
        for title, words in commands.items():
            at_random(title, words, out, seen.setdefault(title, []))
        seen |= {"input that does not come": [], "output that nobody takes": []}
        blocked(out, source / "parcels.geojson", seen)
        if not data:
            seen["fetch"] = []
            fetching(out, source / "points.csv", seen["fetch"])
    every = [took for times in seen.values() for took in times]
    for title, times in seen.items():
        if times:
            print(f"  {title}: {len(times)} times, median {statistics.median(times) * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms")
    over = sum(took > GOAL for took in every)
    if max(every) > LIMIT:
        failures.append(f"one took {max(every):.2f} s")
    print(f"interrupted: {len(every)} commands, longest {max(every) * 1000:.0f} ms, {over} over {GOAL} s, {len(failures)} failures")
    for failure in failures:
        print(f"  {failure}")
    sys.exit(bool(failures))


main()
