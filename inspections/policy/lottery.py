"""The random draw (双随机): a pure function of what was published, so that anyone can draw it again. docs/adr says why so.

Every enterprise has as many lots in the drum as its weight. A lot's place is HMAC-SHA256 under the seed over
`enterprise|<id>|<n>`, n from 1 on; lots come out in the order of their digests, and an enterprise is drawn by its
first. Inspectors are taken by who has the fewest enterprises so far, then by HMAC-SHA256 over
`inspector|<enterprise id>|<number>`. Whole numbers and bytes only: nothing is rounded, in any language.
"""

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

SHOWN = ("no", "name", "licence_no", "department")


@dataclass(frozen=True, slots=True)
class Entry:
    """An enterprise in the pool: its id as published, its weight, and the code of the place it stands at."""

    id: str
    weight: int
    place: str


@dataclass(frozen=True, slots=True)
class Hand:
    """An inspector in the pool, by his number in it: where he may inspect, and at which enterprises he may not."""

    no: int
    department: str
    regions: frozenset[str]
    not_at: frozenset[str]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a result depends on beside the seed. `within`: place -> its code and those of all regions it lies in."""

    count: int
    per_enterprise: int
    departments: tuple[str, ...]
    within: Mapping[str, frozenset[str]]
    enterprises: tuple[Entry, ...]
    inspectors: tuple[Hand, ...]

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Self:
        """Return the inputs as they stand in a published document."""
        return cls(
            count=told["count"],
            per_enterprise=told["per_enterprise"],
            departments=tuple(told["departments"]),
            within={place: frozenset(codes) for place, codes in told["places"].items()},
            enterprises=tuple(Entry(e["id"], e["weight"], e["place"]) for e in told["enterprises"]),
            inspectors=tuple(
                Hand(i["no"], i["department"], frozenset(i["regions"]), frozenset(i["not_at"])) for i in told["inspectors"]
            ),
        )

    @property
    def hands(self) -> int:
        """Return how many inspectors an enterprise gets: one of every department at least."""
        return max(self.per_enterprise, len(self.departments))


def commitment(seed: str) -> str:
    """Return the SHA-256 (hex) of a seed (64 hex digits, taken as 32 bytes) that is published before the draw."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def lot(seed: str, text: str) -> bytes:
    """Return where a lot comes: HMAC-SHA256 under the seed over its ASCII text."""
    return hmac.digest(bytes.fromhex(seed), text.encode("ascii"), "sha256")


def drawn(seed: str, enterprises: Iterable[Entry], count: int) -> list[Entry]:
    """Return the enterprises whose first lots come earliest, in that order; each draw is by weight among the rest."""
    first = [
        (min(lot(seed, f"enterprise|{entry.id}|{n}") for n in range(1, entry.weight + 1)), entry.id, entry)
        for entry in enterprises
        if entry.weight > 0
    ]
    return [entry for _, _, entry in sorted(first, key=lambda found: found[:2])[:count]]


def able(entry: Entry, inputs: Inputs) -> list[Hand]:
    """Return who may inspect an enterprise: a duty over its place, and no conflict there (利益回避)."""
    within = inputs.within[entry.place]
    return [hand for hand in inputs.inspectors if hand.regions & within and entry.id not in hand.not_at]


def short(inputs: Inputs) -> Iterator[str]:
    """Yield the ids of enterprises that, were they drawn, would have too few inspectors, or none of a department."""
    kept: dict[str, list[Hand]] = {}
    for entry in inputs.enterprises:
        if entry.place not in kept:
            kept[entry.place] = able(Entry("", 1, entry.place), inputs)
        found = [hand for hand in kept[entry.place] if entry.id not in hand.not_at]
        if len(found) < inputs.hands or not set(inputs.departments) <= {hand.department for hand in found}:
            yield entry.id


def assigned(seed: str, entry: Entry, inputs: Inputs, load: Counter[int]) -> list[int]:
    """Return the numbers of the inspectors of one enterprise: one of each department in turn, then whoever comes next."""
    order = sorted(able(entry, inputs), key=lambda hand: (load[hand.no], lot(seed, f"inspector|{entry.id}|{hand.no}")))
    chosen: list[int] = []
    for department in inputs.departments:
        chosen.append(next(hand.no for hand in order if hand.department == department))
    rest = [hand.no for hand in order if hand.no not in chosen]
    return chosen + rest[: inputs.hands - len(chosen)]


def in_order(seed: str, entry: Entry, inputs: Inputs) -> list[int]:
    """Return the numbers of all who may inspect an enterprise, by their lots alone: who comes next if one cannot go."""
    return [hand.no for hand in sorted(able(entry, inputs), key=lambda hand: lot(seed, f"inspector|{entry.id}|{hand.no}"))]


def result(seed: str, inputs: Inputs) -> list[dict[str, Any]]:
    """Return what was drawn, in the order of drawing: `[{"enterprise": id, "inspectors": [numbers]}]`.

    Every enterprise of the pool must have enough inspectors (`short` yields none).
    """
    load: Counter[int] = Counter()
    found = []
    for entry in drawn(seed, inputs.enterprises, inputs.count):
        hands = assigned(seed, entry, inputs, load)
        load.update(hands)
        found.append({"enterprise": entry.id, "inspectors": hands})
    return found


def turns(found: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return on which working day after the reveal each enterprise is visited, so that nobody visits two on one day."""
    last: dict[int, int] = defaultdict(int)
    told = []
    for lot in found:
        turn = 1 + max(last[no] for no in lot["inspectors"])
        last |= dict.fromkeys(lot["inspectors"], turn)
        told.append(turn)
    return told


def named(found: Iterable[Mapping[str, Any]], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a result with the names of the published inputs `told`: enterprise, inspectors and their certificates."""
    firms = {firm["id"]: firm["name"] for firm in told["enterprises"]}
    hands = {hand["no"]: {name: hand[name] for name in SHOWN} for hand in told["inspectors"]}
    return [
        {
            "enterprise_id": lot["enterprise"],
            "enterprise": firms[lot["enterprise"]],
            "inspectors": [hands[no] for no in lot["inspectors"]],
        }
        for lot in found
    ]
