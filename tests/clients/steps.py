"""Commands that must succeed, told one per line."""

import os
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
FOLDER = ROOT / "var" / "clients"


class Failed(Exception):
    """A step that did not succeed, with what it printed."""


def say(line: str) -> None:
    print(line, flush=True)


def step(name: str, command: list[str], *, folder: Path = ROOT, silent: bool = True, **environment: str) -> str:
    """Run `command` in `folder` and return its standard output; with `silent=False` it is printed, too. Raises: Failed."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"FAILED {name}\n{(done.stdout + done.stderr)[-6000:]}")
    say(f"ok     {name} ({time.monotonic() - start:.1f} s)")
    if not silent:
        say("".join(f"       {line}\n" for line in done.stdout.splitlines()).rstrip())
    return done.stdout
