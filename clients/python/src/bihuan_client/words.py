"""What the command says, in Chinese and in English."""

WORDS: dict[str, tuple[str, str]] = {
    "kept": ("已存入待发队列:{id}", "Kept in the queue: {id}"),
    "sending": ("发送 {what} {id}", "Sending {what} {id}"),
    "progress": ("  {sent} / {all} KiB", "  {sent} of {all} KiB"),
    "known": ("已收妥,有回执:{what} {id}", "Received, receipt checked: {what} {id}"),
    "held": ("已收妥,待相关内容到齐后办理:{what} {id}", "Received, held until what it waits for arrives: {what} {id}"),
    "quarantined": ("已收妥,服务器看不懂,待人工查看:{what} {id}", "Received, not understood, somebody will look: {what} {id}"),
    "again": ("稍后重发 {what}({why}),{pause} 秒后", "Again in {pause} s: {what} ({why})"),
    "stopped": ("未被接受:{what} {id}:{why}", "Not accepted: {what} {id}: {why}"),
    "all_known": ("全部收妥", "Everything is received"),
    "waits": ("还有 {count} 件待发,联网后再试:bihuan send", "{count} still wait; once there is a network: bihuan send"),
    "stopped_count": ("{count} 件未被接受,请查看:bihuan queue", "{count} were not accepted, see: bihuan queue"),
    "none": ("队列为空", "The queue is empty"),
    "row": ("{state}  {what}  {id}  {size}  {why}", "{state}  {what}  {id}  {size}  {why}"),
    "due": ("{due_at}  {status_label}  {checklist} {checklist_name}  {enterprise_name}  {id}",) * 2,
    "waiting": ("待发", "waiting"),
    "done": ("收妥", "received"),
    "stopped_state": ("未接受", "stopped"),
    "who": ("{person} 已登录 {server}", "{person} is logged in at {server}"),
    "nobody": ("未登录({server})", "Not logged in ({server})"),
    "counts": ("待发 {waiting},未被接受 {stopped},收妥 {done}", "{waiting} waiting, {stopped} not accepted, {done} received"),
    "of_others": ("其中 {count} 件属于另一账号,待其登录后发送", "{count} of them belong to another account, who has to log in"),
    "skew": ("手机时钟与服务器相差 {seconds} 秒,请校准", "The clock of this device is {seconds} s off, please set it"),
    "logged_out": ("已退出;队列保留", "Logged out; the queue stays"),
    "ask_phone": ("手机号:", "Phone: "),
    "ask_code": ("短信验证码:", "Code from the SMS: "),
    "ask_totp": ("动态口令:", "One-time password: "),
    "retried": ("重新排队:{id}", "Queued again: {id}"),
    "dropped": ("已删除:{id}", "Dropped: {id}"),
    "no_such": ("没有这一件,或已收妥:{id}", "No such item, or received already: {id}"),
    "sure": ("将永久删除未发出的内容,请加 --yes", "This deletes what was never sent; add --yes"),
    "expected_lost": ("服务器还在等、本机已没有:{id}", "Expected by the server and no longer here: {id}"),
    "login_needed": ("请先登录:bihuan login(队列不受影响)", "Log in first: bihuan login (the queue is untouched)"),
    "login_failed": ("登录未成功:{why}", "The login failed: {why}"),
    "refused": ("服务器拒绝:{status} {code} {detail}", "The server refused: {status} {code} {detail}"),
    "unreachable": ("连不上服务器:{why}", "The server cannot be reached: {why}"),
    "no_space": ("存储空间已满,没有存入:{why}", "The disk is full, nothing was kept: {why}"),
    "unreadable": ("无法读写:{why}", "Cannot be read or written: {why}"),
    "bad_photo": ("不是可用的照片({why},{limit})", "Not a photo that can be used ({why}; {limit})"),
    "busy": ("另一个进程正在发送", "Another process is sending already"),
    "not_proven": ("回执不成立:{why}", "The receipt does not hold: {why}"),
    "interrupted": ("已中断;队列保留", "Interrupted; the queue stays"),
}
ACTS: dict[str, tuple[str, str]] = {
    "hazard": ("隐患上报", "report"),
    "photo": ("照片", "photo"),
    "rectification": ("整改", "rectification"),
    "verification": ("核实", "verification"),
    "resubmission": ("补充上报", "resubmission"),
    "withdrawal": ("撤回", "withdrawal"),
    "acceptance": ("内部验收", "acceptance"),
    "reinspection": ("复查", "reinspection"),
    "countersignature": ("会签", "countersignature"),
    "plan": ("治理方案", "plan"),
    "extension": ("延期申请", "extension"),
    "look_back": ("回头看", "look-back"),
    "self_inspection": ("逢事自查", "self-inspection"),
    "self_inspection_answers": ("自查作答", "answers"),
    "self_inspection_submission": ("自查提交", "submission"),
    "inspection": ("检查任务", "visit"),
    "check_in": ("签到", "check-in"),
    "visit_answers": ("检查表", "checklist"),
    "finding": ("检查发现", "finding"),
    "check_out": ("签退", "check-out"),
    "signature": ("签名", "signature"),
    "document": ("文书", "document"),
}


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def say(name: str, language: str, **facts: object) -> str:
    """Return a sentence in `language` (`zh` or `en`)."""
    return WORDS[name][language == "en"].format_map(_Facts(facts)).rstrip()


def act(kind: str, language: str) -> str:
    """Return what an act is called."""
    return ACTS.get(kind, (kind, kind))[language == "en"]
