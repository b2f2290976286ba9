"""The stage of a tale: acts are the real actions at handed instants, jobs are run and time moves as it did back then.

All of it happens in the one transaction of the tale: nobody ever sees a hazard half-way, and nothing live touches one.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel import calendar, idempotency, jobs
from backend.kernel.idempotency import Received
from backend.kernel.models.job import Job, State
from demo.cast import fixed
from demo.history import crew, photos
from demo.history.photos import Print
from demo.history.plan import Tale
from grading.actions import regrade
from grading.models import Standing
from hazards.actions import escalate
from hazards.actions.steps import Remarks
from hazards.models import Hazard
from media.policy.told import Told
from media.policy.uses import PhotoRef
from notifications.models import Delivery

DELIVER, PRINT = "notifications.tasks.deliver", "inspections.tasks.print_document"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MOST_REGRADES = 20


class Ended(Exception):
    """The tale has come to the present: what would come next has not happened yet."""


class Stage:
    """Where a tale is played. `since`: when everybody's duties are read; `photos`: prints it may use."""

    def __init__(self, tale: Tale, *, since: datetime, photos: list[Print]) -> None:
        self.tale, self.at, self.dice = tale, tale.start, tale.dice
        self.id = fixed(f"tale-{tale.number}")
        self.ids = [self.id]
        self.spot = self._spot()
        self._since, self._photos, self._acts = since, list(photos), 0

    def _spot(self) -> dict[str, Any]:
        """Return a place well off the enterprise's own point: history must not look like what somebody reports there."""
        away = [self.dice.choice((-1, 1)) * self.dice.uniform(0.0015, 0.0035) for _ in range(2)]
        firm = self.tale.firm
        return {"latitude": round(firm.latitude + away[0], 6), "longitude": round(firm.longitude + away[1], 6), "accuracy_m": 8}

    @property
    def gate(self) -> dict[str, Any]:
        """Return the enterprise's own point, where a visitor checks in."""
        return {"latitude": self.tale.firm.latitude, "longitude": self.tale.firm.longitude, "accuracy_m": 12}

    def later(self, minutes: int) -> None:
        """Let some minutes go by, and what they bring happen."""
        self.at += minutes * MINUTE
        self._run_jobs(self.at)

    def another(self) -> None:
        """Turn to one more hazard of the same tale; time goes on for those before it."""
        self.id = fixed(f"tale-{self.tale.number}-hazard-{len(self.ids)}")
        self.ids.append(self.id)
        self.spot = self._spot()

    def actor(self, part: str) -> Actor:
        """Return who plays a part, now."""
        return crew.actor(part, self.tale, since=self._since, at=self.at)

    def received(self, kind: str, part: str) -> Received:
        """Return what an act is received as; its id is fixed."""
        self._acts += 1
        name = fixed(f"tale-{self.tale.number}-{self._acts}") if kind != "hazard" else self.id
        actor = self.actor(part)
        content = {"demo": self.tale.number, "act": self._acts}
        return idempotency.received(id=name, kind=kind, route="demo", path_ids={}, content=content, actor_id=actor.id, at=self.at)

    def taking(self, kind: str, part: str, *, note: str = "", photos: tuple[PhotoRef, ...] = ()) -> dict[str, Any]:
        """Return what every act on the hazard is handed."""
        return {
            "received": self.received(kind, part), "actor": self.actor(part), "at": self.at,
            "remarks": Remarks(note=note, photos=photos),
        }  # fmt: skip

    def photo(self, part: str) -> tuple[PhotoRef, ...]:
        """Take in the next print, sent by whoever plays `part`, minutes before now."""
        return (self._sent(self._photos.pop(0), part),)

    def hand(self, part: str) -> PhotoRef:
        """Take in the next drawn signature, from the phone of whoever plays `part`."""
        return self._sent(self._photos.pop(), part)

    def _sent(self, photo: Print, part: str) -> PhotoRef:
        told = Told(taken_at=self.at - 5 * MINUTE, latitude=self.spot["latitude"], longitude=self.spot["longitude"], accuracy_m=8)
        return photos.take_in(photo, actor=self.actor(part), told=told, at=self.at - 2 * MINUTE)

    def day(self, days: int) -> date:
        """Return the local day that many days on."""
        return calendar.local_day(self.at) + days * DAY

    def wait(self, low: float, high: float) -> None:
        """Let days go by, to some working hour; what time brings meanwhile happens. Raises: Ended at the present."""
        days = max(0, round(self.dice.uniform(low, high)))
        morning = calendar.start_of(calendar.local_day(self.at) + days * DAY)
        then = max(morning + timedelta(hours=8, minutes=self.dice.randint(0, 540)), self.at + self.dice.randint(20, 90) * MINUTE)
        self.run_until(min(then, self.tale.until))
        if then >= self.tale.until:
            raise Ended
        self.at = then

    def hazard(self) -> Hazard:
        """Return the hazard as it stands."""
        return Hazard.objects.get(id=self.id)

    def run_until(self, then: datetime) -> None:
        """Do what time brings until `then`: jobs, escalation, closure by the clock."""
        self._run_jobs(self.at + MINUTE)
        due = Hazard.objects.filter(id__in=self.ids, next_step_at__lte=then).order_by("next_step_at")
        while (hazard := due.first()) is not None and hazard.next_step_at is not None:
            moment = max(hazard.next_step_at, self.at) + timedelta(seconds=self.dice.randint(1, 29))
            escalate.step(hazard.id, at=moment)
            self._run_jobs(moment + MINUTE)

    def _run_jobs(self, at: datetime) -> None:
        """Run the jobs of this tale as of `at`; SMS of the past are not sent."""
        # pages are printed by the workers, later: nobody waits two seconds for each with the database locked
        Job.objects.filter(kind=PRINT, state=State.WAITING, run_at__lte=at).update(run_at=self.tale.until + MINUTE * 60)
        while True:
            sms = Job.objects.filter(kind=DELIVER, state=State.WAITING, created_at__lte=self.tale.until)
            named = [UUID(payload["delivery_id"]) for payload in sms.values_list("payload", flat=True)]
            if named:
                sms.update(state=State.DONE, finished_at=at)
                Delivery.objects.filter(id__in=named).update(state="refused", error="demo: a message of the past")
            batch = jobs.claim(at)
            if not batch:
                return
            for job in batch:
                jobs.run(job, now=lambda: at)

    def close(self) -> None:
        """Run time up to where the enterprise's next tale begins, its grade included; then nothing is left to be swept."""
        self.run_until(self.tale.until)
        firm_id = self.tale.firm.id
        for _ in range(MOST_REGRADES):
            due = Standing.objects.filter(enterprise_id=firm_id).values_list("next_at", flat=True).first()
            if due is None or due > self.tale.until:
                return
            regrade.regrade(firm_id, at=max(due, self.at))
            self._run_jobs(max(due, self.at) + MINUTE)
