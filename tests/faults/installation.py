"""An installation of ours as people run it: `manage.py serve`, or the web server, Celery worker and beat of production."""

import json
import os
import random
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx

from tests.faults import processes
from tests.surroundings import free_port

ROOT = Path(__file__).resolve().parents[2]
READY_S = 90.0
MANAGE = [sys.executable, str(ROOT / "manage.py")]
CELERY = [sys.executable, "-m", "celery", "-A", "backend"]


@dataclass
class Installation:
    """`mode` is `serve` (one tree, no broker) or `broker` (three commands that are started again when they end)."""

    folder: Path
    database: str = ""
    broker: str = ""
    mode: str = "serve"
    storage: str = ""
    port: int = field(default_factory=free_port)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _log: "IO[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def media(self) -> Path:
        """Return the folder of its photos."""
        return self.folder / "var" / "media"

    def environment(self) -> dict[str, str]:
        """Return what its processes are started with: no limit stands in the way of eight busy clients."""
        spared = {"DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SMS_URL", "DEMO", "DEBUG", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        kept = {name: value for name, value in os.environ.items() if name not in spared}
        # production settings refuse a RATE_SCALE above 1; DEMO is what allows it beside a broker
        demo = {"DEMO": "1", "REDIS_URL": self.broker} if self.mode == "broker" else {"DEMO": "0"}
        return {
            **kept, **demo, "PORT": str(self.port), "VAR_DIR": str(self.folder / "var"), "DATABASE_URL": self.database,
            "STORAGE_URL": self.storage, "RATE_SCALE": "10000", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def commands(self) -> dict[str, list[str]]:
        """Return the commands that have to run."""
        if self.mode == "serve":
            return {"serve": [*MANAGE, "serve"]}
        quiet = ["--loglevel=warning"]
        beat = [*CELERY, "beat", *quiet, f"--schedule={self.folder / 'beat'}", f"--pidfile={self.folder / 'beat.pid'}"]
        return {
            "web": [*MANAGE, "web"],
            "worker": [*CELERY, "worker", *quiet, "--concurrency=2", "--without-gossip", "--without-mingle"],
            "beat": beat,
        }

    def call(self, module: str, *arguments: str) -> dict:
        """Run one of our modules against this installation and return the JSON of its last line."""
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True)
        assert done.returncode == 0, f"{module}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return json.loads(done.stdout.strip().splitlines()[-1])

    def start(self) -> None:
        """Start it and wait until it answers; one that never does is not left behind."""
        self._log = (self.folder / "log").open("ab")
        self.keep()
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def keep(self) -> None:
        """Start what is not running, as a service manager would."""
        for name, command in self.commands().items():
            if name not in self.running or self.running[name].poll() is not None:
                (self.folder / "beat.pid").unlink(missing_ok=True)
                self.running[name] = subprocess.Popen(
                    command, cwd=ROOT, env=self.environment(), stdout=self._log, stderr=self._log, start_new_session=True
                )

    def answers(self) -> bool:
        """Return whether it answers that it is ready."""
        try:
            return httpx.get(f"{self.url}/api/v1/health/ready", timeout=3, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def listens(self) -> bool:
        """Return whether anybody still listens on its port."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def wait(self) -> None:
        """Return once it answers, keeping it up meanwhile."""
        deadline = time.monotonic() + READY_S
        while not self.answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text(errors="replace")[-3000:]
            self.keep()
            time.sleep(0.1)

    def _named(self, word: str) -> int | None:
        """Return the process that runs `manage.py word`, or Celery's."""
        if self.mode == "broker":
            return self.running[word].pid
        ends = {"web": b"\0web\0", "worker": b"\0work\0"}[word]
        return next((pid for pid in processes.children(self.running["serve"].pid) if processes.command(pid).endswith(ends)), None)

    def aim(self, what: str, rng: random.Random) -> tuple[str, list[int]]:
        """Return which process of `web` or `worker` to kill, in words and by their numbers; none if it is just starting."""
        main = self._named(what)
        if main is None or not processes.lives(main):
            return "", []
        below = processes.below(main)
        if what == "worker":
            pool = [pid for pid in processes.children(main) if b"celery" in processes.command(pid)]
            if pool and rng.random() < 0.5:
                return "a process of its pool", [rng.choice(pool)]
            return "with all it started", [main, *below]
        serving = [pid for pid in below if b"\0web\0" in processes.command(pid) or b"spawn_main" in processes.command(pid)]
        how = rng.choice(["the process that serves", "the process that serves", "its parent", "both"])
        chosen = {"the process that serves": serving, "its parent": [main], "both": [main, *serving]}[how]
        return (how, chosen) if serving else ("", [])

    def kill(self, pids: list[int]) -> None:
        """Kill processes with -9."""
        processes.kill(pids)

    def stop(self) -> dict[str, float]:
        """Ask it to end (SIGTERM) and return in how many seconds each of its commands had."""
        since, ended = time.monotonic(), {}
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        while len(ended) < len(self.running):
            assert time.monotonic() - since < 60, [processes.command(p.pid) for p in self.running.values() if p.poll() is None]
            for name, process in self.running.items():
                if name not in ended and process.poll() is not None:
                    ended[name] = round(time.monotonic() - since, 1)
            time.sleep(0.02)
        self.running.clear()
        return ended
