"""A phone that follows the feed as docs/clients.md says, keeps what it is told, and notices every breach of the contract."""

from collections.abc import Callable
from typing import Any

from accounts import queries as accounts
from accounts.models import Person
from accounts.policy.roles import Role
from backend.kernel import clock
from enterprises import queries as enterprises
from hazards import queries as hazards
from hazards.schemas.show import known
from inspections.queries import documents, inspections, look_backs, remote_checks, self_inspections
from media import queries as media

Key = tuple[str, str]
Get = Callable[[str], dict[str, Any]]


class Phone:
    """Follows with `get` (a path below /api/v1 to the body of its answer)."""

    def __init__(self, get: Get, *, limit: int = 50) -> None:
        self._get, self.limit = get, limit
        self.cursor: str | None = None
        self.held: dict[Key, dict[str, Any]] = {}
        self.twice: list[tuple[str, str, int]] = []
        self.in_vain: list[Key] = []
        self.last: list[tuple[str, str, str]] = []

    def page(self) -> bool:
        """Ask once, keep what is told, and return whether there is more."""
        cursor = f"&cursor={self.cursor}" if self.cursor else ""
        answer = self._get(f"/sync/changes?limit={self.limit}{cursor}")
        assert len(answer["changes"]) <= self.limit
        for change in answer["changes"]:
            self._keep(change)
        self.cursor = answer["cursor"]
        return bool(answer["more"])

    def _keep(self, change: dict[str, Any]) -> None:
        key = change["kind"], change["id"]
        self.last.append((change["op"], *key))
        if change["op"] == "put":
            assert change["body"]["id"] == change["id"]
            if key in self.held and self.held[key]["position"] >= change["position"]:
                self.twice.append((*key, change["position"]))
            self.held[key] = change
            return
        assert (change["op"], change["body"], change["version"]) == ("gone", None, None)
        if self.held.pop(key, None) is None:
            self.in_vain.append(key)

    def catch_up(self, *, most: int = 2000) -> "Phone":
        """Ask until there is no more; `last` is what was told meanwhile."""
        self.last = []
        for _ in range(most):
            if not self.page():
                return self
        raise AssertionError(f"still more after {most} pages")

    def ids(self, kind: str) -> set[str]:
        """Return the ids of the objects of one kind that it holds."""
        return {id for k, id in self.held if k == kind}

    def ops(self, kind: str) -> list[tuple[str, str]]:
        """Return (op, id) of what the last catching up told of one kind, in its order."""
        return [(op, id) for op, k, id in self.last if k == kind]


def in_scope(person: Person) -> dict[Key, int | None]:
    """Return what this person may read now: (kind, id) -> version."""
    at = clock.now()
    actor = accounts.actor_of(person, at=at, strong=True)
    rows = {row.id: row for row in hazards.visible_to(actor)}
    seen: dict[Key, int | None] = {("hazard", str(row.id)): row.version for row in rows.values()}
    carriers = set(rows)
    for kind, found in (
        ("enterprise", enterprises.visible_to(actor)), ("document", documents.visible_to(actor)),
        ("inspection", inspections.visible_to(actor)), ("remote_check", remote_checks.visible_to(actor)),
        ("self_inspection", self_inspections.visible_to(actor)),
    ):  # fmt: skip
        seen |= {(kind, str(row.id)): row.version for row in found}
        carriers |= {row.id for row in found}
    tasks = [row for row in look_backs.visible_to(actor, at=at) if look_backs.has_opened(row) or actor.has(Role.REGULATOR)]
    seen |= {("look_back", str(row.id)): None for row in tasks}  # a window opens when the sweep says so
    slots = media.slots(carriers)
    shown = [slot for id, named in slots.items() for slot in (known(rows[id], actor, named) if id in rows else named)]
    return seen | {("photo", str(slot.photo_id)): None for slot in shown}


def differences(phone: Phone, person: Person) -> dict[str, Any]:
    """Return how what the phone holds differs from what its person may read; empty for a true copy."""
    truth, held = in_scope(person), {key: change["version"] for key, change in phone.held.items()}
    found = {
        "missing": sorted(truth.keys() - held.keys()),
        "left over": sorted(held.keys() - truth.keys()),
        "stale": sorted(key for key in truth.keys() & held.keys() if truth[key] != held[key]),
        "twice": phone.twice,
    }
    return {name: what for name, what in found.items() if what}
