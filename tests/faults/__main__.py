"""`make faults`: the long form of the kill tests; `python -m tests.faults short` tries a small one on SQLite.

Prints a line per kill, then the figures, and writes them to `var/faults.json`. Exit status 1 if anything was lost or doubled.
"""

import json
import os
import platform
import signal
import sys
from pathlib import Path

from tests.faults.campaign import Campaign, Plan, sound
from tests.faults.machine import Missing

ROOT = Path(__file__).resolve().parents[2]
# what the issue asks for: 50 web, 20 worker, 20 PostgreSQL; half under `manage.py serve`, half as production runs
LONG = [Plan(web=25, worker=10, postgresql=10), Plan(web=25, worker=10, postgresql=10, redis=3, mode="broker")]
MIDDLE = [Plan(web=3, worker=2, postgresql=3), Plan(web=3, worker=3, postgresql=3, redis=1, mode="broker")]
EMBEDDED = [Plan(web=10, worker=6)]


def say(line: str) -> None:
    print(line, flush=True)


def show(name: str, figures: dict) -> bool:
    """Print the figures of one run and return whether it was sound."""
    say(f"\n== {name} ==")
    for key, value in figures.items():
        if key not in ("found", "complaints"):
            say(f"{key:<24} {json.dumps(value, ensure_ascii=False)}")
    for line in [*figures["complaints"], *figures["found"]]:
        say(f"  WRONG  {line}")
    return sound(figures)


def main(arguments: list[str]) -> int:
    """Return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended on the way out
    signal.signal(signal.SIGINT, signal.default_int_handler)
    runs: dict[str, dict] = {}
    if arguments[:1] == ["short"]:
        runs["SQLite, short"] = Campaign([Plan(web=3, worker=2)], say=say, pause=0.5).run(patient=False)
    elif arguments[:1] == ["middle"]:
        runs["PostgreSQL"] = Campaign(MIDDLE, own_postgresql=True, say=say).run(patient=True)
    else:
        try:
            runs["PostgreSQL"] = Campaign(LONG, own_postgresql=True, say=say).run(patient=True)
        except Missing as error:
            say(f"PostgreSQL: not available ({error}); its kills are left out")
            if os.environ.get("REQUIRE_SERVICES") == "1":
                return 1
        runs["SQLite, embedded"] = Campaign(EMBEDDED, say=say).run(patient=True)
    shown = [show(name, figures) for name, figures in runs.items()]
    file = Path(os.environ.get("VAR_DIR", str(ROOT / "var"))) / "faults.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    file.write_text(json.dumps({"machine": machine, "runs": runs}, ensure_ascii=False, indent=1) + "\n")
    say(f"\nfigures: {file}")
    say("nothing lost, nothing doubled, no answer with status 500" if all(shown) else "NOT SOUND, see above")
    return 0 if all(shown) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
