"""Everything that can go wrong has one class, one code, one status and words in two languages (RFC 9457)."""

from typing import Any, ClassVar

CATALOGUE: dict[str, type["Problem"]] = {}


class Problem(Exception):
    """An anticipated failure. `code` is stable and never reused; the words are for people and may be improved."""

    code: ClassVar[str] = ""
    status: ClassVar[int] = 400
    message: ClassVar[str] = ""
    message_en: ClassVar[str] = ""
    retry_after: int | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.code:
            return
        known = CATALOGUE.setdefault(cls.code, cls)
        if known is not cls and known.__qualname__ != cls.__qualname__:
            raise TypeError(f"{cls.code} is already the code of {known.__qualname__}")

    def __init__(
        self,
        *,
        detail: str | None = None,
        detail_en: str | None = None,
        retry_after: int | None = None,
        errors: list[dict[str, str]] | None = None,
        **extra: Any,
    ) -> None:
        """`detail` explains this one case; `extra` members are added to the body; `retry_after` is in seconds."""
        super().__init__(detail or self.message)
        self.detail, self.detail_en = detail, detail_en
        self.errors, self.extra = errors, extra
        if retry_after is not None:
            self.retry_after = retry_after

    def title(self, language: str) -> str:
        """Return the standing words of this problem in `language` (`zh` or `en`)."""
        return self.message_en if language == "en" else self.message

    def words(self, language: str) -> str:
        """Return what went wrong in this one case, in `language`, falling back to the title."""
        said = self.detail_en if language == "en" else self.detail
        return said or self.title(language)


class NotAuthenticated(Problem):
    code, status = "auth.required", 401
    message, message_en = "请先登录", "Log in first"


class NoDuty(Problem):
    code, status = "auth.no_duty", 403
    message, message_en = "您的任何职责都不包含此操作", "No duty of yours includes this operation"


class StepUpRequired(Problem):
    code, status = "auth.step_up_required", 403
    message, message_en = "此操作需要先完成二次验证", "Confirm your second factor first"


class NotFound(Problem):
    code, status = "request.not_found", 404
    message, message_en = "不存在,或不在您的管辖范围内", "Does not exist, or is outside your scope"


class MethodNotAllowed(Problem):
    code, status = "request.method_not_allowed", 405
    message, message_en = "此地址不支持该方法", "This address does not take that method"


class HeadersTooLarge(Problem):
    code, status = "request.headers_too_large", 431
    message, message_en = "请求头不得超过 16 KiB", "Header fields end at 16 KiB"


class Stalled(Problem):
    code, status = "request.stalled", 408
    message, message_en = "上传中断:半分钟没有收到内容,请重试", "Nothing came for half a minute, send it again"


class Malformed(Problem):
    code, status = "request.malformed", 400
    message, message_en = "请求内容不是有效的 JSON", "The body is not valid JSON"


class TooLarge(Problem):
    code, status = "request.too_large", 413
    message, message_en = "请求内容过大", "The request is too large"


class UnsupportedMedia(Problem):
    code, status = "request.unsupported_media", 415
    message, message_en = "不支持的内容类型", "This content type is not taken here"


class Invalid(Problem):
    code, status = "request.invalid", 422
    message, message_en = "请求内容有误", "The request does not fit its form"


class VersionRequired(Problem):
    code, status = "conflict.version_required", 428
    message, message_en = "修改须带 If-Match 版本号", "Send If-Match with the version you saw"


class StaleVersion(Problem):
    code, status = "conflict.stale_version", 412
    message, message_en = "内容已被他人修改,请刷新后重试", "Somebody changed it since you looked"


class SameId(Problem):
    code, status = "conflict.same_id", 409
    message, message_en = "该编号已用于其他内容", "This id already stands for other content"


class KeyReused(Problem):
    code, status = "conflict.key_reused", 409
    message, message_en = "该 Idempotency-Key 已用于其他内容", "This Idempotency-Key already stands for other content"


class InProgress(Problem):
    code, status = "conflict.in_progress", 409
    message, message_en = "相同请求正在处理中,请稍后重试", "The same request is still being processed"
    retry_after = 1


class TooMany(Problem):
    code, status = "limit.exceeded", 429
    message, message_en = "操作过于频繁,请稍后再试", "Too many requests, wait a moment"
    retry_after = 60


class Unavailable(Problem):
    code, status = "server.unavailable", 503
    message, message_en = "服务暂时不可用,请稍后重试", "The service is not available for the moment"
    retry_after = 10


class DiskFull(Problem):
    code, status = "server.disk_full", 507
    message, message_en = "存储空间不足,请稍后重试", "No storage space is left for the moment"
    retry_after = 30


class Unexpected(Problem):
    code, status = "server.error", 500
    message, message_en = "服务器内部错误,已记录", "An internal error, it has been recorded"
