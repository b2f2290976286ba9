"""The hazard, its acts, and the rows of facts that have a date, a name or a document of their own."""

from hazards.models.act import Act
from hazards.models.day_key import DayKey
from hazards.models.draw import Draw
from hazards.models.extension import Extension
from hazards.models.hazard import Hazard
from hazards.models.listing import Listing

__all__ = ["Act", "DayKey", "Draw", "Extension", "Hazard", "Listing"]
