#!/usr/bin/env python3
"""Fetches that are ended in the middle and typed again: the bytes of an undisturbed run, and hardly a page asked for twice.

Killed (-9), interrupted, cut off from the server, put to sleep, out of disk. GEOHUB is the binary, BIN its folder with the
stand-ins, KILLS (50) how often a fetch of 100 pages is killed. Requests are counted by the portals themselves.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

BIN = pathlib.Path(os.environ.get("BIN", "target/release")).resolve()
GEOHUB = os.environ.get("GEOHUB", str(BIN / "geohub"))
KILLS = int(os.environ.get("KILLS", "50"))
ROWS, PAGE, AT_ONCE = 10_000, 100, 8
# Requests at once to a city's server: what may be in flight, and so be lost, when a run ends.
IN_FLIGHT = 2
# How ids are cut into stretches depends on which answer comes first, and each stretch may end with a short page.
STRETCHES = 4
FORMATS = ["fgb", "geojson"]
failures, done = [], collections.Counter()


def city(path):
    rows = []
    for row in range(ROWS):
        x, y = -118.5 + row % 100 * 0.01, 33.9 + row // 100 * 0.01
        ring = [[x, y], [x + 0.004, y], [x + 0.004, y + 0.004], [x, y + 0.004], [x, y]]
        shape = None if row % 10 == 9 else {"type": "Polygon", "coordinates": [ring]}
        cells = {"apn": row, "zip": f"{901 + row % 7:05}", "note": f"lot {row}" if row % 3 else None}
        rows.append({"type": "Feature", "geometry": shape, "properties": cells})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))


class Portal:
    """A stand-in that takes its time; it can be stopped and started at the same address."""

    def __init__(self, kind, data, folder):
        self.kind, self.data, self.net = kind, data, folder / "net.json"
        self.net.write_text(json.dumps({"latency": {"request_ms": 20, "row_ms": 0.05}}))
        self.port, self.asked = 0, 0
        self.start()

    def start(self):
        name, word = ("arcgis-stand-in", self.data) if self.kind == "arcgis" else ("soda-stand-in", f"abcd-1234={self.data}")
        command = [BIN / name, "--cap", str(PAGE), "--port", str(self.port), "--net", self.net, word]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        url = self.process.stdout.readline().strip()
        self.origin = "/".join(url.split("/")[:3])
        self.port = int(self.origin.rsplit(":", 1)[1])
        self.reference = url if self.kind == "arcgis" else f"socrata:{self.origin}/abcd-1234"

    def stop(self):
        self.asked = self.pages()
        self.process.kill()
        self.process.wait()

    def pages(self):
        """Pages asked for so far."""
        with urllib.request.urlopen(f"{self.origin}/stand-in/log") as answer:
            return self.asked + json.load(answer)["kinds"].get("page", 0)


class Try:
    """One fetch in a folder of its own, run as often as it takes."""

    def __init__(self, kind, form, data):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="geohub-kill-"))
        self.out = self.folder / "out" / f"parcels.{form}"
        self.out.parent.mkdir()
        self.portal = Portal(kind, data, self.folder)
        self.words = [GEOHUB, "fetch", self.portal.reference, "-o", str(self.out), "--no-progress"]
        self.children = []

    def begin(self, *more, **how):
        env = os.environ | {"GEOHUB_CACHE_DIR": str(self.folder / "cache"), "GEOHUB_CONFIG_DIR": str(self.folder / "config")}
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        self.children.append(subprocess.Popen([*self.words, *more], text=True, env=env, **streams, **how))
        return self.children[-1]

    def end(self, child, codes, timeout=180):
        said = child.communicate(timeout=timeout)[1]
        if child.returncode not in codes:
            raise AssertionError(f"exit {child.returncode}: {said[-600:]}")
        return said

    def bytes(self):
        """The output; where it names its portal, the port of this run is left out."""
        return self.out.read_bytes().replace(f"127.0.0.1:{self.portal.port}".encode(), b"127.0.0.1:00000")

    def whole(self, reference, lost):
        """The run is over: are its bytes the undisturbed ones, and were hardly more pages asked for?"""
        if self.bytes() != reference.bytes:
            raise AssertionError("other bytes than those of an undisturbed run")
        names = sorted(path.name for path in self.out.parent.iterdir())
        if names != [self.out.name, f"{self.out.name}.receipt.json"]:
            raise AssertionError(f"left behind: {names}")
        more = self.portal.pages() - reference.pages
        if more > lost + STRETCHES:
            raise AssertionError(f"{more} pages more than undisturbed, {lost} could be in flight")
        return more

    def close(self):
        for child in self.children:
            child.kill()
            child.wait()
        self.portal.process.kill()
        self.portal.process.wait()
        shutil.rmtree(self.folder)


class Undisturbed:
    """What a fetch gives that nobody disturbs, and how long it takes beside the others.

    Where requests run side by side, two runs may differ by a page: the most of three is kept.
    """

    def __init__(self, kind, form, data):
        runs = [self.run(kind, form, data) for _ in range(3)]
        self.seconds = min(seconds for seconds, _, _ in runs)
        self.bytes, self.pages = runs[0][1], max(pages for _, _, pages in runs)
        if any(found != self.bytes for _, found, _ in runs):
            raise SystemExit(f"{kind}, {form}: undisturbed runs differ")

    @staticmethod
    def run(kind, form, data):
        one = Try(kind, form, data)
        began = time.perf_counter()
        one.end(one.begin(), [0])
        found = time.perf_counter() - began, one.bytes(), one.portal.pages()
        one.close()
        return found


def killed(one, reference):
    """kill -9 at a random moment, now and then again in the next run."""
    kills = 0
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        child = one.begin()
        time.sleep(random.uniform(0.02, 0.95) * reference.seconds)
        if child.poll() is not None:
            break
        child.kill()
        child.communicate()
        kills += 1
    if not one.out.exists():
        one.end(one.begin(), [0])
    return kills, one.whole(reference, kills * IN_FLIGHT)


def interrupted(one, reference):
    """Ctrl-C, seen at once, the journal kept."""
    child = one.begin()
    time.sleep(random.uniform(0.2, 0.8) * reference.seconds)
    began = time.perf_counter()
    child.send_signal(signal.SIGINT)
    one.end(child, [130])
    if time.perf_counter() - began > 2:
        raise AssertionError("Ctrl-C took more than 2 s")
    one.end(one.begin(), [0])
    return 1, one.whole(reference, IN_FLIGHT)


def cut_off(one, reference):
    """The server goes away for longer than anybody waits; a later run goes on."""
    child = one.begin("--max-time", f"{reference.seconds + 5:.0f}s")
    time.sleep(0.5 * reference.seconds)
    one.portal.stop()
    said = one.end(child, [5])
    if "same command" not in said:
        raise AssertionError(f"no advice: {said}")
    one.portal.start()
    one.end(one.begin(), [0])
    return 1, one.whole(reference, IN_FLIGHT)


def cut_briefly(one, reference):
    """The server is away for a moment; the same run goes on."""
    child = one.begin()
    time.sleep(0.5 * reference.seconds)
    one.portal.stop()
    time.sleep(0.2)
    one.portal.start()
    one.end(child, [0])
    return 1, one.whole(reference, IN_FLIGHT)


def asleep(one, reference):
    """The machine sleeps: everything of the program stands still for a while."""
    child = one.begin()
    time.sleep(0.5 * reference.seconds)
    child.send_signal(signal.SIGSTOP)
    time.sleep(3)
    child.send_signal(signal.SIGCONT)
    one.end(child, [0])
    return 1, one.whole(reference, IN_FLIGHT)


def out_of_disk(one, reference):
    """No file may grow any further; then there is room again."""
    room = int(one.disk * random.uniform(0.2, 0.8))
    # Python leaves the signal ignored, so the write itself fails, as on a full disk.
    child = one.begin(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)), restore_signals=False)
    said = one.end(child, [1])
    if "too large" not in said.lower() and "space" not in said.lower():
        raise AssertionError(f"the cause is not told: {said}")
    one.end(one.begin(), [0])
    return 1, one.whole(reference, IN_FLIGHT)


def two_at_once(one, reference):
    """The second run says who holds the lock and harms nothing."""
    first = one.begin()
    time.sleep(0.4 * reference.seconds)
    second = one.begin()
    said = one.end(second, [1])
    if str(first.pid) not in said:
        raise AssertionError(f"the other process is not named: {said}")
    one.end(first, [0])
    return 1, one.whole(reference, 0)


def run(task):
    title, how, kind, form, data, reference = task
    one = Try(kind, form, data)
    one.disk = len(reference.bytes)
    try:
        times, more = how(one, reference)
        done[title, "times"] += times
        done[title, "more"] += max(more, 0)
    except (AssertionError, subprocess.TimeoutExpired, OSError) as error:
        failures.append(f"{title}, {kind}, {form}: {error}")
    finally:
        one.close()


def main():
    with tempfile.TemporaryDirectory(prefix="geohub-kill-") as name:
        data = pathlib.Path(name) / "parcels.geojson"
        city(data)
        pairs = [(kind, form) for kind in ["arcgis", "socrata"] for form in FORMATS]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            references = dict(zip(pairs, pool.map(lambda pair: Undisturbed(*pair, data), pairs)))
            others = {"Ctrl-C": interrupted, "server gone, back later": cut_off, "server gone for a moment": cut_briefly,
                      "asleep for 3 s": asleep, "no room on the disk": out_of_disk, "two at once": two_at_once}
            tasks = [("kill -9", killed, *pairs[n % 4]) for n in range(KILLS)]
            tasks += [(title, how, *pair) for title, how in others.items() for pair in pairs]
            wanted = os.environ.get("ONLY", "")
            tasks = [task for task in tasks if wanted in task[0]]
            began = time.perf_counter()
            list(pool.map(lambda task: run((*task, data, references[task[2:]])), tasks))
    for pair, reference in references.items():
        print(f"  {' to '.join(pair)}, undisturbed: {reference.pages} pages, {reference.seconds:.1f} s, {len(reference.bytes):,} bytes")
    for title in dict.fromkeys(task[0] for task in tasks):
        number = sum(task[0] == title for task in tasks)
        bad = sum(failure.startswith(title) for failure in failures)
        print(f"  {title}: {number - bad} of {number} the same bytes; ended {done[title, 'times']} times, {done[title, 'more']} pages asked for again")
    print(f"ended in the middle: {len(tasks)} fetches in {time.perf_counter() - began:.0f} s, {len(failures)} failures")
    for failure in failures[:20]:
        print(f"  {failure}")
    sys.exit(bool(failures))


main()
