"""The stories of the demo's history, each a few real acts: what an enterprise and its officials did with one hazard."""

from collections.abc import Callable
from datetime import timedelta

from demo.history import words
from demo.history.crew import id_of
from demo.history.stage import Stage
from demo.history.words import Finding
from hazards.actions import accept, extend, list_, look_back, rectify, reinspect, resubmit, verify
from hazards.actions.parts import Fix, Report, Ruling
from hazards.actions.report import report
from hazards.policy.words import Level, Source, Status

LOOK_BACKS = 0.12


def said_of(
    stage: Stage, found: Finding, source: str, *, fix: Fix | None = None, ruling: Ruling | None = None, item: str = ""
) -> Report:
    """Return what is reported of a finding: somewhere at the enterprise, not long ago."""
    level = ruling.level if ruling else Level.GENERAL
    return Report(
        enterprise_id=stage.tale.firm.id, source=Source(source), category=found.category, title=found.title,
        description=found.seen, place=f"{stage.dice.choice(words.PLACES)}({stage.tale.number})",
        found_at=stage.at - timedelta(minutes=stage.dice.randint(5, 50)), location=stage.spot, level_claimed=level, fix=fix,
        ruling=ruling, checklist_item=item,
    )  # fmt: skip


def _report(
    stage: Stage, found: Finding, source: str, part: str, *, fix: Fix | None = None, ruling: Ruling | None = None
) -> None:
    said = said_of(stage, found, source, fix=fix, ruling=ruling)
    report(said, received=stage.received("hazard", part), actor=stage.actor(part), at=stage.at)


def ruling_of(stage: Stage, found: Finding, days: int, *, criterion: str = "") -> Ruling:
    """Return the verification of a finding: major by a criterion, else general."""
    level = Level.MAJOR if criterion else Level.GENERAL
    return Ruling(level, found.required, criterion, stage.day(days), stage.actor("officer").name)


def _confirm(stage: Stage, found: Finding, days: int, part: str = "grid_worker") -> None:
    verify.confirm(hazard_id=stage.id, ruling=ruling_of(stage, found, days), **stage.taking("verification", part))


def submit(stage: Stage, found: Finding) -> None:
    """Let the officer submit what was done."""
    pictures = stage.photo("officer")
    cost = round(found.cost * stage.dice.uniform(0.7, 1.4), 0)
    fix = Fix(found.done, stage.actor("officer").name, stage.at - timedelta(hours=1), cost)
    rectify.submit(hazard_id=stage.id, fix=fix, **stage.taking("rectification", "officer", photos=pictures))


def pass_(stage: Stage, part: str = "grid_worker") -> None:
    """Let an official pass it, and now and then somebody look back."""
    on_site = stage.dice.random() < 0.8
    reinspect.pass_(hazard_id=stage.id, on_site=on_site, inspectors=(), **stage.taking("reinspection", part))
    if stage.dice.random() < LOOK_BACKS:
        stage.wait(5, 9)
        look_back.hold(hazard_id=stage.id, **stage.taking("look_back", "inspector_2", note="未反弹"))


def finding_of(stage: Stage) -> Finding:
    """Return a general hazard that is found."""
    return stage.dice.choice(words.GENERAL)


def self_fixed(stage: Stage) -> None:
    """自查自改: accepted by the owner; closed by the clock, or drawn and passed."""
    found = finding_of(stage)
    fix = Fix(found.done, stage.actor("officer").name, stage.at - timedelta(minutes=10), found.cost, stage.photo("officer"))
    _report(stage, found, "self_inspection", "officer", fix=fix)
    stage.wait(0, 1)
    accept.accept(hazard_id=stage.id, **stage.taking("acceptance", "owner"))
    stage.wait(5, 8)
    if stage.hazard().status != Status.CLOSED:
        pass_(stage)


def not_accepted(stage: Stage) -> None:
    """内部验收不通过: the owner rejects it, the second round is re-inspected."""
    found = finding_of(stage)
    fix = Fix(found.done, stage.actor("officer").name, stage.at - timedelta(minutes=10), 0, stage.photo("officer"))
    _report(stage, found, "self_inspection", "officer", fix=fix)
    stage.wait(0, 1)
    accept.reject(hazard_id=stage.id, **stage.taking("acceptance", "owner", note="没改到位"))
    stage.wait(1, 4)
    submit(stage, found)
    stage.wait(1, 2)
    pass_(stage)


