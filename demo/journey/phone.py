"""A phone of the story: the reference client of clients/python, with somebody who reads the SMS and types the codes."""

import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from bihuan_client import Device, Item
from bihuan_client.errors import ClientError
from bihuan_client.rules import Answer, Fate, Pace, asked, fate
from bihuan_client.sender import Silent
from bihuan_client.session import Session
from bihuan_client.wire import Broken

from demo.cast import Member
from demo.journey import codes
from demo.journey.telling import Surprise

BASE_S, CAP_S, PATIENCE_S = 2.0, 300.0, 180.0
MOST_PASSWORDS = 7
STEP_UP = "auth.step_up_required"


class Phone(Silent):
    """One person's phone. `read_sms(number, since)` finds the code that was sent; `position` is where the SMS end now."""

    def __init__(
        self, url: str, member: Member, *, read_sms: Callable[[str, int], str], position: Callable[[], int],
        by: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        self.member = member
        self._read_sms, self._position = read_sms, position
        self._folder = tempfile.TemporaryDirectory(prefix="bihuan-journey-")
        self.device = Device(Path(self._folder.name), server=url, by=by)
        self.by_token = False
        self._answers: dict[str, Answer] = {}
        self._rng = random.SystemRandom()

    def use(self, token: str) -> None:
        """Use a session that exists already."""
        self._asked(lambda: self._session().use(token))
        self.by_token = True

    def log_in(self) -> None:
        """Ask for a code, read the SMS, confirm it, and give the second factor if one is asked for."""
        since, passwords = self._position(), codes.one_time(str(self.member.totp_secret))

        def ask(what: str) -> str:
            return self._read_sms(self.member.phone, since) if what == "code" else next(passwords, "")

        self._asked(lambda: self._session().log_in(phone=self.member.phone, ask=ask))

    def step_up(self) -> None:
        """Give the second factor once more; each password counts once, so that the next one is waited for if need be."""
        passwords = codes.one_time(str(self.member.totp_secret))
        self._asked(lambda: self._session().second_factor(ask=lambda _: next(passwords, "")))

    def _session(self) -> Session:
        return self.device.session(tries=MOST_PASSWORDS, patience_s=PATIENCE_S, pace=Pace(BASE_S, CAP_S))

    def _asked(self, what: Callable[[], Any]) -> None:
        try:
            what()
        except ClientError as error:
            raise Surprise(f"login of {self.member.key}", expected="a session", came=f"{error.name} {error.facts}") from error

    def close(self) -> None:
        """Log out, unless the session was made elsewhere, and forget the queue."""
        if not self.by_token and self.device.wire.token:
            self.device.log_out()
        self.device.close()
        self._folder.cleanup()

    def known(self, item: Item, answer: Answer) -> None:
        """Keep what the server said of something that is proven now."""
        self._answers[item.id] = answer

    def stopped(self, item: Item, answer: Answer) -> None:
        """Give the second factor where that is what is lacking; anything else refused is a surprise."""
        if answer.code != STEP_UP or not self.member.totp_secret:
            raise Surprise(f"{self.member.key} {item.path}", expected="taken", came=_came(answer))
        self.step_up()
        self.device.retry(item.id)

    def deliver(self, id: str) -> Any:
        """Send what was kept until all of it is proven, and return what the server said of `id`. Raises: Surprise."""
        waiting = self.device.send(patience_s=PATIENCE_S, watch=self, pace=Pace(BASE_S, CAP_S))
        if waiting:
            came = [f"{item.path}: {item.detail}" for item in self.device.items() if item.state != "done"]
            raise Surprise(f"the queue of {self.member.key}", expected="empty", came=came)
        return self._answers[id].said

    def get(self, path: str, *, expect: tuple[int, ...] = (200,)) -> Any:
        """Return the body of a GET under /api/v1."""
        return self.send("GET", f"/api/v1{path}", expect=expect).said

    def post(self, path: str, body: dict[str, Any], *, expect: tuple[int, ...] = (201,)) -> Any:
        """Return the answer to a POST under /api/v1."""
        return self.send("POST", f"/api/v1{path}", said=body, expect=expect).said

    def refused(self, path: str, body: dict[str, Any], *, status: int, code: str) -> Any:
        """Post what must be refused with exactly this status and code; return the problem."""
        return self.send("POST", f"/api/v1{path}", said=body, expect=(status,), code=code).said

    def send(self, method: str, path: str, *, expect: tuple[int, ...], code: str = "", **content: Any) -> Answer:
        """Send at once until the answer is final. Raises: Surprise unless its status is expected (and its code is `code`)."""
        began, tries = time.monotonic(), 0
        while True:
            answer = self._once(method, path, content)
            if answer and answer.status in expect and (not code or answer.code == code):
                return answer
            if answer and answer.code == STEP_UP and self.member.totp_secret:
                self.step_up()
                continue
            wait = self._pause(answer, tries)
            if wait is None or time.monotonic() - began + wait > PATIENCE_S:
                raise Surprise(
                    f"{self.member.key} {method} {path}", expected={"status": expect, "code": code}, came=_came(answer)
                )
            time.sleep(wait)
            tries += 1

    def _once(self, method: str, path: str, content: dict[str, Any]) -> Answer | None:
        try:
            return self.device.wire.ask(method, path, **content)
        except Broken:
            return None

    def _pause(self, answer: Answer | None, tries: int) -> float | None:
        """Return for how long to wait before the next try, None for never."""
        if answer and (fate(answer) is not Fate.AGAIN):
            return None
        return Pace(BASE_S, CAP_S).pause(tries, asked_s=asked(answer, now=datetime.now(UTC)), rng=self._rng)


def _came(answer: Answer | None) -> object:
    return "no connection" if answer is None else {"status": answer.status, "body": answer.said}
