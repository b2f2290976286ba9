"""`make test`: the suite on SQLite and on PostgreSQL, says what it used, and ends with pytest's own summary.

With REQUIRE_SERVICES=1 a service that is missing is a failure. `python -m tests.run fuzz|faults` runs the long forms.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.surroundings import Services, all_of_them

ROOT = Path(__file__).resolve().parent.parent
LONG = {
    "faults": [
        "tests/journeys/test_simulated_month.py",
        "tests/sync/test_a_thousand_at_once.py",
        "tests/edge/test_uploads.py",
        "tests/races/test_document_numbers.py",
    ]
}
# line and branch, 100 %; a file that does not exist yet is not asked for
COVERED = (
    "backend/kernel/idempotency.py",
    "backend/kernel/ledger.py",
    "hazards/lifecycle.py",
    "hazards/policy/deadlines.py",
    "hazards/policy/facts.py",
    "hazards/policy/guards.py",
    "hazards/policy/kinds.py",
    "hazards/policy/powers.py",
    "hazards/policy/recurrence.py",
    "hazards/policy/reporting.py",
    "accounts/policy/*.py",
)


def say(line: str) -> None:
    print(line, flush=True)


def _pytest(name: str, url: str, services: Services, data: Path, extra: list[str]) -> tuple[int, str]:
    """Run the suite on one engine, printing as it goes; return its status and its last line, which is not printed yet."""
    say(f"\n== {name} ==")
    environment = {
        **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONUNBUFFERED": "1",
        "TEST_REDIS_URL": services.redis, "TEST_S3_URL": services.s3, "TEST_POSTGRESQL_URL": services.postgresql,
        "COVERAGE_FILE": str(data / f"coverage.{name}"),
    }  # fmt: skip
    command = [sys.executable, "-m", "pytest", "--color=no", "--durations=8", *extra]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, errors="replace") as process:
        last = ""
        for line in process.stdout or ():
            if last:
                say(last)
            last = line.rstrip()
    return process.returncode, last


def _covered(data: Path) -> bool:
    """Return whether the files that have to be are covered to the last branch, and name the lines that are not."""
    run = [sys.executable, "-m", "coverage"]
    environment = {**os.environ, "COVERAGE_FILE": str(data / "coverage.all")}
    parts = [str(file) for file in data.glob("coverage.*")]
    subprocess.run([*run, "combine", "-q", *parts], cwd=ROOT, env=environment, check=True)
    report = data / "coverage.json"
    subprocess.run([*run, "json", "-q", "-o", str(report)], cwd=ROOT, env=environment, check=True)
    files = json.loads(report.read_text())["files"]
    due = [str(path.relative_to(ROOT)) for pattern in COVERED for path in sorted(ROOT.glob(pattern))]
    sound = True
    say("\n== coverage (lines and branches, by the tests that tests/traced.py names) ==")
    for name in due:
        found = files.get(name)
        whole = found is not None and not found["missing_lines"] and not found.get("missing_branches")
        if found is not None and not found["summary"]["num_statements"]:
            continue
        gaps = "" if whole else f"  missing {found['missing_lines']} {found['missing_branches']}" if found else "  never imported"
        say(f"{'100 %' if whole else 'FAILS'}  {name}{gaps}")
        sound &= whole
    return sound


def main(arguments: list[str]) -> int:
    """Return the exit status of the whole."""
    if arguments[:1] == ["fuzz"]:
        return subprocess.run([sys.executable, "-m", "tests.fuzz", *arguments[1:]], cwd=ROOT, check=False).returncode
    form = arguments[0] if arguments and arguments[0] in LONG else ""
    given = arguments[1:] if form else arguments
    if (
        form == "faults"
    ):  # brings machines of its own, which it kills; then come the long forms of the simulated month and of the crowd
        killed = subprocess.run([sys.executable, "-m", "tests.faults", *given], cwd=ROOT, check=False).returncode
        if killed or given:
            return killed
    whole = not form and not given
    extra = [*LONG.get(form, []), *given]
    os.environ["LONG_FORM"] = form
    if not form:
        extra += ["-n", os.environ.get("TEST_PROCESSES", "3"), "--dist=loadgroup"]
    if whole:
        extra += ["--cov", "--cov-branch", "--cov-report="]
    with all_of_them() as services, tempfile.TemporaryDirectory() as folder:
        for line in services.said:
            say(line)
        lacking = services.missing()
        if lacking and os.environ.get("REQUIRE_SERVICES") == "1":
            say(f"REQUIRE_SERVICES=1, and missing: {', '.join(lacking)}")
            return 1
        say("SQLite: always" + ("" if services.postgresql else " - and alone: the PostgreSQL half is left out"))
        data = Path(folder)
        status, last = _pytest("SQLite", "", services, data, extra)
        if services.postgresql:
            say(last)
            second, last = _pytest("PostgreSQL", services.postgresql, services, data, extra)
            status = status or second
        if whole and not _covered(data):
            status = status or 1
    say(last)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
