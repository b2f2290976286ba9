"""Every field of every operation takes hostile values: a 4xx with a known code, or a success that is meant; never a 5xx."""

from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client

from backend.kernel.problems import CATALOGUE
from tests.cast import ROLES
from tests.fuzz import hostile
from tests.fuzz.document import DOCUMENT, OPERATIONS, PREFIX, ROLES_OF
from tests.fuzz.world import NOBODY, PLAYERS, World

WITH_BODY = [(m, p, d) for m, p, d in OPERATIONS if "application/json" in d.get("requestBody", {}).get("content", {})]
UUID = "01890000-0000-7000-8000-000000000000"
QUERY_VALUES = (
    "", " ", "-1", "0", "201", "9" * 400, "1e400", "NaN", "Infinity", "%00", "%ff", "%ed%a0%80", "%0d%0aX: y", "%E2%80%AE",
    "x" * 5000,
    "null", "true", "[]", "{}", "'%20OR%201=1;--", "0001-01-01", "9999-12-31", "0000-00-00", "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00%2B14:00", "..%2F..%2Fetc%2Fpasswd", "%D9%A3%D9%A3", "e%CC%81", "*", "__proto__", "a" * 400,
)  # fmt: skip
PATH_VALUES = (
    "%00", "..", "..%2f..%2fetc%2fpasswd", "%2e%2e", "%ff%fe", "-1", "0", "9" * 300, "null", "undefined", "__proto__", "%0a",
    "%20", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", f"{UUID}%00", f"{UUID}%0a",
    f"{{{UUID}}}", f"urn:uuid:{UUID}", UUID.replace("-", ""), "%D9%A3", "'; DROP TABLE x; --", "x" * 4000,
)  # fmt: skip
HEADERS = (
    "Accept-Language", "X-Session-Token", "Authorization", "Accept", "Cookie", "X-Forwarded-For", "X-HTTP-Method-Override",
    "Content-Length", "Host", "Origin", "Range", "Content-Encoding", "Expect", "X-Request-Id", "If-Match", "Idempotency-Key",
    "Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum", "Upload-Defer-Length",
)  # fmt: skip
HEADER_VALUES = (
    "", " ", "\x00", "\xff\xfe", "x" * 10_000, '"1"', '"-1"', '"99999999999999999999"', "W/\"1\"", "*", "'; DROP", "NaN",
    "-1", "\x7f",
    "1e9", "Bearer ", "Bearer \xff", "a,b,c;q=NaN", "DELETE", "127.0.0.1, ::1, nonsense", "[::1", "\t", "\u00e9",
    "\xd9\xa3", "null", "{}",
)  # fmt: skip


class Attacker:
    """Sends raw requests as somebody whom the door lets in, and judges every answer."""

    def __init__(self, world: World) -> None:
        self.world, self.client, self.seen = world, Client(raise_request_exception=False), Counter[int]()

    def welcome(self, name: str) -> str:
        """Return a player whom the door of an operation lets through."""
        return next((key for key in PLAYERS if key != NOBODY and ROLES[key][0] in ROLES_OF[name]), "officer_a")

    def send(self, who: str, method: str, url: str, raw: bytes = b"", *, kind: str = "application/json", **headers: str) -> Any:
        """Send and judge; `url` is taken as it stands."""
        path, _, query = url.partition("?")
        named = self.world.headers(who) | {name.replace("_", "-"): value for name, value in headers.items()}
        extra = {"QUERY_STRING": query} if query else {}
        reply = self.client.generic(method.upper(), path, raw, content_type=kind, headers=named, **extra)
        self.seen[reply.status_code] += 1
        told = f"{method} {url[:200]} {raw[:200]!r} {headers!r:.200} -> {reply.status_code} {reply.content[:300]!r}"
        assert reply.status_code < 500, told
        if reply.status_code >= 400 and method.upper() != "HEAD":
            assert reply["Content-Type"] == "application/problem+json", told
            assert reply.json()["code"] in CATALOGUE, told
            assert CATALOGUE[reply.json()["code"]].status == reply.status_code, told
        return reply


@pytest.fixture
def attacker(world: World) -> Attacker:
    return Attacker(world)


def address(path: str, world: World) -> str:
    """Return the path with ids of what exists."""
    for name, known in world.ids.items():
        if known:
            path = path.replace("{" + name + "}", known[0])
    return path.replace("{", "").replace("}", "")


def rows() -> dict[str, int]:
    """Return how many rows every table has, but those of sessions and jobs."""
    kept = [model for model in apps.get_models() if model._meta.app_label not in ("sessions", "usersessions")]
    return {model._meta.label: model._default_manager.count() for model in kept}


