"""What the demo shows beside hazards: visits, draws, self-inspections, remote checks, documents; played after the tales.

Scenes of the past are played at enterprises that no tale is about, those of the cast within the last day, so that every
enterprise's chain of grades runs forward.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from backend.kernel import calendar
from backend.kernel.calendar import local_day
from demo import firms
from demo.history import words
from demo.history.crew import id_of
from demo.history.papers import issued_and_served
from demo.history.scripts import finding_of, pass_, ruling_of, said_of, submit
from demo.history.stage import Stage
from enterprises.models import Enterprise
from enterprises.policy.consequences import Interval
from enterprises.queries import Filters as Pool
from inspections.actions import (
    answer,
    check_in,
    check_out,
    draw,
    fill_in,
    find,
    launch_campaign,
    miss,
    plan,
    remote,
    schedule,
    set_plan,
    start,
)
from inspections.actions import submit as handing_in
from inspections.actions.draw_pool import Wish
from inspections.actions.find import Said
from inspections.actions.remote import Question, Reply
from inspections.actions.visiting import Remarks
from inspections.models import Inspection, SelfInspection
from inspections.policy import answers as rules
from inspections.policy import occurrences
from inspections.policy.answers import Answer
from inspections.policy.documents import DocumentKind
from inspections.policy.targets import Filters, Target
from inspections.policy.templates import Result
from inspections.policy.visits import Mode, Type
from inspections.queries import checklists
from inspections.queries import inspections as visits
from inspections.queries import self_inspections as sheets
from inspections.queries.draws import Wanted as Inspectors
from media.policy.uses import PhotoRef

CODE = "浙行检〔演示〕{number}"


def _taking(stage: Stage, kind: str, part: str) -> dict[str, Any]:
    return {"received": stage.received(kind, part), "actor": stage.actor(part), "at": stage.at}


def _visit(
    stage: Stage, parts: Sequence[str], *, type_: Type, mode: Mode = Mode.PLANNED, days: int = 0, codes: tuple[str, ...] = (),
    note: str = "",
) -> Inspection:  # fmt: skip
    """Plan a visit by these, the first of whom plans it, so many days on."""
    crew = tuple(id_of(part, stage.tale) for part in parts)
    wanted = plan.Wanted(
        enterprise_id=stage.tale.firm.id, type=type_, mode=mode, planned_on=stage.day(days), inspectors=crew, checklists=codes,
        action_code=CODE.format(number=stage.tale.number) if type_ is Type.ADMINISTRATIVE_INSPECTION else "", note=note,
    )  # fmt: skip
    return plan.plan(wanted, **_taking(stage, "inspection", parts[0])).inspection


def _arrive(stage: Stage, visit: Inspection, parts: Sequence[str]) -> None:
    for part in parts:
        said = {"token": "", "mock": False, "action_code": "", "remarks": Remarks(location=stage.gate)}
        check_in.check_in(inspection_id=visit.id, **said, **_taking(stage, "check_in", part))  # type: ignore[arg-type]
        stage.later(2)


def _fill(stage: Stage, visit: Inspection, part: str, *, failed: str = "") -> None:
    codes = [pin["code"] for pin in visit.pins]
    items = [item for version in checklists.pin(codes) for item in version.asked]
    given = [Answer(item.code, Result.PROBLEM if item.code == failed else Result.OK) for item in items]
    stage.later(25)
    fill_in.fill_in(inspection_id=visit.id, answers=given, remarks=Remarks(), **_taking(stage, "visit_answers", part))


def _leave(stage: Stage, visit: Inspection, part: str) -> None:
    stage.later(15)
    check_out.check_out(inspection_id=visit.id, remarks=Remarks(), **_taking(stage, "check_out", part))


def programme(stage: Stage) -> None:
    """年度计划、专项行动: the county's plan of the year, and a campaign that is running."""
    year, today = local_day(stage.at).year, local_day(stage.at)
    worst = ("red", "orange")
    targets = [Target("红、橙企业", Filters(grades=worst), 100, 2), Target("较大以上风险", Filters(risks=worst), 50)]
    said = {"region": "330324", "year": year, "name": f"{year}年监督检查计划(演示)", "targets": targets, "reason": ""}
    set_plan.set_plan(**said, **_taking(stage, "inspection_plan", "regulator"))  # type: ignore[arg-type]  # of several kinds
    launch_campaign.launch(
        region="330324", name="动火与涉爆粉尘专项(演示)", start=today, end=today + timedelta(days=60), percent=60, note="",
        filters=Filters(features=("combustible_dust", "spraying")), **_taking(stage, "campaign", "regulator"),
    )  # fmt: skip


