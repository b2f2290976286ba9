"""The deeds of the pilot, each a real action of an actor with a duty, at its instant."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.kernel.idempotency import Received
from demo.cast import fixed
from demo.history import photos, words
from demo.history.photos import Print
from demo.history.stage import Stage
from demo.pilot.population import Case
from demo.pilot.year import DUE_DAYS
from grading.actions import improve, record
from grading.errors import ImprovementNotAwaited
from grading.policy.fact_kinds import KINDS
from hazards.actions import accept, rectify, reinspect, verify
from hazards.actions.parts import Fix, Report, Ruling
from hazards.actions.report import report
from hazards.policy.words import Level, Source, Status
from media.policy.told import Told
from media.policy.uses import PhotoRef

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Deeds:
    """What is done at one enterprise. `prints` are few pictures, decoded once, that stand for all photos."""

    def __init__(self, case: Case, *, start: datetime, until: datetime, prints: list[Print]) -> None:
        self.case, self.prints = case, prints
        self.stage = Stage(case.tale(start, until), since=start, photos=[])

    def do(self, what: str, which: str, at: datetime) -> None:
        """Do one thing at `at`. Raises: whatever the action refuses."""
        self.stage.at, self.stage.id = at, fixed(f"pilot-{self.case.number}-{which}")
        getattr(self, what)(which)

    def record(self, kind: str) -> None:
        """Record (登记) a basic that is missing."""
        self._fact(kind, {}, kind)

    def penalise(self, which: str) -> None:
        """Record a penalty (行政处罚)."""
        self._fact("penalty", {}, which)

    def mend(self, kind: str) -> None:
        """End a fact: what was missing is there."""
        fact = fixed(f"pilot-{self.case.number}-fact-{kind}")
        got, actor = self._got("fact_ending"), self.stage.actor("inspector")
        record.end(fact_id=fact, to=self.stage.at, reason="已补齐", received=got, actor=actor, at=self.stage.at)

    def find(self, which: str) -> None:
        """Find a hazard on site (检查发现)."""
        found = self._found()
        due = self.stage.day(DUE_DAYS)
        self._report(Source.INSPECTION, "inspector", ruling=Ruling(Level.GENERAL, found.required, "", due, "主要负责人"))

    def report(self, which: str) -> None:
        """Report what the enterprise found itself (自查上报)."""
        self._report(Source.SELF_INSPECTION, "officer")

    def fix(self, which: str) -> None:
        """Report what it found and has fixed (自查自改)."""
        fix = Fix(self._found().done, "主要负责人", self.stage.at - 10 * MINUTE, 100.0, self._photo(which))
        self._report(Source.SELF_INSPECTION, "officer", fix=fix)

    def accept(self, which: str) -> None:
        """Accept the fix on the photos (内部验收): one-person firms ask the grid worker."""
        accept.accept(hazard_id=self.stage.id, **self._taking("acceptance", "grid_worker"))

    def confirm(self, which: str) -> None:
        """Confirm (核查确认)."""
        ruling = Ruling(Level.GENERAL, self._found().required, "", self.stage.day(DUE_DAYS), "主要负责人")
        verify.confirm(hazard_id=self.stage.id, ruling=ruling, **self._taking("verification", "grid_worker"))

    def submit(self, which: str) -> None:
        """Submit the rectification (整改)."""
        fix = Fix(self._found().done, "主要负责人", self.stage.at - HOUR, 100.0)
        taking = self._taking("rectification", "officer", photos=self._photo(which))
        rectify.submit(hazard_id=self.stage.id, fix=fix, **taking)

    def fail(self, which: str) -> None:
        """Fail the re-inspection (复查不通过)."""
        due = self.stage.day(10)
        reinspect.fail(
            hazard_id=self.stage.id, due_on=due, on_site=True, **self._taking("reinspection", "inspector_2", note="未到位")
        )

    def pass_(self, which: str) -> None:
        """Pass it on site (复查通过)."""
        reinspect.pass_(hazard_id=self.stage.id, on_site=True, inspectors=(), **self._taking("reinspection", "inspector_2"))

    def pass_if_drawn(self, which: str) -> None:
        """Pass a self-fixed hazard that was drawn by lot; the clock has closed the others."""
        if self.stage.hazard().status == Status.AWAITING_REINSPECTION:
            self.pass_(which)

    def decide(self, which: str) -> None:
        """Let the county decide that a red enterprise may leave its colour, if that is what it waits for."""
        got, actor = self._got("improvement", "regulator"), self.stage.actor("regulator")
        try:
            improve.improve(
                reason="整改到位", received=got, enterprise_id=self.case.firm.id, actor=actor, at=self.stage.at
            )  # fmt: skip
        except ImprovementNotAwaited:
            return

    def _fact(self, kind: str, value: dict[str, Any], which: str) -> None:
        actor, at = self.stage.actor("inspector"), self.stage.at
        given = record.Given(kind, value, at - (HOUR if not KINDS[kind].holds else MINUTE))
        got = replace(self._got("fact"), id=fixed(f"pilot-{self.case.number}-fact-{which}"))
        record.record(given=given, enterprise_id=self.case.firm.id, received=got, actor=actor, at=at)

    def _report(self, source: Source, part: str, *, fix: Fix | None = None, ruling: Ruling | None = None) -> None:
        stage, found = self.stage, self._found()
        said = Report(
            enterprise_id=self.case.firm.id, source=source, category=found.category, title=found.title, description=found.seen,
            place=f"{stage.dice.choice(words.PLACES)}({stage.id.hex[:8]})", found_at=stage.at - 5 * MINUTE, location=None,
            level_claimed=Level.GENERAL, fix=fix, ruling=ruling,
        )  # fmt: skip
        report(said, received=stage.received("hazard", part), actor=stage.actor(part), at=stage.at)

    def _found(self) -> words.Finding:
        return words.GENERAL[self.stage.id.int % len(words.GENERAL)]

    def _got(self, kind: str, part: str = "inspector") -> Received:
        return self._new(self.stage.received(kind, part))

    def _taking(self, kind: str, part: str, **more: Any) -> dict[str, Any]:
        taken = self.stage.taking(kind, part, **more)
        return {**taken, "received": self._new(taken["received"])}

    def _new(self, got: Received) -> Received:
        """Return it under an id of the pilot's own: the tales of the demo's history count theirs alike."""
        return replace(got, id=fixed(f"pilot-act-{got.id}"))

    def _photo(self, which: str) -> tuple[PhotoRef, ...]:
        stage = self.stage
        own: UUID = fixed(f"pilot-{self.case.number}-{which}-{stage.at.isoformat()}")
        print_ = replace(self.prints[own.int % len(self.prints)], id=own)
        told = Told(taken_at=stage.at - 5 * MINUTE)
        return (photos.take_in(print_, actor=stage.actor("officer"), told=told, at=stage.at - 2 * MINUTE),)
