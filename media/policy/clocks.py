"""The clock of a phone (设备时钟), read off the times it has claimed: nobody need ask it, and it is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

MOST_SAMPLES, LEAST_SAMPLES = 30, 3
SHANGHAI = timezone(timedelta(hours=8))


def skew(samples: Sequence[int]) -> int | None:
    """Return how many seconds a clock runs ahead (negative: behind), from `claimed - received` of its latest photos.

    A photo arrives after it was taken, so every sample lies below the truth by the time the upload waited, and the largest
    come closest; one in five may be a lie and is passed over. None while there are fewer than three.
    """
    if len(samples) < LEAST_SAMPLES:
        return None
    ranked = sorted(samples, reverse=True)
    return ranked[len(ranked) // 5]


def with_sample(samples: Sequence[int], sample: int) -> list[int]:
    """Return the latest samples with one more."""
    return [*samples, sample][-MOST_SAMPLES:]


def of_file(taken: str, offset: str) -> datetime | None:
    """Return the time that EXIF claims (`2026:09:16 11:59:00`, offset `+08:00`, none: Asia/Shanghai), or None if unreadable."""
    try:
        read = datetime.strptime(taken[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI)
        known = datetime.strptime(offset, "%z").tzinfo if offset else None
        return read.replace(tzinfo=known) if known else read
    except ValueError:
        return None


def corrected(taken_at: datetime, skew_s: int | None) -> datetime:
    """Return a claimed instant as the server's clock would have read, where the phone is known to run ahead.

    One that seems behind may only have been offline: nothing is added for that.
    """
    try:
        return taken_at - timedelta(seconds=max(0, skew_s or 0))
    except OverflowError:
        return taken_at
