"""`make bench`: measures the goals of performance.md in one run and writes docs/benchmarks.md.

`--quick` shortens every measurement (to try the bench itself); `--only G6` measures one goal. PostgreSQL on 127.0.0.1,
pgbench, djpeg (libjpeg-turbo-progs) and the packages of requirements-bench.lock are needed.
"""

import argparse
import sys
import time
from datetime import UTC, datetime

from bench import goals, machine, photos, reports, servers
from bench.goals import Plan, Row
from bench.servers import BASE_DB, HERE, OUR_DB, ROOT, psql

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
PAGE = ROOT / "docs" / "benchmarks.md"
URL = f"postgresql://postgres@127.0.0.1:5432/{OUR_DB}"


def say(text: str) -> None:
    """Print a line of progress with the time since the start."""
    print(f"[{time.monotonic() - START:6.0f} s] {text}", flush=True)


START = time.monotonic()


def base_rows(rows: int) -> None:
    """Fill the baselines' database with `rows` hazards."""
    psql(BASE_DB, "-v", f"rows={rows}", "-f", str(HERE / "baselines" / "schema.sql"))


def measure(wanted: set[str], *, seconds: float, rotations: int, many: int, long_s: float) -> list[Row]:
    """Run the goals that are wanted, in an order that lets the tables grow once."""
    few, rows = min(100_000, many), []
    if "G5" in wanted:
        say("G5")
        rows += photos.goal(Plan(seconds, rotations, {}))
    if wanted == {"G5"}:
        return rows
    say(f"databases with {few} hazards")
    for name in (BASE_DB, OUR_DB):
        servers.fresh_database(name)
    base_rows(few)
    plan = Plan(seconds, rotations, goals.prepare(URL, rows=few))
    steps = {"G1": goals.create, "G3": goals.queue, "G4": reports.goal, "G7": goals.reading, "G11": goals.start_and_memory, "G13": goals.scaling}
    for goal, step in steps.items():
        if goal in wanted:
            say(goal)
            rows += step(plan)
    if "G12" in wanted:
        say("G12")
        rows += goals.embedded(plan, long_s)
    if "G6" in wanted:
        say("G6")
        small = goals.small_lists(plan)
        say(f"growing to {many} hazards")
        base_rows(many)
        goals.prepare(URL, rows=many, first=few + 1)
        rows += goals.listing(plan, small)
    return sorted(rows, key=lambda row: int(row.goal[1:]))


def write(rows: list[Row], command: str, *, whole: bool) -> None:
    """Put the figures between the marks of docs/benchmarks.md; those of single goals in the place of their older ones."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    kept, _, after = rest.partition(END)
    goals_now = {row.goal for row in rows}
    told = [f"| {r.goal} | {r.asked} | {r.figure} | {'yes' if r.met else '**no**'} |" for r in rows]
    measured = f"Measured {datetime.now(UTC):%Y-%m-%d} by `{command}` on {machine.name()}."
    if whole:
        notes = [measured]
    else:
        lines = kept.splitlines()
        told += [line for line in lines if line.startswith("| G") and line.split()[1] not in goals_now]
        told.sort(key=lambda line: int(line.split()[1][1:]))
        mark = ", ".join(sorted(goals_now)) + ": m"
        kept_notes = [line for line in lines if line and not line.startswith(("|", mark))]
        notes = [part for note in [*kept_notes, mark + measured[1:]] for part in (note, "")][:-1]
    table = ["| goal | asked | measured | met |", "| --- | --- | --- | --- |", *told]
    PAGE.write_text(before + "\n".join([BEGIN, "", *notes, "", *table, "", END]) + after, encoding="utf-8")


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--no-write", action="store_true")
    given = parser.parse_args()
    servers.RUN.mkdir(exist_ok=True)
    sys.path.insert(0, str(HERE))
    wanted = set(given.only) or {"G1", "G3", "G4", "G5", "G6", "G7", "G11", "G12", "G13"}
    rows = measure(
        wanted, seconds=2 if given.quick else 6, rotations=1 if given.quick else 3,
        many=min(given.rows, 200_000) if given.quick else given.rows, long_s=10 if given.quick else 60,
    )  # fmt: skip
    for row in rows:
        print(f"{row.goal:4} {'ok ' if row.met else 'MISSED'} {row.asked}: {row.figure}")
    if not given.no_write and not given.quick:
        chosen = "".join(f" --only {goal}" for goal in given.only)
        write(rows, f"python -m bench{chosen}" if chosen else "make bench", whole=not chosen)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
