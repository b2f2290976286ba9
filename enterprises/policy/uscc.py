"""Unified social credit codes (统一社会信用代码), GB 32100-2015."""

import re

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from enterprises.errors import BadUscc

# looked at first, because the library stumbles over a line end among the digits
_FORM = re.compile(r"[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}")


def checked(text: str) -> str:
    """Return the 18 characters of `text`, upper case, without blanks and hyphens.

    Raises: BadUscc for a wrong length, letter or check character.
    """
    wrong = BadUscc(errors=[{"field": "uscc", "code": "uscc.invalid", "message": "check the 18 characters"}])
    number: str = uscc.compact(text)
    if not _FORM.fullmatch(number):
        raise wrong
    try:
        uscc.validate(number)
    except ValidationError as error:
        raise wrong from error
    return number
