"""A server of the product on a free port with a demo world of its own, and what a driver has to know of it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageDraw

from tests.clients.steps import FOLDER, ROOT, Failed, say, step
from tests.surroundings import free_port

READY_WITHIN = 240  # seconds; a first start migrates, loads the catalogue and the cast
DOCUMENT = FOLDER / "openapi.json"


@dataclass(frozen=True)
class World:
    """Where the server is, its settings, and its cast."""

    url: str
    var: Path
    environment: dict[str, str]
    cast: dict[str, dict[str, Any]]
    enterprise_id: str

    def token(self, key: str) -> str:
        """Return a session token of somebody of the cast."""
        said = step(f"a token of {key}", _manage("token", self.cast[key]["phone"]), **self.environment)
        return said.splitlines()[-1].strip()

    def told(self, *, officer: str, inspector: str, tint: int) -> Path:
        """Return a file with all that a driver is told; `tint` keeps the photos of two drivers apart."""
        told = {
            "url": self.url, "enterprise_id": self.enterprise_id, "sms": str(self.var / "sms.jsonl"),
            "officer": {"token": self.token(officer)}, "inspector": self.cast[inspector],
            "photos": [str(_photo(self.var / f"{tint}-{name}.jpg", tint, words)) for name, words in _PICTURES],
        }  # fmt: skip
        file = self.var / f"told-{tint}.json"
        file.write_text(json.dumps(told))
        return file


_PICTURES = (("before", "guard missing"), ("after", "guard in place"))


def _photo(file: Path, tint: int, words: str) -> Path:
    size = 640, 480
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((tint, 90, tint + 260, 350), fill=(tint, 255 - tint, len(words) * 9))
    draw.text((30, 430), f"{words} {tint}", fill=(255, 255, 0))
    picture.save(file, "JPEG", quality=85)
    return file


def _manage(*command: str) -> list[str]:
    return [sys.executable, "manage.py", *command]


@contextmanager
def running() -> Iterator[World]:
    """Give a world whose server is ready, its OpenAPI file written to DOCUMENT; end the server afterwards."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bihuan-clients-") as folder:
        own = {
            "VAR_DIR": folder, "PORT": str(port), "DEMO": "1", "DATABASE_URL": "", "REDIS_URL": "", "STORAGE_URL": "",
            "SMS_URL": "", "PUBLIC_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        log = Path(folder) / "server.log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                _manage("serve"), cwd=ROOT, env={**os.environ, **own}, stdout=out, stderr=out, start_new_session=True
            )
        try:
            yield _ready(f"http://127.0.0.1:{port}", own, server, log)
        finally:
            _end(server)


def _ready(url: str, own: dict[str, str], server: subprocess.Popen[bytes], log: Path) -> World:
    start = time.monotonic()
    while not _answers(url):
        if server.poll() is not None or time.monotonic() - start > READY_WITHIN:
            raise Failed(f"FAILED the server did not get ready\n{log.read_text(errors='replace')[-6000:]}")
        time.sleep(0.5)
    say(f"ok     server on {url} with its demo world ({time.monotonic() - start:.1f} s)")
    DOCUMENT.write_bytes(httpx.get(f"{url}/api/v1/openapi.json").raise_for_status().content)
    shown = json.loads(step("the cast", _manage("demo", "--json"), **own).splitlines()[-1])
    return World(url, Path(own["VAR_DIR"]), own, shown["cast"], shown["enterprises"]["a"]["id"])


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/v1/health/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
