"""Jobs of this room: each talks to the world under an id that does not change from one try to the next."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from backend.kernel import jobs
from notifications import channels
from notifications.actions import codes
from notifications.actions import deliver as delivering

log = logging.getLogger("bihuan.sms")
CODE_LIFE = timedelta(minutes=5)


@jobs.external
def deliver(*, at: datetime, job_id: UUID, delivery_id: str, **_: object) -> None:
    """Send one delivery."""
    delivering.deliver(delivery_id=UUID(delivery_id), at=at)


@jobs.external
def send_code(*, at: datetime, job_id: UUID, phone: str = "", code: str = "", text: str = "", **_: object) -> None:
    """Send a login code, then forget it; one older than five minutes is forgotten unsent."""
    if not phone:
        return
    if at - jobs.queued_at(job_id) <= CODE_LIFE:
        try:
            codes.send_code(message_id=job_id, phone=phone, code=code, text=text, at=at)
        except channels.Refused:
            log.error("sms refused", extra={"job": str(job_id)})
    jobs.forget_payload(job_id)
