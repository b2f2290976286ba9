"""`manage.py requeue [KIND]`: give dead jobs their tries back, after what killed them was mended."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.kernel import clock, jobs
from backend.kernel.models.job import Job, State


class Command(BaseCommand):
    help = "重新排队已失败的任务 / give dead jobs their tries back"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("kind", nargs="?", help="only jobs of this kind")

    def handle(self, *args: Any, **options: Any) -> None:
        for job in Job.objects.filter(state=State.DEAD).order_by("run_at")[:50]:
            self.stdout.write(f"{job.id} {job.kind}: {job.error[:120]}")
        self.stdout.write(f"{jobs.requeue_dead(kind=options['kind'], at=clock.now())} job(s) queued again")
