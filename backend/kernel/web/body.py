"""Reading JSON bodies: bounded in bytes and depth, text in NFC without control characters, numbers that are numbers."""

import json
import math
import unicodedata
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser as NinjaParser

from backend.kernel.problems import Invalid, Malformed, TooLarge, UnsupportedMedia

LARGEST = 256 * 1024
DEEPEST = 16
MOST_NODES = 20_000
MOST_INT = 2**53 - 1
ALLOWED_CONTROLS = {"\n", "\t", "\r"}


def read_json(request: HttpRequest, *, largest: int = LARGEST) -> Any:
    """Return the parsed JSON body of `request`, checked; an empty body is `{}`. Kept on the request for receipts.

    Raises: TooLarge, UnsupportedMedia, Malformed, Invalid.
    """
    if not hasattr(request, "received_json"):
        request.received_json = parse(_raw(request, largest))  # type: ignore[attr-defined]  # one parse, also for the receipt
    return request.received_json  # type: ignore[attr-defined]  # set just above


def read_list(request: HttpRequest, *, largest: int, most: int) -> list[Any]:
    """Return the members of a JSON array, of which each is judged alone and so is not checked here.

    Raises: TooLarge, UnsupportedMedia, Malformed, Invalid.
    """
    raw = _raw(request, largest)
    try:
        value = _load(raw)
    except Malformed as error:
        value = _lenient(raw, error)
    if not isinstance(value, list):
        raise Invalid(errors=[{"field": "", "code": "type", "message": "the body must be a JSON array"}])
    if len(value) > most:
        raise Invalid(errors=[{"field": "", "code": "too_long", "message": f"at most {most} members", "zh": f"最多 {most} 项"}])
    return value


def _raw(request: HttpRequest, largest: int) -> bytes:
    if int(request.headers.get("Content-Length") or 0) > largest:
        raise TooLarge(detail=f"JSON 内容不得超过 {largest // 1024} KiB", detail_en=f"JSON bodies end at {largest // 1024} KiB")
    raw = request.body
    charset = (request.content_params or {}).get("charset", "utf-8")
    if raw and (request.content_type != "application/json" or charset.lower() not in ("utf-8", "utf8")):
        raise UnsupportedMedia(detail="请使用 application/json (UTF-8)", detail_en="Send application/json in UTF-8")
    return raw


class Doubled(dict[str, Any]):
    """A JSON object that names a member twice: no I-JSON (RFC 7493), and a receipt for it would say which one at random."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else Doubled(made)


def _load(raw: bytes) -> Any:
    try:
        value = orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError as error:
        raise Malformed(detail=f"第 {error.lineno} 行第 {error.colno} 列不是有效的 JSON", detail_en=str(error)[:200]) from error
    found: list[bool] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = _members(pairs)
        if isinstance(made, Doubled):
            found.append(True)
        return made

    try:
        again = json.loads(raw, object_pairs_hook=members) if value else value
    except RecursionError:
        return value  # deeper than anything may be; told so where depth is judged
    return again if found else value


def _lenient(raw: bytes, strictly: Malformed) -> Any:
    """Return JSON whose grammar is right although a text in it ends in half a character, or a number is beyond all bounds.

    Such a member is refused by `check`, by itself: it must not take the others of its list with it. Raises: Malformed.
    """
    try:
        return json.loads(raw, object_pairs_hook=_members, parse_constant=float)
    except (ValueError, RecursionError) as error:
        raise strictly from error


def parse(raw: bytes) -> Any:
    """Return the JSON in `raw`, every text and number of it checked."""
    value = _load(raw)
    if not isinstance(value, dict):
        raise Invalid(errors=[{"field": "", "code": "type", "message": "the body must be a JSON object"}])
    check(value)
    return value


def check(value: Any) -> None:
    """Refuse what no field may carry: too deep, too many members, bad text, numbers outside what JSON can keep."""
    left = MOST_NODES
    stack: list[tuple[Any, int, str]] = [(value, 1, "")]
    while stack:
        node, depth, path = stack.pop()
        left -= 1
        if depth > DEEPEST or left < 0:
            raise Invalid(errors=[{"field": path, "code": "too_deep", "message": "nested too deep, or too many members"}])
        if isinstance(node, Doubled):
            raise Invalid(errors=[{"field": path, "code": "repeated", "message": "a member is named twice"}])
        if isinstance(node, dict):
            for key, child in node.items():
                _scalar(key, path)
                stack.append((child, depth + 1, f"{path}.{key}" if path else str(key)))
        elif isinstance(node, list):
            stack += [(child, depth + 1, f"{path}[{n}]") for n, child in enumerate(node)]
        else:
            _scalar(node, path)


def _scalar(value: Any, path: str) -> None:
    code = ""
    if isinstance(value, str) and not value.isascii() and not unicodedata.is_normalized("NFC", value):
        code = "text.not_nfc"
    elif isinstance(value, str) and has_control(value):
        code = "text.control_character"
    elif isinstance(value, float) and not math.isfinite(value):
        code = "number.not_finite"
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) > MOST_INT:
        code = "number.out_of_range"
    if code:
        raise Invalid(errors=[{"field": path[:200], "code": code, "message": "characters or numbers that no field takes"}])


def has_control(text: str) -> bool:
    """Return whether `text` holds a control character other than tab and line ends, a lone surrogate or a non-character."""
    if text.isascii() and text.isprintable():
        return False
    return any((unicodedata.category(c) in ("Cc", "Cs") and c not in ALLOWED_CONTROLS) or c in "\ufffe\uffff" for c in text)


def _unreadable(text: str) -> bool:
    # U+FFFD stands where the bytes of the address were no UTF-8
    return has_control(text) or any(c in "\n\r\ufffd" for c in text)


class Parser(NinjaParser):
    """The parser that every operation uses; what it raises is told as it is, not as a bare 400."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the checked body; a Problem is kept aside because ninja would hide it behind its own 400."""
        return read_json(request)

    def parse_querydict(self, data: "MultiValueDict[str, Any]", list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        """Return query parameters; bad characters are refused here for all of them."""
        for key, values in data.lists():
            if any(_unreadable(v) for v in [key, *values] if isinstance(v, str)):
                raise Invalid(errors=[{"field": key[:60], "code": "text.control_character", "message": "control character"}])
            if len(values) > 1 and key not in list_fields:
                raise Invalid(errors=[{"field": key[:60], "code": "repeated", "message": "takes one value"}])
        parsed: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        return parsed
