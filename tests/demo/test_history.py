"""The demo's history: every kind of story ends as it should, its time runs forward, and nothing of it is left undone."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command

from backend.kernel import clock, ledger
from backend.kernel.models import Job, LedgerEntry
from backend.kernel.models.job import State
from demo import firms, load
from demo.cast import fixed
from demo.history import make, photos, plan
from demo.history.plan import KINDS, SCENES, Tale
from demo.history.scripts import SCRIPTS
from demo.models import World
from enterprises.models import Enterprise
from grading.models import Standing
from hazards.models import DayKey, Hazard
from media.models import Photo
from notifications.models import Delivery, Notice
from tests.cast import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db
ENDS = {
    "dismissed": "void", "withdrawn": "void", "never": "rectifying", "pile": "rectifying",
}  # fmt: skip
FIRM = next(iter(firms.others(1)))


def nothing(_: str) -> None:
    pass


def told(kind: str, *, number: int = 0, firm: Any = firms.A, key: str = "a", days: int = 0) -> Hazard:
    """Tell one story of `kind` that begins long enough ago to have ended, and return its hazard."""
    world = load.load(at=NOON, enterprises=1)
    start = NOON - (days or KINDS[kind][1] + 20) * DAY
    tale = Tale(number, kind, key, firm, int(key != "a"), start, NOON - HOUR)
    World.objects.update(told=number)
    said: list[str] = []
    assert make._tell(tale, since=world.began_at - load.SINCE, say=said.append), said
    assert World.objects.get().told == number + 1
    return Hazard.objects.earliest("received_at")


def test_every_kind_has_a_script() -> None:
    assert KINDS.keys() == SCRIPTS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_ends_as_its_kind_should(kind: str) -> None:
    hazard = told(kind, number=1, firm=FIRM, key="firm-1")
    assert hazard.status == ENDS.get(kind, "closed")
    assert ledger.broken_at(hazard.id) is None
    at = [entry.at for entry in ledger.of(hazard.id)]
    assert at == sorted(at)
    assert at[-1] < NOON
    assert hazard.next_step_at is None or hazard.next_step_at > NOON - HOUR


def test_a_major_one_is_signed_by_two_and_planned() -> None:
    hazard = told("listed")
    kinds = [entry.kind for entry in ledger.of(hazard.id)]
    assert [kind for kind in kinds if "escalated" not in kind] == [
        "hazard.reported", "hazard.planned", "hazard.listed", "hazard.submitted", "hazard.lifted", "hazard.signed",
        "hazard.countersigned",
    ]  # fmt: skip
    assert len(hazard.who.passed) == 2


def test_what_is_late_escalated_back_then_and_not_today() -> None:
    hazard = told("never", days=60)
    rungs = [entry for entry in ledger.of(hazard.id) if entry.kind == "hazard.escalated"]
    assert len(rungs) >= 5
    assert all(later.at > earlier.at for earlier, later in pairwise(rungs))
    assert rungs[-1].at < NOON - 20 * DAY


def test_a_neglected_enterprise_is_graded_accordingly() -> None:
    told("pile", days=70)
    assert Hazard.objects.overdue(NOON - HOUR).count() >= 2
    assert Enterprise.objects.get(id=firms.A.id).grade not in ("green", "grey")


def test_a_story_that_has_come_to_the_present_stays_open() -> None:
    assert told("inspection", days=1).status == "rectifying"


def test_no_sms_of_the_past_is_sent_and_nothing_is_left_to_the_workers() -> None:
    told("late")
    assert Notice.objects.exists()
    assert set(Delivery.objects.values_list("state", flat=True)) <= {"refused"}
    assert not Job.objects.filter(state=State.WAITING, created_at__lt=NOON - HOUR, kind__startswith="notifications").exists()
    assert not Job.objects.filter(state=State.WAITING, kind="hazards.tasks.tell").exists()


def small() -> World:
    return load.load(at=clock.now(), enterprises=3, days=40)


def whole(world: World) -> list[str]:
    said: list[str] = []
    make.make(World.objects.get(), at=clock.now(), say=said.append, rest=0)
    return said


def test_the_history_is_made_once_and_its_time_runs_forward() -> None:
    said = whole(small())
    world = World.objects.get()
    assert world.told_at is not None
    assert not any("left out" in line for line in said)
    assert Hazard.objects.count() >= world.told - len(SCENES) > 0
    for firm in Enterprise.objects.all():
        entries = [e for e in ledger.of(firm.id) if e.kind == "enterprise.graded"]
        assert all(later.at >= earlier.at for earlier, later in pairwise(entries))
    assert not Hazard.objects.filter(next_step_at__lte=world.began_at - HOUR).exists()
    assert Photo.objects.exclude(status="ready").count() == 0
    assert DayKey.objects.filter(demo=True).count() >= 40
    count = (Hazard.objects.count(), LedgerEntry.objects.count())
    assert whole(world) == []
    assert (Hazard.objects.count(), LedgerEntry.objects.count()) == count


def test_a_maker_that_was_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    world, real = small(), photos.prepare

    def cut(tale: Tale) -> Any:
        if tale.number == 4:
            raise KeyboardInterrupt
        return real(tale)

    with monkeypatch.context() as patched:
        patched.setattr(photos, "prepare", cut)
        with pytest.raises(KeyboardInterrupt):
            whole(world)
    assert World.objects.get().told == 4
    whole(world)
    assert World.objects.get().told > 4
    assert Hazard.objects.filter(id__in=[fixed(f"tale-{n}") for n in range(6)]).count() == 6


def test_a_second_maker_tells_no_story_twice() -> None:
    world = load.load(at=NOON, enterprises=1)
    tale = Tale(0, "dismissed", "a", firms.A, 0, NOON - 9 * DAY, NOON - HOUR)
    since = world.began_at - load.SINCE
    assert make._tell(tale, since=since, say=nothing)
    assert not make._tell(tale, since=since, say=nothing)
    assert Hazard.objects.count() == 1


def test_the_plan_is_the_seeds_alone_and_stories_of_one_enterprise_never_overlap() -> None:
    first = NOON - timedelta(days=120)
    one, two = (plan.tales(first=first, last=NOON, enterprises=260) for _ in range(2))
    assert one == two
    assert {tale.kind for tale in one} == KINDS.keys() | SCENES.keys()
    assert [tale.number for tale in one] == list(range(len(one)))
    ends: dict[str, datetime] = {}
    for tale in one:
        assert tale.start >= ends.get(tale.key, first)
        assert tale.start < tale.until <= NOON
        ends[tale.key] = tale.until


def test_the_command_makes_it_with_progress(capfd: pytest.CaptureFixture[str]) -> None:
    call_command("demo", "--history", "--enterprises", "1", "--days", "12")
    assert "history complete" in capfd.readouterr().err
    assert World.objects.get().told_at is not None
    assert Standing.objects.exists()
