"""The command `bihuan`. Exit codes: 0 all is received, 2 wrong use, 3 something still waits, 4 something was not accepted,
5 a login is needed, 6 the disk, 7 the server refused a question or cannot be reached, 8 another process sends.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bihuan_client.arguments import parser
from bihuan_client.capture import Picture, Place
from bihuan_client.device import Device
from bihuan_client.errors import (
    BadPhoto,
    ClientError,
    LoginFailed,
    LoginNeeded,
    NoSpace,
    SomebodyElseSends,
    Unreadable,
)
from bihuan_client.queue import Item
from bihuan_client.telling import Telling
from bihuan_client.words import act, say

OK, USAGE, WAITS, STOPPED, LOGIN, DISK, SERVER, BUSY = 0, 2, 3, 4, 5, 6, 7, 8
CODES: list[tuple[type[ClientError], int]] = [
    (LoginNeeded, LOGIN), (LoginFailed, LOGIN), (NoSpace, DISK), (Unreadable, DISK), (BadPhoto, USAGE), (SomebodyElseSends, BUSY),
]  # fmt: skip
SKEW_S = 300.0


class Command:
    """One call of the command."""

    def __init__(self, given: argparse.Namespace, ask: Callable[[str], str] = input) -> None:
        self.given, self.ask = given, ask
        self.tell = Telling(given.lang)
        folder = given.folder or os.environ.get("BIHUAN_HOME") or Path.home() / ".bihuan"
        server = given.server or os.environ.get("BIHUAN_SERVER", "")
        self.device = Device(Path(folder), server=server, language=given.lang, save_data=given.save_data)

    def run(self) -> int:
        """Do what was asked and return the exit code."""
        done: int = getattr(self, self.given.command.replace("-", "_"))()
        skew = self.device.wire.skew_s
        if skew is not None and abs(skew) > SKEW_S:
            self.tell.line("skew", seconds=round(skew))
        return done

    def login(self) -> int:
        if self.given.token:
            me = self.device.use(self.given.token)
        else:
            phone = self.given.phone or self.ask(self._words("ask_phone"))
            me = self.device.log_in(phone, lambda what: self.ask(self._words(f"ask_{what}")))
        self.tell.line("who", person=me.get("name"), server=self.device.wire.server)
        return OK

    def step_up(self) -> int:
        self.device.session().second_factor(ask=lambda what: self.ask(self._words(f"ask_{what}")))
        return OK

    def logout(self) -> int:
        self.device.log_out()
        self.tell.line("logged_out")
        return OK

    def report(self) -> int:
        given = self.given
        more = {"title": given.title, "level_claimed": given.level, "related_to": given.related_to}
        id = self.device.report(
            photos=self._photos(), enterprise=given.enterprise, category=given.category, place=given.place,
            description=given.description or given.place, source=given.source, location=self._location(),
            found_at=given.found_at, **more,
        )  # fmt: skip
        return self._kept(id)

    def rectify(self) -> int:
        given = self.given
        id = self.device.rectify(
            given.hazard, measures=given.measures, responsible=given.responsible, photos=self._photos(),
            finished_at=given.finished_at, cost_cny=given.cost, note=given.note, location=self._location(),
        )  # fmt: skip
        return self._kept(id)

    def act(self) -> int:
        said = json.loads(self.given.json)
        return self._kept(
            self.device.act(self.given.subject, self.given.kind, said, photos=self._photos(), location=self._location())
        )

    def open(self) -> int:
        return self._kept(self.device.open(self.given.kind, json.loads(self.given.json)))

    def answer(self) -> int:
        given, photos = self.given, dict[str, list[Picture]]()
        for code, path in given.taken:
            photos.setdefault(code, []).append(Picture(path, taken_at=given.taken_at))
        kind = "visit_answers" if given.visit else "self_inspection_answers"
        return self._kept(
            self.device.answer(given.subject, dict(given.items), photos=photos, kind=kind, location=self._location())
        )

    def submit(self) -> int:
        return self._kept(self.device.submit(self.given.subject, self.given.statement, signature=self.given.signature))

    def due(self) -> int:
        for row in self.device.due():
            print(self._words("due", **row))  # noqa: T201 - the result
        return OK

    def held(self) -> int:
        for row in self.device.held(self.given.kind):
            print(json.dumps(row, ensure_ascii=False))  # noqa: T201 - the result
        return OK

    def _photos(self) -> list[Picture]:
        return [Picture(path, taken_at=self.given.taken_at) for path in self.given.photos]

    def _location(self) -> Place | None:
        given = self.given
        if given.lat is None or given.lon is None:
            return None
        return Place(given.lat, given.lon, accuracy_m=given.accuracy, crs=given.crs)

    def _kept(self, id: str) -> int:
        print(id, flush=True)  # noqa: T201 - the result, for scripts
        self.tell.line("kept", id=id)
        if self.given.no_send:
            return OK
        if not self.device.wire.token:
            raise LoginNeeded
        try:
            return self._send(self.given.patience)
        except SomebodyElseSends:  # it sends this too
            return WAITS

    def send(self) -> int:
        return self._send(self.given.patience)

    def _send(self, patience_s: float | None) -> int:
        waiting = self.device.send(patience_s=patience_s, watch=self.tell)
        stopped = len(self.device.queue.rows("state = 'stopped'"))
        if stopped:
            self.tell.line("stopped_count", count=stopped)
        if waiting:
            self.tell.line("waits", count=waiting)
        elif not stopped:
            self.tell.line("all_known")
        return STOPPED if stopped else WAITS if waiting else OK

    def sync(self) -> int:
        """Send, ask what the server still expects, send that too."""
        sent = self._send(self.given.patience)
        again, rest = self.device.reconcile()
        for photo in rest.photos:
            self.tell.line("expected_lost", id=photo.get("photo_id"))
        for held in rest.held:
            self.tell.line("held", what=act(str(held.get("kind")), self.given.lang), id=held.get("id"))
        return self._send(self.given.patience) if again else sent

    def status(self) -> int:
        items, mine = self.device.items(), ("", self.device.account)
        counts = {state: sum(item.state == state for item in items) for state in ("waiting", "stopped", "done")}
        others = sum(item.state != "done" and item.account not in mine for item in items)
        if self.given.json:
            print(json.dumps({**counts, "of_others": others, "server": self.device.wire.server}))  # noqa: T201 - the result
        else:
            here = self.device.wire
            self.tell.line("who" if here.token else "nobody", person=self.device.queue.kept("name"), server=here.server)
            self.tell.line("counts", **counts)
            if others:
                self.tell.line("of_others", count=others)
        return STOPPED if counts["stopped"] else WAITS if counts["waiting"] else OK

    def queue(self) -> int:
        items = [item for item in self.device.items() if self.given.all or item.state != "done"]
        for item in items:
            print(json.dumps(_shown(item), ensure_ascii=False) if self.given.json else self._row(item))  # noqa: T201 - the result
        if not items and not self.given.json:
            self.tell.line("none")
        return OK

    def _row(self, item: Item) -> str:
        state = self._words("stopped_state" if item.state == "stopped" else item.state)
        size = f"{item.bytes // 1024} KiB" if item.kind == "photo" else ""
        why = _reason(item) if item.state != "done" else item.code
        return self._words("row", state=state, what=act(item.act, self.given.lang), id=item.id, size=size, why=why)

    def retry(self) -> int:
        rows = self.device.queue.rows(
            "state <> 'done'" if self.given.all else "id = ?", *([] if self.given.all else [self.given.id])
        )
        done = [item.id for item in rows if self.device.retry(item.id)]
        for id in done:
            self.tell.line("retried", id=id)
        if not done:
            self.tell.line("no_such", id=self.given.id or "")
        return OK if done else USAGE

    def drop(self) -> int:
        if not self.given.yes:
            self.tell.line("sure")
            return USAGE
        gone = self.device.queue.drop(self.given.id)
        self.tell.line("dropped" if gone else "no_such", id=self.given.id)
        return OK if gone else USAGE

    def changes(self) -> int:
        for change in self.device.changes():
            print(json.dumps(change, ensure_ascii=False), flush=True)  # noqa: T201 - the result
        return OK

    def get(self) -> int:
        print(json.dumps(self.device.get(self.given.path), ensure_ascii=False, indent=1))  # noqa: T201 - the result
        return OK

    def _words(self, name: str, **facts: object) -> str:
        return say(name, self.given.lang, **facts)


def _reason(item: Item) -> str:
    if not item.detail.startswith("{"):
        return item.detail
    told: dict[str, Any] = json.loads(item.detail)
    return str(told.get("detail") or told.get("title") or item.code)


def _shown(item: Item) -> dict[str, Any]:
    said = {name: getattr(item, name) for name in ("id", "kind", "act", "path", "digest", "bytes", "state", "status", "code")}
    made = datetime.fromtimestamp(item.made_at).astimezone().isoformat(timespec="seconds")
    return {**said, "made_at": made, "why": _reason(item), "receipt": json.loads(item.receipt) if item.receipt else None}


def main(arguments: list[str], ask: Callable[[str], str] = input) -> int:
    """Run one command and return its exit code."""
    given = parser().parse_args(arguments)
    try:
        return Command(given, ask).run()
    except ClientError as error:
        sys.stderr.write(say(error.name, given.lang, **error.facts) + "\n")
        return next((code for kind, code in CODES if isinstance(error, kind)), SERVER)
    except (KeyboardInterrupt, EOFError):
        sys.stderr.write(say("interrupted", given.lang) + "\n")
        return WAITS


def entry() -> None:
    """Be the command."""
    sys.exit(main(sys.argv[1:]))
