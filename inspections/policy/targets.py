"""Which enterprises a plan or a campaign means, how many of them are to be visited, and how far that has come. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Filters:
    """Enterprises by grade (五色等级), inherent risk (风险等级), industry (GB/T 4754 prefix), feature and size; empty: all."""

    grades: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    size_classes: tuple[str, ...] = ()

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the filters kept on a row."""
        return cls(**{name: tuple(values) for name, values in kept.items()})

    def as_json(self) -> dict[str, list[str]]:
        """Return what a row keeps and answers show."""
        return {name: list(values) for name, values in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Target:
    """A class of enterprises of which `percent` are to be inspected at least `visits` times in the year."""

    name: str
    filters: Filters = field(default_factory=Filters)
    percent: int = 100
    visits: int = 1

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the target kept on a row."""
        return cls(kept["name"], Filters.of_json(kept["filters"]), kept["percent"], kept["visits"])

    def as_json(self) -> dict[str, Any]:
        """Return what a row keeps and answers show."""
        return {"name": self.name, "filters": self.filters.as_json(), "percent": self.percent, "visits": self.visits}


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `enterprises` that are meant now, how many are to be visited and how many have been."""

    enterprises: int
    due: int
    covered: int

    @property
    def rate(self) -> float | None:
        """Return the share of what is due that is done, at most 1; None where nothing is due."""
        return min(1.0, self.covered / self.due) if self.due else None

    def as_json(self) -> dict[str, Any]:
        """Return it as answers show it."""
        return {**asdict(self), "rate": self.rate}


def due_of(enterprises: int, percent: int) -> int:
    """Return how many of so many enterprises are `percent` of them, rounded up: one of three is never none."""
    return -(-enterprises * percent // 100)
