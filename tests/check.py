"""`make check`: every check that a machine can make, then the suite. One list, the same here and in the CI."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import run
from tests.clients import __main__ as clients

ROOT = Path(__file__).resolve().parent.parent
PY = sys.executable
BIN = Path(PY).parent
CHECKS: list[tuple[str, list[str]]] = [
    ("lint", [str(BIN / "ruff"), "check", "-q", "."]),
    ("format", [str(BIN / "ruff"), "format", "-q", "--check", "."]),
    ("types", [PY, "-m", "mypy", "."]),
    ("import rules", [str(BIN / "lint-imports")]),
    ("migrations", [PY, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ("compose file", [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]),
    ("generated pages", [PY, "manage.py", "render_docs", "--check"]),
]


def main() -> int:
    """Return 0 when everything holds."""
    failed = []
    with tempfile.TemporaryDirectory() as var:
        environment = {**os.environ, "VAR_DIR": var, "DATABASE_URL": "", "REDIS_URL": "", "DEMO": "0"}
        for name, command in CHECKS:
            start = time.monotonic()
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            run.say(f"{'ok    ' if not done.returncode else 'FAILED'} {name} ({time.monotonic() - start:.1f} s)")
            if done.returncode:
                failed.append(name)
                run.say((done.stdout + done.stderr)[-6000:])
    if clients.main():
        failed.append("clients")
    if failed:
        run.say(f"checks failed: {', '.join(failed)}")
        return 1
    return run.main([])


if __name__ == "__main__":
    sys.exit(main())
