"""What can go wrong with yearly plans and campaigns (检查计划、专项行动)."""

from backend.kernel.problems import Problem


class ProgrammeNotYours(Problem):
    code, status = "programme.not_your_move", 403
    message, message_en = "由辖区县级及以上监管干部制定", "It is made by a regulator of that region, of a county or above"


class CampaignElsewhere(Problem):
    code, status = "campaign.elsewhere", 422
    message, message_en = "该检查不在专项行动的区域、起止日期或检查方式之内", "The inspection is not within that campaign"