def body_schema(details: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = details["requestBody"]["content"]["application/json"]["schema"]
    return schema


def short(part: str) -> str:
    return part.removeprefix(PREFIX)


WITH_FIELDS = [(m, p, d) for m, p, d in WITH_BODY if list(hostile.fields(body_schema(d)))]


@pytest.mark.parametrize(("method", "path", "name"), [(m, p, d["operationId"]) for m, p, d in WITH_FIELDS], ids=short)
def test_no_field_of_a_body_stumbles(attacker: Attacker, method: str, path: str, name: str) -> None:
    schema = body_schema(DOCUMENT["paths"][path][method])
    url, who = address(path, attacker.world), attacker.welcome(name)
    turn = connection.vendor == "sqlite"
    for n, field in enumerate(hostile.fields(schema)):
        # every field takes every value, half of them on this engine and half on the other; both engines see all values
        for raw in list(hostile.RAW.values())[(n + turn) % 2 :: 2]:
            attacker.send(who, method, url, hostile.with_value(schema, field, raw), If_Match='"1"')
    assert attacker.seen[422] or attacker.seen[403] or attacker.seen[404]


@pytest.mark.parametrize(("method", "path", "name"), [(m, p, d["operationId"]) for m, p, d in WITH_BODY], ids=short)
def test_a_body_that_is_no_body_stores_nothing(attacker: Attacker, method: str, path: str, name: str) -> None:
    schema = body_schema(DOCUMENT["paths"][path][method])
    url, who = address(path, attacker.world), attacker.welcome(name)
    good = hostile.json.dumps(hostile.good(schema)).encode()
    before = rows()
    bad: list[tuple[bytes, str]] = [
        (hostile.DEEP, "application/json"), (b"[" * 100_000, "application/json"), (b"null", "application/json"),
        (b"[]", "application/json"), (b'"x"', "application/json"), (b"1", "application/json"), (b"{", "application/json"),
        (b"{}x", "application/json"), (b"\xff\xfe{\x00}\x00", "application/json"), (b"\x00", "application/json"),
        (b'{"__proto__": {"admin": true}}', "application/json"), (b'{"constructor": {"prototype": {}}}', "application/json"),
        (b'{"pk": 1, "_state": {}, "id__gt": 0}', "application/json"), (b'{"\\u0000": 1}', "application/json"),
        (good[:-1] + b', "unknown_field": 1}', "application/json"), (b"x" * (300 * 1024), "application/json"),
        (b'{"note": "' + b"x" * (1024 * 1024) + b'"}', "application/json"), (b'{"\xed\xa0\x80": 1}', "application/json"),
        (good, "text/plain"), (good, "application/xml"), (good, "application/json; charset=gbk"), (good, "multipart/form-data"),
        (good, "multipart/form-data; boundary=" + "x" * 300), (good, "application/x-www-form-urlencoded"), (good, "\xff\xfe"),
        (good, "application/json; charset=utf-16"), (good, "application/json; charset=nonsense"), (good, "application/jsonx"),
    ]  # fmt: skip
    for raw, kind in bad:
        reply = attacker.send(who, method, url, raw, kind=kind, If_Match='"1"')
        assert 400 <= reply.status_code < 500 or raw in (b"{}", good), (raw[:80], kind, reply.status_code)
    assert rows() == before


@pytest.mark.parametrize(("method", "path", "name"), [(m, p, d["operationId"]) for m, p, d in OPERATIONS], ids=short)
def test_no_query_path_or_header_stumbles(attacker: Attacker, method: str, path: str, name: str) -> None:
    details = DOCUMENT["paths"][path][method]
    url, who = address(path, attacker.world), attacker.welcome(name)
    before = rows()
    known = [parameter["name"] for parameter in details["parameters"] if parameter["in"] == "query"]
    for parameter in known:
        for value in QUERY_VALUES:
            attacker.send(who, method, f"{url}?{parameter}={value}", b"[]")
    for parameter in ("_connector", "id__gt", "__proto__", "%00", "%ff", "%ed%a0%80", "x" * 3000):
        assert attacker.send(who, method, f"{url}?{parameter}=OR", b"[]").status_code >= 400
    for query in ("&".join(f"a{n}=1" for n in range(2000)), "=", "&&&", "?" * 1000, "limit=1&limit=2", "%", "a[]=1&a[x]=2"):
        attacker.send(who, method, f"{url}?{query}", b"[]")
    for place in [part for part in path.split("/") if part.startswith("{")]:
        for value in PATH_VALUES:
            attacker.send(who, method, address(path.replace(place, value), attacker.world), b"[]")
    assert rows() == before
    for header in ("If-Match", "Idempotency-Key"):
        for value in HEADER_VALUES if any(parameter["name"] == header for parameter in details["parameters"]) else ():
            attacker.send(who, method, url, b"{}", **{header: value})
    for value in HEADER_VALUES:
        reply = attacker.send(NOBODY, method, url, b"[]", X_Session_Token=value)
        assert reply.status_code == 401 or not details["security"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/hazards"), ("POST", "/hazards"), ("PUT", f"/photos/{UUID}"), ("POST", "/photos"), ("POST", "/uploads"),
        ("PATCH", f"/uploads/{UUID}"), ("HEAD", f"/uploads/{UUID}"),
    ],
)  # fmt: skip
def test_no_header_stumbles(attacker: Attacker, method: str, path: str) -> None:
    before = rows()
    for header in HEADERS:
        for value in HEADER_VALUES:
            attacker.send("officer_a", method, PREFIX + path, b"[]", **{header.replace("-", "_"): value})
    assert rows() == before


