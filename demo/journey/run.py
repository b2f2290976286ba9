"""One telling of the story: who is logged in, which pictures are at hand, what was sent."""

import base64
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bihuan_client import Picture, Place
from bihuan_client.rules import Answer

from backend.kernel import ids
from demo import pictures
from demo.cast import CAST
from demo.firms import A
from demo.journey import proof
from demo.journey.codes import SmsFile
from demo.journey.phone import Phone
from demo.journey.telling import Surprise, Teller

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"}
MOST_BYTES = 20 * 1024 * 1024
DECODE_S = 90.0
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Run:
    """What all chapters share. `tokens`: sessions made elsewhere by cast key; `token_of`: how to make one, if need be."""

    def __init__(
        self, *, url: str, teller: Teller, sms: SmsFile, tokens: dict[str, str], token_of: Callable[[str], str], at: datetime
    ) -> None:
        self.url, self.teller, self.at = url.rstrip("/"), teller, at
        self.closed = ""  # the last hazard that was closed
        self.mark = f"{at.astimezone(SHANGHAI):%m%d-%H%M%S}"
        self.keys: dict[str, bytes] = {}
        self.before: dict[str, Any] = {}
        self._sms, self._tokens, self._token_of = sms, tokens, token_of
        self._phones: dict[str, Phone] = {}
        self._album: list[bytes] = []

    def phone(self, key: str) -> Phone:
        """Return the phone of one of the cast, logged in."""
        if key not in self._phones:
            phone = Phone(self.url, CAST[key], read_sms=self._sms.code, position=self._sms.position)
            if key in self._tokens or not self._sms.here:
                phone.use(self._tokens.get(key) or self._token_of(CAST[key].phone))
            else:
                phone.log_in()
            self._phones[key] = phone
        return self._phones[key]

    def close(self) -> None:
        """Log everybody out."""
        for phone in self._phones.values():
            phone.close()

    def get(self, path: str) -> Any:
        """Return what anybody reads without a login."""
        phone = Phone(self.url, CAST["officer_a"], read_sms=self._sms.code, position=self._sms.position)
        try:
            return phone.get(path)
        finally:
            phone.close()

    def read_keys(self) -> None:
        """Read the published keys."""
        self.keys = {k["key_id"]: base64.b64decode(k["public_key"]) for k in self.get("/keys")["items"]}

    def on(self, days: int) -> str:
        """Return the day that many days from today in Asia/Shanghai."""
        day: date = datetime.now(SHANGHAI).date() + timedelta(days=days)
        return day.isoformat()

    def now(self) -> str:
        """Return this instant as a phone says it."""
        return datetime.now(UTC).isoformat(timespec="milliseconds")

    def spot(self) -> Place:
        """Return a place on the premises of A, another one each time, so that no run repeats the hazards of the last."""
        dice = random.SystemRandom()
        latitude, longitude = A.latitude + dice.uniform(-0.003, 0.003), A.longitude + dice.uniform(-0.003, 0.003)
        return Place(round(latitude, 6), round(longitude, 6), accuracy_m=8)

    def report(self, key: str, said: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Report a hazard of A by the queue of that phone; return what was sent and what came back."""
        phone = self.phone(key)
        id = phone.device.report(enterprise=str(A.id), location=self.spot(), **said)
        return self._delivered(phone, id)

    def act(self, key: str, path: str, said: dict[str, Any]) -> dict[str, Any]:
        """Take an act by the queue of that phone; return the answer."""
        _, _, subject, acts = path.split("/")
        phone = self.phone(key)
        return self._delivered(phone, phone.device.act(subject, acts.removesuffix("s"), said))[1]

    def _delivered(self, phone: Phone, id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Send, and check the receipt once more than the client does, with keys that were read for the purpose."""
        answer = phone.deliver(id)
        item = phone.device.queue.get(id)
        sent = item.said if item else {}
        proof.check(answer["receipt"], sent=sent, keys=self.keys)
        return sent, answer

    def photo(self, key: str, *, id: str = "", fixed: bool = False) -> str:
        """Send a photo by the queue of that phone and return its id."""
        name = id or str(ids.new())
        taken = datetime.now(UTC)
        if self._album:
            picture = self._album[0]
            self._album = [*self._album[1:], picture]
        else:
            picture = pictures.draw(f"{self.mark}-{name}", taken_at=taken, fixed=fixed)
        phone = self.phone(key)
        answer = phone.deliver(phone.device.photo(Picture(picture, taken_at=taken), id=name, location=self.spot()))
        proof.check(answer["receipt"], sent=picture, keys=self.keys)
        return name

    def _put(self, key: str, name: str, picture: bytes, *, expect: tuple[int, ...]) -> Answer:
        said = {"sha256": proof.digest_of(picture), "taken_at": self.now()}
        return self.phone(key).send(
            "PUT", f"/api/v1/photos/{name}", body=picture, query=said, headers={"Content-Type": "image/jpeg"}, expect=expect
        )

    def fill_album(self, folder: Path) -> None:
        """Try every picture of `folder`; keep those that are taken in and decoded, and say why the others are not."""
        for file in sorted(p for p in folder.iterdir() if p.suffix.lower() in PICTURES):
            why = self._tried(file)
            if why:
                self.teller.note(f"照片 {file.name} 不用:{why}", f"photo {file.name} is left out: {why}")

    def _tried(self, file: Path) -> str:
        picture = file.read_bytes()
        if len(picture) > MOST_BYTES:
            return "photo.too_large"
        name = str(ids.new())
        reply = self._put("officer_a", name, picture, expect=(201, 409, 413, 422))
        if reply.status != 201:
            return reply.code
        shown = self.decoded("officer_a", name)
        if shown["status"] == "ready":
            self._album.append(picture)
            return ""
        return str(shown.get("code") or shown["status"])

    def decoded(self, key: str, name: str) -> dict[str, Any]:
        """Wait until a photo has been decoded and return it. Raises: Surprise if no worker does it in time."""
        until = time.monotonic() + DECODE_S
        while time.monotonic() < until:
            shown: dict[str, Any] = self.phone(key).get(f"/photos/{name}")
            if shown["status"] in ("ready", "refused"):
                return shown
            time.sleep(0.2)
        raise Surprise(f"photo {name}", expected="decoded by a worker", came=shown)

    def hazard(self, key: str, hazard_id: str, **expected: Any) -> dict[str, Any]:
        """Return a hazard as this person reads it. Raises: Surprise where a member is not as expected."""
        shown: dict[str, Any] = self.phone(key).get(f"/hazards/{hazard_id}")
        came = {name: shown[name] for name in expected}
        if came != expected:
            raise Surprise(f"hazard {hazard_id}", expected=expected, came=came)
        return shown