def _plain(stage: Stage, source: str, low: float, high: float) -> None:
    found = finding_of(stage)
    _report(stage, found, source, "officer")
    stage.wait(0, 2)
    _confirm(stage, found, 10)
    stage.wait(low, high)
    submit(stage, found)
    stage.wait(1, 3)
    pass_(stage)


def snapshot(stage: Stage) -> None:
    """随手拍: verified, rectified, passed."""
    _plain(stage, "snapshot", 1, 7)


def self_inspection(stage: Stage) -> None:
    """自查上报: the same from a self-inspection."""
    _plain(stage, "self_inspection", 1, 8)


def patrol(stage: Stage) -> None:
    """网格巡查: found and verified by the grid worker, passed by him or by an inspector."""
    found = finding_of(stage)
    _report(stage, found, "grid_patrol", "grid_worker", ruling=ruling_of(stage, found, 10))
    stage.wait(1, 8)
    submit(stage, found)
    stage.wait(1, 3)
    pass_(stage, stage.dice.choice(["grid_worker", "inspector"]))


def inspection(stage: Stage) -> None:
    """执法检查: found and verified by an inspector."""
    found = finding_of(stage)
    _report(stage, found, "inspection", "inspector", ruling=ruling_of(stage, found, 12))
    stage.wait(2, 10)
    submit(stage, found)
    stage.wait(1, 3)
    pass_(stage, "inspector")


def failed_once(stage: Stage) -> None:
    """复查不通过: a second round."""
    found = finding_of(stage)
    _report(stage, found, "snapshot", "officer")
    stage.wait(0, 2)
    _confirm(stage, found, 9)
    stage.wait(2, 7)
    submit(stage, found)
    stage.wait(1, 3)
    note = stage.dice.choice(words.FAILED)
    reinspect.fail(
        hazard_id=stage.id, due_on=stage.day(7), on_site=True, **stage.taking("reinspection", "grid_worker", note=note)
    )
    stage.wait(2, 5)
    submit(stage, found)
    stage.wait(1, 2)
    pass_(stage)


def returned(stage: Stage) -> None:
    """退回补正: asked back once, then as any other."""
    found = finding_of(stage)
    _report(stage, found, "snapshot", "officer")
    stage.wait(0, 1)
    note = stage.dice.choice(words.RETURNED)
    verify.return_(hazard_id=stage.id, **stage.taking("verification", "grid_worker", note=note))
    stage.wait(0, 2)
    changes = {"description": f"{found.seen}(已补充:设备编号 {stage.dice.randint(1, 40)} 号)"}
    resubmit.resubmit(hazard_id=stage.id, changes=changes, **stage.taking("resubmission", "officer"))
    stage.wait(0, 1)
    _confirm(stage, found, 9)
    stage.wait(1, 6)
    submit(stage, found)
    stage.wait(1, 2)
    pass_(stage)


def dismissed(stage: Stage) -> None:
    """不属实: no hazard."""
    _report(stage, finding_of(stage), "snapshot", "officer")
    stage.wait(1, 2)
    verify.dismiss(
        hazard_id=stage.id, reason="not_a_hazard", duplicate_of=None,
        **stage.taking("verification", "inspector", note="现场核查不构成隐患"),
    )  # fmt: skip


def withdrawn(stage: Stage) -> None:
    """撤回: by its reporter."""
    _report(stage, finding_of(stage), "snapshot", "officer")
    stage.wait(0, 1)
    resubmit.withdraw(hazard_id=stage.id, **stage.taking("withdrawal", "officer", note="误报"))


