"""What changed, in the order of commits, and what the server still expects from here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bihuan_client import store
from bihuan_client.errors import LoginNeeded, Refused, Unreachable
from bihuan_client.queue import Queue
from bihuan_client.rules import Answer, Fate, fate
from bihuan_client.wire import Wire

# the place is not ours, or of another ledger or format (docs/clients.md)
ANEW = ("sync.cursor_gone", "sync.cursor_invalid")


def ask(wire: Wire, path: str, query: dict[str, str] | None = None) -> Any:
    """Return what a GET under /api/v1 answers. Raises: LoginNeeded, Refused, Unreachable."""
    return checked(wire.ask("GET", f"/api/v1{path}", query=query)).said


def checked(answer: Answer) -> Answer:
    """Return an answer of status 200 in JSON. Raises: LoginNeeded, Refused, Unreachable."""
    if answer.status == 200 and answer.said is not None:
        return answer
    what = fate(answer)
    if what is Fate.LOGIN:
        raise LoginNeeded
    if what is Fate.STOP:
        raise Refused(status=answer.status, code=answer.code, detail=answer.problem.get("detail", ""))
    raise Unreachable(why=f"{answer.status} {answer.code}".strip())


def changes(wire: Wire, queue: Queue, *, account: str) -> Iterator[dict[str, Any]]:
    """Yield every change since the last call until there is none left, none skipped; each `{kind, id, version, op, body}`.

    Each page is kept (store.py) before it is told of, its place when it has been taken in whole: after a kill some come once
    more, none is lost. Where the server no longer knows the place, what is held is dropped and everything comes anew.
    Raises: LoginNeeded, Refused, Unreachable.
    """
    name, more = f"cursor:{account}", True
    while more:
        cursor = queue.kept(name)
        try:
            page = ask(wire, "/sync/changes", {"cursor": cursor} if cursor else None)
        except Refused as why:
            if not cursor or why.facts.get("code") not in ANEW:
                raise
            store.forget(queue, account)
            continue
        store.take_in(queue, account, page["changes"])
        yield from page["changes"]
        queue.keep(**{name: str(page["cursor"] or "")})
        more = bool(page["more"])


@dataclass(frozen=True, slots=True)
class Awaited:
    """What the server still expects: photos, each with its `photo_id`, and acts that it holds until something comes."""

    photos: list[dict[str, Any]]
    held: list[dict[str, Any]]


def missing(wire: Wire) -> Awaited:
    """Return what the server still expects from this person's devices. Raises: LoginNeeded, Refused, Unreachable."""
    found, cursor = Awaited([], []), ""
    while True:
        page = ask(wire, "/me/not-received", {"cursor": cursor} if cursor else None)
        found.photos.extend(page["photos"])
        found.held.extend(page["held"])
        cursor = page.get("next_cursor") or ""
        if not cursor:
            return found
