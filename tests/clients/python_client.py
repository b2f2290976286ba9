"""The Python half: openapi-python-client in an environment of its own, its client type-checked and driven."""

import hashlib
import shutil
import sys
from pathlib import Path

from tests.clients.steps import FOLDER, HERE, ROOT, step
from tests.clients.world import DOCUMENT, World

LOCK = ROOT / "requirements-clients.lock"
VENV = ROOT / ".venv-clients"
PY = VENV / "bin" / "python"
OUT = FOLDER / "python"
DRIVER = HERE / "python"


def close_a_hazard(world: World) -> None:
    """Generate, check and run. Raises: Failed."""
    _environment()
    tools = VENV / "bin"
    step("the OpenAPI file is valid", [str(tools / "openapi-spec-validator"), str(DOCUMENT)])
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    step(
        "Python client generated, without a warning",
        [
            str(tools / "openapi-python-client"), "generate", "--path", str(DOCUMENT), "--meta", "none", "--fail-on-warning",
            "--config", str(DRIVER / "generator.yaml"), "--output-path", str(OUT / "bihuan_client"),
        ],
    )  # fmt: skip
    step("Python driver type-checked", _mypy(), folder=DRIVER, MYPYPATH=f"{OUT}:{DRIVER}")
    told = world.told(officer="officer_a", inspector="inspector", tint=60)
    step("Python client: report to closed", _drive(told), silent=False, PYTHONPATH=f"{OUT}:{DRIVER}")


def _mypy() -> list[str]:
    cache = str(FOLDER / "mypy")
    quiet = ["--follow-imports=silent", "--explicit-package-bases", "--config-file=", "--cache-dir", cache]
    return [str(PY), "-m", "mypy", "--strict", *quiet, "drive.py", "login.py"]


def _drive(told: Path) -> list[str]:
    return [str(PY), str(DRIVER / "drive.py"), str(told)]


def _environment() -> None:
    """Make the environment from its lock, unless it is there already."""
    stamp, wanted = VENV / "stamp", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    step("an environment for the generator", [sys.executable, "-m", "venv", "--clear", str(VENV)])
    pip = [str(PY), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    step("the generator installed", [*pip, "-r", str(LOCK)])
    stamp.write_text(wanted)
