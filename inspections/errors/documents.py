"""What can go wrong with documents (文书)."""

from backend.kernel.problems import Problem


class NotYourDocument(Problem):
    code, status = "document.not_your_move", 403
    message, message_en = "您的职责不能制作或处理此类文书", "No duty of yours makes or handles this kind of document"


class DocumentSamePerson(Problem):
    code, status = "document.same_person", 409
    message, message_en = (
        "在该企业任职的人员不得以执法或监管身份制作其文书",
        "Nobody with a duty at the enterprise acts as its official",
    )


class DocumentIncomplete(Problem):
    code, status = "document.incomplete", 422
    message, message_en = "文书要素不全", "The document lacks fields"


class HazardRequired(Problem):
    code, status = "document.hazard_required", 422
    message, message_en = (
        "此类文书须写明所涉隐患(挂牌督办须为重大隐患)",
        "This kind of document names its hazard, a listing a major one",
    )


class OfficersRequired(Problem):
    code, status = "document.officers_required", 422
    message = "须由两名不同的、持有效执法证件且对该地有职责的执法人员署名,本人在内"
    message_en = "Two different licensed inspectors on duty there sign it, you among them"


class SupersedesOther(Problem):
    code, status = "document.supersedes_other", 422
    message, message_en = (
        "只能替代同一企业的、已印发的同类文书",
        "Only an issued document of the same kind and enterprise is superseded",
    )


class DocumentWrongStatus(Problem):
    code, status = "document.wrong_status", 409
    message, message_en = "文书的当前状态不允许此操作", "The document's status does not allow this"


class SignatureRequired(Problem):
    code, status = "document.signature_required", 409
    message, message_en = "此类文书印发前须由有关人员签名,或有拒签记录", "It is issued only after the signatures it needs"


class SignatureExpected(Problem):
    code, status = "document.photo_missing", 409
    message, message_en = "签名图像尚未送达或正在核验", "The picture of a signature has not arrived, or is being looked at"
    retry_after = 5


class SignedAfterIssue(Problem):
    code, status = "document.signed_after_issue", 409
    message = "文书已印发,不再接受签名;收到文书的人在送达记录中签收"
    message_en = "It has been issued and takes no signature any more; who receives it signs with the service"


class AlreadySigned(Problem):
    code, status = "document.already_signed", 409
    message, message_en = "该人员已在此文书上签名", "This person has signed the document already"


class NotItsOfficer(Problem):
    code, status = "document.not_its_officer", 422
    message = "签名人不是此文书所列执法人员(同名的请写明 officer_id)"
    message_en = "No officer named on the document, or two of that name: give officer_id"


class NotOfThisVisit(Problem):
    code, status = "document.not_of_this_visit", 422
    message = "此文书不属于本次检查,请在文书上签名(POST /documents/{id}/signatures)"
    message_en = "The document is not this inspection's, sign it at POST /documents/{id}/signatures"


class ServedBeforeIssue(Problem):
    code, status = "document.served_before_issue", 422
    message, message_en = "送达时间不得早于印发,也不得晚于现在", "Service lies between the issue and now"


class WitnessRequired(Problem):
    code, status = "document.witness_required", 422
    message, message_en = "拒收或拒签须有见证人", "A refusal needs a witness"


class NotPrintable(Problem):
    code, status = "document.not_printable", 503
    message = "本机缺少 PDF 排版库(Pango),请改用网页版打印"
    message_en = "The library that sets PDF (Pango) is missing here, print the page instead"
    retry_after = 3600


class PressBusy(Problem):
    code, status = "document.press_busy", 503
    message, message_en = "正在排印其他文书,请稍后再取", "Other documents are being printed, come again in a moment"
    retry_after = 5


class Unprinted(Problem):
    code, status = "document.unprinted", 503
    message, message_en = "文书排印失败,请改用网页版打印", "The document could not be set, print the page instead"
    retry_after = 300


class NoEnforcement(Problem):
    code, status = "document.no_enforcement", 422
    message, message_en = "执法文书只能出自行政检查", "Enforcement documents come of administrative inspections alone"
