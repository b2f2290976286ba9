"""The lots: keys committed ahead and revealed late, everything drawn on a day without one, each lot to be cast again."""

import hashlib
import hmac
import json
from datetime import date
from fractions import Fraction
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Duty
from backend.kernel import clock, ids, ledger
from backend.kernel.calendar import local_day, start_of
from backend.kernel.models import Job, LedgerEntry, PolicyVersion
from hazards import tasks
from hazards.actions import day_keys, lots
from hazards.models import DayKey, Draw
from hazards.policy.words import Verb
from tests.api import problem
from tests.cast import DAY, HOUR, NOON, SECOND, a_hazard
from tests.loop import Walk, a_fix

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 16)
LATER = NOON + 31 * DAY


def fixed(cast, *, at=NOON, id=None) -> Walk:
    walk = Walk(cast, at, id=id or ids.new())
    return walk.report(fix=a_fix(cast, at=at))


def fraction(key: str, hazard_id: object, received_at: str) -> Fraction:
    """Cast a lot from the published text alone."""
    digest = hmac.new(bytes.fromhex(key), f"{hazard_id}|{received_at}".encode("ascii"), hashlib.sha256).digest()
    return Fraction(int.from_bytes(digest, "big"), 2**256)


def check(day: date, *options: str) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("check_draws", day.isoformat(), *options, stdout=out)
    except CommandError:
        return 1, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


@pytest.fixture
def a_past_day(cast, frozen):
    """Give a day with ten lots, some of them drawn by hand or because nobody accepted them, its key revealed."""
    day_keys.commit_ahead(at=NOON - DAY)
    walks = [fixed(cast, at=NOON + n * SECOND) for n in range(10)]
    undrawn = [walk for walk in walks if walk.hazard.drawn_at is None]
    undrawn[0].take(Verb.DRAW)
    day_keys.reveal_due(at=LATER)
    with frozen(LATER):
        yield walks


def test_keys_are_committed_thirty_days_ahead_and_once():
    assert day_keys.commit_ahead(at=NOON) == 31
    assert day_keys.commit_ahead(at=NOON + HOUR) == 0
    assert day_keys.commit_ahead(at=NOON + DAY) == 1
    days = list(DayKey.objects.order_by("day").values_list("day", flat=True))
    assert (days[0], days[-1], len(days)) == (TODAY, TODAY + 31 * DAY, 32)
    keys = set(DayKey.objects.values_list("key", flat=True))
    assert len(keys) == 32
    assert all(len(bytes.fromhex(key)) == 32 for key in keys)


def test_a_commitment_is_in_the_ledger_and_the_key_nowhere_but_in_its_row(caplog):
    day_keys.commit_ahead(at=NOON)
    row = DayKey.objects.get(day=TODAY)
    [entry] = ledger.of(day_keys.subject_of(TODAY))
    assert entry.kind == "draw_key.committed"
    assert ledger.read(entry)["facts"] == {"day": "2026-09-16", "commitment": row.commitment, "demo": False}
    assert hashlib.sha256(bytes.fromhex(row.key)).hexdigest() == row.commitment
    everywhere = [*LedgerEntry.objects.values_list("body", flat=True), *map(str, Job.objects.values_list("payload", flat=True)),
                  caplog.text, str(row), repr(row)]  # fmt: skip
    assert [text for text in everywhere if row.key in text] == []


def test_a_key_is_revealed_thirty_days_after_its_day_and_once():
    day_keys.commit_ahead(at=NOON)
    due = start_of(TODAY + 30 * DAY)
    assert day_keys.reveal_due(at=due - SECOND) == 0
    assert day_keys.reveal_due(at=due) == 1
    assert day_keys.reveal_due(at=due + HOUR) == 0
    committed, revealed = ledger.of(day_keys.subject_of(TODAY))
    assert (committed.kind, revealed.kind, ledger.broken_at(revealed.subject_id)) == (
        "draw_key.committed",
        "draw_key.revealed",
        None,
    )
    assert ledger.read(revealed)["facts"]["key"] == DayKey.objects.get(day=TODAY).key


def test_the_days_until_the_reveal_are_policy():
    PolicyVersion.objects.create(
        id=ids.new(), kind="hazards", version=1, effective_from=NOON - DAY, document={"reveal_after_days": 60}
    )
    day_keys.commit_ahead(at=NOON)
    assert day_keys.reveal_due(at=start_of(TODAY + 60 * DAY) - SECOND) == 0
    assert day_keys.reveal_due(at=start_of(TODAY + 60 * DAY)) == 1


def test_the_timetable_keeps_both_up_and_may_run_twice():
    for _ in range(2):
        tasks.keep_day_keys(at=NOON)
        tasks.keep_day_keys(at=LATER)
    assert DayKey.objects.filter(day__gte=local_day(LATER)).count() == 31
    assert LedgerEntry.objects.filter(kind="draw_key.revealed").count() == 2  # of the 16th and the 17th


