"""Processes as the kernel lists them: who started whom, and ending them without a word."""

import os
import signal
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def command(pid: int) -> bytes:
    """Return the command line of a process, b"" if it is gone."""
    with suppress(OSError):
        return (PROC / str(pid) / "cmdline").read_bytes()
    return b""


def _parent(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def children(pid: int) -> list[int]:
    """Return the processes that `pid` started and that still run."""
    return [int(p.name) for p in PROC.iterdir() if p.name.isdigit() and _parent(int(p.name)) == pid]


def below(pid: int) -> list[int]:
    """Return every process below `pid`."""
    found = children(pid)
    return found + [grandchild for child in found for grandchild in below(child)]


def lives(pid: int) -> bool:
    """Return whether the process runs; one that is only waiting to be buried does not."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pids: list[int]) -> None:
    """Send SIGKILL to each; one that is gone already is no matter."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
