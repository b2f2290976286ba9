from grading.models.standing import Standing
from grading.models.weight import Weight

__all__ = ["Standing", "Weight"]
