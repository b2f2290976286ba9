from django.db import models
from django.db.models import Q

from accounts.models import Placed
from accounts.policy.places import LEVELS
from sync.policy.feed import Audience, Kind


class Change(Placed):
    """Where one object is or was to be seen, and the place in the ledger's order of the last change to be told there.

    One row per object and scope: its place (told to officials; the six ancestor columns) or its enterprise (told to members;
    `person` is the reporter, whom alone employees hear of; null: everybody). A change moves the row forward to a new `seq`,
    so that an object which changed a hundred times is told of once. An object that leaves a scope leaves its row behind,
    `gone`. `standing` is what a reader there must be at least (policy/feed.py). `first_seq` is when it was first seen there.
    `enterprise_id` is whom it is about, in both kinds of rows. Only the follower of the sequencer writes here (actions/note.py).
    """

    kind = models.PositiveSmallIntegerField(choices=[(kind.value, kind.name.lower()) for kind in Kind])
    subject_id = models.UUIDField()
    scope = models.CharField(max_length=80)
    audience = models.CharField(max_length=5, choices=[(a.value, a.value) for a in Audience])
    enterprise_id = models.UUIDField(null=True)
    person = models.UUIDField(null=True)
    seq = models.PositiveBigIntegerField()
    first_seq = models.PositiveBigIntegerField()
    gone = models.BooleanField(default=False)
    standing = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "kind", "scope"], name="change_once_per_scope"),
            models.CheckConstraint(condition=Q(audience__in=[a.value for a in Audience]), name="change_audience_known"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in Kind]), name="change_kind_known"),
        ]
        indexes = [
            *[
                models.Index(
                    fields=[level, "seq", "kind", "subject_id"], name=f"change_{level}", condition=Q(**{f"{level}__gt": ""})
                )
                for level in LEVELS
            ],
            models.Index(
                fields=["enterprise_id", "seq", "kind", "subject_id"], name="change_enterprise", condition=Q(audience="firm")
            ),
        ]
