"""One of the eight clients: reports hazards with photos, drives some to closure, and never gives up (guarantees.md A.6)."""

import base64
import hashlib
import io
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PIL import Image, ImageDraw

AGAIN = {408, 425, 429, 500, 502, 503, 504, 507}
AGAIN_409 = {"conflict.in_progress", "hazard.photo_missing"}
BASE_S, CAP_S = 0.1, 2.0


class Record:
    """What all clients saw, together."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.attempted: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.replays = self.resent = self.in_flight = 0
        self.wrong: list[str] = []
        self.keys: dict[str, Ed25519PublicKey] = {}

    def complain(self, line: str) -> None:
        """Keep something that must not happen."""
        with self.lock:
            self.wrong.append(line)

    @contextmanager
    def flying(self) -> Iterator[None]:
        """Count a request while it is under way."""
        with self.lock:
            self.in_flight += 1
        try:
            yield
        finally:
            with self.lock:
                self.in_flight -= 1

    def count(self, *, answer: str) -> None:
        """Count one answer, or one failure of the network."""
        with self.lock:
            self.answers[answer] += 1

    def of_kind(self, kind: str) -> list[str]:
        """Return the ids of what was acknowledged of one kind."""
        return [id for id, known in self.acknowledged.items() if known["kind"] == kind]

    def known(self, receipt: dict[str, str], *, kind: str, replayed: bool, **told: Any) -> None:
        """Keep a receipt; a second one for the same id must be the same."""
        with self.lock:
            self.replays += replayed
            before = self.acknowledged.setdefault(receipt["id"], {"receipt": receipt, "kind": kind, **told})
        if before["receipt"] != receipt:
            self.complain(f"two receipts for {receipt['id']}")


class Refused(Exception):
    """The server said no where it should not."""


def picture(rng: random.Random) -> bytes:
    """Return a JPEG nobody else has; one in eight is large enough to be under way for a while."""
    size = (1280, 960) if rng.random() < 0.125 else (240, 180)
    image = Image.new("RGB", size, tuple(rng.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = rng.randrange(size[0]), rng.randrange(size[1])
        pen.rectangle((x, y, x + rng.randrange(60), y + rng.randrange(60)), fill=tuple(rng.randrange(256) for _ in range(3)))
    if size[0] > 1000:
        image.paste(Image.frombytes("L", (800, 600), rng.randbytes(480_000)), (200, 200))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


class Phone(threading.Thread):
    """Reports until told to stop, then finishes what it began."""

    def __init__(self, url: str, person: dict[str, str], record: Record, *, categories: list[str], seed: str, pause: float):
        super().__init__(name=person["key"], daemon=True)
        self.person, self.record, self.categories, self.pause = person, record, categories, pause
        self.rng = random.Random(seed)
        self.stop = threading.Event()
        self.client = httpx.Client(base_url=f"{url}/api/v1", timeout=20, trust_env=False)
        self.sent: list[tuple[str, str, dict[str, Any] | bytes, str]] = []

    def run(self) -> None:
        """Report, pause, report."""
        while not self.stop.is_set():
            try:
                with suppress(Refused):  # written down where it happened; the others go on
                    self.story()
            except Exception as error:  # noqa: BLE001 - a client that ends is a client that nobody missed
                self.record.complain(f"a client stumbled: {type(error).__name__}: {error}")
            self.stop.wait(self.rng.uniform(0, 2 * self.pause))
        self.client.close()

    def id(self) -> str:
        return str(UUID(bytes=self.rng.randbytes(16), version=4))

    def story(self) -> None:
        """Report one hazard with two or three photos, in any order; take some to their end; send some things twice."""
        hazard, photos = self.id(), [self.id() for _ in range(self.rng.choice((2, 3)))]
        goes_on = self.rng.random() < 0.4
        before = self.rng.randrange(len(photos) + 1)
        for photo in photos[:before]:
            self.upload(photo)
        self.report(hazard, photos)
        for photo in photos[before:]:
            self.upload(photo)
        if goes_on:
            self.close(hazard)
        if self.rng.random() < 0.25:
            self.send_again()

    def report(self, hazard: str, photos: list[str]) -> None:
        found = datetime.now(UTC) - timedelta(minutes=self.rng.randrange(1, 500))
        body = {
            "id": hazard, "enterprise_id": self.person["enterprise"], "source": self.person["source"],
            "category": self.rng.choice(self.categories), "description": f"配电箱门未关闭 {hazard[:6]}", "place": "一号车间",
            "found_at": found.isoformat(timespec="seconds"), "photo_ids": photos,
        }  # fmt: skip
        self.post("/hazards", body, kind="hazard", status="reported")

    def close(self, hazard: str) -> None:
        """Confirm, rectify, and mostly pass, each by the one whose move it is."""
        due = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
        said = {"id": self.id(), "outcome": "confirm", "level": "general", "requirement": "限期整改", "due_on": due}
        self.post(
            f"/hazards/{hazard}/verifications", said, kind="verification", token="official", hazard=hazard, status="rectifying"
        )
        if self.rng.random() < 0.2:
            return
        after = self.id()
        late = self.rng.random() < 0.5
        if not late:
            self.upload(after, token="fixer")
        fix = {
            "id": self.id(), "measures": "已关闭并上锁", "responsible": "李安全",
            "finished_at": datetime.now(UTC).isoformat(timespec="seconds"), "photo_ids": [after],
        }  # fmt: skip
        self.act(hazard, "rectification", fix, token="fixer", status="awaiting_reinspection")
        if late:
            self.upload(after, token="fixer")
        if self.rng.random() < 0.75:
            said = {"id": self.id(), "outcome": "pass", "on_site": True}
            self.act(hazard, "reinspection", said, token="official", status="closed")

    def act(self, hazard: str, kind: str, said: dict[str, Any], *, token: str, status: str) -> None:
        self.post(f"/hazards/{hazard}/{kind}s", said, kind=kind, token=token, hazard=hazard, status=status)

    def post(self, path: str, body: dict[str, Any], *, kind: str, token: str = "token", **told: Any) -> None:
        digest = hashlib.sha256(rfc8785.dumps(body)).hexdigest()
        self.until_known("POST", path, body, id=body["id"], digest=digest, token=token, kind=kind, **told)

    def upload(self, photo: str, *, token: str = "token") -> None:
        body = picture(self.rng)
        digest = hashlib.sha256(body).hexdigest()
        self.until_known("PUT", f"/photos/{photo}", body, id=photo, digest=digest, token=token, kind="photo", bytes=len(body))

    def send_again(self) -> None:
        """Send something acknowledged once more: the answer is a replay with the very same receipt."""
        method, path, body, token = self.rng.choice(self.sent)
        id = body["id"] if isinstance(body, dict) else path.rpartition("/")[2]
        known = self.record.acknowledged[id]
        reply = self.until_answered(method, path, body, token)
        with self.record.lock:
            self.record.resent += 1
        if reply.status_code != 200 or reply.headers.get("Idempotency-Replayed") != "true":
            self.record.complain(f"sent again, not a replay: {method} {path} {reply.status_code}")
        elif reply.json().get("receipt") != known["receipt"]:
            self.record.complain(f"sent again, another receipt: {method} {path}")

    def until_known(self, method: str, path: str, body: Any, *, id: str, digest: str, token: str, kind: str, **told: Any) -> None:
        """Send until there is a receipt, and check it as a phone does before it deletes its copy."""
        with self.record.lock:
            self.record.attempted[kind] += 1
        reply = self.until_answered(method, path, body, token)
        if reply.status_code not in (200, 201):
            self.record.complain(f"refused: {method} {path} {reply.status_code} {reply.text[:600]}")
            raise Refused
        receipt = reply.json().get("receipt") or {}
        if (receipt.get("id"), receipt.get("digest")) != (id, digest) or not self.signed(receipt):
            self.record.complain(f"bad receipt: {method} {path} {receipt}")
            raise Refused
        self.record.known(receipt, kind=kind, replayed=reply.headers.get("Idempotency-Replayed") == "true", **told)
        self.sent = [*self.sent[-30:], (method, path, body, token)]

    def signed(self, receipt: dict[str, str]) -> bool:
        """Return whether the receipt's signature holds under the published key."""
        signature = base64.b64decode(receipt["signature"])
        rest = {name: value for name, value in receipt.items() if name != "signature"}
        try:
            self.record.keys[receipt["key_id"]].verify(signature, rfc8785.dumps(rest))
        except (InvalidSignature, KeyError):
            return False
        return True

    def until_answered(self, method: str, path: str, body: Any, token: str) -> httpx.Response:
        """Send again and again, with full jitter, while the answer says that again is right; return the final one."""
        tries = 0
        while True:
            reply = self.once(method, path, body, token)
            if reply is not None and not again(reply):
                return reply
            asked = float(reply.headers.get("Retry-After", 0)) if reply is not None else 0
            time.sleep(self.rng.uniform(min(asked, CAP_S) / 4, max(min(asked, CAP_S), min(CAP_S, BASE_S * 2**tries))))
            tries += 1

    def once(self, method: str, path: str, body: Any, token: str) -> httpx.Response | None:
        headers = {"X-Session-Token": self.person[token], "Content-Type": "application/json"}
        content: bytes | Iterator[bytes] = b""
        if isinstance(body, bytes):
            headers |= {"Content-Type": "image/jpeg", "Content-Length": str(len(body))}
            content = self.slowly(body)
        else:
            content = orjson.dumps(body)
        try:
            with self.record.flying():
                reply = self.client.request(method, path, content=content, headers=headers)
        except httpx.TransportError as error:
            self.record.count(answer=type(error).__name__)
            return None
        self.record.count(answer=str(reply.status_code))
        if reply.status_code == 500:
            self.record.complain(f"500: {method} {path} {reply.text[:600]}")
        return reply

    def slowly(self, body: bytes) -> Iterator[bytes]:
        """Yield the bytes as a poor network would, so that kills hit uploads half-way."""
        wait = self.rng.choice((0.0, 0.0, 0.02))
        for start in range(0, len(body), 32 * 1024):
            time.sleep(wait)
            yield body[start : start + 32 * 1024]


def again(reply: httpx.Response) -> bool:
    """Return whether guarantees.md A.6 says that this answer is to be tried again."""
    if reply.status_code == 409:
        return reply.json().get("code") in AGAIN_409
    return reply.status_code in AGAIN
