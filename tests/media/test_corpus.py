"""Over real HTTP: every bad file is refused in time and by its code, every sound photo stands upright and bare."""

import io
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest
from django.db import connection
from PIL import Image, ImageOps

from backend.kernel import ids
from tests.edge.server import Web
from tests.faults import processes
from tests.faults.installation import MANAGE
from tests.media import pictures
from tests.media.corpus import Bad, corpus
from tests.media.pictures import drawn, exif
from tests.media.walker import beside_pixels

IN_TIME_S, TRIES, SETTLED_S = 2.0, 4, 90.0
GROWTH = 64 * 1024 * 1024
LEAST_FILES, LEAST_KINDS = 400, 20
UNSOUND = {"corrupted.heic"}


class Server(Web):
    """A web server and a worker of ours, each a process of its own."""

    def commands(self) -> dict[str, list[str]]:
        return {"web": [*MANAGE, "web"], "work": [*MANAGE, "work"]}


@contextmanager
def own_database() -> Iterator[str]:
    """Give the address of a database for the server alone, on the engine that the suite runs on; "" for SQLite in its folder."""
    if connection.vendor != "postgresql":
        yield ""
        return
    given, name = connection.settings_dict, f"corpus_{os.getpid()}"
    host, port = given["HOST"] or "127.0.0.1", given["PORT"] or 5432
    admin = {"user": given["USER"], "password": given["PASSWORD"], "host": host, "port": port}
    with psycopg.connect(**admin, dbname="postgres", autocommit=True) as over:
        over.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql://{quote(given['USER'])}:{quote(given['PASSWORD'])}@{quote(host, safe='')}:{port}/{name}"
    finally:
        with psycopg.connect(**admin, dbname="postgres", autocommit=True) as over:
            over.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    os.umask(0o022)
    with own_database() as database:
        made = Server(folder=tmp_path_factory.mktemp("corpus"), database=database)
        try:
            made.prepare()
            made.start()
            yield made
        finally:
            made.stop()


@dataclass
class Memory:
    """The resident memory of a process and all below it, looked at all the time."""

    pid: int
    most: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def now(self) -> int:
        total = 0
        for pid in (self.pid, *processes.below(self.pid)):
            try:
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            except (OSError, IndexError):
                continue
        return total

    def watch(self) -> None:
        while not self.over.wait(0.02):
            self.most = max(self.most, self.now())

    def __enter__(self) -> "Memory":
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


@dataclass
class Phone:
    """One line to the server."""

    client: httpx.Client
    base: str

    def send(self, item: Bad) -> tuple[httpx.Response, str, float]:
        """Send one of the corpus; return the answer, the photo's id, and the seconds it took."""
        id = str(ids.new())
        path = f"/photos/{id}" + (f"?{item.query}" if item.query else "") if item.door == "put" else "/photos"
        since = time.monotonic()
        headers = {"Content-Type": item.content_type.encode("latin-1")} if item.content_type else {}
        reply = self.client.request(item.door, self.base + path, content=item.body, headers=headers)
        return reply, reply.json().get("id", id), time.monotonic() - since

    def photo(self, id: str) -> dict[str, Any]:
        """Return a photo once the decoder has said what it is."""
        until = time.monotonic() + SETTLED_S
        while (told := self.client.get(f"{self.base}/photos/{id}").json())["status"] == "received":
            assert time.monotonic() < until, "the decoder did not come round"
            time.sleep(0.05)
        return told


@pytest.fixture
def phone(server: Server) -> Iterator[Phone]:
    token = {"X-Session-Token": server.people[0]["token"]}
    with httpx.Client(timeout=60, trust_env=False, headers=token) as client:
        yield Phone(client, f"{server.url}/api/v1")


def documented(phone: Phone) -> set[str]:
    return {problem["code"] for problem in phone.client.get(f"{phone.base}/problems").json()["items"]}


def test_every_bad_file_is_refused_in_time_by_a_documented_code_and_costs_no_memory(server: Server, phone: Phone) -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("needs Linux's /proc")
    known, kinds, wrong, taken, slowest = documented(phone), Counter[str](), [], [], 0.0
    for seed in range(10):  # what processes keep is kept now
        assert phone.send(Bad("", "", drawn(seed=100 + seed), frozenset()))[0].status_code == 201
    with Memory(server.running["web"].pid) as memory:
        before = memory.now()
        for item in corpus():
            reply, id, seconds = phone.send(item)
            for _ in range(TRIES - 1):  # a busy machine is not the file's doing
                seconds = min(seconds, phone.send(item)[2]) if seconds > IN_TIME_S else seconds
            slowest, code = max(slowest, seconds), reply.json().get("code", "")
            kinds[item.kind] += 1
            if reply.status_code == 201:
                taken.append((item, id))
            elif not 400 <= reply.status_code < 500 or code not in item.codes & known:
                wrong.append((item.kind, item.name, reply.status_code, code))
            if seconds > IN_TIME_S:
                wrong.append((item.kind, item.name, reply.status_code, f"{seconds:.1f} s"))
        for item, id in taken:
            told = phone.photo(id)
            if told["status"] != "refused" or told["code"] not in item.codes & known:
                wrong.append((item.kind, item.name, told["status"], told["code"]))
        grown = memory.most - before
    count = sum(kinds.values())
    print(f"\n{count} files of {len(kinds)} kinds, {len(taken)} refused by the decoder")
    print(f"slowest answer {slowest:.2f} s, memory of the web process up by {grown / 1024**2:.0f} MB")
    assert wrong == [], "\n".join(map(str, wrong))
    assert (count >= LEAST_FILES, len(kinds) >= LEAST_KINDS) == (True, True)
    assert grown <= GROWTH
    assert server.running["web"].poll() is None
    assert server.running["work"].poll() is None


