"""Login codes (验证码): inside the request only a job is written; who sends it is notifications' business."""

from datetime import datetime

from django.db import transaction

from backend.kernel import ids, jobs

TEXT = "【闭环】验证码 {code},5 分钟内有效。如非本人操作请忽略。"


@transaction.atomic
def send(*, phone: str, code: str, at: datetime) -> None:
    """Queue the SMS with a login code to `phone` (E.164); the job's payload is redacted once it is sent."""
    payload = {"phone": phone, "code": code, "text": TEXT.format(code=code)}
    jobs.enqueue([jobs.Work("notifications.tasks.send_code", f"code:{ids.new()}", payload, at)])


@transaction.atomic
def pretend(*, at: datetime) -> None:
    """Do the same work for a number nobody has, so that neither answer nor time tells which numbers are known."""
    payload = {"phone": "", "code": "", "text": TEXT.format(code="000000")}
    jobs.enqueue([jobs.Work("accounts.tasks.send_nothing", f"code:{ids.new()}", payload, at)])
