"""Everything that can be wrong with a photo."""

from backend.kernel.problems import Problem


class TooLarge(Problem):
    code, status = "photo.too_large", 413
    message, message_en = "照片不得超过 20 MB", "Photos end at 20 MB"


class NotAnImage(Problem):
    code, status = "photo.not_an_image", 422
    message, message_en = "文件不是 JPEG、PNG、WebP 或 HEIC 照片", "The file is no JPEG, PNG, WebP or HEIC picture"


class Truncated(Problem):
    code, status = "photo.truncated", 422
    message, message_en = "照片不完整或已损坏", "The picture ends before its end, or is damaged"


class TooManyPixels(Problem):
    code, status = "photo.too_many_pixels", 422
    message, message_en = "照片不得超过 5000 万像素", "Photos end at 50 megapixels"


class TooSmall(Problem):
    code, status = "photo.too_small", 422
    message, message_en = "照片短边不得小于 64 像素", "The shorter side must have at least 64 pixels"


class Animated(Problem):
    code, status = "photo.animated", 422
    message, message_en = "不接受动画图片", "Animations are not taken"


class DigestMismatch(Problem):
    code, status = "photo.digest_mismatch", 422
    message, message_en = "收到的内容与 sha256 不符,请重传", "What arrived does not have the digest that was said"


class OtherBytes(Problem):
    code, status = "photo.other_bytes", 409
    message, message_en = "该照片位登记的是另一张照片", "The slot names another picture"


class LinkInvalid(Problem):
    code, status = "photo.link_invalid", 403
    message, message_en = "照片链接无效", "This link is not one of ours"


class LinkExpired(Problem):
    code, status = "photo.link_expired", 403
    message, message_en = "照片链接已过期,请重新打开", "This link has expired, open the photo again"


class NoDirectUpload(Problem):
    code, status = "photo.no_direct_upload", 409
    message, message_en = "本系统不支持直传,请改用其他上传方式", "This installation takes no direct uploads, use another door"


class NotArrived(Problem):
    code, status = "photo.not_arrived", 409
    message, message_en = "照片尚未传到存储,请传完后再试", "The picture has not arrived at the store yet, upload it first"
    retry_after = 5


class ProtocolVersion(Problem):
    code, status = "upload.version", 412
    message, message_en = "请带 Tus-Resumable: 1.0.0", "Send Tus-Resumable: 1.0.0"


class OffsetMismatch(Problem):
    code, status = "upload.offset", 409
    message, message_en = "续传位置不符,请先用 HEAD 查询", "Not where the upload stands, ask by HEAD first"


class ChecksumUnknown(Problem):
    code, status = "upload.checksum_unknown", 400
    message, message_en = "Upload-Checksum 须为 sha256 或 sha1", "Upload-Checksum is sha256 or sha1, then the digest in base64"


class ChecksumMismatch(Problem):
    code, status = "upload.checksum_mismatch", 460
    message, message_en = "分片与校验值不符,已丢弃,请重传", "The chunk does not have its checksum and was discarded"


class UploadExpired(Problem):
    code, status = "upload.expired", 410
    message, message_en = "续传已过期,请重新开始", "The upload has expired, begin anew"


class UploadRefused(Problem):
    code, status = "upload.refused", 410
    message, message_en = "照片未被接受,续传已关闭", "The photo was refused and its upload is closed"


class UploadFinished(Problem):
    code, status = "upload.finished", 409
    message, message_en = "照片已收到,不能撤销", "The photo has been received and stays"


class NotYourMove(Problem):
    code, status = "photo.not_your_move", 403
    message, message_en = (
        "须由辖区内无利害关系的监管人员更正",
        "Only an official of the place, without an interest, may do this",
    )


class NothingToOverrule(Problem):
    code, status = "photo.nothing_to_overrule", 409
    message, message_en = "该照片没有这一项待更正的核验结论", "No such finding stands against this photo"
