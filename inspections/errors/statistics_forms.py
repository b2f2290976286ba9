"""What can go wrong with the statistics forms of the law (统计报表)."""

from backend.kernel.problems import Problem


class StatisticsFormNotYourMove(Problem):
    code, status = "statistics_form.not_your_move", 403
    message, message_en = "报表由本企业填报,由主要负责人签字", "The enterprise fills in its form, its owner signs it"


class StatisticsFormTooEarly(Problem):
    code, status = "statistics_form.too_early", 409
    message, message_en = "统计期尚未结束", "The period is not over yet"


class StatisticsFormSigned(Problem):
    code, status = "statistics_form.already_signed", 409
    message, message_en = "该期报表已经签字", "A form of this period was signed already"
