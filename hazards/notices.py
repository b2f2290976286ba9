"""Who is told what (通知): one table, ledger entry -> who -> words. Whoever has the next move, or stands to lose by not
knowing, gets an SMS too; news goes to the inbox alone. Nobody is told of what he did himself.

A row is chosen by the entry's kind and, where it differs, by what follows the colon: the status a report led to, a stop of
work, the rule of an escalation (lifecycle.md §5). `()` says that nobody is told. Words name enterprise, category and
deadline, never a person and never free text; of draws officials alone are told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts import queries as accounts
from accounts.policy.roles import Role
from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from hazards import queries
from hazards.models import Hazard
from hazards.policy import phrases
from hazards.policy.words import AS_PARTY, BY_ENTERPRISE, Level, Source
from notifications.policy.message import Message, Words


@dataclass(frozen=True, slots=True)
class Told:
    """What is told about: the hazard as it is now, what the entry says, and when people are looked up."""

    hazard: Hazard
    facts: dict[str, Any]
    at: datetime


Who = Callable[[Told], list[UUID]]


def _members(told: Told, *roles: Role) -> list[UUID]:
    return accounts.at_enterprise(roles=roles, enterprise_id=told.hazard.enterprise_id, at=told.at)


def _officials(told: Told, role: Role, level: str) -> list[UUID]:
    found = accounts.on_duty(role=role, place=told.hazard.place, at=told.at, level=level)
    return accounts.without_interest(found, enterprise_id=told.hazard.enterprise_id, at=told.at)


def owners(told: Told) -> list[UUID]:
    """主要负责人."""
    return _members(told, Role.OWNER)


def officers(told: Told) -> list[UUID]:
    """安全管理员; of a firm that has none its owner."""
    return _members(told, Role.OFFICER) or owners(told)


def firm(told: Told) -> list[UUID]:
    """Officers and owners."""
    return _members(told, Role.OFFICER, Role.OWNER)


def own_house(told: Told) -> list[UUID]:
    """Officers and owners, of what was reported from inside only: a tip is no business of theirs before it is verified."""
    return firm(told) if Source(told.hazard.source) in BY_ENTERPRISE else []


def own_owners(told: Told) -> list[UUID]:
    """Owners, unless a tip was passed on."""
    return [] if told.hazard.source == Source.PUBLIC_REPORT else owners(told)


def acceptors(told: Told) -> list[UUID]:
    """Whoever may accept a fix: officers, owners, the agency; where there is nobody but the fixer, the grid worker."""
    inside = _members(told, Role.OFFICER, Role.OWNER, Role.AGENCY)
    return [person for person in inside if person != told.hazard.reporter_id] or grid_workers(told)


def reporter(told: Told) -> list[UUID]:
    """The account that reported it, while a duty of its holder still reaches the hazard."""
    actor = accounts.actor_of(accounts.person(told.hazard.reporter_id), at=told.at)
    return [actor.id] if queries.roles_at(told.hazard, actor) else []


def grid_workers(told: Told) -> list[UUID]:
    """网格员; where the grid has none, the township's inspectors."""
    return _officials(told, Role.GRID_WORKER, "grid") or inspectors(told)


def inspectors(told: Told) -> list[UUID]:
    """执法人员 of the township, else of the county."""
    return _officials(told, Role.INSPECTOR, "town") or _officials(told, Role.INSPECTOR, "county")


def regulators(told: Told) -> list[UUID]:
    """监管干部 of the county, else of the city."""
    return _officials(told, Role.REGULATOR, "county") or _officials(told, Role.REGULATOR, "city")


def judges(told: Told) -> list[UUID]:
    """Whoever verifies and re-inspects: grid workers general hazards, inspectors major ones; never who passed on the tip."""
    hazard = told.hazard
    found = inspectors(told) if hazard.level == Level.MAJOR else grid_workers(told)
    barred = hazard.reporter_id if Source(hazard.source) in AS_PARTY else None
    return [person for person in found if person != barred] or inspectors(told)


