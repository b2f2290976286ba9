"""The reference client in the field: what is due is read, answered and visited without a network, and sent later."""

import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from bihuan_client import Device, Place
from bihuan_client.cli import main
from bihuan_client.errors import Refused
from django.test import Client

from backend.kernel import clock, ids
from hazards.models import Hazard
from inspections.models import Inspection, SelfInspection
from media.models import PhotoUse
from tests.cast import HOUR, Cast, token
from tests.inspections.sheets import an_item, an_occurrence, published
from tests.inspections.visits import AT_A, a_finding, planning
from tests.lines.crowd import picture
from tests.phone.conftest import QUICK
from tests.phone.server import Server, problem

GONE = problem(410, "sync.cursor_gone")


class InProcess(httpx.BaseTransport):
    """Hands requests to the real server without a line; `cut` says that there is no network."""

    def __init__(self) -> None:
        self.client, self.cut = Client(), False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            raise httpx.ConnectError("no network")
        path, headers = request.url.raw_path.decode(), {k: v for k, v in request.headers.items() if k != "content-length"}
        kind = headers.pop("content-type", "application/octet-stream")
        told = self.client.generic(request.method, path, request.read(), content_type=kind, headers=headers)
        return httpx.Response(told.status_code, headers=dict(told.items()), content=told.content)


@pytest.fixture
def line() -> InProcess:
    return InProcess()


def device_of(person: Any, folder: Path, line: InProcess) -> Device:
    device = Device(folder, server="http://testserver", by=line)
    device.use(token(person))
    return device


@pytest.fixture
def sheet(cast: Cast) -> SelfInspection:
    at = clock.now()
    version = published(cast, at=at - HOUR, code="TRY", items=(an_item("TRY-01"), an_item("TRY-02")))
    return an_occurrence(cast.a, version, at=at - HOUR)


@pytest.mark.django_db
def test_an_officer_answers_what_is_due_without_a_network(
    cast: Cast, sheet: SelfInspection, line: InProcess, tmp_path: Path
) -> None:
    device = device_of(cast.officer_a, tmp_path, line)
    assert {change["kind"] for change in device.changes()} >= {"self_inspection", "enterprise"}
    line.cut = True
    (due,) = device.due()
    assert (due["id"], [item["code"] for item in due["items"]]) == (str(sheet.id), ["TRY-01", "TRY-02"])
    said = {"TRY-01": {"result": "ok"}, "TRY-02": {"result": "problem", "note": "门锁坏"}}
    device.answer(due["id"], said, photos={"TRY-02": [picture(random.Random(1), 20_000)]})
    device.submit(due["id"], "已逐项自查", signature=picture(random.Random(2), 20_000))
    assert device.send(patience_s=0.01, **QUICK) == 4
    with pytest.raises(ValueError, match="TRY-09"):
        device.answer(due["id"], said, photos={"TRY-09": [b""]})
    line.cut = False
    assert device.send(patience_s=20, **QUICK) == 0
    assert {item.state for item in device.items()} == {"done"}
    sheet.refresh_from_db()
    assert (sheet.status, Hazard.objects.get().checklist_item) == ("submitted", "TRY-02")
    assert {use.subject_kind for use in PhotoUse.objects.all()} == {"hazard", "self_inspection"}
    list(device.changes())
    assert (device.due(), device.held("self_inspection")[0]["status"]) == ([], "submitted")
    device.close()


