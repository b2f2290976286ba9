"""Logging in: a code by SMS, and the second factor for those who need one (django-allauth headless, app client)."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bihuan_client import store
from bihuan_client.errors import LoginFailed, Unreachable
from bihuan_client.queue import Queue
from bihuan_client.rules import AGAIN, Answer, Pace, asked
from bihuan_client.wire import Broken, Wire

APP = "/_allauth/app/v1/auth"
Ask = Callable[[str], str]  # "code" or "totp" -> what the user types


@dataclass
class Session:
    """The way in. `tries` codes of each kind are asked for; a server that is busy or away is asked again for `patience_s`."""

    wire: Wire
    queue: Queue
    tries: int = 3
    patience_s: float = 60.0
    pace: Pace = field(default_factory=lambda: Pace(cap_s=10.0))
    rng: random.Random = field(default_factory=random.SystemRandom)
    sleep: Callable[[float], None] = time.sleep

    def log_in(self, *, phone: str, ask: Ask) -> dict[str, Any]:
        """Log in and return who that is; the session is kept in the queue's file. Raises: LoginFailed, Unreachable."""
        self.wire.token = ""
        self._keep(_told(self._ask("POST", f"{APP}/code/request", {"phone": phone}), 401))
        for _ in range(self.tries):
            answer = self._ask("POST", f"{APP}/code/confirm", {"code": ask("code").strip()})
            if answer.status in (200, 401):
                break
        self._keep(_told(answer, 200, 401))
        if answer.status == 401:
            self.second_factor(ask=ask, purpose="authenticate")
        return self.use(self.wire.token)

    def second_factor(self, *, ask: Ask, purpose: str = "reauthenticate") -> None:
        """Give a one-time password; `purpose`: `authenticate` while logging in, `reauthenticate` to step up.

        Raises: LoginFailed, Unreachable.
        """
        for _ in range(self.tries):
            answer = self._ask("POST", f"{APP}/2fa/{purpose}", {"code": ask("totp").strip()})
            if answer.status != 400:
                break
        self._keep(_told(answer, 200))
        if self.queue.kept("token"):
            self.queue.keep(token=self.wire.token)

    def use(self, token: str) -> dict[str, Any]:
        """Use a session, ask whose it is, and keep both. Raises: LoginFailed, Unreachable."""
        self.wire.token = token
        me = _told(self._ask("GET", "/api/v1/me"), 200).said
        if "id" not in me:
            raise Unreachable(why="not our server")
        self.queue.keep(server=self.wire.server, token=token, account=str(me["id"]), name=str(me.get("name", "")))
        return dict(me)

    def log_out(self) -> None:
        """End the session here, and on the server if it can be reached; what was shown goes, what waits to be sent stays."""
        try:
            self.wire.ask("DELETE", f"{APP}/session")
        except Unreachable:
            pass
        finally:
            self.queue.keep(token="")
            self.wire.token = ""
            store.forget(self.queue, self.queue.kept("account"))

    def _ask(self, method: str, path: str, said: dict[str, str] | None = None) -> Answer:
        """Ask again while the server is busy or away. Raises: Broken."""
        until, tries = time.monotonic() + self.patience_s, 0
        while True:
            answer, broken = None, Broken(why="")
            try:
                answer = self.wire.ask(method, path, said=said)
            except Broken as error:
                broken = error
            if answer and answer.status not in AGAIN:
                return answer
            pause = self.pace.pause(tries, asked_s=asked(answer, now=datetime.now(UTC)), rng=self.rng)
            if time.monotonic() + pause > until:
                if answer:
                    return answer
                raise broken
            self.sleep(pause)
            tries += 1

    def _keep(self, answer: Answer) -> None:
        token = (answer.said.get("meta") or {}).get("session_token")
        if token:
            self.wire.token = str(token)


def _told(answer: Answer, *expected: int) -> Answer:
    if answer.status in expected and isinstance(answer.said, dict):
        return answer
    if answer.status in (400, 401, 403, 409, 429) and isinstance(answer.said, dict):
        errors = answer.said.get("errors") or [{}]
        raise LoginFailed(why=str(answer.code or errors[0].get("message") or answer.status))
    raise Unreachable(why=f"{answer.status} {answer.code}".strip())
