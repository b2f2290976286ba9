"""What can go wrong with remote checks (云巡查)."""

from backend.kernel.problems import Problem


class RemoteWrongStatus(Problem):
    code, status = "remote_check.wrong_status", 409
    message, message_en = "云巡查的当前状态不能进行此操作", "This cannot be done in the present status of the remote check"


class RemoteExpired(Problem):
    code, status = "remote_check.expired", 409
    message, message_en = "云巡查已超时,不再接受应答", "The remote check has expired and takes no answer"


class RemoteNotYourMove(Problem):
    code, status = "remote_check.not_your_move", 403
    message, message_en = "此操作不属于您对该云巡查的职责", "This act is not yours on this remote check"


class RemotePhotoMissing(Problem):
    code, status = "remote_check.photo_missing", 409
    message, message_en = "应答的照片尚未送达", "Photos of the answer have not arrived yet"


class RemoteHazardElsewhere(Problem):
    code, status = "remote_check.hazard_elsewhere", 422
    message, message_en = "该隐患不属于此企业", "That hazard is another enterprise's"
