"""Strategies: enterprises with whatever can happen to them."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from enterprises.policy.words import RISK_FEATURES
from grading.policy.fact_kinds import KINDS
from grading.policy.facts import Dated, Decision, Facts, Lapse, Override, Period, Verification
from grading.policy.standing import Standing
from hazards.policy.words import Level, Source, Status
from tests.grading.world import DAY, LONG_AGO, NOON, hazard, new_id

# whole enterprises take a while to draw on a busy machine
steady = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OWN_SOURCES = st.sampled_from([Source.SELF_INSPECTION, Source.SNAPSHOT, Source.AGENCY])
COLOURS = ("green", "blue", "yellow", "orange", "red")
ago = st.integers(-24 * 30, 24 * 400).map(lambda hours: timedelta(hours=hours))
not_yet = st.integers(1, 24 * 60).map(lambda hours: timedelta(hours=hours))
lapses = st.lists(st.sampled_from(["reinspection_failed", "look_back_failed"]), max_size=3)
colours = st.sampled_from(COLOURS)


@st.composite
def hazards(draw, **fixed):
    status = fixed.get("status") or draw(st.sampled_from(list(Status)))
    return hazard(
        late=fixed.get("late") or timedelta(hours=draw(st.integers(-24 * 60, 24 * 60))),
        source=draw(fixed.get("source", st.sampled_from(list(Source)))), status=status,
        level=fixed.get("level") or draw(st.sampled_from(list(Level))), listed=fixed.get("listed", draw(st.booleans())),
        stop_work=draw(st.booleans()), recurrence=draw(st.booleans()),
        submitted_at=NOON - timedelta(hours=draw(st.integers(0, 24 * 60))),
        closed_at=NOON - timedelta(hours=draw(st.integers(0, 24 * 200))) if status == Status.CLOSED else None,
        lapses=tuple(Lapse(kind, NOON - DAY) for kind in draw(fixed.get("lapses", lapses))),
    )  # fmt: skip


@st.composite
def dated(draw):
    kind = draw(st.sampled_from(sorted(KINDS)))
    codes = {"risk_level": COLOURS[1:], "standardisation": ("1", "2", "3"), "special_place": sorted(RISK_FEATURES)}
    start = NOON - draw(ago)
    end = start + draw(not_yet) if draw(st.booleans()) else None
    return Dated(new_id(), kind, start, end, draw(st.sampled_from(codes.get(kind, ("",)))))


@st.composite
def periods(draw):
    ids = tuple(new_id() for _ in range(draw(st.integers(1, 3))))
    missed = draw(st.integers(0, len(ids)))
    late = draw(st.integers(0, len(ids) - missed))
    return Period(NOON - draw(ago), ids, ids[:missed], ids[missed : missed + late])


visits = st.builds(lambda kind, back: Verification(new_id(), kind, NOON - back), st.sampled_from(["on_site", "remote"]), ago)
decisions = st.builds(lambda back: Decision(new_id(), NOON - back), ago)
overrides = st.builds(lambda c, back, long: Override(new_id(), c, NOON - back, NOON - back + long), colours, ago, not_yet)
standings = st.builds(
    lambda colour, better, worse: Standing(colour, better and NOON - better, worse and NOON - worse),
    st.sampled_from(("grey", *COLOURS)),
    st.none() | not_yet,
    st.none() | not_yet,
)


@st.composite
def enterprises(draw, **fixed):
    """Facts of any enterprise, rated before."""

    def some(name, strategy, most):
        return tuple(fixed[name]) if name in fixed else tuple(draw(st.lists(strategy, max_size=most)))

    return Facts(
        registered_at=LONG_AGO, rated=True, hazards=some("hazards", hazards(), 6), dated=some("dated", dated(), 6),
        periods=some("periods", periods(), 4), verifications=some("verifications", visits, 3),
        decisions=some("decisions", decisions, 2), overrides=some("overrides", overrides, 2),
    )  # fmt: skip
