"""What a client can send that no field takes, and bodies that would be good but for one field."""

import json
from collections.abc import Iterator
from typing import Any

from tests.fuzz.document import DOCUMENT

MEGABYTE = "长" * (1024 * 1024)
# as they stand in the JSON text: Python's own encoder would refuse half of them
RAW: dict[str, bytes] = {
    "nan": b"NaN", "infinity": b"Infinity", "minus infinity": b"-Infinity", "1e400": b"1e400", "huge int": b"9" * 400,
    "2**63": str(2**63).encode(), "-2**63-1": str(-(2**63) - 1).encode(), "negative": b"-1", "float": b"1.5",
    "minus zero": b"-0.0",
    "lone surrogate": rb'"\ud800"', "swapped surrogates": rb'"\udc00\ud800"', "raw invalid utf-8": b'"\xff\xfe"',
    "overlong utf-8": b'"\xc0\xaf"', "raw surrogate": b'"\xed\xa0\x80"', "nul": rb'"a\u0000b"', "raw nul": b'"a\x00b"',
    "escape": rb'"\u001b[2J"', "rtl override": '"\u202e"'.encode(), "bom": '"\ufeff"'.encode(), "nonchar": '"\uffff"'.encode(),
    "crlf": rb'"a\r\nSet-Cookie: x=1"', "not nfc": '"e\u0301"'.encode(), "a megabyte": json.dumps(MEGABYTE).encode(),
    "200 KB": json.dumps("x" * 200_000).encode(), "blank": b'"   "', "empty": b'""', "year 0": b'"0000-01-01T00:00:00Z"',
    "year 1": b'"0001-01-01T00:00:00+14:00"', "year 9999": b'"9999-12-31T23:59:59-14:00"', "day 1": b'"0001-01-01"',
    "day 9999": b'"9999-12-31"', "24:00": b'"2026-09-16T24:00:00Z"', "leap second": b'"2026-06-30T23:59:60Z"',
    "odd offset": b'"2026-09-16T04:00:00+99:99"', "no offset": b'"2026-09-16T04:00:00"', "feb 30": b'"2026-02-30"',
    "wide digits": '"２０２６-09-16"'.encode(), "epoch": b"1789531200", "true": b"true", "list": b"[]", "object": b"{}",
    "nested": b'{"__proto__": {"x": 1}}', "listed": b'[["x"]]', "sql": b'"\' OR 1=1; --"', "operator": b'{"$gt": ""}',
    "lookup": b'{"id__gt": 0, "_connector": "OR"}', "path": b'"../../etc/passwd"', "percent nul": b'"%00"',
    "template": b'"{{7*7}}${7*7}"', "urn uuid": b'"urn:uuid:01890000-0000-7000-8000-000000000000"',
    "arabic digits": '"٣٣٠٣٢٤"'.encode(), "minus count": b"-9007199254740993", "deep": b"[" * 1000 + b"]" * 1000,
}  # fmt: skip
DEEP = b'{"a":' * 1000 + b"1" + b"}" * 1000


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """Return `schema` with its reference followed and null left out."""
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    return resolve(kinds[0]) if kinds else schema


GOOD_TEXTS = {
    "uuid": "01890000-0000-7000-8000-0000000000aa", "date-time": "2026-09-16T04:00:00Z", "date": "2026-09-20",
}  # fmt: skip


def good(schema: dict[str, Any], name: str = "") -> Any:
    """Return a plain value that fits."""
    schema = resolve(schema)
    if "const" in schema or "enum" in schema:
        return schema.get("const") or schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {key: good(schema["properties"][key], key) for key in schema.get("required", [])}
    plain: dict[Any, Any] = {"array": [], "integer": 1, "number": 1.0, "boolean": True}
    return plain[kind] if kind in plain else _good_text(schema, name)


def _good_text(schema: dict[str, Any], name: str) -> str:
    if "region" in name:
        return "330324009"
    return GOOD_TEXTS.get(schema.get("format", ""), "EL01")


def fields(schema: dict[str, Any], path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every member of a body, nested ones too."""
    schema = resolve(schema)
    for key, inner in schema.get("properties", {}).items():
        yield (*path, key)
        inner = resolve(inner)
        if inner.get("type") == "object":
            yield from fields(inner, (*path, key))
        if inner.get("type") == "array" and len(path) < 3:
            yield (*path, key, 0)
            yield from fields(inner["items"], (*path, key, 0))


def with_value(schema: dict[str, Any], path: tuple[str | int, ...], raw: bytes) -> bytes:
    """Return a good body as JSON in which `raw` stands at `path`."""
    mark = "\u2603 here"
    body = good(schema)
    node, inner = body, resolve(schema)
    for step in path[:-1]:
        inner = resolve(inner["items"] if isinstance(step, int) else inner["properties"][step])
        if isinstance(step, int):
            node[step:] = [good(inner)]
        elif not node.get(step):
            node[step] = good(inner)
        node = node[step]
    if isinstance(path[-1], int):
        node[path[-1] :] = [mark]
    else:
        node[path[-1]] = mark
    return json.dumps(body, ensure_ascii=False).encode().replace(json.dumps(mark, ensure_ascii=False).encode(), raw)
