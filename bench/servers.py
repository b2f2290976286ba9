"""Starts and stops the servers that are measured, each a process tree of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RUN = HERE / "run"
PG = {"PGHOST": "127.0.0.1", "PGPORT": "5432", "PGUSER": "postgres"}
BASE_DB, OUR_DB = "bihuan_bench_base", "bihuan_bench"


@dataclass
class Server:
    """A running server: its name, base URL and process."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    ready_s: float

    @property
    def pid(self) -> int:
        return self.process.pid


def environment(**more: str) -> dict[str, str]:
    """Return the environment of our own server under measurement."""
    ours = {
        "DATABASE_URL": f"postgresql://postgres@127.0.0.1:5432/{OUR_DB}", "VAR_DIR": str(RUN / "var"), "RATE_SCALE": "10000",
        "SECRET_KEY": "b" * 64, "ALLOWED_HOSTS": "127.0.0.1", "DEMO": "false", "DJANGO_SETTINGS_MODULE": "backend.settings",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    return {**os.environ, **PG, **ours, **more}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as reply:  # noqa: S310 - a loopback address
            return bool(reply.status == 200)
    except OSError as error:
        return getattr(error, "code", 0) in (401, 404)


@contextmanager
def running(name: str, command: list[str], *, port: int, ping: str, env: dict[str, str], cwd: Path = ROOT) -> Iterator[Server]:
    """Start a server, wait until it answers, and end its whole process group afterwards."""
    start = time.monotonic()
    with (RUN / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, env=env, cwd=cwd, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
        try:
            while not _answers(f"http://127.0.0.1:{port}{ping}"):
                if process.poll() is not None or time.monotonic() - start > 60:
                    raise SystemExit(f"{name} did not start: {(RUN / f'{name}.log').read_text()[-2000:]}")
                time.sleep(0.02)
            yield Server(name, f"http://127.0.0.1:{port}", process, time.monotonic() - start)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def ours(*, workers: int = 1, port: int = 18110, **env: str) -> "contextmanager[Server]":  # type: ignore[type-arg]  # see running
    """Start our web server as production does: granian, our event loop before eight threads."""
    command = [
        sys.executable, "-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
        "--no-access-log", "--log-level", "warning", "backend.rsgi:application",
    ]  # fmt: skip
    return running("bihuan", command, port=port, ping="/api/v1/health/live", env=environment(**env))


def ninja(*, workers: int = 1, port: int = 18102) -> "contextmanager[Server]":  # type: ignore[type-arg]  # see running
    """Start baseline B of the kit, as its run_servers.sh does."""
    command = [
        sys.executable, "-m", "gunicorn", "ninja_app:application", "-b", f"127.0.0.1:{port}", "-w", str(workers), "-k", "gthread",
        "--threads", "8",
    ]  # fmt: skip
    env = {**os.environ, **PG, "PGDATABASE": BASE_DB, "BENCH_MEDIA": str(RUN / "media")}
    return running("ninja", command, port=port, ping="/closure?region=none", env=env, cwd=HERE / "baselines")


def postmaster() -> int:
    """Return the process id of the local PostgreSQL, whose tree is watched for CPU time."""
    pid = subprocess.run(["pgrep", "-o", "-x", "postgres"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    return int(pid.split()[0])


def psql(database: str, *arguments: str) -> str:
    """Run psql and return what it printed; the bench's own databases only."""
    command = ["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", database, *arguments]
    return subprocess.run(command, env={**os.environ, **PG}, capture_output=True, text=True, check=True).stdout  # noqa: S603


def fresh_database(name: str) -> None:
    """Drop and make one of the bench's own databases."""
    psql("postgres", "-c", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    psql("postgres", "-c", f"CREATE DATABASE {name}")
