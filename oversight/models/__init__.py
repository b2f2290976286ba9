from oversight.models.counted import Counted
from oversight.models.hazard_fact import HazardFact
from oversight.models.tally import Tally

__all__ = ["Counted", "HazardFact", "Tally"]
