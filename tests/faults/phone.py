"""One of the eight clients: reports hazards with photos, drives some to closure, and never gives up (guarantees.md A.6).

It is the reference client, hurried; what stands here is the story it lives, and who writes down what it saw.
"""

import io
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from bihuan_client import Device, Item
from bihuan_client.rules import Answer, Fate, Pace, asked, fate
from bihuan_client.sender import Silent
from bihuan_client.wire import Broken, transport
from PIL import Image, ImageDraw

PACE = Pace(base_s=0.1, cap_s=2.0)
HURRY_S = 1


class Record:
    """What all clients saw, together."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.attempted: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.replays = self.resent = self.in_flight = 0
        self.wrong: list[str] = []

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


class Watched(httpx.BaseTransport):
    """The network, with somebody who counts what goes over it."""

    def __init__(self, record: Record) -> None:
        self.record, self.real = record, transport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self.record.flying():
            try:
                reply = self.real.handle_request(request)
                reply.read()
            except httpx.TransportError as error:
                self.record.count(answer=type(error).__name__)
                raise
        self.record.count(answer=str(reply.status_code))
        if "Retry-After" in reply.headers:  # nobody has the time to wait for as long as a server asks for after each kill
            reply.headers["Retry-After"] = str(min(HURRY_S, int(reply.headers["Retry-After"])))
        if reply.status_code == 500:
            self.record.complain(f"500: {request.method} {request.url.path} {reply.text[:600]}")
        return reply

    def close(self) -> None:
        self.real.close()


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


class Watch(Silent):
    """Writes down what becomes of what one device sends, and slows it down as a poor network would."""

    def __init__(self, record: Record, rng: random.Random) -> None:
        self.record, self.rng, self.wait = record, rng, 0.0
        self.told: dict[str, dict[str, Any]] = {}
        self.refused = False

    def sending(self, item: Item) -> None:
        self.wait = self.rng.choice((0.0, 0.0, 0.02))

    def progress(self, item: Item, sent: int) -> None:
        """Pause between pieces, so that kills hit uploads half-way."""
        time.sleep(self.wait)

    def known(self, item: Item, answer: Answer) -> None:
        self.record.known(answer.said["receipt"], replayed=answer.replayed, **self.told[item.id])

    def stopped(self, item: Item, answer: Answer) -> None:
        self.record.complain(f"refused: {item.path} {answer.status} {answer.said}")
        self.refused = True


class Phone(threading.Thread):
    """Reports until told to stop, then finishes what it began."""

    def __init__(
        self, url: str, person: dict[str, str], record: Record, *, categories: list[str], seed: str, pause: float, folder: Path
    ):
        super().__init__(name=person["key"], daemon=True)
        self.url, self.person, self.record, self.categories, self.pause = url, person, record, categories, pause
        self.rng, self.folder = random.Random(seed), folder
        self.stop = threading.Event()
        self.devices: dict[str, tuple[Device, Watch]] = {}
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
        for device, _ in self.devices.values():
            device.close()

    def device(self, token: str) -> tuple[Device, Watch]:
        """Return the device of the reporter (`token`), the `fixer` or the `official`; each has a queue of its own."""
        if token not in self.devices:
            device = Device(self.folder / f"{self.name}-{token}", server=self.url, by=Watched(self.record))
            device.wire.token = self.person[token]
            self.devices[token] = device, Watch(self.record, self.rng)
        return self.devices[token]

    def id(self) -> str:
        return str(UUID(bytes=self.rng.randbytes(16), version=4))

    def story(self) -> None:
        """Report one hazard with two or three photos, in any order; take some to their end; send some things twice."""
        photos = [self.id() for _ in range(self.rng.choice((2, 3)))]
        goes_on = self.rng.random() < 0.4
        before = self.rng.randrange(len(photos) + 1)
        for photo in photos[:before]:
            self.upload(photo)
        hazard = self.report(photos)
        for photo in photos[before:]:
            self.upload(photo)
        if goes_on:
            self.close(hazard)
        if self.rng.random() < 0.25:
            self.send_again()

    def report(self, photos: list[str]) -> str:
        device, _ = self.device("token")
        found = datetime.now(UTC) - timedelta(minutes=self.rng.randrange(1, 500))
        hazard = device.report(
            enterprise=self.person["enterprise"], source=self.person["source"], category=self.rng.choice(self.categories),
            description=f"配电箱门未关闭 {photos[0][:6]}", place="一号车间", found_at=found, photo_ids=photos,
        )  # fmt: skip
        return self.deliver(hazard, kind="hazard", status="reported")

    def close(self, hazard: str) -> None:
        """Confirm, rectify, and mostly pass, each by the one whose move it is."""
        due = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
        said: dict[str, Any] = {"outcome": "confirm", "level": "general", "requirement": "限期整改", "due_on": due}
        self.act(hazard, "verification", said, token="official", status="rectifying")
        if self.rng.random() < 0.2:
            return
        after = self.id()
        late = self.rng.random() < 0.5
        if not late:
            self.upload(after, token="fixer")
        finished = datetime.now(UTC).isoformat(timespec="seconds")
        said = {"measures": "已关闭并上锁", "responsible": "李安全", "finished_at": finished, "photo_ids": [after]}
        self.act(hazard, "rectification", said, token="fixer", status="awaiting_reinspection")
        if late:
            self.upload(after, token="fixer")
        if self.rng.random() < 0.75:
            self.act(hazard, "reinspection", {"outcome": "pass", "on_site": True}, token="official", status="closed")

    def act(self, hazard: str, kind: str, said: dict[str, Any], *, token: str, status: str) -> None:
        device, _ = self.device(token)
        self.deliver(device.act(hazard, kind, said), token=token, kind=kind, hazard=hazard, status=status)

    def upload(self, photo: str, *, token: str = "token") -> None:
        body = picture(self.rng)
        self.deliver(self.device(token)[0].photo(body, id=photo), token=token, kind="photo", bytes=len(body), picture=body)

    def deliver(self, id: str, *, token: str = "token", kind: str, picture: bytes = b"", **told: Any) -> str:
        """Send until there is a receipt that holds; return the id."""
        device, watch = self.device(token)
        with self.record.lock:
            self.record.attempted[kind] += 1
        watch.told[id] = {"kind": kind, **told}
        device.send(watch=watch, pace=PACE, rng=self.rng)
        item = device.queue.get(id)
        if item is None or item.state != "done":
            raise Refused
        if json.loads(item.receipt) != self.record.acknowledged[id]["receipt"]:
            self.record.complain(f"another receipt was kept than came: {id}")
        self.sent = [*self.sent[-30:], ("PUT" if picture else "POST", item.path, picture or item.said, token)]
        return id

    def send_again(self) -> None:
        """Send something acknowledged once more: the answer is a replay with the very same receipt."""
        method, path, body, token = self.rng.choice(self.sent)
        id = body["id"] if isinstance(body, dict) else path.rpartition("/")[2]
        known = self.record.acknowledged[id]
        answer = self.until_answered(method, path, body, token)
        with self.record.lock:
            self.record.resent += 1
        if answer.status != 200 or not answer.replayed:
            self.record.complain(f"sent again, not a replay: {method} {path} {answer.status}")
        elif answer.said.get("receipt") != known["receipt"]:
            self.record.complain(f"sent again, another receipt: {method} {path}")

    def until_answered(self, method: str, path: str, body: dict[str, Any] | bytes, token: str) -> Answer:
        """Ask again and again while the answer says that again is right; return the final one."""
        wire, tries = self.device(token)[0].wire, 0
        whole: dict[str, Any] = (
            {"body": body, "headers": {"Content-Type": "image/jpeg"}} if isinstance(body, bytes) else {"said": body}
        )
        while True:
            answer = None
            with suppress(Broken):
                answer = wire.ask(method, path, **whole)
            if answer is not None and fate(answer) is not Fate.AGAIN:
                return answer
            time.sleep(PACE.pause(tries, asked_s=asked(answer, now=datetime.now(UTC)), rng=self.rng))
            tries += 1
