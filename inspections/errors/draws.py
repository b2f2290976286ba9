"""What can go wrong with random draws (双随机)."""

from backend.kernel.problems import Problem


class PoolTooSmall(Problem):
    code, status = "draw.pool_too_small", 422
    message, message_en = "符合条件的企业少于抽取数量", "Fewer enterprises fit than are to be drawn"


class PoolTooLarge(Problem):
    code, status = "draw.pool_too_large", 422
    message, message_en = "抽取范围过大,请按区域、行业等缩小", "The pool is too large, narrow it by region or industry"


class TooFewInspectors(Problem):
    code, status = "draw.too_few_inspectors", 409
    message = "部分企业可派的执法人员不足(管辖、回避或部门不够),抽签未成立"
    message_en = "For some enterprises too few inspectors are free of conflict and have a duty there: nothing was drawn"


class RevealTooEarly(Problem):
    code, status = "draw.reveal_too_early", 422
    message, message_en = "公开日距今不得少于规定天数", "The commitment must be public for some days before the reveal"


class DrawNotDue(Problem):
    code, status = "draw.not_due", 409
    message, message_en = "尚未到公开日", "The day of the reveal has not come yet"


class DrawRevealed(Problem):
    code, status = "draw.revealed", 409
    message, message_en = "该次抽签已公开", "This draw has been revealed already"
