"""Who was drawn for a visit, and who comes next if one of them cannot go (候补检查人员). Pure.

The order is that of the draw's own lots (policy/lottery.py), so that anybody can work it out from what was published.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from inspections.policy import lottery
from inspections.policy.lottery import Inputs

MOST = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """An inspector of the pool, by his number in it: drawn for this enterprise, or one of those who come next."""

    no: int
    account: str
    name: str
    licence_no: str
    department: str
    drawn: bool

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Self:
        """Return the one that was stored so."""
        return cls(**told)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored and shown."""
        return asdict(self)


def candidates(
    seed: str, told: Mapping[str, Any], inputs: Inputs, *, lot: Mapping[str, Any], people: Sequence[str]
) -> list[Candidate]:
    """Return those who were drawn for `lot` and, in the order of their lots, the first ten of the others who may go there.

    `told` are the published inputs, `inputs` the same as rules take them, `people` the accounts behind the numbers.
    """
    entry = next(entry for entry in inputs.enterprises if entry.id == lot["enterprise"])
    others = [no for no in lottery.in_order(seed, entry, inputs) if no not in lot["inspectors"]]
    hands = {hand["no"]: hand for hand in told["inspectors"]}
    return [
        Candidate(
            no, people[no - 1], hands[no]["name"], hands[no]["licence_no"], hands[no]["department"],
            drawn=no in lot["inspectors"],
        )
        for no in [*lot["inspectors"], *others[:MOST]]
    ]  # fmt: skip


def in_turn(
    reserve: Iterable[Candidate], *, left: Collection[UUID], joined: Collection[UUID], stay: Collection[UUID] = ()
) -> bool:  # fmt: skip
    """Return whether those who joined are the next of the reserve: for each who left the first of his own department.

    `stay` go as before. Nobody may just leave. Of more who join than leave, whoever comes next of any department.
    """
    if len(joined) < len(left):
        return False
    known = {UUID(one.account): one.department for one in reserve}
    waiting = [one for one in reserve if not one.drawn and UUID(one.account) not in {*left, *stay}]
    wanted: list[str | None] = [known.get(account, "") for account in left]
    wanted += [None] * (len(joined) - len(left))
    for department in wanted:
        following = next((one for one in waiting if department is None or one.department == department), None)
        if following is None or UUID(following.account) not in joined:
            return False
        waiting.remove(following)
    return True
