"""What deserves a second look, and what does not: honest patterns first."""

from datetime import timedelta
from uuid import UUID

from inspections.policy import anomalies
from inspections.policy.anomalies import Closing, Sheet, Stop, Team
from inspections.policy.oversight_numbers import Numbers
from tests.cast import HOUR, MINUTE, NOON, SECOND

NUMBERS = Numbers()
LI, WANG, ZHAO = UUID(int=1), UUID(int=2), UUID(int=3)
OUBEI, LONGGANG = (28.05, 120.68), (27.58, 120.55)  # some 54 km apart


def stop(n: int, *, minutes: int, spot: tuple[float, float], accuracy: float = 10, who: UUID = LI) -> Stop:
    return Stop(UUID(int=n), who, UUID(int=100 + n), NOON + minutes * MINUTE, spot, accuracy)


def sheet(n: int, *, took: timedelta = HOUR, items: int = 10, mark: str = "m", plain: bool = False, day: int = 0) -> Sheet:
    ended = NOON + timedelta(days=day, minutes=n)
    return Sheet(UUID(int=n), LI, UUID(int=100 + n), ended - took, ended, items, mark, plain)


def test_a_drive_of_an_hour_and_two_people_at_once_are_nothing():
    driven = [stop(1, minutes=0, spot=OUBEI), stop(2, minutes=60, spot=LONGGANG)]
    two = [stop(1, minutes=0, spot=OUBEI), stop(2, minutes=1, spot=LONGGANG, who=WANG)]
    assert [*anomalies.impossible_speed(driven, NUMBERS), *anomalies.impossible_speed(two, NUMBERS)] == []


def test_what_a_phone_may_be_off_by_is_taken_off_the_way():
    jump = [stop(1, minutes=0, spot=OUBEI), stop(2, minutes=1, spot=(28.08, 120.68), accuracy=3000)]
    assert list(anomalies.impossible_speed(jump, NUMBERS)) == []


def test_nobody_is_in_two_towns_within_ten_minutes_whatever_order_they_are_told_in():
    told = [stop(2, minutes=10, spot=LONGGANG), stop(1, minutes=0, spot=OUBEI)]
    (found,) = anomalies.impossible_speed(told, NUMBERS)
    assert found.evidence == (("inspection", UUID(int=1)), ("inspection", UUID(int=2)))
    assert (found.officials, found.at, found.facts["minutes"]) == ((LI,), NOON + 10 * MINUTE, 10)
    assert 50 < found.facts["km"] < 60


def test_a_sheet_of_four_items_tells_nothing_and_one_of_ten_in_a_minute_does():
    short, slow, fast = sheet(1, items=4, took=SECOND), sheet(2, took=100 * SECOND), sheet(3, took=99 * SECOND)
    assert [found.evidence[0][1] for found in anomalies.too_fast([short, slow, fast], NUMBERS)] == [fast.inspection_id]


def test_two_firms_in_good_order_are_alike_and_the_same_defect_twice_is_not_nothing():
    plain = [sheet(n, plain=True) for n in range(1, 5)]
    assert list(anomalies.identical_answers(plain, NUMBERS)) == []
    spread = [sheet(n, plain=True, day=n) for n in range(1, 9)]
    assert list(anomalies.identical_answers(spread, NUMBERS)) == []
    (many,) = anomalies.identical_answers([*plain, sheet(5, plain=True)], NUMBERS)
    (defect,) = anomalies.identical_answers([sheet(1), sheet(2, day=3), sheet(3, mark="other")], NUMBERS)
    assert (many.facts["enterprises"], defect.facts["enterprises"], len(defect.evidence)) == (5, 2, 2)


def test_twelve_closures_an_hour_pass_and_thirteen_are_told_once():
    def closed(count: int, every: timedelta) -> list[Closing]:
        return [Closing(UUID(int=n), LI, NOON + n * every) for n in range(count)]

    assert list(anomalies.closures_per_hour(closed(12, MINUTE), NUMBERS)) == []
    assert list(anomalies.closures_per_hour(closed(40, 5 * MINUTE), NUMBERS)) == []
    (found,) = anomalies.closures_per_hour(closed(13, MINUTE), NUMBERS)
    assert (len(found.evidence), found.facts) == (13, {"closures": 13})


def test_one_in_five_passed_from_the_desk_is_nothing_and_more_in_a_month_is_told():
    def passed(away: int, *, there: int, day: int = 0) -> list[Closing]:
        at = NOON + timedelta(days=day)
        return [Closing(UUID(int=1000 * day + n), LI, at + n * MINUTE, there=n >= away) for n in range(away + there)]

    said_nothing = [Closing(UUID(int=n), LI, NOON) for n in range(9)]  # major ones are on site anyway
    for honest in (passed(1, there=4), passed(4, there=0), said_nothing):
        assert list(anomalies.remote_passes(honest, NUMBERS)) == [], honest
    # each month for itself: September 16 and October 16
    (found,) = anomalies.remote_passes([*passed(2, there=3), *passed(1, there=9, day=30)], NUMBERS)
    assert (found.officials, found.facts) == ((LI,), {"passes": 5, "remote": 2, "share": 0.4})
    assert found.evidence == (("hazard", UUID(int=0)), ("hazard", UUID(int=1)))


def test_two_who_are_all_there_are_must_go_together_and_two_of_three_need_not():
    together = [Team(UUID(int=n), frozenset({LI, WANG}), NOON) for n in range(5)]
    assert list(anomalies.same_pair(together, NUMBERS)) == []
    once = Team(UUID(int=9), frozenset({WANG, ZHAO}), NOON)
    (found,) = anomalies.same_pair([*together, once], NUMBERS)
    assert (found.officials, found.facts) == ((LI, WANG), {"visits": 5, "share": 0.83})
    often = [Team(UUID(int=20 + n), frozenset({WANG, ZHAO}), NOON) for n in range(2)]
    assert list(anomalies.same_pair([*together, *often], NUMBERS)) == []
