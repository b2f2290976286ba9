"""Login codes (验证码): asked for by the reader himself, so they know no quiet hours; their caps are those of login."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from backend.kernel import clock
from notifications import channels


def gate() -> channels.Gate:
    """Return where SMS go, as SMS_URL, SMS_SECRET and SMS_TIMEOUT say."""
    return channels.Gate(settings.SMS_URL, settings.SMS_SECRET, settings.SMS_TIMEOUT)


def send_code(*, message_id: UUID, phone: str, code: str, text: str, at: datetime) -> str:
    """Send one code to `phone` (E.164) and return the provider's id; the same `message_id` is delivered once.

    Raises: channels.Unreached, channels.Refused.
    """
    return channels.send(
        channels.Envelope(message_id, phone, text, clock.text(at), int(at.timestamp()), code=code or None), gate()
    )
