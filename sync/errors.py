"""Everything that can go wrong on the phone's side."""

from backend.kernel.problems import Problem


class NotUnderstood(Problem):
    code, status = "act.not_understood", 422
    message, message_en = "无法识别的操作,已存入待处理区", "The act was not understood; it is kept in quarantine"


class TooOld(Problem):
    code, status = "act.waited_too_long", 409
    message, message_en = "等待的隐患、照片或二次验证始终未到", "What the act waited for never came"


class NoLonger(Problem):
    code, status = "act.nobody_there", 403
    message, message_en = "提交人账号已停用", "The account that sent it is closed"


class TooManyKept(Problem):
    code, status = "act.too_many_kept", 429
    message, message_en = (
        "待处理的操作过多,请先处理后再提交",
        "Too many acts are held or in quarantine; this one is not taken yet",
    )
    retry_after = 3600


class AlreadyHandled(Problem):
    code, status = "act.already_handled", 409
    message, message_en = "该操作已处理", "This act has been handled already"


class NotInQuarantine(Problem):
    code, status = "act.not_in_quarantine", 409
    message, message_en = "该操作不在待处理区", "This act is not in quarantine"


class HandlingNotYours(Problem):
    code, status = "act.not_your_move", 403
    message, message_en = (
        "待处理操作由辖区监管人员或管理员处理",
        "Officials in scope and administrators handle what is in quarantine",
    )


class CursorInvalid(Problem):
    code, status = "sync.cursor_invalid", 422
    message = "该游标不是发给您的,请不带 cursor 重新同步"
    message_en = "This cursor was not given out to you; start again without a cursor"


class CursorGone(Problem):
    code, status = "sync.cursor_gone", 410
    message = "该游标已失效(服务器数据曾恢复或格式已更新),请清空本地数据后不带 cursor 重新同步"
    message_en = "This cursor is no longer known (restored data or a newer format); drop what you hold and start without one"