@pytest.mark.django_db
def test_an_inspector_makes_a_whole_visit_without_a_network(
    cast: Cast, sheet: SelfInspection, line: InProcess, tmp_path: Path
) -> None:
    device = device_of(cast.inspector, tmp_path, line)
    line.cut = True
    plan = {name: value for name, value in planning(cast, checklists=["TRY"]).items() if name != "id"}
    visit = device.open("inspection", plan)
    here = Place(AT_A["latitude"], AT_A["longitude"], accuracy_m=15)
    device.act(visit, "check-in", {}, photos=[picture(random.Random(3), 20_000)], location=here)
    device.answer(visit, {"TRY-01": {"result": "ok"}, "TRY-02": {"result": "problem"}}, kind="visit_answers")
    device.act(visit, "finding", a_finding(checklist_item="TRY-02"))
    device.act(visit, "check_out", {}, location=here)
    line.cut = False
    assert device.send(patience_s=20, **QUICK) == 0
    assert {item.state for item in device.items()} == {"done"}
    row = Inspection.objects.get()
    assert (str(row.id), row.status, row.findings.count()) == (visit, "finished", 1)
    list(device.changes())
    assert [held["status"] for held in device.held("inspection")] == ["finished"]
    device.close()


def test_what_is_held_follows_the_feed_and_begins_anew_where_the_place_is_lost(phone: Device, server: Server) -> None:
    put = {"kind": "wonder", "id": "1", "version": None, "op": "put", "position": 1, "body": {"id": "1", "is": "new"}}
    server.changes = [put, {**put, "id": "2", "body": {"id": "2"}}]
    assert len(list(phone.changes())) == 2
    server.changes = [{**put, "op": "gone", "body": None}]
    list(phone.changes())
    assert phone.held("wonder") == [{"id": "2"}]
    server.changes, server.lost = [put], [GONE]
    assert [change["id"] for change in phone.changes()] == ["1"]
    assert phone.held("wonder") == [{"id": "1", "is": "new"}]
    account = phone.account
    phone.log_out()
    assert (phone.held("wonder"), phone.account) == ([], account)
    phone.use("good")
    assert len(list(phone.changes())) == 1
    phone.queue.keep(**{f"cursor:{phone.account}": ""})
    server.lost = [GONE]
    with pytest.raises(Refused):
        list(phone.changes())


def test_a_queue_of_the_former_version_is_taken_over(tmp_path: Path) -> None:
    device = Device(tmp_path)
    device.act(str(ids.new()), "withdrawal", {})
    device.close()
    with sqlite3.connect(tmp_path / "queue.sqlite3") as file:
        file.execute("DROP TABLE IF EXISTS object")
        file.execute("PRAGMA user_version=1")
    device = Device(tmp_path)
    assert (len(device.items()), device.held("hazard")) == (1, [])
    device.close()


def test_the_command_answers_and_hands_in(tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    device = Device(tmp_path, server=server.url)
    device.use("good")
    device.close()
    shot = tmp_path / "a.jpg"
    shot.write_bytes(b"\xff\xd8\xff\xe0" + b"x" * 3000)
    sheet, kept = str(ids.new()), ["--folder", str(tmp_path), "--lang", "en"]
    assert main([*kept, "answer", sheet, "EL-01=ok", "EL-02=problem:门锁坏", "--photo", f"EL-02={shot}", "--no-send"]) == 0
    assert main([*kept, "submit", sheet, "--statement", "ok", "--no-send"]) == 0
    assert main([*kept, "open", "inspection", "--json", '{"type": "grid_patrol"}', "--no-send"]) == 0
    assert main([*kept, "due"]) == main([*kept, "held", "inspection"]) == 0
    made = Device(tmp_path)
    said = {item.act: (item.path, json.loads(item.body)) for item in made.items() if item.kind == "act"}
    path, body = said["self_inspection_answers"]
    assert path == f"/api/v1/self-inspections/{sheet}/answers"
    assert [(one["code"], one["result"], len(one.get("photo_ids", []))) for one in body["items"]] == [
        ("EL-01", "ok", 0), ("EL-02", "problem", 1),
    ]  # fmt: skip
    assert said["inspection"][0] == "/api/v1/inspections"
    made.close()
    with pytest.raises(SystemExit):
        main([*kept, "answer", sheet, "EL-01=maybe"])
    capsys.readouterr()
