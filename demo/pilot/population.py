"""Who takes part in the pilot, what is found at them at first, and how diligent they are: decided by the seed alone.

The plan (永嘉 14th five-year plan) tells how many left red and orange, not how many began there, nor with what. The shares and
points below are assumptions of ours; the facts of each group come to its first colour by the default rule, domain.md 6.2.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from demo import codes, firms
from demo.cast import YONGJIA, Firm, fixed, grid_of
from demo.firms import TOWNS, TRADES
from demo.history.plan import Tale

BASICS = (
    "quarterly_report_missing", "training_expired", "liability_insurance_missing", "emergency_plan_missing",
    "commitment_not_renewed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """A group of enterprises: its share, risk level, which basics are missing, penalties, hazards found at first, diligence."""

    share: float
    risk: str
    basics: int
    penalties: int
    found: tuple[int, int]
    diligent: float


GROUPS = {
    "red": Group(0.185, "red", 5, 3, (3, 4), 0.77),
    "orange": Group(0.063, "orange", 4, 1, (2, 4), 0.78),
    "yellow": Group(0.12, "yellow", 3, 1, (1, 2), 0.85),
    "blue": Group(0.25, "yellow", 2, 0, (0, 1), 0.9),
    "green": Group(0.382, "blue", 0, 0, (0, 0), 0.95),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One enterprise of the pilot."""

    number: int
    firm: Firm
    group: str
    found: int
    diligent: bool

    def tale(self, start: datetime, until: datetime) -> Tale:
        """Return it as a tale, as the crew of the demo's history knows one."""
        return Tale(self.number, "pilot", f"pilot-{self.number}", self.firm, self.number, start, until)

    @property
    def dice(self) -> random.Random:
        """Return this enterprise's own dice."""
        return random.Random(f"pilot:{firms.SEED}:{self.number}")  # noqa: S311 - a fixed seed is the point


def cases(count: int) -> Iterator[Case]:
    """Yield the enterprises of the pilot, all in 永嘉; the first ones of a longer list are those of a shorter one."""
    towns = [town for town in TOWNS if town.county == "永嘉县"]
    for number in range(1, count + 1):
        dice = random.Random(f"pilot:{firms.SEED}:{number}:who")  # noqa: S311 - a fixed seed is the point
        name = dice.choices(list(GROUPS), [group.share for group in GROUPS.values()])[0]
        group, town = GROUPS[name], dice.choices(towns, [town.share for town in towns])[0]
        trade = TRADES[dice.choice(town.trades)]
        firm = Firm(
            fixed(f"pilot-firm-{number}"), codes.made_up(YONGJIA, 20_000 + number),
            f"永嘉县试点{number:04d}号{trade.word}厂(演示)",
            trade.industry, town.code, grid_of(town.code, dice.randint(1, town.grids)),
            round(town.latitude + dice.uniform(-0.012, 0.012), 6), round(town.longitude + dice.uniform(-0.014, 0.014), 6),
            f"{town.name}演示路{number}号", "small" if dice.random() < 0.6 else "micro", group.risk,
        )  # fmt: skip
        yield Case(number, firm, name, dice.randint(*group.found), dice.random() < group.diligent)
