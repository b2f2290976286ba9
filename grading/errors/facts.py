"""What can go wrong with dated facts (档案事实)."""

from backend.kernel.problems import Problem


class FactOver(Problem):
    code, status = "fact.over", 409
    message, message_en = "该档案事实已终止或已作废", "That fact has ended or was voided"