def deciders(told: Told) -> list[UUID]:
    """Whoever decides an extension."""
    return regulators(told) if told.hazard.level == Level.MAJOR else judges(told)


def above(told: Told) -> list[UUID]:
    """Regulators, of a major hazard only."""
    return regulators(told) if told.hazard.level == Level.MAJOR else []


def listers(told: Told) -> list[UUID]:
    """Regulators, of a listed hazard only."""
    return regulators(told) if told.hazard.open_listing_id else []


def second(told: Told) -> list[UUID]:
    """The inspector named to countersign."""
    return [UUID(told.facts["second"])]


@dataclass(frozen=True, slots=True)
class Row:
    """To whom, and `title|words` in both languages: the words (at most 24 Chinese characters) follow enterprise and category,
    so that an SMS fits into 70.
    """

    who: tuple[Who, ...]
    zh: str
    en: str
    sms: bool = True
    urgent: bool = False


_RECTIFY = (
    Row((firm,), "隐患须整改|须于{due}前整改完成", "Hazard to rectify|to be rectified by {due}"),
    Row((above,), "重大隐患|核定为重大,期限{due}", "Major hazard|found to be major, due {due}"),
    Row((reporter,), "隐患已核查|已核查确认,进入整改", "Hazard verified|verified, being rectified", sms=False),
)
_STOPPED = (
    Row((firm,), "立即停工整改|立即停工,{due}前整改完成", "Stop work at once|stop work, rectify by {due}", urgent=True),
    *_RECTIFY[1:],
)
_PASSED = (Row((firm, reporter), "隐患已销号|复查通过,已销号", "Hazard closed|passed and closed", sms=False),)