def _wish(stage: Stage, name: str, days: int) -> Wish:
    """Return a draw of the town's most frequent trade that is none of the cast's."""
    town, own = stage.tale.firm.region, [firm.industry for firm in firms.FIRMS.values()]
    drum = Enterprise.objects.filter(town=town, status="active").exclude(grade__in=["orange", "red"]).exclude(industry__in=own)
    ((industry, many),) = Counter(drum.values_list("industry", flat=True)).most_common(1)
    return Wish(
        name=name, pool=Pool(region=town, status="active", industry=industry), count=min(3, many), per_enterprise=2,
        reveal_on=stage.day(days), inspectors=Inspectors(town),
    )  # fmt: skip


def draws(stage: Stage) -> None:
    """双随机: one that was revealed, its visits planned; one that is committed to. Enterprises A to C are not in the drum: what
    is tried out on them must not meet a cap that the demo has used up.
    """
    known, _ = draw.commit(_wish(stage, "瓯北街道双随机抽查(演示)", 2), **_taking(stage, "random_draw", "regulator"))
    stage.later(2 * 24 * 60)
    draw.reveal(draw_id=known.id, **_taking(stage, "random_draw_reveal", "regulator"))
    stage.later(60)
    draw.commit(_wish(stage, "瓯北街道下期双随机(演示)", 4), **_taking(stage, "random_draw", "regulator"))


def inspected(stage: Stage) -> None:
    """行政检查: two officers find something, order it, serve the order; it is rectified and passed."""
    two = ("inspector", "inspector_2")
    visit = _visit(stage, two, type_=Type.ADMINISTRATIVE_INSPECTION, codes=("FIRE",))
    _arrive(stage, visit, two)
    found = finding_of(stage)
    _fill(stage, visit, "inspector", failed="FIRE-01")
    _find(stage, visit, found, "FIRE-01")
    _leave(stage, visit, "inspector")
    stage.later(30)
    issued_and_served(stage, DocumentKind.RECTIFICATION_ORDER, "inspector", two, hazard_id=stage.id)
    stage.wait(2, 5)
    submit(stage, found)
    stage.wait(1, 2)
    pass_(stage, "inspector")


def _find(stage: Stage, visit: Inspection, found: words.Finding, item: str) -> None:
    said = said_of(stage, found, "inspection", ruling=ruling_of(stage, found, 10), item=item)
    find.find(inspection_id=visit.id, report=said, said=Said(), **_taking(stage, "hazard", "inspector"))


def advised(stage: Stage) -> None:
    """服务指导: a grid worker comes by, finds nothing and leaves a risk notice."""
    visit = _visit(stage, ("grid_worker",), type_=Type.SERVICE_VISIT, codes=("COM",))
    _arrive(stage, visit, ("grid_worker",))
    _fill(stage, visit, "grid_worker")
    _leave(stage, visit, "grid_worker")
    stage.later(20)
    issued_and_served(stage, DocumentKind.RISK_NOTICE, "grid_worker", (), enterprise_id=stage.tale.firm.id)


def _occurrence(stage: Stage, code: str, before: datetime) -> SelfInspection:
    """Return the self-inspection of the month that `before` lies in, as the timetable would have made it."""
    firm, numbers = Enterprise.objects.get(id=stage.tale.firm.id), sheets.numbers(stage.at).document
    month = occurrences.period(Interval.MONTHLY, before)
    row = schedule.occurrence(firm, checklists.in_force(code), month, numbers, at=month.starts_at)
    schedule.open_many([row], at=stage.at)
    return row


