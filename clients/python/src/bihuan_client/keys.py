"""The published keys of the server: read once, kept, and never exchanged under the same name."""

import json
from typing import Any

from bihuan_client import receipts
from bihuan_client.errors import NotProven, UnknownKey
from bihuan_client.queue import Queue
from bihuan_client.wire import Broken, Wire


class PublishedKeys:
    """Keys by their names, as base64; kept in the queue's file."""

    def __init__(self, queue: Queue, wire: Wire) -> None:
        self.queue, self.wire = queue, wire
        self.known: dict[str, str] = json.loads(queue.kept("keys", "{}"))

    def proven(self, answer: Any, *, id: str, digest: str) -> dict[str, str]:
        """Return the receipt if it holds; a key not seen before is looked up once. Raises: NotProven."""
        try:
            return receipts.proven(answer, id=id, digest=digest, keys=self.known)
        except UnknownKey:
            self.read()
            return receipts.proven(answer, id=id, digest=digest, keys=self.known)

    def read(self) -> None:
        """Read the published keys and add those that are new. Raises: NotProven when they are not to be had, or not the same."""
        try:
            answer = self.wire.ask("GET", "/api/v1/keys")
        except Broken as broken:
            raise NotProven(why="keys are not to be had") from broken
        items = answer.said.get("items") if answer.status == 200 and isinstance(answer.said, dict) else None
        try:
            told = {str(item["key_id"]): str(item["public_key"]) for item in items or []}
        except (KeyError, TypeError):
            told = {}
        if any(self.known.get(name, key) != key for name, key in told.items()):
            raise NotProven(why="a key was exchanged under its name")
        self.known |= told
        self.queue.keep(keys=json.dumps(self.known))
