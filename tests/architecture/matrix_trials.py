"""The permission matrix of trying rules out: simulations and shadow runs are the county's and above, of their own regions."""

from typing import Any

from tests.architecture.matrix import GONE, Row, everyone

REGULATORS = {"regulator"}
TOWNS = ("same_region", "look_alike", "foreign")
NOT_THE_COUNTY = {f"regulator/{town}": (403, "auth.no_duty") for town in TOWNS}
NEXT_COUNTY = {"regulator/neighbour": GONE}
NOT_THEIRS = {**{f"regulator/{town}": GONE for town in TOWNS}, **NEXT_COUNTY}
SPAN = {"region": "330324", "from": "2026-01-01", "to": "2026-03-01"}


def reads(path: str, **more: Any) -> Row:
    """Return a row of a read by whoever regulates the region."""
    return everyone(f"GET /policies/{{drafted_policy}}/{path}", door=REGULATORS, **more)


TRIALS = [
    everyone(
        "POST /policies/{drafted_policy}/simulations", door=REGULATORS, status=201, body=SPAN,
        but=NOT_THE_COUNTY | NEXT_COUNTY,
    ),
    reads("simulations"),
    reads("simulations/{simulation}", but=NOT_THEIRS),
    reads("simulations/{simulation}/changes", but=NOT_THEIRS),
    everyone(
        "POST /policies/{drafted_policy}/shadows", door=REGULATORS, status=201, body={"region": "330324"},
        but=NOT_THE_COUNTY | NEXT_COUNTY,
    ),
    reads("shadows"),
    reads("shadows/{shadow}", but=NOT_THEIRS),
    reads("shadows/{shadow}/changes", but=NOT_THEIRS),
    everyone("POST /shadows/{shadow}/endings", door=REGULATORS, status=201, body={}, but=NOT_THEIRS),
]  # fmt: skip
