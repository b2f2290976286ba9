"""Codes as a person gets them: from the SMS file of the embedded default, and from an authenticator app."""

import hashlib
import hmac
import json
import time
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from demo.journey.telling import Surprise

STEP_S = 30
WAIT_S, LOOK_S = 90.0, 0.1


class SmsFile:
    """The file that the embedded default appends each SMS to (`file://…/sms.jsonl`)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.path = Path(unquote(parts.path)) if parts.scheme == "file" else None

    @property
    def here(self) -> bool:
        """Return whether SMS can be read on this machine."""
        return self.path is not None and self.path.parent.is_dir()

    def position(self) -> int:
        """Return how long the file is now."""
        return self.path.stat().st_size if self.path is not None and self.path.exists() else 0

    def code(self, number: str, since: int) -> str:
        """Return the first code sent to `number` after position `since`. Raises: Surprise if none comes in time."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            for line in self._lines(since):
                sms = json.loads(line)
                if sms["to"] == number and sms.get("code"):
                    return str(sms["code"])
            time.sleep(LOOK_S)
        raise Surprise(f"SMS to {number}", expected=f"a code in {self.path}", came=f"none within {WAIT_S:.0f} s")

    def _lines(self, since: int) -> list[str]:
        if self.path is None or not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(since)
            return [line.decode() for line in file if line.endswith(b"\n")]


def one_time(secret: str) -> Iterator[str]:
    """Yield one-time passwords (RFC 6238): of now and its neighbours, then of each new period as it begins, for two minutes."""
    now = int(time.time()) // STEP_S
    yield from (_hotp(secret, now + step) for step in (0, 1, -1))
    for later in range(2, 6):
        time.sleep(max(0.0, (now + later - 1) * STEP_S - time.time()))
        yield _hotp(secret, now + later)


def _hotp(secret: str, counter: int) -> str:
    digest = hmac.new(b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
