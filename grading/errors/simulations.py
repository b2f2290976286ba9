"""What can go wrong with trying a rule out before it is adopted (推演、并行试算)."""

from backend.kernel.problems import Problem


class NotARuleOfGrades(Problem):
    code, status = "simulation.other_kind", 422
    message, message_en = "只有评级规则(grading)可以推演", "Only policies of grades can be tried out"


class SimulationTooLong(Problem):
    code, status = "simulation.too_long", 422
    message, message_en = "推演的时段最长 366 天", "A simulation covers 366 days at most"


class SimulationAhead(Problem):
    code, status = "simulation.in_future", 422
    message, message_en = "推演只能用已经发生的事,截止时间不得晚于现在", "A simulation ends now at the latest"


class SimulationBackwards(Problem):
    code, status = "simulation.backwards", 422
    message, message_en = "开始时间应早于截止时间", "The beginning has to come before the end"


class SimulationTooLarge(Problem):
    code, status = "simulation.too_large", 422
    message, message_en = "该区域企业过多,请分区推演", "Too many enterprises, take a smaller region"


class ShadowTooLong(Problem):
    code, status = "shadow.too_long", 422
    message, message_en = "并行试算的截止时间应在今后 180 天之内", "A shadow run ends within 180 days"


class ShadowRunning(Problem):
    code, status = "shadow.running", 409
    message, message_en = "该规则在该区域已在并行试算", "This rule runs beside the live one there already"


class ShadowOver(Problem):
    code, status = "shadow.over", 409
    message, message_en = "并行试算已经结束", "This shadow run is over"
