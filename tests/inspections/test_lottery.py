"""The drum itself: a pure function, drawn again by hand, fair by its weights, and never short of inspectors."""

import hashlib
import hmac
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest

from inspections.policy import lottery, reserve
from inspections.policy.lottery import Entry, Hand, Inputs
from inspections.policy.reserve import Candidate

SEED = "11" * 32
TOWN, NEXT = "330324009", "330324006"


def entries(*weights, place=TOWN):
    return tuple(Entry(f"e{n:03d}", weight, place) for n, weight in enumerate(weights))


def hands(many=4, **more):
    told = {"department": "", "regions": frozenset({"330324"}), "not_at": frozenset()} | more
    return tuple(Hand(no, **told) for no in range(1, many + 1))


def drum(**more):
    told = {
        "count": 2, "per_enterprise": 2, "departments": (), "enterprises": entries(1, 2, 3), "inspectors": hands(),
        "within": {TOWN: frozenset({"33", "330324", TOWN}), NEXT: frozenset({"33", "330324", NEXT})},
    }  # fmt: skip
    return Inputs(**(told | more))


def test_a_commitment_is_the_digest_of_the_seeds_bytes():
    assert lottery.commitment(SEED) == hashlib.sha256(bytes([0x11] * 32)).hexdigest()


def test_lots_come_out_as_anybody_works_them_out():
    """Six lots: one, two and three; written out here with nothing but the definition."""
    lots = sorted(
        (hmac.new(bytes.fromhex(SEED), f"enterprise|e{e:03d}|{n}".encode(), "sha256").hexdigest(), e)
        for e in range(3)
        for n in range(1, e + 2)
    )
    expected = list(dict.fromkeys(e for _, e in lots))
    assert [int(entry.id[1:]) for entry in lottery.drawn(SEED, entries(1, 2, 3), 3)] == expected


def test_the_same_seed_draws_the_same_and_another_draws_another():
    pool = entries(*[1] * 50)
    assert lottery.drawn(SEED, pool, 5) == lottery.drawn(SEED, tuple(reversed(pool)), 5)
    assert lottery.drawn(SEED, pool, 5) != lottery.drawn("22" * 32, pool, 5)


def test_without_lots_nobody_is_drawn():
    assert {entry.id for entry in lottery.drawn(SEED, entries(0, 1, 0), 3)} == {"e001"}


def test_ten_thousand_draws_follow_the_weights():
    """Chi-square of the first drawn against weights 1, 2, 3 and 2; 16.27 is passed once in a thousand fair drums."""
    pool, draws = entries(1, 2, 3, 2), 10_000
    firsts, places = Counter(), Counter()
    for n in range(draws):
        found = lottery.drawn(hashlib.sha256(b"%d" % n).hexdigest(), pool, 2)
        firsts[found[0].id] += 1
        places[found[1].id] += 1
    assert chi(firsts, {"e000": 1 / 8, "e001": 2 / 8, "e002": 3 / 8, "e003": 2 / 8}, draws) < 16.27
    # the second comes by weight among those that are left: e.g. e000 after e001, 2/8 * 1/6
    weights = {entry.id: entry.weight for entry in pool}
    second = {a: sum(weights[b] / 8 * weights[a] / (8 - weights[b]) for b in weights if b != a) for a in weights}
    assert chi(places, second, draws) < 16.27


def chi(found, shares, draws):
    return sum((found[name] - draws * share) ** 2 / (draws * share) for name, share in shares.items())


def test_every_enterprise_gets_two_different_inspectors_and_nobody_much_more_than_another():
    inputs = drum(count=30, enterprises=entries(*[1] * 40), inspectors=hands(7))
    found = lottery.result(SEED, inputs)
    assert len(found) == 30
    assert all(len(set(lot["inspectors"])) == 2 for lot in found)
    load = Counter(no for lot in found for no in lot["inspectors"])
    assert max(load.values()) - min(load.values()) <= 1


def test_whoever_has_an_interest_or_no_duty_there_is_never_sent():
    barred = replace(hands()[0], not_at=frozenset(f"e{n:03d}" for n in range(20)))
    away = replace(hands()[1], regions=frozenset({NEXT}))
    inputs = drum(count=20, enterprises=entries(*[1] * 20), inspectors=(barred, away, *hands()[2:]))
    assert {no for lot in lottery.result(SEED, inputs) for no in lot["inspectors"]} == {3, 4}


