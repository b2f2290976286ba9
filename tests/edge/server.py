"""A web server of ours in a process of its own, on a small demo world, with whatever is wrong around it."""

import json
import os
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from backend.kernel import clock, ids
from tests.faults.installation import MANAGE, Installation


@dataclass
class Web(Installation):
    """`manage.py web` alone: no worker, and in `around` the environment it finds."""

    around: dict[str, str] = field(default_factory=dict)
    people: list[dict[str, str]] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        return {**super().environment(), **self.around}

    def commands(self) -> dict[str, list[str]]:
        return {"web": [*MANAGE, "web"]}

    def prepare(self) -> "Web":
        """Make the world; what is wrong comes only afterwards."""
        around, self.around = self.around, {}
        told = self.call("tests.faults.world")
        self.people, self.categories, self.around = told["people"], told["categories"], around
        return self

    def report(self) -> dict[str, Any]:
        """Return a body that reports a hazard of enterprise A."""
        return {
            "id": str(ids.new()), "enterprise_id": self.people[0]["enterprise"], "source": self.people[0]["source"],
            "category": self.categories[0], "description": "配电箱门缺失", "place": "一号车间",
            "found_at": clock.text(clock.now()),
        }  # fmt: skip

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send one request as the first reporter."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        named = {"X-Session-Token": self.people[0]["token"], "Content-Type": "application/json"} | headers
        with httpx.Client(timeout=20, trust_env=False) as client:
            return client.request(method, f"{self.url}/api/v1{path}", content=raw, headers=named)

    def raw(self, request: bytes, *, wait: float = 3, half: bool = False) -> bytes:
        """Send bytes as they are and return what comes back until the server closes or says no more; `half`: hang up first."""
        found = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as wire, suppress(OSError):
            wire.sendall(request)
            if half:
                wire.shutdown(socket.SHUT_WR)
            while piece := wire.recv(65536):
                found += piece
        return found


def in_folder(folder: Path, database: str = "", **around: str) -> Web:
    """Return a prepared server that has not been started."""
    os.umask(0o022)
    return Web(folder=folder, database=database, around=around).prepare()
