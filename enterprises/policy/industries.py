"""Industries: GB/T 4754-2017, a letter, a division of two digits that belongs to it, and up to two more digits."""

import re
from collections.abc import Collection

from enterprises.errors import BadIndustry

_CODE = re.compile(r"([A-T]\d{2})\d{0,2}", re.ASCII)


def checked(text: str, divisions: Collection[str]) -> str:
    """Return `text` as an industry code (`C34`, `C3443`); `divisions` are the known ones with their letter.

    Raises: BadIndustry, also when the letter is not that of the division.
    """
    found = _CODE.fullmatch(text.strip().upper())
    if found is None or found[1] not in divisions:
        raise BadIndustry(errors=[{"field": "industry", "code": "industry.unknown", "message": "a code such as C3443"}])
    return found[0]
