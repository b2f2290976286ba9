"""What can go wrong when officials decide about a grade (降档决定、人工调整)."""

from backend.kernel.problems import Problem


class GradeSamePerson(Problem):
    code, status = "grade.same_person", 409
    message, message_en = "在该企业任职的人员不得决定它的等级", "Who holds a duty at the enterprise has no say in its grade"
