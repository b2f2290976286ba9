"""What stands of all findings about one photo (结论汇总): one of each code, the gravest, what was overruled last. Pure."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from media.policy.evidence import GRAVITY, Severity


class Row(Protocol):
    """What summing needs to know of a finding."""

    code: str
    severity: str

    @property
    def overruling(self) -> Any:
        """Return who overruled it, or None."""


Any_ = TypeVar("Any_", bound=Row)


def summed(rows: Iterable[Any_]) -> list[Any_]:
    """Return the one finding of each code that is shown: one that stands before one that was overruled, then the gravest."""
    best: dict[str, Any_] = {}
    for row in sorted(rows, key=_weight, reverse=True):
        best.setdefault(row.code, row)
    return sorted(best.values(), key=_weight, reverse=True)


def _weight(row: Row) -> tuple[bool, int, str]:
    return row.overruling is None, GRAVITY[Severity(row.severity)], row.code
