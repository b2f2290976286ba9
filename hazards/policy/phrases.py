"""How notices and strips put a moment and a name into few words; pure. People read Asia/Shanghai."""

from datetime import datetime, timedelta

from accounts.policy.roles import LABELS, Role
from backend.kernel.calendar import SHANGHAI

FIRM, WHAT = 18, 10


def clipped(text: str, most: int) -> str:
    """Return `text`, its end replaced by an ellipsis when it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def signed(name: str, role: Role | None) -> str:
    """Return a person as the strip below a photo names him: with the role under which he acted, if one is known."""
    return f"{name}({LABELS[role]})" if role else name


def moment(at: datetime | None) -> tuple[str, str]:
    """Return an instant as Chinese and English readers say it: midnight is 24:00 of the day that ends; "" for none."""
    if at is None:
        return "", ""
    local = at.astimezone(SHANGHAI)
    if (local.hour, local.minute) == (0, 0):
        day = local - timedelta(days=1)
        return f"{day.month}月{day.day}日24时", f"{day:%Y-%m-%d} 24:00"
    return f"{local.month}月{local.day}日{local:%H:%M}", f"{local:%Y-%m-%d %H:%M}"
