"""Made-up unified social credit codes (统一社会信用代码) that are valid by GB 32100 and GB 11714."""

from stdnum.cn import uscc

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def made_up(county: str, number: int) -> str:
    """Return the code of an invented company registered in `county` (6 digits); the series MAY has not been issued."""
    body = f"MAY{number:05d}"
    rest = (11 - sum(_ALPHABET.index(c) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11) % 11
    number_17 = f"91{county}{body}{'X' if rest == 10 else rest}"
    return number_17 + str(uscc.calc_check_digit(number_17))