def extended(stage: Stage) -> None:
    """延期: asked for once, granted by the grid worker, or refused."""
    found = finding_of(stage)
    _report(stage, found, "self_inspection", "officer")
    stage.wait(0, 1)
    _confirm(stage, found, 10)
    stage.wait(3, 6)
    reason = stage.dice.choice(words.EXTENDED)
    taken = stage.taking("extension", "officer")
    asked = extend.ask(hazard_id=stage.id, due_on=stage.day(10), reason=reason, **taken)
    stage.wait(0, 1)
    extend.grant(extension_id=asked.act.id, **stage.taking("decision", "grid_worker"))
    stage.wait(3, 7)
    submit(stage, found)
    stage.wait(1, 2)
    pass_(stage)


def late(stage: Stage) -> None:
    """逾期: rectified, but after its deadline, so that it escalates."""
    found = finding_of(stage)
    _report(stage, found, "inspection", "inspector", ruling=ruling_of(stage, found, 7))
    stage.wait(11, 22)
    submit(stage, found)
    stage.wait(1, 4)
    pass_(stage, "inspector")


def never(stage: Stage) -> None:
    """久拖未改: confirmed and left alone."""
    found = finding_of(stage)
    _report(stage, found, "grid_patrol", "grid_worker", ruling=ruling_of(stage, found, 10))
    stage.wait(300, 300)


def pile(stage: Stage) -> None:
    """屡查屡犯: patrol after patrol finds something, and nothing is done."""
    for visit in range(stage.dice.randint(2, 6)):
        if visit:
            stage.wait(2, 9)
            stage.another()
        found = finding_of(stage)
        _report(stage, found, "grid_patrol", "grid_worker", ruling=ruling_of(stage, found, 8))
    stage.wait(300, 300)


def recurred(stage: Stage) -> None:
    """回头看反弹: closed, found again on a look-back, closed for good."""
    _plain(stage, "snapshot", 1, 5)
    stage.wait(4, 7)
    pictures = stage.photo("inspector")
    look_back.recur(
        hazard_id=stage.id, due_on=stage.day(7), **stage.taking("look_back", "inspector", note="反弹", photos=pictures)
    )
    stage.wait(2, 5)
    submit(stage, words.GENERAL[0])
    stage.wait(1, 2)
    pass_(stage)


def _major(stage: Stage, *, listed: bool) -> None:
    criterion, found = stage.dice.choice(words.MAJOR)
    _report(stage, found, "inspection", "inspector", ruling=ruling_of(stage, found, 30, criterion=criterion))
    stage.wait(1, 3)
    responsible = stage.actor("owner").name
    six = rectify.Plan(found.title, found.required, found.cost, responsible, stage.day(25), "停用期间断电上锁,专人巡查。")
    rectify.plan(hazard_id=stage.id, plan=six, **stage.taking("plan", "owner"))
    if listed:
        stage.wait(1, 2)
        said = {"authority": "county", "document_no": f"应急督〔演示〕{stage.tale.number}号", "due_on": stage.day(28)}
        listing = list_.order(hazard_id=stage.id, **said, **stage.taking("listing", "regulator"))  # type: ignore[arg-type]  # of three kinds
    stage.wait(8, 20)
    submit(stage, found)
    if listed:
        stage.wait(1, 3)
        list_.lift(listing_id=listing.act.id, acceptance="验收合格,同意解除挂牌。", **stage.taking("lift", "regulator"))
    stage.wait(1, 3)
    both = (id_of("inspector", stage.tale), id_of("inspector_2", stage.tale))
    first = reinspect.pass_(hazard_id=stage.id, on_site=True, inspectors=both, **stage.taking("reinspection", "inspector"))
    stage.wait(0, 0)
    reinspect.countersign(reinspection_id=first.act.id, **stage.taking("countersignature", "inspector_2"))


def major(stage: Stage) -> None:
    """重大隐患: plan, two inspectors."""
    _major(stage, listed=False)


def listed(stage: Stage) -> None:
    """挂牌督办: the same under a listing."""
    _major(stage, listed=True)


SCRIPTS: dict[str, Callable[[Stage], None]] = {
    script.__name__: script
    for script in (
        self_fixed, snapshot, self_inspection, patrol, inspection, failed_once, returned, dismissed, withdrawn, extended, late,
        never, pile, not_accepted, recurred, major, listed,
    )
}  # fmt: skip
