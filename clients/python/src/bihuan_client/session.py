"""Logging in: a code by SMS, and the second factor for those who need one (django-allauth headless, app client)."""

from collections.abc import Callable
from typing import Any

from bihuan_client.errors import LoginFailed, Unreachable
from bihuan_client.queue import Queue
from bihuan_client.rules import Answer
from bihuan_client.wire import Wire

APP = "/_allauth/app/v1/auth"
TRIES = 3
Ask = Callable[[str], str]  # "code" or "totp" -> what the user types


def log_in(wire: Wire, queue: Queue, *, phone: str, ask: Ask, tries: int = TRIES) -> dict[str, Any]:
    """Log in and return who that is; the session is kept in the queue's file; `tries` codes of each kind are asked for.

    Raises: LoginFailed, Unreachable.
    """
    wire.token = ""
    _keep(wire, _told(wire.ask("POST", f"{APP}/code/request", said={"phone": phone}), 401))
    for _ in range(tries):
        answer = wire.ask("POST", f"{APP}/code/confirm", said={"code": ask("code").strip()})
        if answer.status in (200, 401):
            break
    _keep(wire, _told(answer, 200, 401))
    if answer.status == 401:
        second_factor(wire, ask=ask, purpose="authenticate", tries=tries)
    return use(wire, queue, wire.token)


def second_factor(wire: Wire, *, ask: Ask, purpose: str, tries: int = TRIES) -> None:
    """Give a one-time password; `purpose`: `authenticate` while logging in, `reauthenticate` to step up. Raises: LoginFailed."""
    for _ in range(tries):
        answer = wire.ask("POST", f"{APP}/2fa/{purpose}", said={"code": ask("totp").strip()})
        if answer.status != 400:
            break
    _keep(wire, _told(answer, 200))


def use(wire: Wire, queue: Queue, token: str) -> dict[str, Any]:
    """Use a session, ask whose it is, and keep both. Raises: LoginFailed, Unreachable."""
    wire.token = token
    answer = wire.ask("GET", "/api/v1/me")
    if answer.status == 401:
        raise LoginFailed(why=answer.code)
    if answer.status != 200 or not isinstance(answer.said, dict) or "id" not in answer.said:
        raise Unreachable(why=f"{answer.status} {answer.code}".strip())
    queue.keep(server=wire.server, token=token, account=str(answer.said["id"]), name=str(answer.said.get("name", "")))
    return answer.said


def log_out(wire: Wire, queue: Queue) -> None:
    """End the session here, and on the server if it can be reached; the queue stays as it is."""
    try:
        wire.ask("DELETE", f"{APP}/session")
    except Unreachable:
        pass
    finally:
        queue.keep(token="")
        wire.token = ""


def _told(answer: Answer, *expected: int) -> Answer:
    if answer.status in expected and isinstance(answer.said, dict):
        return answer
    if answer.status in (400, 401, 403, 409, 429) and isinstance(answer.said, dict):
        errors = answer.said.get("errors") or [{}]
        raise LoginFailed(why=str(answer.code or errors[0].get("message") or answer.status))
    raise Unreachable(why=f"{answer.status} {answer.code}".strip())


def _keep(wire: Wire, answer: Answer) -> None:
    token = (answer.said.get("meta") or {}).get("session_token")
    if token:
        wire.token = str(token)
