"""PDFs in the store: those of documents stay, others go after a week, one that cannot be read is no 500; how many are given."""

import io
import os
import zipfile
from pathlib import Path
from uuid import UUID

import pytest

from backend.kernel import clock, ids
from hazards.policy.words import Verb
from inspections import tasks
from inspections.actions import print_, sweep
from inspections.documents import printing
from tests.api import problem
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND, a_hazard
from tests.inspections.paper import issued
from tests.inspections.test_dossier import body_of

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not printing.can_print(), reason="needs Pango")]


@pytest.fixture(autouse=True)
def store(tmp_path, settings) -> Path:
    """Give the folder of a store of the test's own."""
    settings.STORAGE_URL = f"file://{tmp_path / 'media'}"
    return tmp_path / "media"


def test_pdfs_that_no_print_stands_for_are_cleared_after_a_week_and_nothing_else(cast, store):
    made = issued(cast)
    kept = store / print_.key_of(print_.print_issued(UUID(made["id"]), at=clock.now()).sha256)
    orphan, fresh = (store / print_.key_of(digit * 64) for digit in "bc")
    for path in (orphan, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF")
    week_ago = (clock.now() - 8 * DAY).timestamp()
    for path in (kept, orphan):
        os.utime(path, (week_ago, week_ago))
    assert sweep.clear_orphans(at=clock.now()) == 1
    assert (kept.exists(), orphan.exists(), fresh.exists()) == (True, False, True)
    tasks.clear_orphans(at=clock.now() + 8 * DAY)
    assert (kept.exists(), fresh.exists()) == (True, False)


def test_a_pdf_that_cannot_be_read_is_away_and_left_out_of_the_dossier(cast, api, store):
    hazard = a_hazard(cast, Verb.CONFIRM)
    made, inspector = issued(cast, hazard_id=str(hazard.id)), api.as_(cast.inspector)
    (store / print_.key_of(print_.print_issued(UUID(made["id"]), at=clock.now()).sha256)).unlink()
    reply = inspector.get(f"/documents/{made['id']}/pdf")
    assert (problem(reply), reply["Retry-After"]) == ((503, "document.unprinted"), "300")
    bundle = zipfile.ZipFile(io.BytesIO(body_of(inspector.get(f"/hazards/{hazard.id}/dossier?format=zip"))))
    assert made["id"] in bundle.read("LEFT_OUT.txt").decode()


def test_a_document_is_verified_sixty_times_a_minute_by_one_address(cast, api, settings, frozen):
    token = issued(cast)["verify_url"].rpartition("/")[2]
    settings.RATE_SCALE = 1.0
    for second in range(3):
        with frozen(NOON + 2 * second * SECOND):
            replies = [api.get(f"/public/documents/{token}") for _ in range(20)]
        assert {reply.status_code for reply in replies} == {200}
    assert replies[-1]["RateLimit"].startswith('"verify";r=0')
    with frozen(NOON + 8 * SECOND):
        for path in (token, "unknown"):  # a guess costs as much
            reply = api.get(f"/public/documents/{path}")
            assert (problem(reply), reply["RateLimit-Policy"]) == ((429, "limit.exceeded"), '"verify";q=60;w=60')
            assert 1 <= int(reply["Retry-After"]) <= 60
        assert api.get("/problems").status_code == 200
    with frozen(NOON + 61 * SECOND):
        assert api.get(f"/public/documents/{token}").status_code == 200


def test_a_person_takes_five_dossiers_an_hour(cast, api, settings, frozen):
    hazard = a_hazard(cast, Verb.CONFIRM)
    path, later = f"/hazards/{hazard.id}/dossier", NOON + HOUR + MINUTE
    settings.RATE_SCALE = 1.0
    with frozen(NOON):
        inspector, owner = api.as_(cast.inspector), api.as_(cast.owner_a)
        assert problem(inspector.get(f"/hazards/{ids.new()}/dossier"))[0] == 404  # what one may not have is not counted
        assert [inspector.get(path).status_code for _ in range(5)] == [200] * 5
        reply = inspector.get(f"{path}?format=zip")
        assert (problem(reply), reply["RateLimit-Policy"]) == ((429, "limit.exceeded"), '"export";q=5;w=3600')
        assert 1 <= int(reply["Retry-After"]) <= 3600
        assert owner.get(path).status_code == 200
    with frozen(later):
        assert inspector.get(path).status_code == 200
