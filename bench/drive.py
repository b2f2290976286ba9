"""Calls the kit's driver (loadgen.py) and keeps what it measured."""

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from bench.servers import HERE, Server, postmaster


@dataclass(frozen=True)
class Load:
    """One run of the driver: throughput, latency, CPU-ms per operation of application and PostgreSQL together."""

    per_s: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    app_ms: float
    pss_mib: float
    errors: int
    raw: dict[str, Any]


def load(server: Server, op: str, *, spec: str, clients: int, seconds: float, photo: str = "", **variables: str) -> Load:
    """Drive one operation with `clients` at once for `seconds`, one second of warming up before; `photo` is a file to send."""
    command = [
        sys.executable, str(HERE / "loadgen.py"), server.url, "--spec", str(HERE / "specs" / f"{spec}.json"), "--op", op,
        "-c", str(clients), "-t", str(seconds), "--watch", f"app={server.pid}", "--watch", f"pg={postmaster()}", "--label", server.name,
    ]  # fmt: skip
    if photo:
        command += ["--photo", photo]
    for name, value in variables.items():
        command += ["--var", f"{name}={value}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own driver
    if not done.stdout.strip():
        raise SystemExit(f"{server.name} {op}: {done.stderr[-800:]}")
    row = json.loads(done.stdout.strip().splitlines()[-1])
    if not row.get("per_s"):
        raise SystemExit(f"{server.name} {op}: {row}")
    cpu = row["cpu_ms_per_op"]
    return Load(row["per_s"], row["p50_ms"], row["p99_ms"], cpu["app"] + cpu["pg"], cpu["app"], row["pss_mib"]["app"], row["errors"], row)


def median_ratio(mine: list[float], theirs: list[float]) -> float:
    """Return the median of the ratios of one rotation each."""
    return statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