NOTICES: dict[str, tuple[Row, ...]] = {
    "hazard.reported:reported": (
        Row((judges,), "待核查隐患|请尽快核查", "Hazard to verify|please verify it"),
        Row((above,), "重大隐患上报|企业或网格上报为重大", "Major hazard reported|claimed to be major"),
        Row((own_house,), "新上报隐患|已上报,待核查", "Hazard reported|reported, to be verified", sms=False),
    ),
    "hazard.reported:rectifying": _RECTIFY,
    "hazard.reported:rectifying:stop_work": _STOPPED,
    "hazard.reported:awaiting_reinspection": (
        Row((acceptors,), "自改待验收|已自查自改,请尽快验收", "Fix to accept|fixed by the enterprise, please accept or reject"),
    ),
    "hazard.confirmed": _RECTIFY,
    "hazard.confirmed:stop_work": _STOPPED,
    "hazard.returned": (Row((reporter,), "上报被退回|请补正后重报", "Report returned|complete it and send it again"),),
    "hazard.dismissed": (Row((reporter, own_house), "核查不成立|经核查不成立", "Dismissed|dismissed", sms=False),),
    "hazard.resubmitted": (
        Row((judges,), "待核查隐患|已补正重报,请尽快核查", "Hazard to verify|sent again, please verify it"),
    ),
    "hazard.withdrawn": (Row((judges, own_house), "上报已撤回|上报已撤回", "Withdrawn|withdrawn", sms=False),),
    "hazard.planned": (Row((inspectors, listers), "治理方案备案|已备案治理方案", "Plan filed|plan filed", sms=False),),
    "hazard.submitted": (Row((judges,), "待复查隐患|已提交整改,请复查", "Hazard to re-inspect|rectified, please re-inspect"),),
    "hazard.accepted": (Row((firm, reporter), "内部验收通过|内部验收通过", "Accepted|accepted", sms=False),),
    "hazard.rejected": (Row((firm,), "验收未通过|须于{due}前重新整改", "Not accepted|to be rectified again by {due}"),),
    "hazard.passed": _PASSED,
    "hazard.signed": (Row((second,), "重大隐患会签|请尽快会签复查", "Countersign|please countersign it soon"),),
    "hazard.countersigned": _PASSED,
    "hazard.failed": (
        Row((firm,), "复查未通过|须于{due}前重新整改", "Re-inspection failed|to be rectified again by {due}"),
        Row((listers,), "挂牌隐患未通过|复查未通过,挂牌恢复", "Listed hazard failed|failed, listed again", sms=False),
    ),
    "hazard.clock_closed": (Row((firm, reporter), "隐患已销号|已动态销号", "Hazard closed|closed by the clock", sms=False),),
    "hazard.extension_asked": (
        Row((deciders,), "延期待审批|申请延期,请审批", "Extension asked|a later deadline is asked for"),
    ),
    "hazard.extension_granted": (Row((firm,), "延期已同意|整改期限延至{due}", "Extension granted|now due {due}"),),
    "hazard.extension_refused": (Row((firm,), "延期未同意|整改期限仍为{due}", "Extension refused|still due {due}"),),
    "hazard.listing_proposed": (Row((regulators,), "提请挂牌督办|请审定是否挂牌", "Listing proposed|please decide"),),
    "hazard.listed": (
        Row((firm,), "挂牌督办|已挂牌督办,期限{due}", "Listed|under supervision listing, due {due}"),
        Row((inspectors,), "挂牌督办|已挂牌督办", "Listed|under supervision listing", sms=False),
    ),
    "hazard.lifted": (
        Row((inspectors,), "挂牌已解除|挂牌已解除,请复查", "Listing lifted|please re-inspect"),
        Row((firm,), "挂牌已解除|挂牌已解除", "Listing lifted|listing lifted", sms=False),
    ),
    "hazard.held": (Row((firm,), "回头看合格|回头看未反弹", "Looked back|the closure holds", sms=False),),
    "hazard.recurred": (Row((firm,), "回头看反弹|已反弹,{due}前重新整改", "Recurred|recurred, to be rectified by {due}"),),
    "hazard.raised": (Row((firm, regulators), "升级为重大隐患|已升级为重大隐患", "Raised to major|raised to major"),),
    "hazard.lowered": (Row((firm, inspectors), "降为一般隐患|已降为一般隐患", "Lowered|lowered to general", sms=False),),
    "hazard.annulled": (Row((firm, reporter, judges), "隐患已撤销|已撤销", "Annulled|annulled", sms=False),),
    "hazard.transferred": (Row((judges,), "隐患移交|已移交至您辖区,请处理", "Transferred|transferred to your area"),),
    "hazard.ruled": (Row((judges,), "隐患归属裁定|裁定归您辖区,请处理", "Ruled|ruled to be in your area"),),
    "hazard.moved": (Row((judges,), "隐患随企业迁入|企业迁入您辖区", "Moved|moved to your area", sms=False),),
    "draw.made:undrawn": (),
    "draw.made:drawn": (Row((judges,), "抽中待复查|抽中复查,请现场或远程复查", "Drawn|drawn, please re-inspect"),),
    "escalated:due_in_3": (Row((officers,), "整改期限临近|须于{due}前整改完成", "Due soon|due {due}"),),
    "escalated:due_in_1": (Row((officers,), "整改即将到期|须于{due}前整改完成", "Due very soon|due {due}"),),
    "escalated:due": (Row((officers, owners), "整改已到期|期限{due}已到", "Deadline passed|was due {due}"),),
    "escalated:overdue_1": (
        Row((owners, grid_workers), "整改逾期|逾期1个工作日,期限{due}", "Overdue|one working day late, was due {due}"),
    ),
    "escalated:overdue_3": (
        Row((inspectors,), "整改逾期|逾期3个工作日,期限{due}", "Overdue|3 working days late, was due {due}"),
    ),
    "escalated:overdue_7": (
        Row((regulators,), "整改逾期|逾期7个工作日,期限{due}", "Overdue|7 working days late, was due {due}"),
    ),
    "escalated:overdue_7:proposed": (
        Row((regulators,), "整改逾期|逾期7个工作日,提请挂牌督办", "Overdue|7 working days late: list it?"),
    ),
    "escalated:unverified_2": (
        Row((grid_workers,), "核查超时|超过2个工作日未核查", "Verification is late|unverified for 2 working days"),
    ),
    "escalated:unverified_5": (
        Row((inspectors,), "核查超时|超过5个工作日未核查", "Verification is late|unverified for 5 working days"),
    ),
    "escalated:returned_3": (
        Row((reporter, own_owners), "退回待补正|超过3个工作日未补正", "Returned report|not completed for 3 working days"),
    ),
    "escalated:returned_7": (
        Row((grid_workers,), "退回待补正|超过7个工作日未补正", "Returned report|not completed for 7 working days"),
    ),
    "escalated:unreviewed_3": (Row((judges,), "复查超时|待复查已满3天", "Re-inspection is late|waiting for 3 days"),),
    "escalated:unreviewed_6": (Row((inspectors,), "复查超时|待复查已满6天", "Re-inspection is late|waiting for 6 days"),),
    "escalated:unreviewed_8": (Row((regulators,), "复查超时|待复查已满8天", "Re-inspection is late|waiting for 8 days"),),
}  # fmt: skip