def test_scope_is_ancestry_and_not_how_a_code_begins():
    """A grid that was moved to the next town keeps digits of the old one."""
    moved, old = Entry("e000", 1, "330324009000003"), replace(hands()[0], regions=frozenset({TOWN}))
    inputs = drum(enterprises=(moved,), inspectors=(old,), within={moved.place: frozenset({"330324", NEXT, moved.place})})
    assert lottery.able(moved, inputs) == []


def test_a_joint_draw_sends_one_of_every_department():
    fire = tuple(replace(hand, no=hand.no + 4, department="消防") for hand in hands(2))
    inputs = drum(
        count=10, enterprises=entries(*[1] * 10), departments=("应急", "消防"),
        inspectors=(*(replace(hand, department="应急") for hand in hands()), *fire),
    )  # fmt: skip
    for lot in lottery.result(SEED, replace(inputs, per_enterprise=3)):
        assert [no > 4 for no in lot["inspectors"][:2]] == [False, True]
        assert len(set(lot["inspectors"])) == 3


@pytest.mark.parametrize(
    ("inspectors", "few"),
    [
        ((), 3), (hands(1), 3), (hands(2), 0), ((hands(1)[0], replace(hands(2)[1], not_at=frozenset({"e001"}))), 1),
        ((hands(1)[0], replace(hands(2)[1], regions=frozenset({NEXT}))), 3),
    ],
)  # fmt: skip
def test_a_pool_for_which_inspectors_are_missing_is_told_before_anything_is_drawn(inspectors, few):
    assert len(list(lottery.short(drum(inspectors=inspectors)))) == few


def test_a_department_that_sends_nobody_is_told():
    inputs = drum(departments=("应急", "消防"), inspectors=tuple(replace(hand, department="应急") for hand in hands()))
    assert len(list(lottery.short(inputs))) == 3


def candidate(no, department="", *, drawn=False):
    return Candidate(no, str(UUID(int=no)), f"员{no}", "", department, drawn=drawn)


@pytest.mark.parametrize(
    ("left", "joined", "fits"),
    [
        ({1}, {3}, True),  # the next of one's own department
        ({1}, {5}, False),
        ({2}, {4}, True),
        ({1, 2}, {3, 4}, True),
        ({1}, set(), False),  # nobody just stays away
        (set(), {3}, True),  # one more: whoever is next
        (set(), {4}, False),
        ({1}, {9}, False),  # somebody who was never in the drum
        ({9}, {3}, False),
        ({3}, {5}, True),  # a substitute falls ill, too
    ],
)
def test_who_stands_in_is_the_next_of_his_own_department(left, joined, fits):
    drawn = [candidate(1, "消防", drawn=True), candidate(2, "应急", drawn=True)]
    known = [*drawn, candidate(3, "消防"), candidate(4, "应急"), candidate(5, "消防")]
    people = [{UUID(int=no) for no in numbers} for numbers in (left, joined)]
    assert reserve.in_turn(known, left=people[0], joined=people[1]) is fits


def test_who_goes_already_is_not_the_next():
    known = [candidate(1, drawn=True), candidate(2, drawn=True), candidate(3), candidate(4)]
    one, three, four = ({UUID(int=no)} for no in (1, 3, 4))
    assert reserve.in_turn(known, left=one, joined=four, stay=three)


def test_the_reserve_follows_the_lots_alone_and_leaves_out_who_may_not_go():
    inputs = drum(inspectors=(*hands(4), replace(hands(1)[0], no=5, not_at=frozenset({"e000"}))))
    told = {"inspectors": [{"no": no, "name": f"员{no}", "licence_no": "", "department": ""} for no in range(1, 6)]}
    people = [str(UUID(int=no)) for no in range(1, 6)]
    found = reserve.candidates(SEED, told, inputs, lot={"enterprise": "e000", "inspectors": [2, 4]}, people=people)
    rest = sorted((1, 3), key=lambda no: hmac.digest(bytes.fromhex(SEED), f"inspector|e000|{no}".encode(), "sha256"))
    assert [(one.no, one.drawn) for one in found] == [(2, True), (4, True), *[(no, False) for no in rest]]
