"""From report to closed with nothing but the generated Python client: `python drive.py told.json`."""

import hashlib
import json
import sys
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from bihuan_client import AuthenticatedClient
from bihuan_client.api.accounts import read_me, read_receipt
from bihuan_client.api.hazards import (
    list_hazard_categories,
    list_hazards,
    read_hazard,
    reinspect_hazard,
    report_hazard,
    submit_rectification,
    verify_hazard,
)
from bihuan_client.api.photos import put_photo, read_photo, send_photo
from bihuan_client.models import (
    ActOut,
    CategoriesOut,
    HazardOut,
    HazardsOut,
    Level,
    MeOut,
    PhotoOut,
    PhotoReceivedOut,
    Problem,
    ReceiptOut,
    RectificationIn,
    ReinspectionIn,
    ReinspectionInOutcome,
    ReportIn,
    SendPhotoBody,
    Source,
    VerificationIn,
    VerificationInOutcome,
)
from bihuan_client.types import File
from login import log_in

T = TypeVar("T")
PATIENCE = 60  # seconds until a photo has been decoded


def be(kind: type[T], answer: object) -> T:
    """Return `answer`, which has to be of the generated type `kind`."""
    assert isinstance(answer, kind), answer
    return answer


def refused(status: int, code: str, answer: object) -> None:
    """Check that `answer` is a Problem of the generated type, of this status and code."""
    problem = be(Problem, answer)
    assert (problem.status, problem.code) == (status, code), problem
    print(f"refused {status} {code}: {problem.detail}")


def client(url: str, token: str) -> AuthenticatedClient:
    """Return a generated client with the session token where the API expects it."""
    return AuthenticatedClient(base_url=url, token=token, prefix="", auth_header_name="X-Session-Token", timeout=None)


def sent_as_form(officer: AuthenticatedClient, file: Path) -> UUID:
    """Upload a photo as a multipart form and return its id."""
    raw = file.read_bytes()
    part = File(payload=BytesIO(raw), file_name=file.name, mime_type="image/jpeg")
    body = SendPhotoBody(file=part, id=uuid4(), sha256=hashlib.sha256(raw).hexdigest())
    photo = be(PhotoReceivedOut, send_photo.sync(client=officer, body=body))
    assert photo.receipt.digest == hashlib.sha256(raw).hexdigest()
    return photo.id


def sent_raw(officer: AuthenticatedClient, file: Path) -> UUID:
    """Upload a photo as the body itself and return its id."""
    photo_id = uuid4()
    body = File(payload=BytesIO(file.read_bytes()))
    return be(PhotoReceivedOut, put_photo.sync(photo_id, client=officer, body=body)).id


def wait_until_ready(officer: AuthenticatedClient, photo_id: UUID) -> None:
    """Return once the photo has been decoded and found good."""
    deadline = time.monotonic() + PATIENCE
    while (photo := be(PhotoOut, read_photo.sync(photo_id, client=officer))).status != "ready":
        assert photo.status == "received", photo
        assert time.monotonic() < deadline, photo
        time.sleep(0.3)


def report(officer: AuthenticatedClient, enterprise_id: UUID, photo_id: UUID) -> HazardOut:
    """Report a hazard, twice as a phone does that lost the first answer, and return it."""
    category = be(CategoriesOut, list_hazard_categories.sync(client=officer)).items[0].code
    body = ReportIn(
        id=uuid4(), enterprise_id=enterprise_id, source=Source.SELF_INSPECTION, category=category, place="二号车间冲床",
        description="冲床防护罩缺失,运转部件外露", found_at=datetime.now(UTC), level_claimed=Level.GENERAL, photo_ids=[photo_id],
    )  # fmt: skip
    first = be(HazardOut, report_hazard.sync(client=officer, body=body))
    again = report_hazard.sync_detailed(client=officer, body=body)
    hazard = be(HazardOut, again.parsed)
    assert (again.status_code, again.headers["Idempotency-Replayed"], hazard.id) == (200, "true", first.id)
    assert be(ReceiptOut, hazard.receipt) == be(ReceiptOut, first.receipt)
    assert (first.status, [str(photo.id) for photo in first.photos]) == ("reported", [str(photo_id)])
    return first


def act(answer: object, status: str) -> ActOut:
    """Check that an act was taken, led to `status` and left a receipt; return it."""
    taken = be(ActOut, answer)
    assert (taken.hazard.status, len(taken.receipt.digest)) == (status, 64), taken
    print(f"{taken.kind} -> {status}, receipt {taken.receipt.digest[:12]}")
    return taken


def close(told: dict[str, Any]) -> None:
    """Drive one hazard from report to closed, with a refusal on the way."""
    officer = client(told["url"], told["officer"]["token"])
    inspector = client(told["url"], log_in(told["url"], told["inspector"], sms=Path(told["sms"])))
    before, after = map(Path, told["photos"])
    assert be(MeOut, read_me.sync(client=inspector)).name == told["inspector"]["name"]

    shown = sent_as_form(officer, before)
    hazard = report(officer, UUID(told["enterprise_id"]), shown)
    wait_until_ready(officer, shown)
    confirm = VerificationIn(
        id=uuid4(), outcome=VerificationInOutcome.CONFIRM, level=Level.GENERAL, requirement="加装防护罩并验收"
    )
    act(verify_hazard.sync(hazard.id, client=inspector, body=confirm), "rectifying")
    confirm.id = uuid4()
    refused(409, "hazard.wrong_status", verify_hazard.sync(hazard.id, client=inspector, body=confirm))

    fix = RectificationIn(id=uuid4(), measures="已加装固定式防护罩", responsible="李安全", finished_at=datetime.now(UTC))
    refused(422, "hazard.photo_required", submit_rectification.sync(hazard.id, client=officer, body=fix))
    mended = sent_raw(officer, after)
    fix.photo_ids = [mended]
    act(submit_rectification.sync(hazard.id, client=officer, body=fix), "awaiting_reinspection")
    wait_until_ready(officer, mended)
    passing = ReinspectionIn(id=uuid4(), outcome=ReinspectionInOutcome.PASS, on_site=True, note="现场复查合格")
    refused(403, "hazard.not_your_move", reinspect_hazard.sync(hazard.id, client=officer, body=passing))
    last = act(reinspect_hazard.sync(hazard.id, client=inspector, body=passing), "closed")

    closed = be(HazardOut, read_hazard.sync(hazard.id, client=officer))
    assert (closed.status, closed.photos_missing, closed.closed_at is None) == ("closed", [], False), closed
    assert be(ReceiptOut, read_receipt.sync(last.id, client=inspector)) == last.receipt
    mine = be(HazardsOut, list_hazards.sync(client=officer, mine=True, limit=1))
    assert mine.items[0].id == hazard.id
    print(f"closed: {hazard.id}")


if __name__ == "__main__":
    close(json.loads(Path(sys.argv[1]).read_text()))
