"""When and how often a person may be sent something: quiet hours (静默时段) and caps. Numbers are policy."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from backend.kernel.calendar import SHANGHAI

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
SIGNATURE = "【闭环】"
LONGEST_SMS = 300


class Sending(BaseModel):
    """Policy `sending`: quiet hours as local times of day; messages per local day, urgent ones counted but never held."""

    model_config = ConfigDict(extra="forbid")

    quiet_from: ClockTime = "21:30"
    quiet_until: ClockTime = "07:30"
    sms_per_person: int = Field(20, ge=0, le=1000)
    sms_for_all: int = Field(20_000, ge=0, le=10_000_000)


def send_at(at: datetime, *, urgent: bool, rules: Sending) -> datetime:
    """Return when a message of `at` may leave: at once, or for others than urgent ones when the quiet hours end.

    Quiet hours are Asia/Shanghai and may span midnight; both are aware datetimes.
    """
    if urgent or not is_quiet(at, rules=rules):
        return at
    hours, minutes = map(int, rules.quiet_until.split(":"))
    local = at.astimezone(SHANGHAI)
    morning = local.replace(hour=hours, minute=minutes, second=0, microsecond=0)
    return (morning if morning > local else morning + timedelta(days=1)).astimezone(at.tzinfo)


def is_quiet(at: datetime, *, rules: Sending) -> bool:
    """Return whether `at` lies in the quiet hours; their end itself does not."""
    now = at.astimezone(SHANGHAI).strftime("%H:%M")
    if rules.quiet_from <= rules.quiet_until:
        return rules.quiet_from <= now < rules.quiet_until
    return now >= rules.quiet_from or now < rules.quiet_until


def sms_text(title: str, body: str) -> str:
    """Return the words of one SMS with the approved signature, cut to 300 characters."""
    words = f"{SIGNATURE}{title}" + (f"\n{body}" if body else "")
    return words if len(words) <= LONGEST_SMS else words[: LONGEST_SMS - 1] + "…"
