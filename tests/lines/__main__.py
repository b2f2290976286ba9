"""`make lines`: fifty reference clients at once, each on a poor line of its own, on SQLite and on a PostgreSQL of its own.

`LINES_PHONES` (50 by default) for a smaller crowd. Figures go to `var/lines.json` and, when all fifty were sound, into the
section `lines` of docs/benchmarks.md. Exit status 1 if anything was lost, doubled or wrong.
"""

import json
import os
import platform
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.machine import Missing, PostgreSQL
from tests.lines.crowd import SEED, Crowd, sound
from tests.lines.line import Quality

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- lines: begin -->", "<!-- lines: end -->"
PHONES = 50
AT_MOST = 2.0  # how much slower a client on a good line may get


def say(line: str) -> None:
    print(line, flush=True)


def on_postgresql(phones: int) -> dict[str, Any]:
    """Return the figures on a server of our own. Raises: Missing."""
    with tempfile.TemporaryDirectory(prefix="bihuan-lines-pg-") as folder:
        server = PostgreSQL(Path(folder))
        server.start()
        try:
            return Crowd(phones=phones, database=server.create("bihuan"), say=say).run()
        finally:
            server.stop()


def section(runs: dict[str, dict[str, Any]], *, machine: str) -> str:
    """Return the figures as a part of a Markdown page."""
    quality = Quality()
    lines = [
        "## Poor lines", "",
        f"`make lines`, seed {SEED}, {datetime.now(UTC):%Y-%m-%d}, on {machine}.",
        "Reference clients at once, each through a line of its own of "
        f"{quality.bits / 1000:.0f} kbit/s each way, {quality.delay_s:.1f} ± {quality.jitter_s:.1f} s there and back,",
        f"{quality.resets:.0%} resets (of every exchange and of every further 64 KiB of it), with a report of three photos of",
        "300 kB. `manage.py serve`; beside them one client on a good line that reports, sends a photo, reads and lists. The load",
        "generators run on the same cores, and so does whatever else the machine had to do.", "",
        "| | " + " | ".join(runs) + " |", "| --- " * (len(runs) + 1) + "|",
    ]  # fmt: skip
    for name, value in rows():
        lines.append(f"| {name} | " + " | ".join(str(value(figures)) for figures in runs.values()) + " |")
    return "\n".join([*lines, ""])


def rows() -> list[tuple[str, Any]]:
    """Return the rows of the table: name, and how it is read from the figures of a run."""
    normal = "normal client"
    return [
        ("phones, photos", lambda f: f"{f['phones']}, {f['photos']}"),
        ("exchanges, resets, tries again", lambda f: f"{f['lines']['exchanges']}, {f['lines']['resets']}, {f['tried again']}"),
        ("lost, doubled or wrong", lambda f: len(f["not done"]) + len(f["not there or not once"])),
        ("sent beyond the photos' own bytes", lambda f: f"{f['lines']['up'] / f['bytes'] - 1:.1%}"),
        ("seconds of the median phone", lambda f: f["seconds of the median phone"]),
        ("seconds of the slowest phone", lambda f: f["seconds of the slowest phone"]),
        ("normal client, calls quiet and under load", lambda f: f"{f[normal]['calls quiet']}, {f[normal]['calls under load']}"),
        (
            "normal client, calls a second quiet → under load",
            lambda f: f"{f[normal]['calls a second quiet']} → {f[normal]['calls a second under load']}",
        ),
        ("normal client, p50 quiet → under load", lambda f: f"{f[normal]['p50 quiet ms']} → {f[normal]['p50 under load ms']} ms"),
        ("normal client, p99 quiet → under load", lambda f: f"{f[normal]['p99 quiet ms']} → {f[normal]['p99 under load ms']} ms"),
        ("load of the machine", lambda f: " to ".join(str(load) for load in f["load of the machine"])),
        (f"p99 ratio (asked: ≤ {AT_MOST:.0f})", lambda f: f[normal]["p99 ratio"]),
    ]  # fmt: skip


def show(name: str, figures: dict[str, Any]) -> bool:
    """Print the figures of one run and return whether it was sound."""
    say(f"\n== {name} ==")
    for key, value in figures.items():
        say(f"{key:<30} {json.dumps(value, ensure_ascii=False)}")
    return sound(figures)


def main() -> int:
    """Return the exit status."""
    phones = int(os.environ.get("LINES_PHONES", PHONES))
    runs = {"SQLite": Crowd(phones=phones, say=say).run()}
    try:
        runs["PostgreSQL"] = on_postgresql(phones)
    except Missing as error:
        say(f"PostgreSQL: not available ({error}); its half is left out")
    good = not [name for name, figures in runs.items() if not show(name, figures)]
    machine = f"{os.cpu_count()} cores, {platform.platform(terse=True)}, Python {platform.python_version()}"
    file = Path(os.environ.get("VAR_DIR", str(ROOT / "var"))) / "lines.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"machine": machine, "runs": runs}, ensure_ascii=False, indent=1) + "\n")
    told = section(runs, machine=machine)
    say(f"\n{told}\nfigures: {file}")
    if good and phones == PHONES:
        page = PAGE.read_text()
        PAGE.write_text(re.sub(rf"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{told}{END}", page, flags=re.DOTALL))
        say("written into docs/benchmarks.md")
    lacking = "PostgreSQL" not in runs and os.environ.get("REQUIRE_SERVICES") == "1"
    return 1 if not good or lacking else 0


if __name__ == "__main__":
    sys.exit(main())
