"""A phone that logs in: it asks for a code, reads the SMS from the job table, and keeps its session token."""

import time
from typing import Any

from allauth.mfa.totp.internal import auth as totp

from backend.kernel.models import Job
from tests.api import Api

APP = "/_allauth/app/v1"


def last_code() -> dict[str, Any]:
    """Return the payload of the newest login code that was queued."""
    job = Job.objects.filter(kind="notifications.tasks.send_code").order_by("-id").first()
    assert job is not None
    return job.payload


def app_code(secret: str, *, step: int = 0) -> str:
    """Return what an authenticator app shows now, or `step` periods later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + step))


class Phone(Api):
    """An Api that logs in by itself."""

    def ask(self, number: Any) -> Any:
        """Ask for a code and keep the token of the pending login."""
        reply = self.post(f"{APP}/auth/code/request", {"phone": number})
        self.token = reply.json().get("meta", {}).get("session_token", self.token)
        return reply

    def confirm(self, code: Any) -> Any:
        """Confirm a code and keep the session token."""
        reply = self.post(f"{APP}/auth/code/confirm", {"code": code})
        self.token = reply.json().get("meta", {}).get("session_token") or self.token
        return reply

    def second(self, code: str) -> Any:
        """Give the second factor that a pending login waits for."""
        reply = self.post(f"{APP}/auth/2fa/authenticate", {"code": code})
        self.token = reply.json().get("meta", {}).get("session_token") or self.token
        return reply

    def log_in(self, number: str) -> Any:
        """Ask, read the SMS, confirm."""
        self.ask(number)
        return self.confirm(last_code()["code"])

    def enrol(self) -> str:
        """Enrol an authenticator app and return its secret."""
        secret = self.get(f"{APP}/account/authenticators/totp").json()["meta"]["secret"]
        reply = self.post(f"{APP}/account/authenticators/totp", {"code": app_code(secret)})
        assert reply.status_code == 200, reply.content
        return str(secret)