def key_of(kind: str, *, after: str, facts: dict[str, Any], stop_work: bool) -> str:
    """Return which row of NOTICES an entry is told by."""
    if kind.endswith(".escalated"):
        return f"escalated:{facts['rule']}" + (":proposed" if facts.get("listing_proposed") else "")
    if kind == "draw.made":
        return "draw.made:drawn" if facts["drawn"] else "draw.made:undrawn"
    key = f"{kind}:{after}" if kind == "hazard.reported" else kind
    return f"{key}:stop_work" if stop_work and f"{key}:stop_work" in NOTICES else key


def of(entry: LedgerEntry, *, at: datetime) -> list[Message]:
    """Return the messages that follow from a ledger entry, to those on duty at `at`; one per person, the first row's."""
    body = ledger.read(entry)
    facts: dict[str, Any] = body["facts"]
    hazard = queries.get_plain(UUID(facts["hazard"]) if entry.subject_kind == "draw" else entry.subject_id)
    key = key_of(entry.kind, after=body["after"], facts=facts, stop_work=hazard.stop_work)
    told = Told(hazard, facts, at)
    messages: dict[UUID, Message] = {}
    for row in NOTICES[key]:
        for person in _people(row.who, told):
            if person != entry.actor_id:
                messages.setdefault(person, _message(person, row, key, told, entry))
    return list(messages.values())


def _people(who: Iterable[Who], told: Told) -> list[UUID]:
    return list(dict.fromkeys(person for resolve in who for person in resolve(told)))


def _message(person: UUID, row: Row, key: str, told: Told, entry: LedgerEntry) -> Message:
    hazard, due = told.hazard, told.facts.get("due_at")
    until_zh, until_en = phrases.moment(datetime.fromisoformat(due) if due else hazard.due_at)
    what = phrases.clipped(queries.categories().get(hazard.category, (hazard.category, ""))[0], phrases.WHAT)
    name = phrases.clipped(hazard.enterprise.name, phrases.FIRM)
    (title_zh, zh), (title_en, en) = row.zh.split("|"), row.en.split("|")
    return Message(
        to=person, kind=f"hazard.{key}" if key.startswith("escalated") else key, title=Words(title_zh, title_en),
        body=Words(f"{name}「{what}」{zh.format(due=until_zh)}", f"{name}, {what}: {en.format(due=until_en)}"),
        subject_kind="hazard", subject_id=hazard.id, dedupe_key=str(entry.id), urgent=row.urgent, sms=row.sms,
    )  # fmt: skip
