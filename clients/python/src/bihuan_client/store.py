"""What the server shows one account, kept on the phone as the feed told it last: readable where there is no network."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bihuan_client.queue import Queue

WAITING = ("due", "open", "missed")


def take_in(queue: Queue, account: str, changes: Iterable[dict[str, Any]]) -> None:
    """Keep a page of changes: `put` in place of what is held, `gone` away; of any kind, known here or not. All or none."""
    with queue.writing() as file:
        for change in changes:
            key = (account, str(change["kind"]), str(change["id"]))
            if change["op"] == "put":
                file.execute(
                    "INSERT OR REPLACE INTO object VALUES (?, ?, ?, ?)", (*key, json.dumps(change["body"], ensure_ascii=False))
                )
            else:
                file.execute("DELETE FROM object WHERE account = ? AND kind = ? AND id = ?", key)


def forget(queue: Queue, account: str) -> None:
    """Drop everything that is held for an account, and where it stood in the feed; its unsent acts stay."""
    with queue.writing() as file:
        file.execute("DELETE FROM object WHERE account = ?", (account,))
        file.execute("DELETE FROM kept WHERE name = ?", (f"cursor:{account}",))


def held(queue: Queue, account: str, kind: str) -> list[dict[str, Any]]:
    """Return the objects of one kind that are held, by their ids."""
    rows = queue.read("SELECT body FROM object WHERE account = ? AND kind = ? ORDER BY id", account, kind)
    return [json.loads(body) for (body,) in rows]


def due(queue: Queue, account: str, *, now: datetime) -> list[dict[str, Any]]:
    """Return the self-inspections that have begun and are not handed in, the first due first."""
    rows = [row for row in held(queue, account, "self_inspection") if row["status"] in WAITING and _at(row["starts_at"]) <= now]
    return sorted(rows, key=lambda row: (_at(row["due_at"]), row["id"]))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
