"""What stands below a picture (水印文字): each time and place named as what it is, a claim or our own clock. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.kernel.calendar import SHANGHAI

SOMEBODY = "不具名"
NOUNS = {"hazard": "隐患", "inspection": "检查", "remote_check": "云巡查", "document": "文书", "appeal": "申诉"}
# a use that would tell the enterprise of a draw by hand (人工抽查) before it may know (lifecycle.md §3)
UNTOLD = frozenset({"draw"})
Items = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Taken:
    """The photo as it came: `received_at` is our clock, the rest is what the phone said (`sender` is its account's name)."""

    id: UUID
    received_at: datetime
    sender: str
    sender_person: UUID
    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """One use of the photo: its subject, its place in words, and who may be shown as its author; "" for nobody."""

    subject_id: UUID
    subject_kind: str
    enterprise_id: UUID | None
    author_person: UUID
    caption: str
    person: str


@dataclass(frozen=True, slots=True)
class Subject:
    """For what a picture stands: the id of its first subject, or that several enterprises see it.

    A strip is drawn anew when this changes and for nothing else: a name or a place that changed later does not reach back.
    """

    number: str = ""
    shared: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept beside the photo."""
        return {"number": self.number, "shared": self.shared}


@dataclass(frozen=True, slots=True)
class Caption:
    """What is drawn, as words; `noun` says what the number is one of, `record` is the path behind the QR."""

    received_at: datetime
    taken_at: datetime | None
    spot: str
    place: str
    person: str
    noun: str
    subject: Subject
    record: str


def subject(uses: Sequence[Named]) -> Subject:
    """Return for what a photo with these uses (oldest first) stands: the first one, for ever.

    A photo that several enterprises see names neither place nor number of any of them.
    """
    if len({use.enterprise_id for use in uses}) > 1:
        return Subject(shared=True)
    return Subject(number=str(uses[0].subject_id)) if uses else Subject()


def caption(taken: Taken, uses: Sequence[Named]) -> Caption:
    """Return the caption of a photo for its uses, oldest first."""
    stands = subject(uses)
    first = uses[0] if uses else None
    told = None if stands.shared else first
    return Caption(
        received_at=taken.received_at, taken_at=taken.taken_at, spot=_spot(taken), place=told.caption if told else "",
        person=_person(taken, first), noun=NOUNS.get(told.subject_kind, "编号") if told else "编号", subject=stands,
        record=_record(taken, told),
    )  # fmt: skip


def _spot(taken: Taken) -> str:
    if taken.latitude is None or taken.longitude is None:
        return ""
    sides = "北纬" if taken.latitude >= 0 else "南纬", "东经" if taken.longitude >= 0 else "西经"
    around = f" ±{taken.accuracy_m:.0f}米" if taken.accuracy_m is not None else ""
    return f"{sides[0]}{abs(taken.latitude):.5f}° {sides[1]}{abs(taken.longitude):.5f}°{around}"


def _person(taken: Taken, first: Named | None) -> str:
    if first is None:
        return taken.sender
    if not first.person:
        return SOMEBODY
    return first.person if first.author_person == taken.sender_person else f"{first.person},{taken.sender}传"


def _record(taken: Taken, first: Named | None) -> str:
    """Return the record's path: by the convention of our addresses, the plural of what it is."""
    return f"/{first.subject_kind.replace('_', '-')}s/{first.subject_id}" if first else f"/photos/{taken.id}"


def in_full(told: Caption) -> Items:
    """Return label and words of each item for the large renditions; times in Asia/Shanghai."""
    return [
        ("收件", f"{_time(told.received_at)}(服务器时钟,北京时间)"),
        ("拍摄", f"{_time(told.taken_at)}(手机自报)" if told.taken_at else "手机未报时间"),
        ("地点", f"{told.place}(填报)" if told.place else "未填报"),
        ("定位", f"{told.spot}(手机自报)" if told.spot else "手机未报位置"),
        ("人员", told.person),
        (told.noun, _number(told)),
    ]


def in_brief(told: Caption) -> Items:
    """Return the items of the thumbnail: what can be read at that size."""
    return [
        ("收件", _time(told.received_at)[:16]),
        ("自报拍摄", _time(told.taken_at)[:16] if told.taken_at else "无"),
        ("地点", told.place or told.spot or "未报"),
        ("人员", told.person),
        (told.noun, _number(told)),
    ]


def _number(told: Caption) -> str:
    return "用于不同单位的多起记录" if told.subject.shared else told.subject.number or "尚未用于任何记录"


def _time(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