def _answered(
    stage: Stage, row: SelfInspection, *, failed: str = "", photos: tuple[PhotoRef, ...] = (), half: bool = False
) -> None:
    asked = rules.visible(row.asked, {}, row.features)
    given = [Answer(i.code, Result.PROBLEM, photos=photos) if i.code == failed else Answer(i.code, Result.OK) for i in asked]
    said = {"self_inspection_id": row.id, "given": given[: len(given) // 2] if half else given, "answered_at": None}
    answer.answer(**said, **_taking(stage, "self_inspection_answers", "officer"))  # type: ignore[arg-type]  # of three kinds


def _handed_in(stage: Stage, row: SelfInspection, statement: str) -> None:
    stage.later(5)
    handing_in.submit(
        self_inspection_id=row.id, statement=statement, signature=None, **_taking(stage, "self_inspection_submission", "officer")
    )


def month_done(stage: Stage) -> None:
    """云自查: a month in time, nothing found."""
    for code in ("COM", "FIRE", "ELEC"):
        row = _occurrence(stage, code, stage.at)
        _answered(stage, row)
        _handed_in(stage, row, "本期逐项自查,未发现隐患(演示)。")


def _last_month(stage: Stage) -> datetime:
    return calendar.start_of(local_day(stage.at).replace(day=1)) - timedelta(seconds=1)


def month_missed(stage: Stage) -> None:
    """逾期未查: of last month's two one is missed for good, one is handed in late and finds something."""
    missed, late = (_occurrence(stage, code, _last_month(stage)) for code in ("ELEC", "FIRE"))
    for row in (missed, late):
        miss.step(row.id, at=stage.at)
    stage.later(30)
    late.refresh_from_db()
    _answered(stage, late, failed="FIRE-01", photos=stage.photo("officer"))
    _handed_in(stage, late, "补做上月自查,已上报发现的隐患(演示)。")


def hot_work(stage: Stage) -> None:
    """动火前自查: one handed in, one begun and half answered."""
    for half, occasion in ((False, "二号车间更换风管动火"), (True, "装配线支架焊接")):
        wish = start.Wish(stage.tale.firm.id, "WELD", occasion)
        row, _ = start.start(wish, **_taking(stage, "self_inspection", "officer"))
        stage.later(10)
        _answered(stage, row, half=half)
        if not half:
            _handed_in(stage, row, "动火条件已逐项确认(演示)。")
        stage.later(30)


def remote_checks(stage: Stage) -> None:
    """云巡查: one answered and accepted, one refused, one that nobody answered."""
    check = _asked(stage, "喷漆房可燃气体报警器")
    stage.later(4)
    reply = Reply(photos=stage.photo("officer"), number_visible=True)
    remote.answer(reply, check_id=check, **_taking(stage, "remote_answer", "officer"))
    stage.later(10)
    remote.judge(outcome="accepted", note="", check_id=check, **_taking(stage, "remote_judgement", "grid_worker"))
    check = _asked(stage, "原料仓库通道")
    stage.later(3)
    remote.refuse(reason="正在卸货,稍后可来现场", check_id=check, **_taking(stage, "remote_refusal", "officer"))
    _asked(stage, "配电房门口")
    stage.later(15)
    remote.sweep(at=stage.at)


def _asked(stage: Stage, spot: str) -> Any:
    question = Question(stage.tale.firm.id, spot)
    return remote.ask(question, **_taking(stage, "remote_check", "grid_worker")).check.id


def plans(stage: Stage) -> None:
    """待检查: a service visit tomorrow, and a patrol that the enterprise must not know of (neither counts for the cap)."""
    _visit(stage, ("grid_worker",), type_=Type.SERVICE_VISIT, days=1, codes=("COM",))
    hidden = {"mode": Mode.UNANNOUNCED, "note": "近期有动火作业反映(演示)"}
    _visit(stage, ("inspector", "inspector_2"), type_=Type.GRID_PATROL, days=2, codes=("WELD",), **hidden)  # type: ignore[arg-type]


def to_come(stage: Stage) -> None:
    """待检查: an administrative inspection tomorrow."""
    two = ("inspector", "inspector_2")
    _visit(stage, two, type_=Type.ADMINISTRATIVE_INSPECTION, days=1, codes=("FIRE", "ELEC"))


def under_way(stage: Stage) -> None:
    """检查中: a grid worker is there and has begun."""
    visit = _visit(stage, ("grid_worker",), type_=Type.GRID_PATROL, codes=("FIRE",))
    _arrive(stage, visit, ("grid_worker",))
    _fill(stage, visits.get_plain(visit.id), "grid_worker")


SCENES: dict[str, Callable[[Stage], None]] = {
    scene.__name__: scene
    for scene in (
        programme, draws, inspected, advised, month_done, month_missed, to_come, hot_work, remote_checks, plans,
        under_way,
    )
}  # fmt: skip
