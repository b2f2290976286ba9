"""How the bytes come in: a raw body, the one file of a multipart form, or a chunk. Always piece by piece into a spool."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from ninja.errors import ValidationError as NinjaValidationError
from pydantic import ValidationError

from backend.kernel.problems import Invalid, Malformed, UnsupportedMedia
from backend.kernel.problems import TooLarge as BodyTooLarge
from backend.kernel.web.body import has_control
from media.errors import ChecksumMismatch, TooLarge, Truncated
from media.policy.intake.source import MOST_BYTES
from media.policy.tus import CHUNK, Checksum
from media.schemas import FormIn
from media.storage.spool import Spool

PIECE = 64 * 1024
MOST_PARTS = 12
LONGEST_BOUNDARY = 512
FORM_OVERHEAD = 64 * 1024


def raw(request: HttpRequest, spool: Spool) -> None:
    """Read the body of a PUT into `spool`. Raises: UnsupportedMedia, TooLarge, Truncated."""
    if not (request.content_type or "").startswith("image/"):
        raise UnsupportedMedia(detail="请使用 image/… 类型", detail_en="Send the picture as image/…")
    length = _announced(request, most=MOST_BYTES)
    while spool.bytes < length and (piece := request.read(PIECE)):
        spool.write(piece)
    if spool.bytes != length:
        raise Truncated


def form(request: HttpRequest, spool: Spool) -> FormIn:
    """Read a multipart body: its file into `spool`, its fields as returned.

    Raises: UnsupportedMedia, TooLarge, Malformed, Invalid, ninja's ValidationError.
    """
    if request.content_type != "multipart/form-data":
        raise UnsupportedMedia(detail="请使用 multipart/form-data", detail_en="Send multipart/form-data")
    _announced(request, most=MOST_BYTES + FORM_OVERHEAD)
    into, watched = _Into(spool), _Watched(request)
    try:
        fields, _ = _Parser(request.META, cast(Any, watched), [into], "utf-8").parse()
    except MultiPartParserError as error:
        raise _malformed() from error
    if not watched.is_whole:
        raise _malformed()
    if not into.seen:
        raise _invalid("file", "missing")
    values = _single({name: fields.getlist(name) for name in fields})
    try:
        return FormIn.model_validate(values)
    except ValidationError as error:
        raise NinjaValidationError([dict(e) for e in error.errors(include_url=False, include_context=False)]) from error


def has_body(request: HttpRequest) -> bool:
    """Return whether anything is announced to follow the head."""
    return request.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in request.headers


def require_chunk(request: HttpRequest) -> None:
    """Refuse a body that does not call itself a piece of an upload. Raises: UnsupportedMedia."""
    if has_body(request) and request.content_type != CHUNK:
        raise UnsupportedMedia(detail=f"请使用 {CHUNK}", detail_en=f"Send {CHUNK}")


def chunk(request: HttpRequest, spool: Spool, *, skip: int, room: int, checksum: Checksum | None) -> None:
    """Read the body into `spool` without its first `skip` bytes; if it breaks off, what came is there.

    With a checksum it is all or nothing. Raises: TooLarge of the kernel beyond `skip + room` bytes, ChecksumMismatch.
    """
    length, beyond = _length(request), BodyTooLarge(detail="超出 Upload-Length", detail_en="Beyond Upload-Length")
    if length > skip + room:
        raise beyond
    came, digest = 0, hashlib.new(checksum.algorithm if checksum else "sha256", usedforsecurity=False)
    for piece in _pieces(request):
        digest.update(piece)
        spool.write(piece[max(0, skip - came) :])
        came += len(piece)
    if checksum and digest.digest() != checksum.digest:
        raise ChecksumMismatch


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    with suppress(UnreadablePostError, OSError):
        while piece := request.read(PIECE):
            yield piece


def _announced(request: HttpRequest, *, most: int) -> int:
    if (length := _length(request)) > most:
        raise TooLarge
    return length


def _length(request: HttpRequest) -> int:
    # without a length nobody can tell a whole body from one that was cut off
    if "Content-Length" not in request.headers and "Transfer-Encoding" in request.headers:
        raise Malformed(detail="请带 Content-Length 上传照片", detail_en="Photos are sent with their Content-Length")
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError as error:
        raise Malformed from error


def _single(values: dict[str, list[Any]]) -> dict[str, Any]:
    if sum(map(len, values.values())) >= MOST_PARTS:
        raise _invalid("", "too_many_parts")
    for name, told in values.items():
        if len(told) != 1 or has_control(name) or has_control(told[0]):
            raise _invalid(name[:60], "text.control_character" if len(told) == 1 else "repeated")
    return {name: told[0] for name, told in values.items()}


def _invalid(field: str, code: str) -> Invalid:
    return Invalid(errors=[{"field": field, "code": code, "message": "one part `file` and at most eleven fields, each once"}])


def _malformed() -> Malformed:
    return Malformed(detail="multipart 内容有误", detail_en="The multipart body is malformed")


class _Watched:
    """A body as the parser reads it; the parser takes one for whole that neither begins nor ends with its boundary."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.head, self.tail = request, b"", b""
        self.boundary = b"--" + (request.content_params or {}).get("boundary", "").encode("utf-8", "replace")

    def read(self, size: int) -> bytes:
        """Return the next piece."""
        piece = self.request.read(size)
        self.head = self.head or piece[:LONGEST_BOUNDARY]
        self.tail = (self.tail + piece[-LONGEST_BOUNDARY:])[-LONGEST_BOUNDARY:]
        return piece

    @property
    def is_whole(self) -> bool:
        """Return whether the first line is the boundary and the last one closes it."""
        return self.head.lstrip().startswith(self.boundary) and self.tail.rstrip().endswith(self.boundary + b"--")


class _Parser(MultiPartParser):
    def sanitize_file_name(self, file_name: str) -> str:
        """Return a name of ours: what a client calls its file is of no interest, and never a reason to skip it."""
        return "file"


class _Into(FileUploadHandler):
    """Hands the one file to the spool and keeps nothing itself."""

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self.spool, self.seen = spool, False

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        """Take note of a part with a file name. Raises: Invalid for a second one, or one under another name."""
        if self.seen or field_name != "file":
            raise _invalid(str(field_name)[:60], "unknown_file")
        self.seen = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece of the file."""
        self.spool.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """Keep nothing: the spool has it."""
