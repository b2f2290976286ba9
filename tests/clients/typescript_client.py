"""The TypeScript half: openapi-typescript and openapi-fetch, pinned by package-lock.json, type-checked and driven."""

import shutil
import subprocess

from tests.clients.steps import FOLDER, HERE, step
from tests.clients.world import DOCUMENT, World

OUT = FOLDER / "typescript"
SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "drive.ts", "login.ts")
OLDEST = 20


def available() -> bool:
    """Return whether Node (20 or later) and npm are here."""
    if not shutil.which("node") or not shutil.which("npm"):
        return False
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    major = told.strip().lstrip("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST


def close_a_hazard(world: World) -> None:
    """Generate, check and run. Raises: Failed."""
    OUT.mkdir(parents=True, exist_ok=True)
    lock = HERE / "typescript" / "package-lock.json"
    fresh = (OUT / "installed").exists() and (OUT / "installed").read_bytes() == lock.read_bytes()
    for name in SOURCES:
        shutil.copy(HERE / "typescript" / name, OUT / name)
    if not fresh:
        step("npm packages installed", ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder=OUT)
        shutil.copy(lock, OUT / "installed")
    tools = OUT / "node_modules" / ".bin"
    # what has a default may be left out by who sends it
    generate = [str(tools / "openapi-typescript"), str(DOCUMENT), "--output", "schema.d.ts", "--default-non-nullable=false"]
    step("TypeScript client generated", generate, folder=OUT)
    step("TypeScript driver type-checked", [str(tools / "tsc"), "--project", "tsconfig.json"], folder=OUT)
    told = world.told(officer="officer_a", inspector="inspector_2", tint=160)
    step("TypeScript client: report to closed", ["node", "build/drive.js", str(told)], folder=OUT, silent=False)
