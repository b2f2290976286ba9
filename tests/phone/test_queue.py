"""The queue on the phone: kill -9 at any point, a full disk, ids."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest
from bihuan_client import Device, Queue, ids
from bihuan_client.errors import NoSpace, Unreadable

from tests.architecture.source import ROOT
from tests.phone.conftest import FIRM, QUICK, picture, report
from tests.phone.server import Server, instead, problem

SOURCE = ROOT / "clients" / "python" / "src"
# captures and sends for ever; says what was kept once it was kept
BUSY = """
import random, sys
from pathlib import Path
from bihuan_client import Device
from bihuan_client.errors import ClientError
from bihuan_client.rules import Pace
folder, url, seed = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
device = Device(folder, server=url)
dice = random.Random(seed)
while True:
    photos = [b"\\xff\\xd8\\xff\\xe0" + dice.randbytes(20_000) for _ in range(2)]
    id = device.report(photos=photos, enterprise="e", category="c", place="p", description="d")
    print(id, flush=True)
    try:
        device.send(patience_s=0.05, pace=Pace(0.001, 0.01))
    except ClientError:
        pass
"""


def bihuan(*arguments: str, folder: Path, url: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    named = {**os.environ, "PYTHONPATH": str(SOURCE), "BIHUAN_HOME": str(folder), **environment}
    command = [sys.executable, "-m", "bihuan_client", *(["--server", url] if url else []), *arguments]
    return subprocess.run(command, env=named, capture_output=True, text=True, timeout=120, check=False)


def test_killed_at_any_point_nothing_kept_is_lost_and_nothing_is_doubled(server: Server, tmp_path: Path) -> None:
    folder, kept, dice = tmp_path / "phone", list[str](), random.Random(20260916)
    device = Device(folder, server=server.url)
    device.use("good")
    device.close()
    for round in range(8):
        with subprocess.Popen(
            [sys.executable, "-c", BUSY, str(folder), server.url, str(round)], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
        ) as process:  # fmt: skip
            assert process.stdout
            kept.append(process.stdout.readline().strip())  # it is at work
            time.sleep(dice.uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
            kept += process.stdout.read().split()
    device = Device(folder, server=server.url)
    here = {item.id for item in device.items() if item.kind == "act"}
    assert {id for id in kept if len(id) == 36} <= here
    for item in device.items():
        if item.state != "done" and item.kind == "photo":
            assert device.queue.picture(item)  # an act is here with all its pictures, or not at all
    assert device.send(**QUICK) == 0
    assert {item.state for item in device.items()} == {"done"}
    assert set(server.received) == {item.id for item in device.items()}
    named = [one["id"] for id in here for one in json.loads(server.bodies[id])["photo_ids"]]
    assert set(named) == {item.id for item in device.items() if item.kind == "photo"}
    assert list(device.queue.photos.iterdir()) == []
    device.close()


def test_halves_that_a_kill_left_are_swept(phone: Device) -> None:
    (phone.queue.photos / "in-half").write_bytes(b"x")
    (phone.queue.photos / ("0" * 64)).write_bytes(b"a picture whose act was never kept")
    assert phone.send(**QUICK) == 0
    assert list(phone.queue.photos.iterdir()) == []


def test_a_full_disk_keeps_nothing_half_and_what_was_kept_goes_on(phone: Device, server: Server) -> None:
    report(phone, picture())
    pages = phone.queue._file.execute("PRAGMA page_count").fetchone()[0]
    phone.queue._file.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(NoSpace):
        for n in range(200):
            report(phone, picture(n + 2), description="长" * 1500)
    acts = [item for item in phone.items() if item.kind == "act"]
    assert len([item for item in phone.items() if item.kind == "photo"]) == len(acts)
    phone.queue._file.execute("PRAGMA max_page_count=100000")
    assert phone.send(**QUICK) == 0
    assert len(server.received) == 2 * len(acts)


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of the size of files")
def test_a_picture_that_does_not_fit_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    folder, file = tmp_path / "phone", tmp_path / "a.jpg"
    Device(folder).close()
    file.write_bytes(picture(1, 400_000))
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        "from bihuan_client.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    wanted = ["report", str(file), "--enterprise", FIRM, "--category", "EL01", "--place", "p", "--no-send"]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "BIHUAN_HOME": str(folder)}
    done = subprocess.run([sys.executable, "-c", script, *wanted], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 6, done.stderr
    assert "存储空间已满" in done.stderr
    assert list((folder / "photos").iterdir()) == []
    queue = Queue(folder)
    assert queue.rows() == []
    queue.close()


def test_a_queue_of_a_newer_client_is_left_alone(tmp_path: Path) -> None:
    Queue(tmp_path).close()
    with sqlite3.connect(tmp_path / "queue.sqlite3") as file:
        file.execute("PRAGMA user_version=99")
    with pytest.raises(Unreadable):
        Queue(tmp_path)


def test_ids_are_uuids_of_version_7_and_rise() -> None:
    made = [ids.new() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {UUID(id).version for id in made[::1000]} == {7}
    assert abs((UUID(made[0]).int >> 80) / 1000 - time.time()) < 60


def test_the_session_is_nobody_elses_business(phone: Device) -> None:
    assert (phone.queue.folder / "queue.sqlite3").stat().st_mode & 0o077 == 0


def test_the_command_keeps_sends_and_says_so(server: Server, tmp_path: Path) -> None:
    folder, file = tmp_path / "phone", tmp_path / "a.jpg"
    file.write_bytes(picture())
    wanted = [
        "report",
        str(file),
        "--enterprise",
        FIRM,
        "--category",
        "EL01",
        "--place",
        "一号车间",
        "--lat",
        "27.9",
        "--lon",
        "120.6",
    ]
    early = bihuan(*wanted, folder=folder, url=server.url)
    assert early.returncode == 5  # kept, and a login is needed
    assert "bihuan login" in early.stderr
    assert bihuan("login", "--token", "bad", folder=folder, url=server.url).returncode == 5
    assert bihuan("login", "--token", "good", folder=folder, url=server.url).returncode == 0
    assert bihuan("status", folder=folder).returncode == 3
    sent = bihuan("send", folder=folder)
    assert (sent.returncode, "全部收妥" in sent.stderr) == (0, True), sent.stderr
    assert early.stdout.strip() in server.received
    listed = bihuan("queue", "--all", "--json", folder=folder)
    assert {json.loads(line)["state"] for line in listed.stdout.splitlines()} == {"done"}
    again = bihuan(
        "--lang", "en", "rectify", early.stdout.strip(), str(file), "--measures", "m", "--responsible", "r", folder=folder
    )
    assert (again.returncode, "Everything is received" in again.stderr) == (0, True), again.stderr


def test_the_command_shows_what_was_not_accepted(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "phone"
    bihuan("login", "--token", "good", folder=folder, url=server.url)
    server.faults = [instead(problem(422, "request.invalid"))]
    done = bihuan("report", "--enterprise", "x", "--category", "y", "--place", "z", folder=folder)
    assert done.returncode == 4
    assert "不行" in bihuan("queue", folder=folder).stdout
    id = done.stdout.strip()
    assert bihuan("drop", id, folder=folder).returncode == 2
    assert bihuan("retry", id, folder=folder).returncode == 0
    assert bihuan("send", folder=folder).returncode == 0
    assert bihuan("drop", id, "--yes", folder=folder).returncode == 2  # received: nothing to drop


def test_the_command_waits_no_longer_than_asked(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "phone"
    bihuan("login", "--token", "good", folder=folder, url=server.url)
    server.faults = [instead(None)] * 1000
    wanted = ["report", "--enterprise", "x", "--category", "y", "--place", "z", "--patience", "1"]
    done = bihuan(*wanted, folder=folder)
    assert (done.returncode, "待发" in done.stderr) == (3, True), done.stderr


def test_the_client_imports_nothing_of_the_server() -> None:
    code = "import sys, bihuan_client.cli; print(sorted({m.split('.')[0] for m in sys.modules}))"
    out = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=True
    ).stdout
    rooms = {"backend", "django", "accounts", "media", "hazards", "sync", "enterprises", "demo", "tests"}
    assert rooms & set(eval(out)) == set()
