from django.db import models

from accounts.models import Person


class DeviceClock(models.Model):
    """设备时钟: how far the clock of an account's phone seems to run ahead (seconds), and the latest samples it is read from."""

    uploader = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="+")
    samples = models.JSONField(default=list)
    skew_s = models.IntegerField(null=True)
    at = models.DateTimeField()
