#!/usr/bin/env python3
"""The progress line as a terminal sees it: what is drawn, how wide, that it is gone at the end, and where none may be.

GEOHUB is the binary, BIN its folder with make-city.
"""
import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import time

GEOHUB, BIN = os.environ["GEOHUB"], os.environ["BIN"]
failures = []


class Screen:
    """One line of a terminal: what is written is put over what was there."""

    def __init__(self, columns):
        self.columns, self.line, self.at, self.drawn, self.lines = columns, "", 0, [], []

    def take(self, text):
        for letter in text:
            if letter == "\r":
                if self.at:
                    self.drawn.append(self.line[: self.at].rstrip())
                self.at = 0
            elif letter == "\n":
                self.lines.append(self.line.rstrip())
                self.line, self.at = "", 0
            else:
                self.line = self.line[: self.at].ljust(self.at) + letter + self.line[self.at + 1 :]
                self.at += 1


def on_terminal(*words, columns=100, stdin=None, environment=None):
    """Runs a command with standard error, and output unless piped, on a terminal; its exit code and the screen."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen(
        [GEOHUB, *map(str, words)],
        stdin=stdin or subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm"} | (environment or {}),
    )
    os.close(theirs)
    screen = Screen(columns)
    while True:
        try:
            read = os.read(ours, 1 << 16)
        except OSError:
            break
        if not read:
            break
        screen.take(read.decode())
    os.close(ours)
    return child.wait(), screen


def expect(name, holds, shown):
    if not holds:
        failures.append(f"{name}: {shown}")


def bars(screen):
    return [line for line in screen.drawn if re.search(r" left$|a second|^(reading|writing|scanning|fetching)", line)]


def check_line(name, screen, steps, needs_time=True):
    lines = bars(screen)
    expect(name, lines, f"no progress in {screen.drawn}")
    for step in steps:
        expect(name, any(line.startswith(step) for line in lines), f"no step `{step}` in {lines}")
    expect(name, all(len(line) < screen.columns for line in lines), f"too wide for {screen.columns}: {lines}")
    if needs_time:
        shares = [int(match.group(1)) for line in lines if (match := re.search(r"(\d+) %", line))]
        expect(name, len(set(shares)) > 1, f"the share stands still: {lines}")
        expect(name, any(line.endswith(" left") for line in lines), f"no time left in {lines}")
    for line in screen.lines:
        expect(name, not re.search(r" left$|a second", line), f"progress stays on the screen: {line}")


def slowly(path, seconds):
    """A pipe that brings a file's bytes over some seconds, and the length of which nobody knows."""
    script = (
        "import sys, time\n"
        f"data = open({str(path)!r}, 'rb').read(); parts = 20\n"
        "for at in range(parts):\n"
        "    sys.stdout.buffer.write(data[len(data) * at // parts : len(data) * (at + 1) // parts])\n"
        f"    sys.stdout.buffer.flush(); time.sleep({seconds} / parts)\n"
    )
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)


def shown(folder, parcels, points):
    fgb = folder / "parcels.fgb"
    code, screen = on_terminal("convert", parcels, fgb, "--jobs", 1)
    check_line("GeoJSON to FGB", screen, ["reading "])
    expect("GeoJSON to FGB", code == 0 and screen.lines[-1].endswith(f"written to {fgb}"), screen.lines)
    for columns in [20, 40, 80, 200]:
        code, screen = on_terminal("convert", parcels, fgb, "--jobs", 1, "--overwrite", columns=columns)
        check_line(f"{columns} columns", screen, ["reading"], needs_time=columns > 20)
    expect("200 columns", any("#" in line and " rows, " in line for line in bars(screen)), bars(screen))
    with open(parcels, "rb") as stdin:
        _, screen = on_terminal("convert", "-", fgb, "--jobs", 1, "--overwrite", stdin=stdin)
        check_line("a file as standard input", screen, ["reading standard input"])
    packed = folder / "parcels.geojsonl.gz"
    on_terminal("convert", parcels, packed)
    _, screen = on_terminal("convert", packed, fgb, "--jobs", 1, "--overwrite")
    check_line("gzip", screen, ["reading "])
    _, screen = on_terminal("join", points, parcels, "-o", folder / "joined.csv", "--jobs", 1, columns=120)
    check_line("a join", screen, ["reading "])
    pipe = slowly(points, 4)
    _, screen = on_terminal("convert", "-", folder / "points.csv", "--input-format", "csv", stdin=pipe.stdout)
    check_line("a slow pipe", screen, ["scanning standard input"], needs_time=False)
    pipe.wait()


def hidden(folder, parcels):
    out = folder / "hidden.fgb"
    for words in [["-q"], ["--no-progress"], ["--json"]]:
        _, screen = on_terminal("convert", parcels, out, "--jobs", 1, "--overwrite", *words)
        expect(" ".join(words), not bars(screen), screen.drawn)
    _, screen = on_terminal("convert", parcels, out, "--jobs", 1, "--overwrite", environment={"TERM": "dumb"})
    expect("TERM=dumb", not bars(screen), screen.drawn)
    _, screen = on_terminal("convert", parcels, "--jobs", 1, "-f", "csv", "--fields", "parcel_id")
    expect("rows on the same terminal", not any(" left" in line or "a second" in line for line in screen.lines), "mixed")
    code, screen = on_terminal("convert", parcels, "-f", "fgb")
    expect("bytes on a terminal", code == 2 and "is not for a terminal" in screen.lines[0], screen.lines)
    done = subprocess.run([GEOHUB, "convert", parcels, out, "--jobs", "1", "--overwrite"], capture_output=True, text=True)
    expect("no terminal", done.stderr.count("\n") == 1 and "\r" not in done.stderr, done.stderr)


def interrupted(folder, parcels):
    """Ctrl-C wipes the line."""
    ours, theirs = pty.openpty()
    words = [GEOHUB, "convert", parcels, folder / "never.fgb", "--jobs", "1"]
    child = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    screen = Screen(80)
    while not bars(screen):
        screen.take(os.read(ours, 1 << 16).decode())
    child.send_signal(2)
    try:
        while read := os.read(ours, 1 << 16):
            screen.take(read.decode())
    except OSError:
        pass
    expect("Ctrl-C", child.wait() == 130 and not screen.line.strip(), screen.line)


def main():
    with tempfile.TemporaryDirectory(prefix="geohub-progress-") as name:
        folder = pathlib.Path(name)
        parcels, points = folder / "parcels.geojson", folder / "meters.csv"
        subprocess.run([f"{BIN}/make-city", "--layer", "parcels", "--features", "400000", "-o", parcels], check=True)
        subprocess.run([f"{BIN}/make-city", "--layer", "meters", "--features", "200000", "-o", points], check=True)
        started = time.time()
        shown(folder, parcels, points)
        hidden(folder, parcels)
        interrupted(folder, parcels)
    print(f"progress on a terminal: {len(failures)} failures, {time.time() - started:.0f} s")
    for failure in failures:
        print(f"  {failure}")
    sys.exit(bool(failures))


main()
