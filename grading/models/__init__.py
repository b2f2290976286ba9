from grading.models.code import PrintedCode, UsedCode
from grading.models.fact import Fact
from grading.models.grade_period import GradePeriod
from grading.models.improvement import Improvement
from grading.models.override import Override
from grading.models.standing import Standing
from grading.models.strike import Strike
from grading.models.weight import Weight

__all__ = ["Fact", "GradePeriod", "Improvement", "Override", "PrintedCode", "Standing", "Strike", "UsedCode", "Weight"]
