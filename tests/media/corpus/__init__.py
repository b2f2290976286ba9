"""More than four hundred files and requests that are no sound photo, made from a seed: nothing of it lies in the repository.

Each is sent by a door (raw body or form) and must be refused by one of its codes, at once or, where only decoding can tell, by
the photo becoming `refused`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.media.sending import BOUNDARY, part

NO_IMAGE, CUT = "photo.not_an_image", "photo.truncated"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass(frozen=True)
class Bad:
    """One of the corpus: `codes` are the documented ones that may refuse it."""

    kind: str
    name: str
    data: bytes
    codes: frozenset[str]
    door: str = "put"
    content_type: str = "image/jpeg"
    query: str = ""

    @property
    def body(self) -> bytes:
        """Return what is sent."""
        return self.data


def bad(kind: str, name: str, data: bytes, *codes: str, filename: str = "photo.jpg", form: bool = False) -> Bad:
    """Return a file as a raw body, or as the one file of a well-formed form."""
    if not form:
        return Bad(kind, name, data, frozenset(codes))
    body = part("file", data, filename=filename) + f"--{BOUNDARY}--\r\n".encode()
    return Bad(kind, name, body, frozenset(codes), door="post", content_type=FORM)


def corpus() -> Iterator[Bad]:
    """Yield all of it, one after the other: together they would be some hundred megabytes."""
    from tests.media.corpus import damaged, foreign, sent

    for module in (foreign, damaged, sent):
        for number, (kind, name, data, codes) in enumerate(module.files()):
            yield data if isinstance(data, Bad) else bad(kind, name, data, *codes, form=number % 2 == 1)