def test_strange_methods_are_told_that_they_are(attacker: Attacker) -> None:
    before = rows()
    for path, item in DOCUMENT["paths"].items():
        url = address(path, attacker.world)
        for method in ("HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "DELETE", "PUT", "PATCH", "POST", "GET", "BREW", "get"):
            if method.lower() in item and method.isupper():
                continue
            reply = attacker.send("officer_a", method, url, b"")
            if method not in ("HEAD", "OPTIONS", "get"):
                assert reply.status_code == 405, (method, url)
                assert reply["Allow"]
    assert rows() == before


def test_a_method_cannot_be_smuggled_in_a_header(attacker: Attacker) -> None:
    hazard = attacker.world.ids["hazard_id"][0]
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"):
        reply = attacker.send("officer_a", "GET", f"{PREFIX}/hazards/{hazard}", **{header: "POST"})
        assert reply.status_code == 200
    assert attacker.send("officer_a", "GET", f"{PREFIX}/hazards/{hazard}?_method=POST").status_code == 422


def test_an_id_in_capitals_is_the_same_id(attacker: Attacker) -> None:
    ids = attacker.world.ids
    for path in (f"/hazards/{ids['hazard_id'][0]}", f"/enterprises/{ids['enterprise_id'][0]}"):
        stem, _, id = path.rpartition("/")
        plain, capitals = (attacker.send("officer_a", "GET", f"{PREFIX}{stem}/{text}") for text in (id, id.upper()))
        assert plain.status_code == 200
        assert capitals.json()["id"] == plain.json()["id"]


@pytest.mark.parametrize("twice", [b'{"id": "a", "id": "b"}', b'{"note": "x", "note": ["y"]}'])
def test_a_key_given_twice_is_one_value_that_is_judged(attacker: Attacker, twice: bytes) -> None:
    hazard = attacker.world.ids["hazard_id"][0]
    before = rows()
    assert attacker.send("officer_a", "POST", f"{PREFIX}/hazards/{hazard}/withdrawals", twice).status_code == 422
    assert rows() == before


@pytest.mark.parametrize("url", [
    "/api/v1", "/api/v1/", "/api/v1//hazards", "/api/v1/hazards/", "/api/v1/../v1/hazards", "/api/v1/hazards%2f", "/api/v1/%00",
    "/api/v1/" + "a/" * 2000, "/api/v1/hazards;x=1", "/api/v1/hazards/%ff/x", "/api/v1/\u96be", "/api/v1/openapi.json/x",
])  # fmt: skip
def test_addresses_that_lead_nowhere_do_not_exist(attacker: Attacker, url: str) -> None:
    assert attacker.send("officer_a", "GET", url).status_code == 404
    assert attacker.send(NOBODY, "POST", url, b"{}").status_code in (404, 405)


@pytest.mark.parametrize("path", [
    "app/v1/config", "app/v1/auth/session", "app/v1/auth/code/request", "app/v1/auth/code/confirm", "app/v1/auth/login",
    "app/v1/auth/2fa/authenticate", "app/v1/auth/2fa/reauthenticate", "app/v1/auth/webauthn/login", "app/v1/nowhere",
    "app/v1/auth/webauthn/authenticate", "app/v1/auth/provider/token", "app/v1/account/authenticators", "app/v1/auth/sessions",
    "app/v1/account/authenticators/totp", "app/v1/account/authenticators/recovery-codes", "app/v1/account/providers",
    "app/v1/account/authenticators/webauthn", "app/v1/account/phone", "browser/v1/auth/login", "openapi.json",
])  # fmt: skip
def test_the_login_library_never_stumbles(attacker: Attacker, path: str) -> None:
    client = Client(raise_request_exception=False)
    names = (
        "phone",
        "code",
        "email",
        "password",
        "provider",
        "process",
        "token",
        "credential",
        "authenticators",
        "sessions",
        "id",
        "key",
    )
    statuses = Counter[int]()
    for who in (NOBODY, "inspector"):
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"):
            for raw in (b"", b"{}", b"[]", b"null", b"{", hostile.DEEP, b"\xff", b"x" * 100_000, *_members(names, method)):
                headers = attacker.world.headers(who)
                reply = client.generic(method, f"/_allauth/{path}", raw, content_type="application/json", headers=headers)
                statuses[reply.status_code] += 1
                assert reply.status_code < 500, (method, path, raw[:100], reply.content[:300])
    cache.clear()
    assert statuses


def _members(names: tuple[str, ...], method: str) -> list[bytes]:
    if method != "POST":
        return []
    values = [raw for name, raw in hostile.RAW.items() if name not in ("a megabyte", "200 KB")]
    return [b'{"%s": %s}' % (name.encode(), raw) for name in names for raw in values]
