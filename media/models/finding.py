from django.db import models
from django.db.models import Q

from backend.kernel import ids
from media.models.photo import Photo
from media.models.use import PhotoUse

CODES = [
    ("reused_exact", "照片重复使用"),
    ("reused_similar", "疑似重复使用"),
    ("same_as_before", "整改前后照片相同"),
    ("taken_before_hazard", "拍摄时间不符"),
    ("taken_elsewhere", "拍摄地点不符"),
    ("no_metadata", "无拍摄信息"),
    ("edited", "经软件编辑"),
    ("mock_location", "虚拟定位"),
    ("clock_skew", "设备时钟偏差"),
    ("too_small_to_judge", "无法比对"),
]
SEVERITIES = [("info", "提示"), ("warn", "存疑"), ("strong", "严重存疑")]


class Overruling(models.Model):
    """更正核验结论: an official has looked and says in a note why a finding means nothing here."""

    id = models.UUIDField(primary_key=True, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=24, choices=CODES)
    note = models.CharField(max_length=2000)
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=60, blank=True)
    person = models.UUIDField()
    role = models.CharField(max_length=12)
    duty_id = models.UUIDField(null=True)
    salt = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(code__in=[c for c, _ in CODES]), name="overruling_code_known")]


class Finding(models.Model):
    """核验结论: what a check found about a photo, in one of its uses or (`use` null) of itself. Nothing removes one.

    `facts` are the numbers its words are made of, `other_photo_id` the photo it was held against.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="findings")
    use = models.ForeignKey(PhotoUse, null=True, on_delete=models.PROTECT, related_name="findings")
    code = models.CharField(max_length=24, choices=CODES)
    severity = models.CharField(max_length=8, choices=SEVERITIES)
    facts = models.JSONField(default=dict)
    other_photo_id = models.UUIDField(null=True)
    overruling = models.ForeignKey(Overruling, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__in=[c for c, _ in CODES]), name="finding_code_known"),
            models.CheckConstraint(condition=Q(severity__in=[c for c, _ in SEVERITIES]), name="finding_severity_known"),
            models.UniqueConstraint(fields=["photo", "code"], condition=Q(use=None), name="finding_once_of_photo"),
            models.UniqueConstraint(fields=["use", "code"], condition=Q(use__isnull=False), name="finding_once_of_use"),
        ]
