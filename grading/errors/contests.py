"""What can go wrong when an enterprise contests its grade (申诉、复评、企业声明)."""

from backend.kernel.problems import Problem


class StatementNotPlain(Problem):
    code, status = "statement.not_plain", 422
    message, message_en = "声明只能是一段普通文字,不得含网址、标签或特殊字符", "Plain words on one line, no links, no tags"


class StatementNotShown(Problem):
    code, status = "statement.not_shown", 409
    message, message_en = "该声明已不再展示", "That statement is not shown any more"
