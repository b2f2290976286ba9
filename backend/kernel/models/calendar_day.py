from django.db import models


class CalendarDay(models.Model):
    """A day whose working state was supplied as data (State Council notice) before the library knew its year."""

    day = models.DateField(primary_key=True)
    working = models.BooleanField()
    source = models.CharField(max_length=200)
