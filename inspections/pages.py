"""The page docs/visits.md, drawn from the tables of inspections and remote checks (`make docs`)."""

from inspections.lifecycle import MOVES
from inspections.policy import crews, remote
from inspections.policy.remote import REMOTE_STATUS_LABELS
from inspections.policy.visits import NOUNS, PAST, STATUS_LABELS, TYPE_LABELS, VERB_LABELS

HEAD = """# 检查与云巡查 / Visits and remote checks

由 `inspections/lifecycle.py`、`inspections/policy/crews.py`、`inspections/policy/remote.py` 生成(`make docs`),请勿手工修改。
Drawn from their tables; do not edit by hand. 只有被指名的检查人员能办,其他看得到的人一律 403 `inspection.not_your_move`;
待检查的,当地有同类检查职责的人员把自己列入即可接手。
"""
GUARDS = {
    "not_interested": "在该企业没有任何职责(含其他账号)",
    "action_code": "行政检查已有行政行为码",
    "complete": "检查表已填完,发现的问题都已登记隐患",
    "in_time": "离线登记的隐患,签退后 72 小时内(可配置)",
    "nothing_found": "没有登记隐患",
}
REMOTE_VERBS = {
    "answer": "应答",
    "refuse": "拒绝",
    "expire": "到时未应答(系统)",
    "judge": "核定(发起人)",
    "follow": "随企业迁移(系统)",
}


def of_visits() -> str:
    """Return the page: who goes, the steps of an inspection with their conditions, the steps of a remote check."""
    return "\n".join([HEAD, _crews(), "", _moves(), "", _guards(), "", _remote(), ""])


def _crews() -> str:
    rows = [
        f"| `{type_}` | {label} | {'、'.join(f'`{role}`' for role in crews.ROLES[type_])} | {crews.LEAST.get(type_, 1)} |"
        for type_, label in TYPE_LABELS.items()
    ]
    return "\n".join(["## 谁去", "", "| type | 中文 | 检查人员 | 至少几人 |", "| --- | --- | --- | --- |", *rows])


def _moves() -> str:
    rows = []
    for (status, verb), move in MOVES.items():
        to = "—" if move.to == status else STATUS_LABELS[move.to]
        guards = " ".join(f"`{guard.__name__}`" for guard in move.guards) or "—"
        where = NOUNS.get(verb)
        names = f"{VERB_LABELS[verb]} `{verb}` | {f'`{where}`' if where else '—' if where is None else 'PATCH'}"
        rows.append(f"| {STATUS_LABELS[status]} | {names} | {to} | {guards} | `inspection.{PAST[verb]}` |")
    head = ["| 状态 | 动作 | POST | 之后 | 条件 | 台账 |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join(["## 动作", "", "不在表中的(状态,动作)一律拒绝:409 `inspection.wrong_status`。", "", *head, *rows])


def _guards() -> str:
    used = {guard.__name__: guard for move in MOVES.values() for guard in move.guards}
    rows = [f"| `{name}` | {GUARDS[name]} | {' '.join((guard.__doc__ or '').split())} |" for name, guard in sorted(used.items())]
    return "\n".join(["## 条件", "", "| 条件 | 说明 | in the code |", "| --- | --- | --- |", *rows])


def _remote() -> str:
    rows = [
        f"| {REMOTE_STATUS_LABELS[status]} `{status}` | {REMOTE_VERBS[verb]} | {REMOTE_STATUS_LABELS[to]} `{to}` "
        f"| `remote_check.{remote.PAST[verb]}` |"
        for (status, verb), to in remote.MOVES.items()
    ]
    head = ["| 状态 | 动作 | 之后 | 台账 |", "| --- | --- | --- | --- |"]
    return "\n".join(["## 云巡查", "", "到时(默认 10 分钟)之后的应答和拒绝:409 `remote_check.expired`。", "", *head, *rows])
