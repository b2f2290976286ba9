"""A phone: logs in as people do, sends, and tries again exactly when guarantees.md A.6 says so."""

import random
import time
from collections.abc import Callable
from typing import Any

import httpx

from demo.cast import Member
from demo.journey import codes
from demo.journey.telling import Surprise

APP = "/_allauth/app/v1"
AGAIN = {408, 425, 429, 500, 502, 503, 504, 507}
AGAIN_CODES = {"conflict.in_progress", "hazard.photo_missing"}
BASE_S, CAP_S, PATIENCE_S = 2.0, 300.0, 180.0


class Phone:
    """One person's phone. `read_sms(number, since)` finds the code that was sent; `token` is a session made elsewhere."""

    def __init__(self, url: str, member: Member, *, read_sms: Callable[[str, int], str], position: Callable[[], int]) -> None:
        self.member = member
        self._read_sms, self._position = read_sms, position
        self.http = httpx.Client(base_url=url, timeout=30, headers={"Accept": "application/json"})
        self.by_token = False

    def use(self, token: str) -> None:
        """Use a session that exists already."""
        self.http.headers["X-Session-Token"] = token
        self.by_token = True

    def log_in(self) -> None:
        """Ask for a code, read the SMS, confirm it, and give the second factor if one is asked for."""
        since = self._position()
        asked = self.send("POST", f"{APP}/auth/code/request", json={"phone": self.member.phone}, expect=(401,))
        self._keep(asked)
        code = self._read_sms(self.member.phone, since)
        reply = self.send("POST", f"{APP}/auth/code/confirm", json={"code": code}, expect=(200, 401))
        self._keep(reply)
        if reply.status_code == 401:
            self.second_factor("authenticate")

    def second_factor(self, purpose: str) -> None:
        """Give a one-time password; each counts once, so that the next one is waited for if need be."""
        for code in codes.one_time(str(self.member.totp_secret)):
            reply = self.send("POST", f"{APP}/auth/2fa/{purpose}", json={"code": code}, expect=(200, 400))
            if reply.status_code == 200:
                self._keep(reply)
                return
        raise Surprise(f"second factor of {self.member.key}", expected=200, came=reply.json())

    def log_out(self) -> None:
        """End the session."""
        if not self.by_token:
            self.http.delete(f"{APP}/auth/session")
        self.http.close()

    def _keep(self, reply: httpx.Response) -> None:
        token = reply.json().get("meta", {}).get("session_token")
        if token:
            self.http.headers["X-Session-Token"] = token

    def get(self, path: str, *, expect: tuple[int, ...] = (200,)) -> Any:
        """Return the body of a GET under /api/v1."""
        return self.send("GET", f"/api/v1{path}", expect=expect).json()

    def post(self, path: str, body: dict[str, Any], *, expect: tuple[int, ...] = (201,)) -> Any:
        """Return the answer to a POST under /api/v1."""
        return self.send("POST", f"/api/v1{path}", json=body, expect=expect).json()

    def refused(self, path: str, body: dict[str, Any], *, status: int, code: str) -> Any:
        """Post what must be refused with exactly this status and code; return the problem."""
        return self.send("POST", f"/api/v1{path}", json=body, expect=(status,), code=code).json()

    def send(self, method: str, path: str, *, expect: tuple[int, ...], code: str = "", **content: Any) -> httpx.Response:
        """Send until the answer is final. Raises: Surprise unless its status is one of `expect` (and its code is `code`)."""
        began, tries = time.monotonic(), 0
        while True:
            reply = self._once(method, path, content)
            if reply is not None and reply.status_code in expect and (not code or _code(reply) == code):
                return reply
            if reply is not None and _code(reply) == "auth.step_up_required" and self.member.totp_secret:
                self.second_factor("reauthenticate")
                continue
            wait = _pause(reply, tries)
            if wait is None or time.monotonic() - began + wait > PATIENCE_S:
                raise Surprise(f"{self.member.key} {method} {path}", expected={"status": expect, "code": code}, came=_came(reply))
            time.sleep(wait)
            tries += 1

    def _once(self, method: str, path: str, content: dict[str, Any]) -> httpx.Response | None:
        try:
            return self.http.request(method, path, **content)
        except httpx.TransportError:
            return None


def _code(reply: httpx.Response) -> str:
    if "json" not in reply.headers.get("Content-Type", ""):
        return ""
    body = reply.json()
    return str(body.get("code", "")) if isinstance(body, dict) else ""


def _came(reply: httpx.Response | None) -> object:
    return "no connection" if reply is None else {"status": reply.status_code, "body": reply.text}


def _pause(reply: httpx.Response | None, tries: int) -> float | None:
    """Return for how long to wait before the next try (full jitter, Retry-After is honoured), None for never."""
    if reply is not None and reply.status_code not in AGAIN and _code(reply) not in AGAIN_CODES:
        return None
    jitter = random.uniform(0, min(CAP_S, BASE_S * 2**tries))  # noqa: S311 - jitter, not a secret
    after = reply.headers.get("Retry-After", "") if reply is not None else ""
    return max(jitter, float(after)) if after.isdigit() else jitter
