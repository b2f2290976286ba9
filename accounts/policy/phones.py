"""Phone numbers: any spelling in, E.164 out."""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from accounts.errors import PhoneInvalid

_SPELLING = re.compile(r"[0-9+()\-./ \u00a0\u2010-\u2015]{5,40}")
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def mobile(text: str) -> str:
    """Return a mainland Chinese mobile number (手机号) in E.164, whatever its spelling.

    Raises: PhoneInvalid for everything else, landlines and foreign numbers included.
    """
    number = _parse(text)
    if number.country_code != 86 or phonenumbers.number_type(number) not in _MOBILE:
        raise PhoneInvalid
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def contact(text: str) -> str:
    """Return a number that one can call, mobile or landline, in E.164; without a country code it is a Chinese one.

    Raises: PhoneInvalid for what no numbering plan knows.
    """
    return phonenumbers.format_number(_parse(text), PhoneNumberFormat.E164)


def masked(number: str) -> str:
    """Return an E.164 number as logs may show it: 138****1234."""
    digits = number.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else "****"


def _parse(text: str) -> PhoneNumber:
    # full-width digits and signs are what Chinese keyboards type
    plain = unicodedata.normalize("NFKC", text[:80]).strip()
    if not _SPELLING.fullmatch(plain):
        raise PhoneInvalid
    try:
        number = phonenumbers.parse(plain, "CN")
    except NumberParseException as error:
        raise PhoneInvalid from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneInvalid
    return number
