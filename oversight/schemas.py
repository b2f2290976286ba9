"""What oversight is asked and answers."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from backend.kernel.calendar import local_day
from backend.kernel.problems import Invalid
from backend.kernel.web.fields import Body, Day, Out, RegionCode
from oversight import measures
from oversight.policy.figures import Figures
from oversight.policy.periods import MOST_MONTHS, Period
from oversight.queries.rates import Group, Question

FEWEST = 5  # statistics of fewer cases are not shown to the public


class PeriodQuery(Body):
    """A region and a period of days in Asia/Shanghai, both ends included; 1 January of this year to today unless said."""

    region: RegionCode | None = None
    start: Day | None = Field(None, alias="from")
    end: Day | None = Field(None, alias="to")

    def period(self, at: datetime) -> Period:
        """Return the period asked for, as of `at`. Raises: Invalid if it runs backwards or touches too many months."""
        today = local_day(at)
        first = self.start or min(today, self.end or today).replace(month=1, day=1)
        period = Period(first, self.end or max(today, first))
        if period.last < period.first:
            raise Invalid(errors=[{"field": "from", "code": "period.backwards", "message": "must not lie after `to`"}])
        if period.months > MOST_MONTHS:
            raise Invalid(errors=[{"field": "from", "code": "period.too_long", "message": "60 calendar months at most"}])
        return period


class RatesQuery(PeriodQuery):
    """And how the rates are grouped."""

    by: Literal["region", "month", "level", "industry"] = "region"


class RateOut(Out):
    """A rate with what it was divided from; no rate where the denominator is 0."""

    numerator: int | None
    denominator: int | None
    rate: float | None


class MeasureOut(Out):
    """What a figure means, its denominator in words."""

    name: str
    label: str
    definition: str


class ItemOut(Out):
    """One group: a region, month, level or industry division; four rates, and the withdrawn reports beside them."""

    key: str
    name: str
    reported_closed: RateOut
    verified_closed: RateOut
    on_time: RateOut
    still_closed: RateOut
    withdrawn: int | None
    withdrawn_flagged: int | None


class RatesOut(Out):
    """Closure rates of a region in a period."""

    region: str
    region_name: str
    start: date = Field(serialization_alias="from")
    end: date = Field(serialization_alias="to")
    by: str
    as_of: datetime
    measures: list[MeasureOut]
    counts: list[MeasureOut]
    items: list[ItemOut]
    total: ItemOut | None


def answer(question: Question, groups: list[Group], total: Figures | None, *, language: str, public: bool) -> dict[str, Any]:
    """Return the whole answer; to the public nothing that counts fewer than five cases."""
    node, period = question.node, question.period
    whole = Group(node.code, node.name, total) if total is not None else None
    return {
        "region": node.code, "region_name": node.name, "start": period.first, "end": period.last, "by": question.by,
        "as_of": question.at, "measures": measures.described(measures.RATES, language),
        "counts": measures.described(measures.COUNTS, language), "items": [_item(group, public=public) for group in groups],
        "total": _item(whole, public=public) if whole else None,
    }  # fmt: skip


def _item(group: Group, *, public: bool) -> dict[str, Any]:
    rates = {measure.name: measure.of(group.figures) for measure in measures.RATES}
    counts: dict[str, int | None] = {count.name: getattr(group.figures, count.figure) for count in measures.COUNTS}
    if public:
        rates = {name: _hidden_if_few(rate) for name, rate in rates.items()}
        counts = {name: None if 0 < (number or 0) < FEWEST else number for name, number in counts.items()}
    return {"key": group.key, "name": group.name, **rates, **counts}


def _hidden_if_few(rate: dict[str, float | int | None]) -> dict[str, float | int | None]:
    return dict.fromkeys(rate) if 0 < (rate["denominator"] or 0) < FEWEST else rate
