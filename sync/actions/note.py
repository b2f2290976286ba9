"""What an entry of the ledger changes (变更登记): the rows of the feed, moved on to the entry's place in the order.

Told by the sequencer in its own transaction. What an entry says is which objects changed; where they are to be seen is read
from the objects themselves, so that no act has to say where something came from. An object that moved twice before the
sequencer came by was never told of in between.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from backend.kernel.sequencer import Sequenced
from sync.models import Change
from sync.policy.feed import Audience, Kind
from sync.queries import scopes
from sync.queries.scopes import Scoped

Key = tuple[Kind, UUID]


@dataclass
class Touched:
    """Which objects entries changed, and for each audience the place of the last entry that did (0: none)."""

    seqs: dict[Key, dict[Audience, int]] = field(default_factory=dict)

    def add(self, kind: Kind, subject_id: UUID, seq: int, *, audiences: Iterable[Audience] = tuple(Audience)) -> None:
        """Note that entry `seq` changed an object for `audiences`; entries come in their order."""
        known = self.seqs.setdefault((kind, subject_id), {})
        for audience in audiences:
            known[audience] = max(seq, known.get(audience, 0))

    def of(self, kind: Kind) -> list[UUID]:
        """Return the objects of one kind."""
        return [subject_id for k, subject_id in self.seqs if k is kind]


def note(order: Sequenced) -> None:
    """Move the rows of every object that these entries changed, inside the caller's transaction (≤ 8 statements)."""
    touched, named = Touched(), Named()
    for seq, entry in order:
        _first(seq, entry, touched, named)
    for photo_id, hazard_id, audiences in scopes.hazards_of(named.photos):
        touched.add(Kind.HAZARD, hazard_id, named.photos[photo_id], audiences=audiences)
        touched.add(Kind.PHOTO, photo_id, named.photos[photo_id], audiences=audiences)
    changed = touched.of(Kind.HAZARD)
    photos = scopes.of_photos(hazards=changed, photos=touched.of(Kind.PHOTO))
    for slot in photos.slots:
        if slot.act_id in named.acts:
            touched.add(Kind.PHOTO, slot.photo_id, named.acts[slot.act_id], audiences=slot.audiences)
    wanted = scopes.of_hazards(changed) | scopes.of_enterprises(touched.of(Kind.ENTERPRISE)) | photos.scopes
    _place(wanted, touched, carried=photos.carried_by(changed))


@dataclass
class Named:
    """What entries name beside their subject: photos that changed, and the acts that may have named photos."""

    photos: dict[UUID, int] = field(default_factory=dict)
    acts: dict[UUID, int] = field(default_factory=dict)


def _first(seq: int, entry: LedgerEntry, touched: Touched, named: Named) -> None:
    """Note what one entry says of itself."""
    match entry.subject_kind:
        case "hazard":
            touched.add(Kind.HAZARD, entry.subject_id, seq)
            if act_id := ledger.read(entry)["act_id"]:
                named.acts[UUID(act_id)] = seq
        case "enterprise":
            touched.add(Kind.ENTERPRISE, entry.subject_id, seq)
        case "draw":  # the enterprise must not learn of it (lifecycle.md §3)
            touched.add(Kind.HAZARD, UUID(ledger.read(entry)["facts"]["hazard"]), seq, audiences=[Audience.PLACE])
            named.acts[entry.subject_id] = seq
        case "photo" if entry.kind != "photo.viewed":
            named.photos[entry.subject_id] = seq
        case "photo_slot":
            named.photos[UUID(ledger.read(entry)["facts"]["photo_id"])] = seq


def _place(wanted: dict[Key, list[Scoped]], touched: Touched, *, carried: dict[UUID, list[UUID]]) -> None:
    """Write the rows of these objects as they are to be now; `carried`: photos whose hazards (ids) changed."""
    known: dict[Key, dict[str, Change]] = {}
    for row in Change.objects.filter(subject_id__in=[subject_id for _, subject_id in wanted]):
        known.setdefault((Kind(row.kind), row.subject_id), {})[row.scope] = row
    changed: list[Change] = []
    for key, should in wanted.items():
        seqs = touched.seqs.get(key, {})
        moved = max([*seqs.values(), *[s for h in carried.get(key[1], ()) for s in touched.seqs[Kind.HAZARD, h].values()]])
        changed += _of_one(key, should, known.get(key, {}), seqs=seqs, moved=moved)
    Change.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["subject_id", "kind", "scope"], update_fields=["seq", "gone"],
        batch_size=500,
    )  # fmt: skip


def _of_one(key: Key, should: list[Scoped], known: dict[str, Change], *, seqs: dict[Audience, int], moved: int) -> list[Change]:
    """Return the rows of one object that have to be written: new ones, changed ones, and those it has left."""
    changed: list[Change] = []
    for scoped in {scoped.name: scoped for scoped in should}.values():
        row = known.pop(scoped.name, None)
        if row is None:
            new = Change(kind=key[0], subject_id=key[1], seq=moved, first_seq=moved, **scoped.columns())
            changed.append(new)
        elif row.gone or seqs.get(scoped.audience):
            row.seq, row.gone = moved if row.gone else seqs[scoped.audience], False
            changed.append(row)
    for row in known.values():
        if not row.gone:
            row.seq, row.gone = moved, True
            changed.append(row)
    return changed
