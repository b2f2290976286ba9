from grading.models.appeal import Appeal, AppealHand, Disputed
from grading.models.code import PrintedCode, UsedCode
from grading.models.fact import Fact
from grading.models.grade_period import GradePeriod
from grading.models.improvement import Improvement
from grading.models.override import Override
from grading.models.re_rating import ReRating
from grading.models.recomputation import Recomputation
from grading.models.shadow import Shadow, ShadowGrade
from grading.models.simulation import SimulatedChange, Simulation
from grading.models.standing import Standing
from grading.models.statement import Statement
from grading.models.strike import Strike

__all__ = [
    "Appeal", "AppealHand", "Disputed", "Fact", "GradePeriod", "Improvement", "Override", "PrintedCode", "ReRating",
    "Recomputation", "Shadow", "ShadowGrade", "SimulatedChange", "Simulation", "Standing", "Statement", "Strike", "UsedCode",
]  # fmt: skip
