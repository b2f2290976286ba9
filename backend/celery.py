"""The Celery app, and on one page all periodic work (TIMETABLE) and who listens to the ledger (LISTENERS).

Celery only carries hints: the job table is the queue. A tick is a unique row of it, so two beats do a thing once.
"""

import os
from datetime import timedelta

from celery import Celery

from backend import env as environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

PHOTOGRAPHED = ("inspection", "remote_check", "document", "appeal")
# ledger entry kind (pattern) -> handlers in tasks.py, each brought one job per entry; with `+photos` at its end a pattern
# stands for those entries that name photos
LISTENERS: dict[str, list[str]] = {
    "hazard.*": ["hazards.tasks.tell", "grading.tasks.regrade", "oversight.tasks.count"],
    "hazard.*+photos": ["media.tasks.caption", "media.tasks.judge_named"],
    "draw.*": ["hazards.tasks.tell"],
    "draw.*+photos": ["media.tasks.judge_named"],
    "photo.ready": ["hazards.tasks.photo_settled", "media.tasks.judge", "sync.tasks.arrived"],
    "photo.judged": ["hazards.tasks.photo_judged"],
    "photo.refused": ["hazards.tasks.photo_settled", "sync.tasks.arrived"],
    "photo.lapsed": ["hazards.tasks.photo_lapsed", "sync.tasks.arrived"],
    "enterprise.claim*": ["enterprises.tasks.tell_of_claim"],
    "enterprise.moved": ["hazards.tasks.enterprise_moved", "inspections.tasks.look_at_enterprise"],
    "enterprise.registered": ["grading.tasks.regrade", "inspections.tasks.look_at_enterprise"],
    "enterprise.graded": ["inspections.tasks.look_at_enterprise", "grading.tasks.tell"],
    "enterprise.changed": ["grading.tasks.regrade", "inspections.tasks.look_at_enterprise"],
    **{
        entry: ["grading.tasks.regrade"]
        for entry in (
            "self_inspection.submitted",
            "inspection.found",
            "remote_check.judged",
            "fact.*",
        )
    },
    # who looks again first finds what was decided already: the act has looked itself
    **{
        f"{subject}.*": ["grading.tasks.regrade", "grading.tasks.tell_of_contest"]
        for subject in ("override", "improvement", "appeal")
    },
    "printed_code.revoked": ["grading.tasks.tell_of_code"],
    "grading.differed": ["grading.tasks.tell"],
    **{f"{subject}.*": ["grading.tasks.tell_of_contest"] for subject in ("statement", "re_rating")},
    "policy.adopted": ["grading.tasks.policy_adopted"],
    "photo.received": ["media.tasks.settle"],
    "act.*": ["sync.tasks.tell"],
    "document.drafted": ["sync.tasks.arrived"],
    "document.issued": ["inspections.tasks.print_document", "inspections.tasks.tell_of_document", "sync.tasks.arrived"],
    "document.voided": ["inspections.tasks.tell_of_document"],
    "random_draw.revealed": ["inspections.tasks.plan_drawn", "inspections.tasks.tell_of_draw"],
    "random_draw.not_planned": ["inspections.tasks.tell_of_draw"],
    **{f"hazard.{closed}": ["inspections.tasks.cast_look_back"] for closed in ("passed", "countersigned", "clock_closed")},
    **{f"hazard.{looked}": ["inspections.tasks.note_look_back"] for looked in ("held", "recurred")},
    "look_back_task.*": ["inspections.tasks.tell_of_look_back"],
    "self_inspection.missed": ["inspections.tasks.tell_of_self_inspection", "grading.tasks.regrade"],
    "self_inspection.escalated": ["inspections.tasks.tell_of_self_inspection"],
    "self_inspection.started": ["sync.tasks.arrived"],
    "self_inspection.*+photos": ["media.tasks.caption", "media.tasks.judge_named"],
    "inspection.planned": ["inspections.tasks.tell_of_visit", "sync.tasks.arrived"],
    **{f"inspection.{what}": ["inspections.tasks.tell_of_visit"] for what in ("checked_in", "cancelled", "changed", "moved")},
    "inspection.checked_out": ["inspections.tasks.tell_of_visit", "grading.tasks.regrade"],
    "remote_check.asked": ["sync.tasks.arrived"],
    "remote_check.*": ["inspections.tasks.tell_of_visit"],
    **{f"{kind}.*+photos": ["media.tasks.caption", "media.tasks.judge_named"] for kind in PHOTOGRAPHED},
    # what an act of a phone's queue may have come before
    **{
        f"hazard.{what}": ["sync.tasks.arrived"]
        for what in ("reported", "signed", "extension_asked", "listed", "listing_proposed", "transferred", "ruled", "moved")
    },
}

