"""What a strip says, and what it says it with: claims named as claims, nobody named who must not be, no silent boxes."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from media.decode import lettering
from media.decode.lettering import covered, legible
from media.policy import captions
from media.policy.captions import Named, Taken, caption, in_brief, in_full

FIRM, OTHER = UUID(int=1), UUID(int=2)
LI, WANG = UUID(int=3), UUID(int=4)
HAZARD = UUID(int=5)
NIGHT = datetime(2026, 9, 16, 17, 30, 5, tzinfo=UTC)  # half past one of the next day in Shanghai


def taken(**more: Any) -> Taken:
    return Taken(**{"id": UUID(int=9), "received_at": NIGHT, "sender": "李明", "sender_person": LI, **more})


def use(**more: Any) -> Named:
    told = {
        "subject_id": HAZARD, "subject_kind": "hazard", "enterprise_id": FIRM, "author_person": LI, "caption": "一号车间",
        "person": "李明(安全管理员)",
    }  # fmt: skip
    return Named(**{**told, **more})


def test_times_are_local_and_each_says_whose_it_is() -> None:
    told = dict(in_full(caption(taken(taken_at=datetime(2026, 9, 16, 15, 59, 59, tzinfo=UTC)), [use()])))
    assert told["收件"] == "2026-09-17 01:30:05(服务器时钟,北京时间)"
    assert told["拍摄"] == "2026-09-16 23:59:59(手机自报)"
    assert dict(in_full(caption(taken(), [use()])))["拍摄"] == "手机未报时间"


def test_places_say_whose_word_they_are() -> None:
    told = dict(in_full(caption(taken(latitude=-28.0391, longitude=120.6607, accuracy_m=11.6), [use()])))
    assert (told["地点"], told["定位"]) == ("一号车间(填报)", "南纬28.03910° 东经120.66070° ±12米(手机自报)")
    assert dict(in_full(caption(taken(), [])))["定位"] == "手机未报位置"


def test_the_number_is_that_of_the_first_use_for_ever() -> None:
    later = use(subject_id=UUID(int=77), caption="二号车间")
    for uses in ([use()], [use(), later]):
        told = caption(taken(), uses)
        assert dict(in_full(told))["隐患"] == dict(in_brief(told))["隐患"] == str(HAZARD)
        assert told.record == f"/hazards/{HAZARD}"
    unused = caption(taken(), [])
    assert (dict(in_full(unused))["编号"], unused.record) == ("尚未用于任何记录", f"/photos/{UUID(int=9)}")


def test_a_photo_that_two_enterprises_see_names_neither() -> None:
    told = caption(taken(), [use(), use(enterprise_id=OTHER, subject_id=UUID(int=77), caption="隔壁仓库")])
    words = str(in_full(told)) + str(in_brief(told)) + told.record
    assert not [secret for secret in ("一号车间", "隔壁仓库", str(HAZARD), str(UUID(int=77))) if secret in words]


def test_who_told_the_authorities_is_not_named() -> None:
    told = caption(taken(), [use(person="")])
    assert "李明" not in str(in_full(told)) + str(in_brief(told))
    assert dict(in_full(told))["人员"] == captions.SOMEBODY


def test_who_sent_for_a_colleague_is_named_beside_him() -> None:
    told = caption(taken(sender="王强", sender_person=WANG), [use()])
    assert dict(in_full(told))["人员"] == "李明(安全管理员),王强传"


# ---- letters


def test_the_ranges_beside_the_font_are_its_own() -> None:
    font = TTFont(lettering.COVERAGE.with_name("strip.ttf"))
    assert covered() == frozenset(font.getBestCmap())


def test_every_word_of_ours_and_the_names_people_bear_are_in_the_font() -> None:
    fixed = caption(taken(latitude=1.0, longitude=2.0, accuracy_m=3.0), [])
    words = str(in_full(fixed)) + str(in_brief(fixed)) + captions.SOMEBODY + "用于不同单位的多起记录〓…"
    for text in (words, "喆珺玥堃翀燚赟頔禤赪旻昇淼犇骉", "龙港市瓯北街道鳌江镇", "é·°±②㎡"[:5]):
        assert [char for char in text if char != "\n" and ord(char) not in covered()] == []


HOSTILE = {
    "bidi": ("车间\u202e(填报)\u2066x\u2069\u200f", "车间(填报)x"),
    "lines": ("一号\r\n车间\t东\x00侧\x1b[31m", "一号 车间 东侧[31m"),
    "emoji": ("仓库🔥🔥👨‍👩‍👧北", "仓库〓北"),
    "joiners": ("a\u200d\u200cb\ufeff", "ab"),
    "accents": ("a" + "\u0301" * 30 + "b", "áb"),
    "rare name": ("李㛃𠅤", "李[U+36C3][U+20164]"), "Arabic": ("مخزن", "〓"), "empty": ("", ""), "spaces": (" \u3000 ", ""),
    "private": ("\ue000x\ud7ff", "〓x〓"),
}  # fmt: skip


@pytest.mark.parametrize("how", HOSTILE)
def test_hostile_words_are_made_harmless(how: str) -> None:
    told, shown = HOSTILE[how]
    assert legible(told, most=40) == shown


@given(st.text(max_size=400), st.integers(2, 120))
def test_whatever_is_said_can_be_drawn_and_ends(text: str, most: int) -> None:
    shown = legible(text, most=most)
    assert len(shown) <= most
    assert all(ord(char) in covered() for char in shown)


def test_three_hundred_characters_end_in_an_ellipsis() -> None:
    assert legible("长" * 300, most=60) == "长" * 59 + "…"
    assert json.dumps(legible("\U0001f525" * 300, most=60)) == json.dumps("〓…")
