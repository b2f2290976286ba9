"""What can go wrong on the phone's side; each has its words in `words.py` and its exit code in `cli.py`."""


class ClientError(Exception):
    """An anticipated failure. `name` finds the words, `facts` fill them."""

    name = "error"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.name, facts)
        self.facts = facts


class LoginNeeded(ClientError):
    """The session has ended (401); the queue is untouched."""

    name = "login_needed"


class LoginFailed(ClientError):
    """The code or the second factor was not accepted."""

    name = "login_failed"


class Refused(ClientError):
    """The server refused a question (not something queued) for good."""

    name = "refused"


class Unreachable(ClientError):
    """No answer, or none that our server would give."""

    name = "unreachable"


class NoSpace(ClientError):
    """The disk of the phone is full; nothing was half kept."""

    name = "no_space"


class Unreadable(ClientError):
    """The queue or a picture cannot be read or written."""

    name = "unreadable"


class BadPhoto(ClientError):
    """A file that no server would take as a photo."""

    name = "bad_photo"


class SomebodyElseSends(ClientError):
    """Another process is sending this queue."""

    name = "busy"


class NotProven(ClientError):
    """An answer without a receipt that holds: whatever it says, the copy is kept."""

    name = "not_proven"


class UnknownKey(NotProven):
    """The receipt names a key that we have not seen yet; the published keys may bring it."""
