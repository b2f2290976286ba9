"""The harness itself: engines are emptied, people are who they are said to be."""

import pytest

from accounts.models import Person, Region
from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from tests.cast import NOON, fixed


def _entry():
    step = ledger.Step(kind="test.made", subject_kind="test", subject_id=fixed("x"), signer=ledger.SYSTEM, at=NOON)
    return ledger.append(step)


@pytest.mark.parametrize("_round", [1, 2])
def test_a_live_database_is_emptied_although_the_ledger_refuses(live_db, _round):
    assert LedgerEntry.objects.count() == 0
    assert Region.objects.filter(code="330324009").exists()
    _entry()
    with pytest.raises(Exception, match="append-only"):
        LedgerEntry.objects.all().delete()


def test_a_person_of_the_cast_is_logged_in_by_a_real_session(api, cast):
    assert Person.objects.count() == 0
    assert api.as_(cast.inspector).token != ""
    assert [d.role for d in cast.actor("inspector").duties] == ["inspector"]


def test_the_clock_can_stand_still(frozen):
    from backend.kernel import clock

    with frozen(NOON):
        assert clock.now() == NOON
