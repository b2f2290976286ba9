"""The page docs/lifecycle.md, drawn from MOVES (`make docs`)."""

from itertools import groupby

from accounts.policy.roles import LABELS, Role
from hazards.lifecycle import MOVES, Move
from hazards.policy.kinds import KINDS, Kind
from hazards.policy.words import NOUNS, PAST, STATUS_LABELS, VERB_LABELS, Party, Status, Verb

PARTIES = {Party.REPORTER: "上报人本人", Party.SYSTEM: "系统"}
KIND_LABELS = {Kind.POWER: "职权(403)", Kind.MEANING: "内容(422)", Kind.MOMENT: "时机(409)"}
GUARDS = {
    "confirms_within_power": "网格员不得确认重大隐患、不得责令停工",
    "dismisses_within_power": "按重大上报的,网格员不得作不成立处理",
    "level_within_power": "重大隐患由执法人员处理",
    "decides_extension": "一般隐患由核查方审批,重大隐患由监管干部审批",
    "county_or_above": "须为县级及以上监管干部",
    "of_the_authority": "只能以本级名义挂牌",
    "lifts_own_listing": "由挂牌的那一级解除",
    "proposes_without_order": "提请不得写明挂牌机关",
    "is_named_second": "会签人须为签名时指定的另一名执法人员",
    "criterion_if_major": "重大隐患须写明现行有效的判定标准条款",
    "region_exists": "区划或网格须存在",
    "category_exists": "隐患类别须存在",
    "duplicate_is_live": "重复的须指向同一企业仍在闭环中的另一条隐患",
    "photo": "须附照片",
    "due_not_past": "期限不得早于今天",
    "due_within_limit": "复查不通过的新期限不得超过 15 天(可配置)",
    "on_site": "须现场复查",
    "visit_fits": "所写的检查须是本人 12 小时内(可配置)在该企业签到的检查",
    "two_inspectors": "须有两名不同的执法人员,本人在内",
    "extension_fits": "须晚于现期限,总时间不超过原期限的两倍(可配置)",
    "photos_arrived": "所列照片均已送达且可用,或已逾期失效",
    "not_own_report": "不是代企业上报或转交举报的上报人",
    "not_interested": "在该企业没有任何职责(含其他账号)",
    "member_or_not_interested": "以企业或服务机构身份验收,或在该企业没有任何职责",
    "not_the_rectifier": "不是任何一轮的整改人",
    "not_the_passer": "不是复查通过的人",
    "one_hand_is_fresh": "两名复查人中至少一人未参与发现和核查",
    "second_is_clear": "另一名复查人不是整改人,也不是上报人",
    "no_signature_pending": "没有正在等待会签的签名",
    "signature_pending": "有未满 24 小时(可配置)的签名等待会签",
    "other_hand": "会签人与签名人不是同一自然人",
    "is_general": "为一般隐患",
    "is_major": "为重大隐患",
    "plan_if_major": "重大隐患已备案治理方案",
    "is_sampled": "适用抽查复查",
    "not_accepted": "尚未通过内部验收",
    "not_listed": "没有正在挂牌督办",
    "listing_open": "该挂牌督办正在执行",
    "waited_if_returned": "退回满 7 个工作日(可配置)",
    "in_time_to_ask": "在期限届满前,挂牌督办的提前 15 个工作日(可配置)",
    "not_asked_before": "没有申请过延期(可配置)",
    "undecided": "有待审批的延期申请",
    "still_later": "所申请的日期晚于现期限",
    "not_the_asker": "不是申请人",
    "goes_elsewhere": "移交到别处,不是现在的区划或网格",
    "transfers_left": "移交未满两次(可配置)且未裁定",
    "not_ruled": "尚未裁定",
    "cooled_down": "冷却期已满、未抽中、已验收、照片均已检查",
}
HEAD = """# 隐患闭环 / The lifecycle of a hazard

由 `hazards/lifecycle.py` 的 MOVES 生成(`make docs`),请勿手工修改。 Drawn from MOVES; do not edit by hand.
"""


def lifecycle() -> str:
    """Return the lifecycle as Markdown: a picture of the states, a table of every move, every guard in words."""
    return "\n".join([HEAD, _picture(), "", _statuses(), "", _moves(), "", _guards(), ""])


def _picture() -> str:
    """Return the moves that change the status, as a Mermaid diagram."""
    changing = sorted((status, move.to, verb) for (status, verb), move in MOVES.items() if status != move.to)
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> reported: 上报", "    [*] --> rectifying: 现场发现并核查"]
    lines.append("    [*] --> awaiting_reinspection: 自查自改")
    for (status, to), verbs in groupby(changing, key=lambda row: row[:2]):
        lines.append(f"    {status} --> {to}: {'、'.join(VERB_LABELS[verb] for _, _, verb in verbs)}")
    return "\n".join([*lines, "    closed --> [*]", "    void --> [*]", "```"])


def _statuses() -> str:
    rows = [f"| `{status}` | {label} | {_next(status)} |" for status, label in STATUS_LABELS.items()]
    return "\n".join(["## 状态", "", "| status | 中文 | 可以做什么 |", "| --- | --- | --- |", *rows])


def _next(status: Status) -> str:
    verbs = [VERB_LABELS[verb] for (at, verb), move in MOVES.items() if at == status and Party.SYSTEM not in move.by]
    return "、".join(verbs) or "—"


def _moves() -> str:
    rows = [_row(status, verb, move) for (status, verb), move in MOVES.items()]
    head = ["| 状态 | 动作 | POST | 之后 | 谁 | 条件 | 台账 |", "| --- | --- | --- | --- | --- | --- | --- |"]
    return "\n".join(["## 动作", "", "不在表中的(状态,动作)一律拒绝:409 `hazard.wrong_status`。", "", *head, *rows])


def _row(status: Status, verb: Verb, move: Move) -> str:
    door = f"`{NOUNS[verb]}`" if verb in NOUNS else "—"
    to = "—" if move.to == status else STATUS_LABELS[move.to]
    guards = " ".join(f"`{guard.__name__}`" for guard in move.guards) or "—"
    names = f"{VERB_LABELS[verb]} `{verb}`"
    # a draw is an entry of its own subject, so that the enterprise does not learn of it
    entry = "draw.made" if verb == Verb.DRAW else f"hazard.{PAST[verb]}"
    return f"| {STATUS_LABELS[status]} | {names} | {door} | {to} | {_who(move)} | {guards} | `{entry}` |"


def _who(move: Move) -> str:
    people = [LABELS[role] for role in Role if role in move.by]
    return "、".join([*people, *(label for party, label in PARTIES.items() if party in move.by)])


def _guards() -> str:
    used = {guard.__name__: guard for move in MOVES.values() for guard in move.guards}
    lines = [
        "## 条件",
        "",
        "先问职权,再问内容,最后问时机。",
        "",
        "| 条件 | 何时问 | 说明 | in the code |",
        "| --- | --- | --- | --- |",
    ]
    for name, guard in sorted(used.items(), key=lambda item: (KINDS[item[1]], item[0])):
        words = " ".join((guard.__doc__ or "").split())
        lines.append(f"| `{name}` | {KIND_LABELS[KINDS[guard]]} | {GUARDS[name]} | {words} |")
    return "\n".join(lines)
