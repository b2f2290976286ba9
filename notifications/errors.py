"""What can go wrong in the inbox."""

from backend.kernel.problems import Problem


class BadSince(Problem):
    code, status = "inbox.bad_since", 422
    message, message_en = "since 不是本接口给出的位置", "since is not a position that this inbox gave out"
