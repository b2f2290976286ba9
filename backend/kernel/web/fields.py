"""Types of input fields. JSON is taken strictly: a number is not a date, a text is not a number, a float is not a count."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

FIRST_YEAR, LAST_YEAR = 2000, 2100
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# versions 1 to 8, and the two that RFC 9562 names beside them: nil and max
UUID_PATTERN = (
    "^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
    "|[0]{8}-[0]{4}-[0]{4}-[0]{4}-[0]{12}|[fF]{8}-[fF]{4}-[fF]{4}-[fF]{4}-[fF]{12})$"
)
_UUID = re.compile(UUID_PATTERN)


class Body(BaseModel):
    """A JSON object of which every member is known; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", strict=False, str_strip_whitespace=False)


class Out(BaseModel):
    """An answer; built from rows or plain dictionaries."""

    model_config = ConfigDict(from_attributes=True)


def _text_only(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "must be text")
    return value


def _uuid(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise PydanticCustomError("uuid_parsing", "must be an RFC 9562 UUID in its usual spelling")
    return UUID(value)


def _instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise PydanticCustomError("datetime_parsing", "must be an RFC 3339 time with offset")
    try:
        at = datetime.fromisoformat(value.upper().replace(" ", "T")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError("datetime_parsing", "is not a real time") from error
    # the year as it was written: in another time zone the first and the last hours have another
    if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        raise PydanticCustomError("datetime_range", "must lie in the years 2000 to 2100")
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date_parsing", "must be a day as YYYY-MM-DD")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("date_parsing", "is not a real day") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise PydanticCustomError("date_range", "must lie in the years 2000 to 2100")
    return day


def _when(value: Any) -> datetime | date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return _day(value)
    return _instant(value)


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PydanticCustomError("float_type", "must be a number")
    return float(value)


def _whole(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticCustomError("int_type", "must be a whole number")
    return value


def _truth(value: Any) -> Any:
    if not isinstance(value, bool):
        raise PydanticCustomError("bool_type", "must be true or false")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("string_blank", "must not be blank")
    return value


def _query_whole(value: Any) -> Any:
    if not isinstance(value, (str, int)) or not re.fullmatch(r"-?[0-9]{1,9}", str(value)):
        raise PydanticCustomError("int_parsing", "must be a whole number")
    return int(value)


def _query_truth(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise PydanticCustomError("bool_parsing", "must be true or false")
    return value == "true"


# constraints stand before what looks at the raw value: only so does the OpenAPI document tell them
Id = Annotated[UUID, BeforeValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid", "pattern": UUID_PATTERN})]
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
When = Annotated[
    datetime | date,
    BeforeValidator(_when),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_not_blank), BeforeValidator(_text_only)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_not_blank), BeforeValidator(_text_only)]
Note = Annotated[str, StringConstraints(max_length=2000), BeforeValidator(_text_only)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$"), BeforeValidator(_text_only)]
RegionCode = Annotated[
    str, StringConstraints(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$"), BeforeValidator(_text_only)
]
Flag = Annotated[bool, BeforeValidator(_truth)]
Count = Annotated[int, BeforeValidator(_whole)]
Money = Annotated[float, Field(ge=0, le=1e12), BeforeValidator(_number)]
Latitude = Annotated[float, Field(ge=-90, le=90), BeforeValidator(_number)]
Longitude = Annotated[float, Field(ge=-180, le=180), BeforeValidator(_number)]
Metres = Annotated[float, Field(ge=0, le=100_000), BeforeValidator(_number)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), BeforeValidator(_text_only)]
Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(_query_whole)]
QueryFlag = Annotated[bool, BeforeValidator(_query_truth)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[A-Za-z0-9_-]+$")]


class Location(Body):
    """Where something is: decimal degrees in `crs` (`wgs84` unless said otherwise), accuracy in metres."""

    latitude: Latitude
    longitude: Longitude
    accuracy_m: Metres | None = None
    crs: Annotated[str, StringConstraints(pattern=r"^(wgs84|gcj02|bd09)$")] = "wgs84"


class ReceiptOut(Out):
    """The signed receipt of what was received: Ed25519 over the canonical JSON of the other five members."""

    id: str
    kind: str
    digest: str
    received_at: str
    key_id: str
    signature: str
