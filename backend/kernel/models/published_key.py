from django.db import models


class PublishedKey(models.Model):
    """The public half of a key that signed receipts; it stays published after the key has been rotated."""

    key_id = models.CharField(max_length=16, primary_key=True)
    public_key = models.CharField(max_length=64)
    since = models.DateTimeField()
