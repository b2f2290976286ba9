"""What can go wrong when an enterprise contests its grade (申诉、复评、企业声明)."""

from backend.kernel.problems import Problem


class NotInExplanation(Problem):
    code, status = "appeal.not_in_explanation", 422
    message, message_en = (
        "所申诉的内容不在企业当前的等级说明里",
        "What is disputed is not in the present explanation",
    )


class AppealOfFile(Problem):
    code, status = "appeal.of_the_file", 422
    message, message_en = (
        "该项来自企业档案,请网格员或执法人员更正档案",
        "This comes from the enterprise's file: ask an official to correct it",
    )


class AppealLate(Problem):
    code, status = "appeal.too_late", 409
    message, message_en = "已超过申诉期限", "The days in which this may be appealed are over"


class AppealOpen(Problem):
    code, status = "appeal.already_open", 409
    message, message_en = "该事项已有申诉正在办理", "An appeal about this is undecided"


class AppealDecided(Problem):
    code, status = "appeal.already_decided", 409
    message, message_en = "该申诉已有决定", "This has been decided already"


class AppealSamePerson(Problem):
    code, status = "appeal.same_person", 409
    message, message_en = "参与过所申诉事项的人员不得决定该申诉", "Who took part in what is disputed does not decide the appeal"


class AppealPhotoMissing(Problem):
    code, status = "appeal.photo_missing", 409
    message, message_en = "申诉的照片尚未送达", "Photos of the appeal have not arrived yet"


class StatementNotPlain(Problem):
    code, status = "statement.not_plain", 422
    message, message_en = (
        "声明只能是一段普通文字,不得含网址、标签或特殊字符",
        "Plain words on one line, no links, no tags",
    )


class StatementNotShown(Problem):
    code, status = "statement.not_shown", 409
    message, message_en = "该声明已不再展示", "That statement is not shown any more"


class ReRatingNotAwaited(Problem):
    code, status = "re_rating.not_awaited", 409
    message, message_en = "企业的等级目前不等待上门核查", "The grade does not wait for a visit"


class ReRatingOpen(Problem):
    code, status = "re_rating.already_open", 409
    message, message_en = "已有复评申请正在等待核查", "A request for a visit waits already"


class ReRatingTooSoon(Problem):
    code, status = "re_rating.too_soon", 409
    message, message_en = "距上次复评申请时间过短", "The last request for a visit was made too recently"


class ReRatingOver(Problem):
    code, status = "re_rating.over", 409
    message, message_en = "该复评申请已经结束", "That request for a visit is over already"
