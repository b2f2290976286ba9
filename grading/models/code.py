from django.db import models
from django.db.models import Q

from enterprises.models import Enterprise

IN_FORCE = Q(revoked_at__isnull=True)


class PrintedCode(models.Model):
    """A printed code (印刷码) of an enterprise: an opaque id to hang up. One is in force at a time; a revoked one stays known.

    The reason stands here alone, in the ledger only as a commitment under `salt`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    salt = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enterprise"], condition=IN_FORCE, name="printed_code_one_in_force"),
            models.CheckConstraint(
                condition=Q(IN_FORCE, revoked_by__isnull=True, reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(reason="")),
                name="printed_code_revoked_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "-issued_at"], name="printed_code_newest")]


class UsedCode(models.Model):
    """A live code or a pass that was used: the unique id decides between two who come at the same instant.

    Kept until it could not be taken any more anyway; who used it for what is told by the visit, not here.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    used_at = models.DateTimeField()
    forget_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["forget_at"], name="used_code_forget")]
