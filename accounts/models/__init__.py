"""People, duties, regions: who there is and where."""

from accounts.models.duty import Duty
from accounts.models.person import Person
from accounts.models.placed import Placed
from accounts.models.region import Region

__all__ = ["Duty", "Person", "Placed", "Region"]