def test_demo_days_have_keys_of_the_seed_and_are_marked():
    day_keys.commit_ahead(at=NOON)
    first, last = TODAY - 60 * DAY, TODAY + 5 * DAY
    assert day_keys.commit_demo(first_day=first, last_day=last, seed="s", at=NOON) == 60
    assert day_keys.commit_demo(first_day=first, last_day=last, seed="s", at=NOON) == 0
    assert not DayKey.objects.get(day=TODAY).demo  # today has a secret key of its own
    old, young = DayKey.objects.get(day=TODAY - 30 * DAY), DayKey.objects.get(day=TODAY - 29 * DAY)
    assert (old.demo, old.committed_at < start_of(old.day), old.revealed_at is None) == (True, True, False)
    assert (young.demo, young.revealed_at) == (True, None)
    assert old.key == hashlib.sha256(b"s|2026-08-17").hexdigest()


def test_on_a_day_without_a_key_everything_is_drawn(cast):
    walks = [fixed(cast) for _ in range(8)]
    assert [w.hazard.drawn_at for w in walks] == [NOON] * 8
    assert set(Draw.objects.values_list("rate", "drawn", "cause")) == {(1.0, True, "lot")}


@pytest.mark.parametrize(("late", "all_drawn"), [(-SECOND, False), (0 * SECOND, True), (HOUR, True)])
def test_a_key_committed_when_its_day_had_begun_draws_everything(cast, late, all_drawn):
    day_keys.commit_ahead(at=start_of(TODAY) + late)
    for _ in range(16):
        fixed(cast)
    assert (not Draw.objects.filter(drawn=False).exists()) == all_drawn


def test_the_key_of_a_day_is_that_of_shanghai(cast):
    day_keys.commit_ahead(at=NOON - DAY)
    for at in (start_of(TODAY) - SECOND, start_of(TODAY)):
        fixed(cast, at=at)
    assert list(Draw.objects.order_by("received_at").values_list("day", flat=True)) == [TODAY - DAY, TODAY]


def test_a_lot_is_what_the_published_text_says(cast, frozen, api, a_past_day):
    key = DayKey.objects.get(day=TODAY).key
    items = api.get("/public/sampling?day=2026-09-16").json()["items"]
    assert {item["hazard_id"] for item in items} == {str(walk.id) for walk in a_past_day}
    for item in items:
        assert (fraction(key, item["hazard_id"], item["received_at"]) < Fraction(str(item["rate"]))) is item["drawn"]
    assert {(item["cause"], item["rate"]) for item in items} == {("lot", 0.5), ("hand", 1.0)}
    assert {item["received_at"] for item in items} == {clock.text(walk.hazard.received_at) for walk in a_past_day}


def test_the_time_is_that_of_the_receipt(cast, api, frozen):
    at = NOON.replace(microsecond=120_000)
    with frozen(at):
        body = {
            "enterprise_id": str(cast.a.id), "source": "snapshot", "category": "EL01", "description": "已自改", "place": "车间",
            "found_at": clock.text(at), "rectification": {
                "measures": "装", "responsible": "李", "finished_at": clock.text(at), "photo_ids": [str(ids.new())],
            },
        }  # fmt: skip
        receipt = api.as_(cast.officer_a).post("/hazards", body).json()["receipt"]
    with frozen(LATER):
        [item] = api.get("/public/sampling?day=2026-09-16").json()["items"]
    assert (item["hazard_id"], item["received_at"]) == (receipt["id"], receipt["received_at"])


def test_the_rate_is_doubled_and_the_same_fraction_compared_again(cast):
    day_keys.commit_ahead(at=NOON - DAY)
    PolicyVersion.objects.create(
        id=ids.new(), kind="consequences", version=1, effective_from=NOON - DAY, document={"grey": {"sampling": 0.2}}
    )
    key = DayKey.objects.get(day=TODAY).key
    for low, drawn in ((0.2, True), (0.4, False)):
        while not low <= fraction(key, id := ids.new(), clock.text(NOON)) < low + 0.2:
            pass
        hazard = fixed(cast, id=id).hazard
        assert hazard.drawn_at is None
        draw = lots.raise_rate(hazard, at=NOON + HOUR)
        assert (draw.rate, draw.drawn, draw.cause) == (0.4, drawn, "photo")
        assert lots.raise_rate(hazard, at=NOON + HOUR) is None


def test_nothing_of_a_day_is_public_before_its_key_is_revealed(cast, api, frozen):
    day_keys.commit_ahead(at=NOON - DAY)
    fixed(cast)
    with frozen(NOON + 29 * DAY):
        assert problem(api.get("/public/sampling?day=2026-09-16")) == (409, "sampling.not_revealed")
        [item] = api.get("/public/draw-keys?day=2026-09-16").json()["items"]
        assert (item["key"], item["demo"], item["reveals_on"]) == (None, False, "2026-10-16")
        assert DayKey.objects.get(day=TODAY).key not in json.dumps(api.get("/public/draw-keys").json())
        assert check(TODAY)[0] == 1


