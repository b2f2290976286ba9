from django.db import models

from media.models.photo import Photo


class Print(models.Model):
    """A fingerprint (照片指纹) of a picture: of the whole, or of what lies between the bars of a screenshot (`inner`).

    `bits` are 32 bytes in four groups, `sketch` 32 × 32 bytes of luminance (media/decode/prints.py). Numbered in the order
    they were begun, so that processes read what is new. Photos sent without a name have none: nobody can match them.
    """

    id = models.BigAutoField(primary_key=True)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")
    inner = models.BooleanField(default=False)
    bits = models.BinaryField(max_length=32)
    sketch = models.BinaryField(max_length=1024)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo", "inner"], name="print_once")]
        indexes = [models.Index(fields=["received_at"], name="print_received")]
