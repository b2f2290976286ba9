"""The verdict of the kill tests is worth something only if it sees what is missing, doubled or changed."""

import json
import shutil
import sqlite3
import uuid
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.installation import Installation
from tests.faults.phone import Phone, Record

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, Path]:
    """Return an installation to which one client has reported three hazards, its servers ended, and the receipts."""
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite: the rows are changed behind the product's back, once is enough")
    house, record = Installation(tmp_path_factory.mktemp("installation")), Record()
    world = house.call("tests.faults.world")
    house.start()
    try:
        phone = Phone(
            house.url, world["people"][0], record, categories=world["categories"], seed="verdict", pause=0,
            folder=tmp_path_factory.mktemp("phone"),
        )  # fmt: skip
        for _ in range(3):
            phone.story()
        while not record.of_kind("rectification"):
            phone.story()
    finally:
        house.stop()
    receipts = house.folder / "receipts.json"
    receipts.write_text(json.dumps({"acknowledged": record.acknowledged, "attempted": record.attempted}))
    assert (record.wrong, house.call("tests.faults.verdict", str(receipts), "ahead")["found"]) == ([], [])
    return house, receipts


def _changed(reported: tuple[Installation, Path], folder: Path, *statements: str) -> list[str]:
    """Return what the verdict finds in a copy in which `statements` were run."""
    house = Installation(folder / "copy")
    shutil.copytree(reported[0].folder, house.folder)
    file = house.folder / "var" / "bihuan.sqlite3"
    with sqlite3.connect(file) as rows:
        for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            rows.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            assert rows.execute(statement).rowcount > 0, statement
    rows.close()
    return house.call("tests.faults.verdict", str(reported[1]))["found"]


LAST = "(SELECT id FROM {0} ORDER BY id DESC LIMIT 1)"


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["DELETE FROM kernel_claim WHERE id = (SELECT id FROM hazards_act LIMIT 1)"], "receipt not kept"),
        (["DELETE FROM hazards_act WHERE kind = 'rectification'"], "act: "),
        ([f"DELETE FROM media_photo WHERE id = {LAST.format('media_photo')}"], "photo: "),
        (["DELETE FROM kernel_ledgerentry WHERE kind = 'hazard.reported'"], "entry hazard.reported"),
        (["UPDATE hazards_hazard SET version = version + 1"], "version is not the number of entries"),
        (["UPDATE kernel_ledgerentry SET body = replace(body, '\"v\":1', '\"v\":2') WHERE seq = 2"], "chain broken"),
        (["UPDATE hazards_hazard SET status = 'reported', confirmed_at = NULL WHERE status <> 'reported'"], "status reported"),
        (["DELETE FROM kernel_ledgerleaf WHERE seq = 2"], "entry without its leaf"),
        (["UPDATE kernel_ledgerleaf SET seq = seq + 1000 WHERE seq > 3"], "order has a gap"),
        (["DELETE FROM kernel_job WHERE kind = 'media.tasks.settle'"], "job of a listener"),
        (["UPDATE kernel_job SET state = 'dead' WHERE kind = 'media.tasks.settle'"], "dead job"),
        (
            [
                "INSERT INTO kernel_ledgerentry SELECT '" + uuid.uuid4().hex + "', subject_id, subject_kind, seq + 100, kind, "
                "actor_id, enterprise_id, place, at, body, prev, hash FROM kernel_ledgerentry WHERE kind = 'hazard.submitted'"
            ],
            "entry of an act",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_or_doubled_is_found(reported, tmp_path, statements, words):
    assert any(words in line for line in _changed(reported, tmp_path, *statements))


def test_bytes_that_are_not_those_of_the_receipt_are_found(reported, tmp_path):
    house = Installation(tmp_path / "copy")
    shutil.copytree(reported[0].folder, house.folder)
    blob = next(path for path in (house.media / "originals").rglob("*") if path.is_file())
    blob.write_bytes(blob.read_bytes()[:-1])
    assert any("bytes of a photo" in line for line in house.call("tests.faults.verdict", str(reported[1]))["found"])
