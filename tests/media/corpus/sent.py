"""Requests that are wrong around the file: names, forms, types, digests."""

from collections.abc import Iterator

from tests.media.corpus import CUT, FORM, NO_IMAGE, Bad, bad
from tests.media.corpus.foreign import Entry
from tests.media.pictures import drawn
from tests.media.sending import BOUNDARY, part

MALFORMED, INVALID, TYPE = "request.malformed", "request.invalid", "request.unsupported_media"
MUCH = "request.too_large"
END = f"--{BOUNDARY}--\r\n".encode()
NAMES = [
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "/dev/zero",
    "photo.jpg.php",
    "photo.svg",
    "a" * 900,
    ".",
    "..",
    "con.jpg",
    "照片\u202egpj.exe",
    "\u0000.jpg"[1:] or ".jpg",
    "%2e%2e%2f",
    "photo.jpg;.html",
    "<script>.jpg",
    "'; DROP TABLE photos;--",
    "${jndi:ldap://127.0.0.1}",
    "a/b/c/d/e.jpg",
    " ",
    "photo\\u0000.jpg",
    "\U0001f525.heic",
]


def files() -> Iterator[Entry]:
    """Yield every class, each item as it is sent."""
    for number, name in enumerate(NAMES):
        told = (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"\0" * 99, drawn()[:-2])[number % 3]
        yield "hostile names", "", bad("hostile names", ascii(name)[:40], told, NO_IMAGE, CUT, filename=name, form=True), ()
    for name, body in forms():
        yield "malformed forms", "", Bad("malformed forms", name, body, frozenset({MALFORMED, INVALID, MUCH}), "post", FORM), ()
    for name, kind in types():
        codes = frozenset({TYPE, MALFORMED, INVALID})
        yield "wrong types", "", Bad("wrong types", name, drawn(), codes, "post" if name.startswith("form") else "put", kind), ()
    for name, query, code in fields():
        yield "wrong fields", "", Bad("wrong fields", name, drawn(), frozenset({code}), query=query), ()


def forms() -> Iterator[tuple[str, bytes]]:
    file = part("file", drawn(), filename="a.jpg")
    line = f"--{BOUNDARY}\r\n".encode()
    made = {
        "nothing": b"",
        "only the end": END,
        "no file": part("crs", b"wgs84") + END,
        "two files": file + file + END,
        "file under another name": part("photo", drawn(), filename="a.jpg") + END,
        "file as a field": part("file", drawn()) + END,
        "unknown field": file + part("extra", b"1") + END,
        "field twice": file + part("crs", b"wgs84") * 2 + END,
        "field of bytes": file + part("crs", b"\xff\xfe") + END,
        "field with a zero": file + part("crs", b"wgs84\0") + END,
        "twenty fields": file + b"".join(part(f"f{n}", b"1") for n in range(20)) + END,
        "ninety fields": file + b"".join(part(f"f{n}", b"1") for n in range(90)) + END,
        "field of a megabyte": file + part("crs", b"a" * 1_000_000) + END,
        "no lines": b"x" * 5_000,
        "other boundary": file.replace(BOUNDARY.encode(), b"other") + b"--other--\r\n",
        "name of a megabyte": part("f" * 100_000, b"1") + END,
        "no disposition": line + b"\r\n" + drawn() + b"\r\n" + END,
        "no name": line + b"Content-Disposition: form-data\r\n\r\n1\r\n" + END,
        "strange disposition": line + b"Content-Disposition: \xff\xfe\r\n\r\n1\r\n" + END,
        "headers without end": line + b"X: y\r\n" * 3_000,
        "one header without end": line + b"X: " + b"y" * 90_000,
        "no closing boundary": file,
        "no closing boundary after a field": part("crs", b"wgs84") + file,
        "closing boundary in the middle": END + file,
        "base64 of nothing": line
        + b'Content-Disposition: form-data; name="crs"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n'
        + END,
        "id that is none": file + part("id", b"../x") + END,
        "empty id": file + part("id", b"") + END,
    }
    yield from made.items()


def types() -> Iterator[tuple[str, str]]:
    for kind in (
        "application/json",
        "text/html",
        "application/octet-stream",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "x",
        "",
        "video/mp4",
        "application/pdf",
        "text/plain",
    ):
        yield f"raw {kind}", kind
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=" + "b" * 300,
        "multipart/mixed; boundary=x",
        "application/json",
        "image/jpeg",
        "multipart/form-data; boundary=\u00e9".encode("latin-1").decode("latin-1"),
        "multipart/form-data; charset=utf-16; boundary=x",
        'multipart/form-data; boundary="x',
    ):
        yield f"form {kind}", kind


def fields() -> Iterator[tuple[str, str, str]]:
    yield "other digest", "sha256=" + "a" * 64, "photo.digest_mismatch"
    for query in (
        "sha256=abc",
        "taken_at=yesterday",
        "taken_at=0001-01-01T00:00:00Z",
        "latitude=91&longitude=0",
        "latitude=nan&longitude=0",
        "latitude=1e400&longitude=0",
        "latitude=28",
        "accuracy_m=-1",
        "mock_location=perhaps",
        "crs=mars",
        "colour=red",
        "latitude=%D9%A3&longitude=1",
        "taken_at=%00",
        "crs=" + "w" * 1_000,
        "sha256=&x=%0d%0aSet-Cookie:x",
    ):
        yield query[:30], query, INVALID
