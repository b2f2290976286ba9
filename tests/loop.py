"""The closed loop walked by the real actions: one good body for every verb, and the way to every situation."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel import clock, idempotency, ids
from backend.kernel.calendar import local_day, start_of
from hazards.actions import accept as acceptance
from hazards.actions import (
    annul,
    draw,
    escalate,
    extend,
    list_,
    look_back,
    reclassify,
    rectify,
    reinspect,
    resubmit,
    transfer,
    verify,
)
from hazards.actions.parts import Fix, Report, Ruling
from hazards.actions.report import report
from hazards.actions.steps import Remarks
from hazards.models import DayKey, Extension, Hazard, Listing
from hazards.policy import sampling
from hazards.policy.words import Level, Source, Status, Verb
from media.models import Photo
from media.policy.uses import PhotoRef

V, HOUR, DAY = Verb, timedelta(hours=1), timedelta(days=1)
CATEGORY, CRITERION, SANJIANG = "EL01", "GM-03-01", "330324006"
SHA = "a" * 64
# who takes each verb when nobody else is said
BY = {
    V.CONFIRM: "inspector", V.RETURN: "inspector", V.DISMISS: "inspector", V.PLAN: "officer_a", V.SUBMIT: "officer_a",
    V.ACCEPT: "owner_a", V.REJECT: "owner_a", V.PASS: "inspector", V.SIGN: "inspector", V.COUNTERSIGN: "inspector_2",
    V.FAIL: "inspector", V.DRAW: "grid_worker", V.ASK_EXTENSION: "officer_a", V.GRANT_EXTENSION: "inspector",
    V.REFUSE_EXTENSION: "inspector", V.PROPOSE_LISTING: "inspector", V.LIST: "regulator", V.LIFT: "regulator",
    V.HOLD: "inspector_3", V.RECUR: "inspector_3", V.RAISE: "inspector", V.LOWER: "regulator", V.ANNUL: "regulator",
    V.TRANSFER: "inspector", V.RULE: "regulator",
}  # fmt: skip
# what has to come before; a major hazard needs its plan, a self-fixed one enters as if submitted
BEFORE = {
    V.CONFIRM: (), V.RETURN: (), V.DISMISS: (), V.WITHDRAW: (), V.TRANSFER: (), V.RULE: (), V.RESUBMIT: (V.RETURN,),
    V.PLAN: (V.CONFIRM,), V.SUBMIT: (V.CONFIRM, V.PLAN), V.ASK_EXTENSION: (V.CONFIRM,), V.PROPOSE_LISTING: (V.CONFIRM,),
    V.GRANT_EXTENSION: (V.CONFIRM, V.ASK_EXTENSION), V.REFUSE_EXTENSION: (V.CONFIRM, V.ASK_EXTENSION),
    V.LIST: (V.CONFIRM,), V.LIFT: (V.CONFIRM, V.LIST, V.PLAN, V.SUBMIT), V.RAISE: (V.CONFIRM,), V.LOWER: (V.CONFIRM,),
    V.ANNUL: (V.CONFIRM,), V.PASS: (V.CONFIRM, V.SUBMIT), V.SIGN: (V.CONFIRM, V.PLAN, V.SUBMIT),
    V.FAIL: (V.CONFIRM, V.PLAN, V.SUBMIT),
    V.COUNTERSIGN: (V.CONFIRM, V.PLAN, V.SUBMIT, V.SIGN), V.ACCEPT: (), V.REJECT: (), V.DRAW: (), V.CLOSE_BY_CLOCK: (V.ACCEPT,),
    V.HOLD: (V.CONFIRM, V.SUBMIT, V.PASS), V.RECUR: (V.CONFIRM, V.SUBMIT, V.PASS),
}  # fmt: skip
MAJOR_ONLY = {V.PLAN, V.LIST, V.LIFT, V.LOWER, V.SIGN, V.COUNTERSIGN, V.PROPOSE_LISTING}
SAMPLED_ONLY = {V.ACCEPT, V.REJECT, V.DRAW, V.CLOSE_BY_CLOCK}


def got(id: UUID | None = None, *, actor: Actor, at: datetime, content: Any = None) -> idempotency.Received:
    """Return an act as it was received."""
    id = id or ids.new()
    return idempotency.received(
        id=id, kind="act", route="TEST", path_ids={}, content=content or {"id": str(id)}, actor_id=actor.id, at=at
    )


def a_photo(cast: Any, who: str, *, at: datetime, status: str = "ready", id: UUID | None = None) -> PhotoRef:
    """Return a photo that somebody sent and that was checked at once."""
    person, ref = getattr(cast, who), PhotoRef(id or ids.new())
    Photo.objects.create(
        id=ref.id, uploader=person, identity=person.identity, sha256=hashlib.sha256(ref.id.bytes).hexdigest(), bytes=10,
        format="jpeg", width=640, height=480, received_at=at, settled_at=None if status == "received" else at, status=status,
        code="photo.not_an_image" if status == "refused" else "",
    )  # fmt: skip
    return ref


def a_report(cast: Any, *, at: datetime, firm: str = "a", **more: Any) -> Report:
    """Return a report with everything a snapshot needs; `more` overrides."""
    said: dict[str, Any] = {
        "enterprise_id": getattr(cast, firm).id, "source": Source.SNAPSHOT, "category": CATEGORY, "description": "配电箱门缺失",
        "place": "一号车间", "found_at": at,
    }  # fmt: skip
    return Report(**(said | more))


def a_fix(cast: Any, who: str = "officer_a", *, at: datetime, **more: Any) -> Fix:
    """Return a rectification with one photo that has been checked."""
    photos = more.pop("photos", None) or (a_photo(cast, who, at=at),)
    return Fix(**({"measures": "已加装箱门", "responsible": "李工", "finished_at": at, "photos": photos} | more))


def a_ruling(level: Level = Level.GENERAL, **more: Any) -> Ruling:
    """Return a confirming verification; a major one points at a criterion."""
    criterion = CRITERION if level == Level.MAJOR else ""
    return Ruling(**({"level": level, "requirement": "限期整改", "criterion": criterion} | more))


def lot_key(at: datetime) -> DayKey:
    """Return the committed key of the day of `at`."""
    day, key = local_day(at), "11" * 32
    found, _ = DayKey.objects.get_or_create(
        day=day, defaults={"key": key, "commitment": sampling.commitment(key), "committed_at": start_of(day) - DAY}
    )
    return found


def an_id(at: datetime, *, drawn: bool, rate: float = 0.5) -> UUID:
    """Return a new id whose lot on the day of `at` comes out as asked."""
    key, text = lot_key(at).key, clock.text(at)
    while sampling.drawn(key=key, hazard_id=(id := ids.new()), received_at=text, rate=rate) is not drawn:
        pass
    return id


@dataclass
class Walk:
    """A hazard that is walked on; every step is an hour after the one before."""

    cast: Any
    at: datetime
    id: UUID = field(default_factory=ids.new)

    @property
    def hazard(self) -> Hazard:
        """Return the hazard as it is now."""
        return Hazard.objects.get(id=self.id)

    @property
    def today(self) -> date:
        """Return the civil day of the present step."""
        return local_day(self.at)

    def report(self, by: str = "officer_a", **more: Any) -> "Walk":
        """Report it."""
        actor = self.cast.actor(by, at=self.at)
        report(a_report(self.cast, at=self.at, **more), received=got(self.id, actor=actor, at=self.at), actor=actor, at=self.at)
        return self

    def take(self, verb: Verb, by: str | Actor = "", **more: Any) -> Any:
        """Take one step with a good body an hour later; `by` is a key of the cast or an actor."""
        self.at += HOUR
        hazard = self.hazard
        if verb == V.CLOSE_BY_CLOCK:
            self.at = hazard.next_step_at or self.at
            return escalate.step(hazard.id, at=self.at)
        who = by or self._who(verb, hazard)
        actor = who if isinstance(who, Actor) else self.cast.actor(who, at=self.at)
        said = {"received": got(more.pop("id", None), actor=actor, at=self.at), "actor": actor, "at": self.at}
        return getattr(self, f"_{verb.value}")(hazard, actor, said, more)

    def _who(self, verb: Verb, hazard: Hazard) -> str:
        if verb in (V.RESUBMIT, V.WITHDRAW):
            return next(key for key, person in self.cast.people.items() if person.id == hazard.reporter_id)
        if verb in (V.GRANT_EXTENSION, V.REFUSE_EXTENSION) and hazard.level == Level.MAJOR:
            return "regulator"
        return BY[verb]

    def _confirm(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        ruling = more.pop("ruling", None) or a_ruling(more.pop("level", Level(hazard.level)), **more)
        return verify.confirm(hazard_id=hazard.id, ruling=ruling, remarks=Remarks(), **said)

    def _return(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return verify.return_(hazard_id=hazard.id, remarks=Remarks(note="请补拍"), **said)

    def _dismiss(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        body = {"reason": "not_a_hazard", "duplicate_of": None} | more
        return verify.dismiss(hazard_id=hazard.id, remarks=Remarks(), **body, **said)

    def _resubmit(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        body = {"changes": {"description": "已补正"}, "remarks": Remarks()} | more
        return resubmit.resubmit(hazard_id=hazard.id, **body, **said)

    def _withdraw(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return resubmit.withdraw(hazard_id=hazard.id, remarks=Remarks(), **said)

    def _plan(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        body = {
            "goal": "消除",
            "measures": "更换",
            "funds_cny": 1000.0,
            "responsible": "张",
            "due_on": self.today,
            "contingency": "停机",
        }
        return rectify.plan(hazard_id=hazard.id, plan=rectify.Plan(**(body | more)), remarks=Remarks(), **said)

    def _submit(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        photos = more.pop("photos", None)
        photos = (PhotoRef(ids.new()),) if photos is None else photos
        for photo in photos:
            key = next((k for k, p in self.cast.people.items() if p.id == actor.id), None)
            if key and not Photo.objects.filter(id=photo.id).exists() and more.get("arrived", True):
                a_photo(self.cast, key, at=self.at, id=photo.id)
        fix = Fix(measures="已更换", responsible="李工", finished_at=self.at)
        return rectify.submit(hazard_id=hazard.id, fix=fix, remarks=Remarks(photos=tuple(photos)), **said)

    def _accept(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return acceptance.accept(hazard_id=hazard.id, remarks=Remarks(), **said)

    def _reject(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return acceptance.reject(hazard_id=hazard.id, remarks=Remarks(), **said)

    def _pass(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        body = {"on_site": True, "inspectors": (), "remarks": Remarks()} | more
        return reinspect.pass_(hazard_id=hazard.id, **body, **said)

    def _sign(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        other = self.cast.inspector_2 if actor.id != self.cast.inspector_2.id else self.cast.inspector
        return self._pass(hazard, actor, said, {"inspectors": (actor.id, other.id)} | more)

    def _countersign(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        pending = hazard.who.pending
        act_id = more.get("reinspection_id") or (pending.act_id if pending else ids.new())
        return reinspect.countersign(reinspection_id=act_id, remarks=more.get("remarks", Remarks()), **said)

    def _fail(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        body = {"due_on": self.today + 5 * DAY, "on_site": True, "remarks": Remarks(note="未到位")} | more
        return reinspect.fail(hazard_id=hazard.id, **body, **said)

    def _draw(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return draw.by_hand(hazard_id=hazard.id, remarks=Remarks(**more), **said)

    def _ask_extension(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        body = {"due_on": local_day(hazard.due_at) + DAY if hazard.due_at else self.today, "reason": "备件未到"} | more
        return extend.ask(hazard_id=hazard.id, remarks=Remarks(), **body, **said)

    def _grant_extension(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return extend.grant(extension_id=self._extension(hazard), remarks=Remarks(), **said)

    def _refuse_extension(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return extend.refuse(extension_id=self._extension(hazard), remarks=Remarks(), **said)

    def _extension(self, hazard: Hazard) -> UUID:
        found = Extension.objects.filter(hazard=hazard).order_by("-asked_at").first()
        return found.id if found else ids.new()

    def _propose_listing(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return list_.propose(hazard_id=hazard.id, due_on=None, remarks=Remarks(), **said)

    def _list(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        level = next((d.level for d in actor.duties if d.role == "regulator"), "county")
        body = {"authority": level, "document_no": "督〔2026〕3号", "due_on": self.today + 30 * DAY} | more
        return list_.order(hazard_id=hazard.id, remarks=Remarks(), **body, **said)

    def _lift(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        last = Listing.objects.filter(hazard=hazard, listed_at__isnull=False).order_by("-listed_at").first()
        listing_id = more.get("listing_id") or hazard.open_listing_id or (last.id if last else ids.new())
        return list_.lift(listing_id=listing_id, acceptance="验收报告", remarks=Remarks(), **said)

    def _hold(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return look_back.hold(hazard_id=hazard.id, remarks=Remarks(), **said)

    def _recur(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        photos = more.pop("photos", (PhotoRef(ids.new()),))
        body = {"due_on": self.today + 5 * DAY} | more
        return look_back.recur(hazard_id=hazard.id, remarks=Remarks(photos=photos), **body, **said)

    def _raise(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        body = {"criterion": CRITERION, "reason": "达到判定标准"} | more
        return reclassify.raise_(hazard_id=hazard.id, remarks=Remarks(), **body, **said)

    def _lower(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return reclassify.lower(hazard_id=hazard.id, reason="经复核不构成重大", remarks=Remarks(), **said)

    def _annul(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        return annul.annul(hazard_id=hazard.id, reason="企业注销", remarks=Remarks(), **said)

    def _transfer(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        body = {"to_region": SANJIANG, "reason": "不在本辖区"} | more
        return transfer.transfer(hazard_id=hazard.id, remarks=Remarks(), **body, **said)

    def _rule(self, hazard: Hazard, actor: Actor, said: dict, more: dict) -> Any:
        body = {"region": SANJIANG, "reason": "归属裁定"} | more
        return transfer.rule(hazard_id=hazard.id, remarks=Remarks(), **body, **said)


def a_walk(cast: Any, until: Verb | None = None, *, at: datetime, level: Level | None = None, fixed: bool | None = None,
           drawn: bool = False, by: str = "officer_a", last: str | Actor = "", **more: Any) -> Walk:  # fmt: skip
    """Walk a hazard to just after `until` (None: reported); `fixed` enters it self-found and self-fixed, `level` major."""
    level = level or (Level.MAJOR if until in MAJOR_ONLY else Level.GENERAL)
    fixed = until in SAMPLED_ONLY if fixed is None else fixed
    walk = Walk(cast, at)
    if fixed:
        walk.id = an_id(at, drawn=drawn)
        more["fix"] = a_fix(cast, by, at=at)
    walk.report(by, level_claimed=level, **more)
    sampled = walk.hazard.status == Status.AWAITING_REINSPECTION
    for verb in (*BEFORE[until], until) if until else ():
        entered = sampled and verb in (V.CONFIRM, V.PLAN, V.SUBMIT)
        if not entered and (verb != V.PLAN or level == Level.MAJOR):
            walk.take(verb, last if verb == until else "")
    return walk
