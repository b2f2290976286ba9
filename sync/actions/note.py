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
from sync.queries import scopes, slots
from sync.queries.scopes import Key, Scoped

# what a chain is about -> the kind under which it is told
SUBJECTS = {
    "enterprise": Kind.ENTERPRISE, "hazard": Kind.HAZARD, "inspection": Kind.INSPECTION,
    "self_inspection": Kind.SELF_INSPECTION, "remote_check": Kind.REMOTE_CHECK, "document": Kind.DOCUMENT,
    "look_back_task": Kind.LOOK_BACK,
}  # fmt: skip
# whose bodies say which photos are missing
AWAITING = frozenset({Kind.HAZARD, Kind.REMOTE_CHECK})


@dataclass
class Touched:
    """Which objects entries changed, and for each audience the place of the last entry that did (0: none)."""

    seqs: dict[Key, dict[Audience, int]] = field(default_factory=dict)

    def add(self, key: Key, seq: int, *, audiences: Iterable[Audience] = tuple(Audience)) -> None:
        """Note that entry `seq` changed an object for `audiences`; entries come in their order."""
        known = self.seqs.setdefault(key, {})
        for audience in audiences:
            known[audience] = max(seq, known.get(audience, 0))

    def photos(self) -> list[UUID]:
        """Return the photos among them."""
        return [subject_id for kind, subject_id in self.seqs if kind is Kind.PHOTO]

    def others(self) -> list[Key]:
        """Return everything else."""
        return [key for key in self.seqs if key[0] is not Kind.PHOTO]


def note(order: Sequenced) -> None:
    """Move the rows of every object that these entries changed, inside the caller's transaction.

    (≤ 8 statements where hazards, enterprises and photos changed, two more for each other kind.)
    """
    touched, named = Touched(), Named()
    for seq, entry in order:
        _first(seq, entry, touched, named)
    for slot in slots.naming(named.photos):
        if slot.carrier[0] in AWAITING:
            touched.add(slot.carrier, named.photos[slot.photo_id], audiences=slot.audiences)
        touched.add((Kind.PHOTO, slot.photo_id), named.photos[slot.photo_id], audiences=slot.audiences)
    changed = touched.others()
    photos = slots.of(carriers=changed, photos=touched.photos())
    for slot in photos.slots:
        if slot.act_id in named.acts:
            touched.add((Kind.PHOTO, slot.photo_id), named.acts[slot.act_id], audiences=slot.audiences)
    _place(scopes.of(changed) | photos.scopes, touched, carried=photos.carried_by(changed))


def note_objects(keys: Iterable[Key], *, seq: int) -> None:
    """Note objects of which no entry tells as if entry `seq` had changed them; they name no photos."""
    touched = Touched()
    for key in keys:
        touched.add(key, seq)
    _place(scopes.of(touched.others()), touched, carried={})


@dataclass
class Named:
    """What entries name beside their subject: photos that changed, and the acts that may have named photos."""

    photos: dict[UUID, int] = field(default_factory=dict)
    acts: dict[UUID, int] = field(default_factory=dict)


def _first(seq: int, entry: LedgerEntry, touched: Touched, named: Named) -> None:
    """Note what one entry says of itself."""
    if kind := SUBJECTS.get(entry.subject_kind):
        touched.add((kind, entry.subject_id), seq)
        if kind in slots.CARRIERS.values() and (act_id := ledger.read(entry)["act_id"]):
            named.acts[UUID(act_id)] = seq
        return
    match entry.subject_kind:
        case "draw":  # the enterprise must not learn of it (lifecycle.md §3)
            hazard_id = UUID(ledger.read(entry)["facts"]["hazard"])
            touched.add((Kind.HAZARD, hazard_id), seq, audiences=[Audience.PLACE])
            named.acts[entry.subject_id] = seq
        case "self_inspection_plan":  # one entry for many that were made ahead, or moved
            for named_id in ledger.read(entry)["facts"]["self_inspections"]:
                touched.add((Kind.SELF_INSPECTION, UUID(named_id)), seq)
        case "photo" if entry.kind != "photo.viewed":
            named.photos[entry.subject_id] = seq
        case "photo_slot":
            named.photos[UUID(ledger.read(entry)["facts"]["photo_id"])] = seq


def _place(wanted: dict[Key, list[Scoped]], touched: Touched, *, carried: dict[UUID, list[Key]]) -> None:
    """Write the rows of these objects as they are to be now; `carried`: photos, and the changed objects that name them."""
    known: dict[Key, dict[str, Change]] = {}
    for row in Change.objects.filter(subject_id__in=[subject_id for _, subject_id in wanted]):
        known.setdefault((Kind(row.kind), row.subject_id), {})[row.scope] = row
    changed: list[Change] = []
    for key, should in wanted.items():
        seqs = touched.seqs.get(key, {})
        moved = max([*seqs.values(), *[s for carrier in carried.get(key[1], ()) for s in touched.seqs[carrier].values()]])
        changed += _of_one(key, should, known.get(key, {}), seqs=seqs, moved=moved)
    Change.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["subject_id", "kind", "scope"],
        update_fields=["seq", "gone", "standing"], batch_size=500,
    )  # fmt: skip


def _of_one(key: Key, should: list[Scoped], known: dict[str, Change], *, seqs: dict[Audience, int], moved: int) -> list[Change]:
    """Return the rows of one object that have to be written: new ones, changed ones, and those it has left."""
    changed: list[Change] = []
    for scoped in _once(should):
        row = known.pop(scoped.name, None)
        if row is None:
            new = Change(kind=key[0], subject_id=key[1], seq=moved, first_seq=moved, **scoped.columns())
            changed.append(new)
        elif row.gone or seqs.get(scoped.audience) or row.standing > scoped.standing:
            row.seq = seqs[scoped.audience] if seqs.get(scoped.audience) and not row.gone else moved
            row.gone, row.standing = False, scoped.standing
            changed.append(row)
    for row in known.values():
        if not row.gone:
            row.seq, row.gone = moved, True
            changed.append(row)
    return changed


def _once(should: Iterable[Scoped]) -> Iterable[Scoped]:
    """Return each scope once: of several carriers of a photo, the one that tells most people of it."""
    found: dict[str, Scoped] = {}
    for scoped in sorted(should, key=lambda scoped: -scoped.standing):
        found[scoped.name] = scoped
    return found.values()