# functions of tasks.py that are handed every (place, entry) in the transaction that gives ledger entries their place in
# the order of all (kernel/sequencer.py); they write rows of their own room and nothing else
FOLLOWERS: list[str] = ["sync.tasks.note_changes"]

# name -> (how often, handler in tasks.py); daily work names its local time of day instead. What runs more often than every
# five seconds does so without a job row: the order of the ledger (each tick of the worker, `sequence` of beat below)
TIMETABLE: dict[str, tuple[timedelta | str, str]] = {
    "draw_keys": (timedelta(hours=1), "hazards.tasks.keep_day_keys"),
    "hazard_clocks": (timedelta(seconds=30), "hazards.tasks.sweep"),
    "photo slots lapse": (timedelta(minutes=5), "media.tasks.lapse_slots"),
    "temp files": (timedelta(hours=1), "media.tasks.clear_spool"),
    "parked photos": (timedelta(minutes=1), "media.tasks.drain_parked"),
    "direct uploads": ("03:50", "media.tasks.clear_incoming"),
    "orphaned photos": ("03:40", "media.tasks.clear_orphans"),
    "orphaned documents": ("03:45", "inspections.tasks.clear_orphans"),
    "uploads in pieces": (timedelta(minutes=5), "media.tasks.tend_uploads"),
    "closure rates": (timedelta(minutes=1), "oversight.tasks.sweep"),
    "closure sums": ("02:50", "oversight.tasks.audit"),
    "grades": (timedelta(minutes=1), "grading.tasks.sweep"),
    "grades recomputed": ("02:20", "grading.tasks.recompute"),
    "appeals that wait": (timedelta(minutes=10), "grading.tasks.remind_of_appeals"),
    "requests for a visit": (timedelta(minutes=10), "grading.tasks.remind_of_re_ratings"),
    "used codes": (timedelta(minutes=10), "grading.tasks.forget_used_codes"),
    "look-back keys": (timedelta(hours=1), "inspections.tasks.keep_look_back_keys"),
    "look-backs": (timedelta(minutes=10), "inspections.tasks.sweep_look_backs"),
    "random draws": (timedelta(minutes=5), "inspections.tasks.reveal_draws"),
    "self-inspections to come": (timedelta(minutes=1), "inspections.tasks.plan_self_inspections"),
    "self-inspections missed": (timedelta(minutes=1), "inspections.tasks.miss_self_inspections"),
    "remote checks": (timedelta(seconds=30), "inspections.tasks.expire_remote_checks"),
    "held acts": (timedelta(minutes=10), "sync.tasks.sweep"),
    "shadow runs": ("02:20", "grading.tasks.begin_shadow_passes"),
    "forget_sessions": ("03:20", "accounts.tasks.forget_sessions"),
}

app = Celery("bihuan")
app.conf.update(
    broker_url=environment.load().REDIS_URL or "memory://",
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=1,
    broker_transport_options={
        "visibility_timeout": 300, "unacked_restore_interval": 5, "unacked_restore_throttle": 1,
        "socket_timeout": 2, "socket_connect_timeout": 1, "max_retries": 0,
    },
    task_serializer="json", accept_content=["json"], task_ignore_result=True,
    task_acks_late=True, task_reject_on_worker_lost=True, task_soft_time_limit=45, task_time_limit=60,
    worker_prefetch_multiplier=1, worker_max_tasks_per_child=500, worker_max_memory_per_child=300_000,
    worker_hijack_root_logger=False, worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=30, task_publish_retry=False,
    beat_schedule={
        "tick": {"task": "backend.tasks.tick", "schedule": 5.0},
        "sweep": {"task": "backend.tasks.run_due", "schedule": 10.0},
        "sequence": {"task": "backend.tasks.sequence", "schedule": 1.0, "options": {"expires": 5}},
    },
    imports=["backend.tasks"],
)  # fmt: skip


app.steps["worker"].add("backend.canary:Canary")  # by name: only a Celery worker imports it