def test_a_day_that_never_had_a_key_is_open_when_its_key_would_be(cast, api, frozen):
    fixed(cast)
    with frozen(NOON + 29 * DAY):
        assert problem(api.get("/public/sampling?day=2026-09-16")) == (409, "sampling.not_revealed")
    with frozen(LATER):
        [item] = api.get("/public/sampling?day=2026-09-16").json()["items"]
        assert (item["drawn"], item["rate"]) == (True, 1.0)
        assert check(TODAY)[0] == 0


def test_keys_are_public_page_by_page_without_login(api):
    day_keys.commit_ahead(at=NOON)
    page = api.get("/public/draw-keys?limit=20").json()
    rest = api.get(f"/public/draw-keys?limit=20&cursor={page['next_cursor']}").json()
    days = [item["day"] for item in page["items"] + rest["items"]]
    assert days == sorted(days, reverse=True)
    assert (len(days), rest["next_cursor"]) == (31, None)
    assert set(page["items"][0]) == {"day", "commitment", "committed_at", "reveals_on", "key", "demo"}


@pytest.mark.parametrize(
    "path", ["/public/sampling", "/public/sampling?day=16.9.2026", "/public/sampling?day=2026-02-30", "/public/draw-keys?day=x",
             "/public/draw-keys?limit=0", "/public/draw-keys?cursor=x", "/public/draw-keys?dag=2026-09-16",
             "/public/sampling?day=0001-01-01", "/public/draw-keys?day=9999-12-31"],
)  # fmt: skip
def test_what_is_not_understood_is_refused(api, path):
    assert problem(api.get(path))[0] == 422


def test_a_good_day_is_found_good(a_past_day):
    status, lines = check(TODAY)
    assert status == 0
    assert lines == [
        f"2026-09-16: 10 条隐患,抽中 {Draw.objects.filter(drawn=True).count()} 条 / hazards, drawn; 不符 0 / differences"
    ]


def test_one_lot_turned_round_is_found(a_past_day):
    turned = Draw.objects.filter(cause="lot", drawn=True).first() or Draw.objects.filter(cause="lot").first()
    Draw.objects.filter(id=turned.id).update(drawn=not turned.drawn)
    status, lines = check(TODAY)
    assert status == 1
    assert [line for line in lines if str(turned.hazard_id) in line]
    assert len(lines) == 2


def test_a_key_that_does_not_match_its_commitment_is_found(a_past_day):
    DayKey.objects.filter(day=TODAY).update(commitment="0" * 64)
    status, lines = check(TODAY)
    assert (status, lines[0]) == (1, "2026-09-16: 密钥与事先公布的承诺不符 / the key does not match its commitment")


def test_a_key_exchanged_together_with_its_commitment_shows_in_the_lots(a_past_day):
    other = "ab" * 32
    DayKey.objects.filter(day=TODAY).update(key=other, commitment=hashlib.sha256(bytes.fromhex(other)).hexdigest())
    assert check(TODAY)[0] == 1


def test_a_late_commitment_with_something_undrawn_is_found(a_past_day):
    DayKey.objects.filter(day=TODAY).update(committed_at=start_of(TODAY))
    status, lines = check(TODAY)
    assert (status, len(lines) - 1) == (1, Draw.objects.filter(drawn=False).count())


def test_a_lot_that_is_gone_or_moved_to_another_day_is_found(a_past_day):
    hand = Draw.objects.get(cause="hand")
    Draw.objects.filter(hazard=hand.hazard_id, cause="lot").delete()
    moved = Draw.objects.exclude(hazard=hand.hazard_id).first()
    Draw.objects.filter(id=moved.id).update(received_at=moved.received_at - DAY)
    status, lines = check(TODAY)
    assert status == 1
    assert any(str(hand.hazard_id) in line for line in lines)
    assert any(str(moved.hazard_id) in line for line in lines)


def test_a_bad_address_and_a_dead_one_are_said(capsys):
    with pytest.raises(CommandError, match="http"):
        call_command("check_draws", "2026-09-16", "--url", "file:///etc/passwd")
    with pytest.raises(CommandError, match="127"):
        call_command("check_draws", "2026-09-16", "--url", "http://127.0.0.1:9")


def test_the_admin_and_regulators_have_no_door_to_a_key(cast, api):
    day_keys.commit_ahead(at=NOON)
    a_hazard(cast, None, fixed=True, drawn=True)
    secret = DayKey.objects.get(day=TODAY).key
    for who in (cast.admin, cast.regulator, cast.auditor):
        assert secret not in api.as_(who).get("/public/draw-keys?day=2026-09-16").content.decode()
    assert Duty.objects.exists()
