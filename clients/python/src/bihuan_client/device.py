"""The phone as a program: what is captured is kept at once, what is kept is sent when there is a network."""

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bihuan_client import feed, fieldwork, ids, store
from bihuan_client.capture import Picture, Pictures, Place
from bihuan_client.errors import LoginNeeded
from bihuan_client.photos import media_type
from bihuan_client.queue import Item, Queue
from bihuan_client.receipts import digest_of
from bihuan_client.sender import Sender, Silent, Watch
from bihuan_client.session import Ask, Session
from bihuan_client.wire import Wire

DEFAULT_SERVER = "http://127.0.0.1:8000"
Read = list[tuple[str, dict[str, Any], bytes]]


class Device:
    """One phone with its queue in `folder`. Capturing needs neither network nor login."""

    def __init__(
        self, folder: Path, *, server: str = "", language: str = "zh", save_data: bool = False,
        by: httpx.BaseTransport | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self.now = now
        self.queue = Queue(folder, now=lambda: now().timestamp())
        where = server or self.queue.kept("server") or DEFAULT_SERVER
        # a session belongs to the server that gave it
        token = self.queue.kept("token") if where.rstrip("/") == self.queue.kept("server", where.rstrip("/")) else ""
        self.wire = Wire(where, token=token, language=language, save_data=save_data, by=by)

    @property
    def account(self) -> str:
        """Return the id of the person who logged in last, "" before the first time."""
        return self.queue.kept("account")

    def close(self) -> None:
        """Close network and file."""
        self.wire.close()
        self.queue.close()

    def session(self, **more: Any) -> Session:
        """Return the way in."""
        return Session(self.wire, self.queue, **more)

    def log_in(self, phone: str, ask: Ask) -> dict[str, Any]:
        """Log in by phone and code; return the person. Raises: LoginFailed, Unreachable."""
        return self.session().log_in(phone=phone, ask=ask)

    def use(self, token: str) -> dict[str, Any]:
        """Use a session made elsewhere; return the person. Raises: LoginFailed, Unreachable."""
        return self.session().use(token)

    def log_out(self) -> None:
        """End the session; what waits goes on waiting for its author."""
        self.session().log_out()

    def report(
        self, *, enterprise: str, category: str, place: str, description: str, photos: Pictures = (), source: str = "snapshot",
        location: Place | None = None, found_at: datetime | None = None, **more: Any,
    ) -> str:  # fmt: skip
        """Keep a report with its photos and return the hazard's id. `more`: other members of POST /hazards.

        Raises: BadPhoto, NoSpace, Unreadable.
        """
        said = {
            "enterprise_id": enterprise, "source": source, "category": category, "place": place, "description": description,
            "found_at": _text(found_at or self.now()), **more,
        }  # fmt: skip
        if location:
            said["location"] = location.as_said()
        return self._keep("hazard", "/api/v1/hazards", said, photos, location=location)

    def rectify(
        self, hazard: str, *, measures: str, responsible: str, photos: Pictures, finished_at: datetime | None = None,
        location: Place | None = None, **more: Any,
    ) -> str:  # fmt: skip
        """Keep a rectification with its photos and return its id. Raises: BadPhoto, NoSpace, Unreadable."""
        said = {"measures": measures, "responsible": responsible, "finished_at": _text(finished_at or self.now()), **more}
        return self.act(hazard, "rectification", said, photos=photos, location=location)

    def act(self, subject: str, kind: str, said: dict[str, Any], *, photos: Pictures = (), location: Place | None = None) -> str:
        """Keep any act upon a hazard, a visit, a self-inspection, a document (or another act) and return its id.

        `kind` as `verification`, `check_in`, `self_inspection_submission`; where one was stands in what is said on site.
        Raises: BadPhoto, NoSpace, Unreadable.
        """
        kind = kind.replace("-", "_")
        if kind in fieldwork.ON_SITE:
            said = {"observed_at": _text(self.now()), "location": location.as_said() if location else None, **said}
        return self._keep(kind, fieldwork.path_of(kind, subject), said, photos, above=subject, location=location)

    def open(self, kind: str, said: dict[str, Any]) -> str:
        """Keep an object that the phone makes itself (`inspection`, `self_inspection`, `document`) and return its id.

        Raises: NoSpace, Unreadable.
        """
        return self._keep(kind, f"/api/v1/{fieldwork.OPENED[kind]}", said, (), location=None)

    def answer(
        self, subject: str, answers: Mapping[str, Mapping[str, Any]], *, photos: Mapping[str, Pictures] | None = None,
        kind: str = "self_inspection_answers", location: Place | None = None,
    ) -> str:  # fmt: skip
        """Keep answers to items of a self-inspection (or of a visit: `visit_answers`), code -> `{result, note?, …}`.

        `photos` by the item they are of. Raises: BadPhoto, NoSpace, Unreadable; ValueError for photos of no answer.
        """
        read = {code: self._read(taken, location) for code, taken in (photos or {}).items()}
        said = {
            "items": fieldwork.items(answers, {code: _named(found) for code, found in read.items()}),
            "answered_at": _text(self.now()),
        }  # fmt: skip
        found = [one for taken in read.values() for one in taken]
        return self._put(kind, fieldwork.path_of(kind, subject), {"id": ids.new(), **_plain(said)}, found, above=subject)

    def submit(self, self_inspection: str, statement: str, *, signature: Picture | Path | bytes | None = None) -> str:
        """Keep the signed end of a self-inspection; what was answered before goes before it. Raises: as `answer`."""
        found = self._read([] if signature is None else [signature], None)
        said = {"statement": statement, "signature_photo_id": next(iter(_named(found)), None)}
        path = fieldwork.path_of("self_inspection_submission", self_inspection)
        body = {"id": ids.new(), **_plain(said)}
        return self._put("self_inspection_submission", path, body, found, above=self_inspection)

    def photo(self, photo: Picture | Path | bytes, *, id: str = "", location: Place | None = None) -> str:
        """Keep a photo by itself, for an act that names it already or will, and return its id.

        Raises: BadPhoto, NoSpace, Unreadable.
        """
        [(made, beside, data)] = self._read([photo], location)
        self._add([_row("photo", "photo", f"/api/v1/photos/{id or made}", beside, data, id or made, above="")], [data])
        return id or made

    def _read(self, photos: Pictures, location: Place | None) -> Read:
        """Return a new id, the fields beside it, and the bytes of each photo."""
        found = []
        for photo in photos:
            picture = photo if isinstance(photo, Picture) else Picture(photo)
            beside = location.beside_photo() if location else {}
            if picture.taken_at:
                beside["taken_at"] = _text(picture.taken_at)
            found.append((ids.new(), beside, picture.read()))
        return found

    def _keep(
        self, kind: str, path: str, said: dict[str, Any], photos: Pictures, *, location: Place | None, above: str = ""
    ) -> str:
        found = self._read(photos, location)
        body = {"id": ids.new(), **_plain(said)}
        if found:
            body["photo_ids"] = [*body.get("photo_ids", []), *_named(found)]
        return self._put(kind, path, body, found, above=above)

    def _put(self, kind: str, path: str, body: dict[str, Any], found: Read, *, above: str) -> str:
        rows = [_row("act", kind, path, body, b"", "", above=above)]
        rows += [_row("photo", "photo", f"/api/v1/photos/{id}", beside, data, id, above=body["id"]) for id, beside, data in found]
        self._add(rows, [data for _, _, data in found])
        return str(body["id"])

    def _add(self, rows: list[dict[str, Any]], pictures: list[bytes]) -> None:
        made_at, account = self.queue.now(), self.account
        kept = [{**row, "account": account, "made_at": made_at} for row in rows]
        self.queue.add(kept, {digest_of(data): data for data in pictures})

    def sender(self, watch: Watch | None = None, **more: Any) -> Sender:
        """Return what sends this queue. Raises: LoginNeeded without a session."""
        if not self.wire.token:
            raise LoginNeeded
        return Sender(self.queue, self.wire, account=self.account, watch=watch or Silent(), **more)

    def send(self, *, patience_s: float | None = None, watch: Watch | None = None, **more: Any) -> int:
        """Send what waits, for `patience_s` seconds at most (None: until all is known); return how many still wait.

        Raises: LoginNeeded, SomebodyElseSends, NoSpace, Unreadable.
        """
        return self.sender(watch, **more).run(patience_s=patience_s)

    def items(self) -> list[Item]:
        """Return everything in the queue, what is done too."""
        return self.queue.rows()

    def retry(self, id: str) -> bool:
        """Try again what was stopped (after a second factor, say), or now what waits; return whether there was such a thing."""
        item = self.queue.get(id)
        if item is None or item.state == "done":
            return False
        self.queue.change(id, state="waiting", tries=0, pause_s=0.0, status=0, code="", detail="")
        return True

    def changes(self) -> Iterator[dict[str, Any]]:
        """Yield what changed since the last call. Raises: LoginNeeded, Refused, Unreachable."""
        return feed.changes(self.wire, self.queue, account=self.account)

    def held(self, kind: str) -> list[dict[str, Any]]:
        """Return what the server showed of a kind (`inspection`, `self_inspection`, …) when `changes` was last followed."""
        return store.held(self.queue, self.account, kind)

    def due(self) -> list[dict[str, Any]]:
        """Return the self-inspections that wait, the first due first, as they were when `changes` was last followed."""
        return store.due(self.queue, self.account, now=self.now())

    def reconcile(self) -> tuple[list[str], feed.Awaited]:
        """Ask what the server still expects; queue again the photos that are still here, return their ids and all the rest.

        Raises: LoginNeeded, Refused, Unreachable.
        """
        awaited, again = feed.missing(self.wire), []
        lost = []
        for photo in awaited.photos:
            item = self.queue.get(str(photo.get("photo_id")))
            if item and item.state != "done":
                self.retry(item.id)
                again.append(item.id)
            else:
                lost.append(photo)
        return again, feed.Awaited(lost, awaited.held)

    def get(self, path: str) -> Any:
        """Return what a GET under /api/v1 answers. Raises: LoginNeeded, Refused, Unreachable."""
        return feed.ask(self.wire, path)


def _named(found: Read) -> list[dict[str, Any]]:
    """Return how an act names these photos."""
    return [{"id": id, "sha256": digest_of(data), "bytes": len(data)} for id, _, data in found]


def _row(kind: str, act: str, path: str, body: dict[str, Any], data: bytes, id: str, *, above: str) -> dict[str, Any]:
    return {
        "id": id or body["id"], "kind": kind, "act": act, "path": path, "above": above,
        "body": json.dumps(body, ensure_ascii=False), "digest": digest_of(data if kind == "photo" else body), "bytes": len(data),
        "media": media_type(data) if kind == "photo" else "",
    }  # fmt: skip


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    """Return a body with texts in NFC, as the server signs for them, and without members that say nothing."""
    return {name: _normal(value) for name, value in said.items() if value is not None}


def _normal(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return _plain(value)
    return [_normal(one) for one in value] if isinstance(value, list | tuple) else value


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
