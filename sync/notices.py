"""Held acts (等待中的操作): ledger entry → who is told → in which words."""

from typing import Any

from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from notifications.policy.message import Message, Words
from sync.models import KeptAct

KINDS = {
    "hazard": Words("隐患上报", "report"), "verification": Words("核查", "verification"),
    "resubmission": Words("补正", "resubmission"), "withdrawal": Words("撤回", "withdrawal"),
    "plan": Words("治理方案", "plan"), "rectification": Words("整改", "rectification"),
    "acceptance": Words("内部验收", "acceptance"), "reinspection": Words("复查", "re-inspection"),
    "countersignature": Words("会签", "countersignature"), "draw": Words("抽查", "draw"),
    "extension": Words("延期申请", "extension"), "decision": Words("延期审批", "decision"),
    "listing": Words("挂牌督办", "listing"), "lift": Words("解除挂牌", "lift"), "look_back": Words("回头看", "look-back"),
    "reclassification": Words("升降级", "reclassification"), "annulment": Words("撤销", "annulment"),
    "transfer": Words("移交", "transfer"), "ruling": Words("裁定", "ruling"),
    "inspection": Words("检查任务", "inspection"), "check_in": Words("签到", "check-in"),
    "visit_answers": Words("检查表", "checklist"), "finding": Words("检查发现", "finding"),
    "signature": Words("签名", "signature"), "visit_cancellation": Words("取消检查", "cancellation"),
    "check_out": Words("签退", "check-out"), "remote_answer": Words("云巡查应答", "remote check"),
    "remote_refusal": Words("云巡查拒绝", "refusal"), "self_inspection_answers": Words("自查作答", "self-inspection"),
    "self_inspection": Words("逢事自查", "self-inspection"),
    "self_inspection_submission": Words("自查提交", "submission of a self-inspection"),
    "document_signature": Words("签名", "signature"),
    "document": Words("文书拟制", "draft"), "document_issue": Words("文书印发", "issue of a document"),
    "document_service": Words("文书送达", "service of a document"),
}  # fmt: skip
UNKNOWN = Words("操作", "act")
STEP_UP = "act.held:step_up"
# entry -> title, what is said, whether by SMS too; what is held is only told when it waits for the reader himself
TOLD: dict[str, tuple[Words, Words, bool]] = {
    "act.refused": (
        Words("离线提交未被接受", "An act you sent was refused"),
        Words("您离线提交的{kind}未被接受:{why}", "Your {kind} was refused: {why}"), True,
    ),
    "act.quarantined": (
        Words("离线提交待人工处理", "An act you sent is in quarantine"),
        Words("您提交的{kind}暂不能办理,已存入待处理区:{why}", "Your {kind} is kept in quarantine: {why}"), False,
    ),
    "act.handled": (
        Words("离线提交已处理", "An act of yours in quarantine was handled"),
        Words("您提交的{kind}已由工作人员处理,说明见详情", "Your {kind} was handled; the note is with it"), False,
    ),
    STEP_UP: (
        Words("请完成二次验证", "Your second factor is needed"),
        Words("您离线提交的{kind}只差二次验证,验证后再同步一次即可", "Your {kind} waits for it; give it, then sync again"), True,
    ),
}  # fmt: skip


def of(entry: LedgerEntry, row: KeptAct) -> list[Message]:
    """Return what the sender of a kept act is told by one ledger entry of it: one message or none."""
    facts: dict[str, Any] = ledger.read(entry)["facts"]
    later = entry.seq > 1  # what waited at once was told in the answer
    waits = [wait["kind"] for wait in facts["held_for"]]
    key = STEP_UP if entry.kind == "act.held" and later and waits == ["step_up"] else entry.kind
    if key not in TOLD:
        return []
    title, body, sms = TOLD[key]
    kind, why = KINDS.get(facts["kind"], UNKNOWN), row.problem or {}
    said = {tongue: why.get(tongue, {}).get("title", "") for tongue in ("zh", "en")}
    words = Words(body.zh.format(kind=kind.zh, why=said["zh"]), body.en.format(kind=kind.en, why=said["en"]))
    return [
        Message(
            to=row.person_id, kind=key.partition(":")[0], title=title, body=words, subject_kind="act", subject_id=row.id,
            dedupe_key=str(entry.id), sms=sms,
        )
    ]  # fmt: skip
