"""Remote checks (云巡查): who asks, who answers, what proves that a picture is fresh. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts.policy.roles import Role
from inspections import errors


class RemoteStatus(StrEnum):
    """Where a remote check stands."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"
    EXPIRED = "expired"
    JUDGED = "judged"


class RemoteVerb(StrEnum):
    """Every step of a remote check after the question."""

    ANSWER = "answer"
    REFUSE = "refuse"
    EXPIRE = "expire"
    JUDGE = "judge"
    FOLLOW = "follow"


class Proof(StrEnum):
    """What shows that the picture was taken now: the nonce of the app, the number in the picture (as its sender says)."""

    NONCE = "nonce"
    NUMBER = "number"
    NONE = "none"


REMOTE_STATUS_LABELS = {
    RemoteStatus.OPEN: "待应答",
    RemoteStatus.ANSWERED: "已应答",
    RemoteStatus.REFUSED: "已拒绝",
    RemoteStatus.EXPIRED: "超时未应答",
    RemoteStatus.JUDGED: "已核定",
}
OUTCOME_LABELS = {"accepted": "认可", "doubtful": "存疑"}
PAST = {
    RemoteVerb.ANSWER: "answered",
    RemoteVerb.REFUSE: "refused",
    RemoteVerb.EXPIRE: "expired",
    RemoteVerb.JUDGE: "judged",
    RemoteVerb.FOLLOW: "moved",
}
MOVES: Mapping[tuple[RemoteStatus, RemoteVerb], RemoteStatus] = {
    (RemoteStatus.OPEN, RemoteVerb.ANSWER): RemoteStatus.ANSWERED,
    (RemoteStatus.OPEN, RemoteVerb.REFUSE): RemoteStatus.REFUSED,
    (RemoteStatus.OPEN, RemoteVerb.EXPIRE): RemoteStatus.EXPIRED,
    (RemoteStatus.OPEN, RemoteVerb.FOLLOW): RemoteStatus.OPEN,  # the enterprise has moved
    (RemoteStatus.ANSWERED, RemoteVerb.JUDGE): RemoteStatus.JUDGED,
}
ASKERS = frozenset({Role.GRID_WORKER, Role.INSPECTOR})
ANSWERERS = frozenset({Role.OWNER, Role.OFFICER, Role.EMPLOYEE, Role.AGENCY})
REFUSERS = frozenset({Role.OWNER, Role.OFFICER, Role.AGENCY})  # who refuses speaks for the enterprise


@dataclass(frozen=True, slots=True)
class Freshness:
    """What an answer proves, and what is odd about it."""

    proof: Proof
    flags: tuple[str, ...] = ()


def next_status(status: RemoteStatus, verb: RemoteVerb, *, expires_at: datetime, at: datetime) -> RemoteStatus:
    """Return the status after `verb`. An answer at the last instant is too late, whether the sweep came by or not.

    Raises: RemoteExpired, RemoteWrongStatus.
    """
    waiting = verb in (RemoteVerb.ANSWER, RemoteVerb.REFUSE)
    if waiting and stands(status, expires_at=expires_at, at=at) == RemoteStatus.EXPIRED:
        raise errors.RemoteExpired
    after = MOVES.get((status, verb))
    if after is None:
        raise errors.RemoteWrongStatus(remote_check_status=status.value)
    return after


def stands(status: RemoteStatus, *, expires_at: datetime, at: datetime) -> RemoteStatus:
    """Return where a remote check stands at `at`: its time is over when it is over, whether the sweep came by or not."""
    return RemoteStatus.EXPIRED if status == RemoteStatus.OPEN and at >= expires_at else status


def freshness(*, nonce: str, sent: str | None, number_visible: bool) -> Freshness:
    """Return what the answer proves. A wrong nonce is odd and no reason to refuse: an official looks at the picture."""
    if sent is not None and sent.lower() == nonce:
        return Freshness(Proof.NONCE)
    flags = ("wrong_nonce",) if sent is not None else ()
    if number_visible:
        return Freshness(Proof.NUMBER, flags)
    return Freshness(Proof.NONE, (*flags, "no_proof"))
