"""`make fuzz`: every role drives every operation in full, on SQLite and on a PostgreSQL of its own.

`FUZZ_SEED` chooses other examples, `FUZZ_SHARE` (1 by default) a share of them. Figures go to `var/fuzz.json` and, when
nothing was found, with the share into the section `fuzz` of docs/benchmarks.md. Exit status 1 if anything was found.
"""

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.faults.machine import Missing, PostgreSQL

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- fuzz: begin -->", "<!-- fuzz: end -->"
SHARE = os.environ.get("FUZZ_SHARE", "1")
SUITES = ["tests/fuzz"]


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def own_postgresql() -> Iterator[str]:
    """Give the address of a server that nobody else uses, "" where there is none to start."""
    with tempfile.TemporaryDirectory(prefix="bihuan-fuzz-") as folder:
        try:
            server = PostgreSQL(Path(folder))
        except Missing as error:
            say(f"PostgreSQL: not available ({error}); its half is left out")
            yield ""
            return
        server.start()
        try:
            yield server.url()
        finally:
            server.stop()


def run(name: str, url: str, arguments: list[str]) -> dict[str, Any]:
    """Run the long form on one engine and return its figures."""
    say(f"\n== {name} ==")
    with tempfile.TemporaryDirectory() as folder:
        file, began = Path(folder) / "figures", time.monotonic()
        environment = {
            **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "LONG_FORM": "fuzz",
            "FUZZ_FIGURES": str(file), "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        workers = ["-n", os.environ.get("TEST_PROCESSES", "2")]
        command = [sys.executable, "-m", "pytest", "--color=no", "--tb=short", "--show-capture=no", *workers, *SUITES, *arguments]
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    answers: Counter[str] = Counter()
    for line in lines:
        answers.update(line["statuses"])
    operations = [line for line in lines if not line["name"].startswith("stateful")]
    return {
        "status": status, "seconds": round(time.monotonic() - began), "operations": len(operations),
        "examples": sum(line["examples"] for line in operations), "answers": dict(sorted(answers.items())),
        "steps along links": sum(line["examples"] for line in lines) - sum(line["examples"] for line in operations),
        "answers 5xx": sum(count for code, count in answers.items() if code >= "500"), "lines": lines,
    }  # fmt: skip


def section(runs: dict[str, dict[str, Any]], *, seed: str, machine: str) -> str:
    """Return the figures as a part of a Markdown page."""
    shown = ("operations", "examples", "steps along links", "answers 5xx", "seconds")
    lines = [
        "## Fuzz", "", f"`FUZZ_SHARE={SHARE} make fuzz`, seed {seed}, {datetime.now(UTC):%Y-%m-%d}, on {machine}.",
        "Every role drives every operation with data that fits and data that does not (Schemathesis); findings are answers with",
        "5xx, undocumented statuses, content types, headers or shapes, wrong data accepted, and authentication ignored. A share",
        "of 100 examples for each operation and role on PostgreSQL, and of 20 on SQLite, was driven.", "",
        f"| engine | {' | '.join(shown)} | findings |", f"| --- {'| --- ' * (len(shown) + 1)}|",
    ]  # fmt: skip
    for name, figures in runs.items():
        cells = " | ".join(str(figures[key]) for key in shown)
        lines.append(f"| {name} | {cells} | {'none' if figures['status'] == 0 else 'SEE ABOVE'} |")
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    """Return the exit status."""
    seed = os.environ.setdefault("FUZZ_SEED", "20260916")
    runs = {"SQLite": run("SQLite", "", arguments)}
    with own_postgresql() as url:
        if url:
            runs["PostgreSQL"] = run("PostgreSQL", url, arguments)
    machine = f"{os.cpu_count()} cores, {platform.platform(terse=True)}, Python {platform.python_version()}"
    file = Path(os.environ.get("VAR_DIR", str(ROOT / "var"))) / "fuzz.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"seed": seed, "machine": machine, "runs": runs}, ensure_ascii=False, indent=1) + "\n")
    told = section(runs, seed=seed, machine=machine)
    say(f"\n{told}\nfigures: {file}")
    found = any(figures["status"] for figures in runs.values())
    if not found and not arguments:
        page = PAGE.read_text()
        PAGE.write_text(re.sub(rf"{BEGIN}.*{END}", f"{BEGIN}\n{told}{END}", page, flags=re.DOTALL))
        say("written into docs/benchmarks.md")
    lacking = not runs.get("PostgreSQL") and os.environ.get("REQUIRE_SERVICES") == "1"
    return 1 if found or lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
