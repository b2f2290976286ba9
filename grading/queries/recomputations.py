"""What `doctor` says of grades: when all of them were last worked out anew, and whether any differed."""

from datetime import datetime, timedelta

from backend.kernel.doctor import FAILURE, OK, WARNING, Finding
from grading.models import Recomputation

LATE = timedelta(hours=36)


def findings(at: datetime) -> list[Finding]:
    """Return the last recomputation that ended; a difference is a failure, none within a day and a half a warning."""
    last = Recomputation.objects.filter(ended_at__isnull=False).order_by("-started_at").first()
    mend = "python manage.py recompute_grades"
    if last is None or last.started_at < at - LATE:
        return [Finding("grades", WARNING, "最近没有全量重算 / not recomputed of late", mend)]
    said = f"{last.started_at:%Y-%m-%d %H:%M} UTC: {last.enterprises} 家 / enterprises, {last.differences} 处不一致 / differences"
    return [Finding("grades", FAILURE if last.differences else OK, said, mend if last.differences else "")]