def accepted(phone: Phone, name: str, data: bytes, number: int) -> dict[str, Any]:
    from tests.media.corpus import bad

    reply, id, _ = phone.send(bad("", name, data, form=number % 2 == 1))
    assert reply.status_code == 201, (name, reply.text)
    told = phone.photo(id)
    assert told["status"] == "ready", (name, told["code"])
    return told


def look_alike(made: Image.Image, theirs: Image.Image) -> float:
    """Return how far the picture above the strip is from what another library shows, in mean grey levels of 255."""
    upright = ImageOps.exif_transpose(theirs).convert("L")
    scale = min(1.0, 320 / max(upright.size))
    width, height = round(upright.width * scale), round(upright.height * scale)
    left = (made.width - width) // 2
    ours = made.convert("L").crop((left, 0, left + width, height)).resize((12, 12)).tobytes()
    other = upright.resize((12, 12)).tobytes()
    return sum(abs(a - b) for a, b in zip(ours, other, strict=True)) / len(ours)


def renditions(phone: Phone, told: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield the bytes behind each address, also those for a poor line."""
    poor = phone.client.get(f"{phone.base}/photos/{told['id']}", headers={"Save-Data": "on"}).json()
    urls = {"thumb": told["urls"]["thumb"], "large": told["urls"]["large"], "middle": poor["urls"]["large"]}
    for name, url in urls.items():
        reply = phone.client.get(url)
        assert (reply.status_code, reply.headers["content-type"]) == (200, "image/jpeg")
        yield name, reply.content


def test_every_sound_photo_is_taken_by_both_doors_stands_upright_and_is_served_bare(phone: Phone) -> None:
    names = sorted(path.name for path in pictures.REAL.glob("*.*") if path.suffix in (".jpg", ".heic"))
    names = [name for name in names if name not in UNSOUND]
    if not names:
        pytest.skip("the real photos of ../shared/photos are not here")
    for name in names:
        data = pictures.real(name) or b""
        for number in (0, 1):
            told = accepted(phone, name, data + b"\0" * number, number)
            for rendition, made in renditions(phone, told):
                assert beside_pixels(made) == [], (name, rendition)
                if rendition == "thumb":
                    with Image.open(io.BytesIO(made)) as ours, pictures.opened(data) as theirs:
                        assert look_alike(ours, theirs) < 4, name


def test_drawn_photos_of_every_format_are_served_bare(phone: Phone) -> None:
    told = {
        "exif": exif(6),
        "icc_profile": b"SECRET-PROFILE" * 9,
        "comment": b"SECRET-COMMENT",
        "xmp": b"<x:xmpmeta>SECRET</x:xmpmeta>",
    }
    for number, format in enumerate(("JPEG", "PNG", "WEBP")):
        out = io.BytesIO()
        with Image.open(io.BytesIO(drawn("PNG", size=(900, 600)))) as image:
            image.save(out, format, **told)
        for rendition, made in renditions(phone, accepted(phone, format, out.getvalue() + b"<html>APPENDED", number)):
            assert beside_pixels(made) == [], (format, rendition)
            assert (b"SECRET" in made, b"APPENDED" in made) == (False, False)


@pytest.mark.parametrize("name", ["Exif", "a comment", "a profile", "bytes after the end", "a thumbnail"])
def test_the_walker_sees_what_a_picture_carries(name: str) -> None:
    out, plain = io.BytesIO(), drawn()
    with Image.open(io.BytesIO(plain)) as image:
        more = {"Exif": {"exif": exif(1)}, "a comment": {"comment": b"x"}, "a profile": {"icc_profile": b"x" * 99}}.get(name, {})
        image.save(out, "JPEG", **more)
    data = out.getvalue() + (b"x" if name == "bytes after the end" else b"")
    if name == "a thumbnail":
        data = data.replace(b"\0\x10JFIF\0" + data[11:20], b"\0\x13JFIF\0" + data[11:18] + b"\1\1abc", 1)
    assert beside_pixels(plain) == []
    assert len(beside_pixels(data)) == 1
