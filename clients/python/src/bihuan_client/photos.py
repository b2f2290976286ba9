"""Pictures: what they are by their first bytes, and the two ways in. Whole by PUT while small, by tus in chunks above."""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bihuan_client.errors import BadPhoto
from bihuan_client.queue import Item, Queue
from bihuan_client.rules import Answer, Fate, fate
from bihuan_client.wire import Broken, Wire

KIB = 1024
MOST_BYTES = 20 * KIB * KIB
WHOLE = KIB * KIB
LEAST_CHUNK, MOST_CHUNK = 64 * KIB, 256 * KIB
QUICK_S, SLOW_S = 8.0, 25.0
TUS = {"Tus-Resumable": "1.0.0"}
UPLOADS = "/api/v1/uploads"
DONE, NO_TUS = {200, 201, 204}, {404, 405, 501}
MOST_DIGITS = 12
OTHER_OFFSET = "upload.offset"
Told = Callable[[int], None]


def media_type(picture: bytes) -> str:
    """Return the content type by the first bytes. Raises: BadPhoto."""
    if len(picture) > MOST_BYTES:
        raise BadPhoto(why="too large", limit="20 MB")
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return "image/webp"
    if picture[4:8] == b"ftyp":
        return "image/heic"
    raise BadPhoto(why="not a picture", limit="JPEG, PNG, WebP, HEIC")


@dataclass
class Photos:
    """Sends photos on one wire. The chunk grows on a good line and shrinks on a bad one."""

    wire: Wire
    queue: Queue
    chunk: int = LEAST_CHUNK
    resumable: bool = True  # until the server says that it is not

    def send(self, item: Item, told: Told) -> Answer:
        """Return the last answer. One that broke once goes in chunks from then on. Raises: Broken."""
        picture = self.queue.picture(item)
        large = len(picture) > WHOLE or (item.tries > 0 and item.status == 0 and len(picture) > LEAST_CHUNK)
        if self.resumable and (large or item.upload):
            answer = self._in_chunks(item, picture, told)
            if answer is not None:
                return answer
        query = {"sha256": item.digest, **{name: str(value) for name, value in item.said.items()}}
        return self.wire.ask("PUT", item.path, body=picture, headers={"Content-Type": item.media}, query=query, told=told)

    def _in_chunks(self, item: Item, picture: bytes, told: Told) -> Answer | None:
        """Return the last answer, None if this server takes no resumable uploads. Raises: Broken."""
        where, answer = item.upload, Answer(0)
        if where:
            answer = self.wire.ask("HEAD", where, headers=TUS)
        if answer.status != 200:  # not begun, gone, or a refusal that HEAD cannot explain: to begin again finds what is there
            answer = self._begin(item)
            where = urlsplit(answer.headers.get("location", "")).path
            if answer.status not in (200, 201) or not where:
                self.resumable = not (answer.code and answer.status in NO_TUS)
                return answer if self.resumable else None
            # the path alone: the server may know itself by another name than the one that leads us there
            if where != item.upload:
                self.queue.change(item.id, upload=where, tries=0)
        return self._chunks(item, where, answer, picture, told)

    def _chunks(self, item: Item, where: str, answer: Answer, picture: bytes, told: Told) -> Answer:
        """Send from where it stands to the end; `answer` said where that is."""
        at = _offset(answer)
        while at < len(picture):
            told(at)
            answer = self._chunk(where, at, picture[at : at + self.chunk])
            if answer.code == OTHER_OFFSET:  # an earlier chunk arrived after all
                answer = self.wire.ask("HEAD", where, headers=TUS)
            if answer.status not in DONE:
                return answer
            before, at = at, _offset(answer)
            if at <= before:  # no server of ours: it would go on for ever
                return Answer(0)
            self.queue.change(item.id, tries=0)
        return self._proof(item, answer)

    def _proof(self, item: Item, answer: Answer) -> Answer:
        """Return an answer with the receipt, which stands in a header, or is asked for."""
        try:
            return Answer(200, answer.headers, {"receipt": json.loads(answer.headers["upload-receipt"])})
        except (KeyError, ValueError):
            proof = self.wire.ask("GET", f"/api/v1/receipts/{item.id}")
        if proof.status == 200:
            return Answer(200, proof.headers, {"receipt": proof.said})
        # the bytes are there and no photo yet: to look again makes the server finish it
        return Answer(503, proof.headers, proof.said) if proof.status == 404 else proof

    def _begin(self, item: Item) -> Answer:
        told: dict[str, Any] = {"id": item.id, "sha256": item.digest, **item.said}
        pairs = ",".join(f"{name} {base64.b64encode(str(value).encode()).decode()}" for name, value in told.items())
        return self.wire.ask("POST", UPLOADS, headers={**TUS, "Upload-Length": str(item.bytes), "Upload-Metadata": pairs})

    def _chunk(self, where: str, at: int, piece: bytes) -> Answer:
        digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        headers = {
            **TUS, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream",
            "Upload-Checksum": f"sha256 {digest}",
        }  # fmt: skip
        began = time.monotonic()
        try:
            answer = self.wire.ask("PATCH", where, body=piece, headers=headers)
        except Broken:
            self.chunk = max(LEAST_CHUNK, self.chunk // 2)
            raise
        took = time.monotonic() - began
        if took < QUICK_S and fate(answer) is not Fate.STOP:
            self.chunk = min(MOST_CHUNK, self.chunk * 2)
        elif took > SLOW_S:
            self.chunk = max(LEAST_CHUNK, self.chunk // 2)
        return answer


def _offset(answer: Answer) -> int:
    """Return where an upload stands by what the server says."""
    said = answer.headers.get("upload-offset", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < MOST_DIGITS else 0
