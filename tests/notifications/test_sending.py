"""Quiet hours to the minute, and the words of an SMS."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from notifications.policy.sending import Sending, send_at, sms_text

RULES = Sending()


@pytest.mark.parametrize("wrong", [{"quiet_from": "24:00"}, {"quiet_until": "7:30"}, {"sms_per_person": -1}, {"sms": 3}])
def test_a_policy_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValidationError):
        Sending(**wrong)


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        (datetime(2026, 9, 16, 13, 29, 59, tzinfo=UTC), datetime(2026, 9, 16, 13, 29, 59, tzinfo=UTC)),
        (datetime(2026, 9, 16, 13, 30, tzinfo=UTC), datetime(2026, 9, 16, 23, 30, tzinfo=UTC)),
        (datetime(2026, 9, 16, 16, 0, tzinfo=UTC), datetime(2026, 9, 16, 23, 30, tzinfo=UTC)),
        (datetime(2026, 9, 16, 23, 29, 59, tzinfo=UTC), datetime(2026, 9, 16, 23, 30, tzinfo=UTC)),
        (datetime(2026, 9, 16, 23, 30, tzinfo=UTC), datetime(2026, 9, 16, 23, 30, tzinfo=UTC)),
    ],
)
def test_quiet_hours_hold_back_until_half_past_seven_in_shanghai(at, leaves):
    assert send_at(at, urgent=False, rules=RULES) == leaves
    assert send_at(at, urgent=True, rules=RULES) == at


def test_quiet_hours_may_lie_within_one_day():
    noon_rest = Sending(quiet_from="12:00", quiet_until="13:00")
    assert send_at(datetime(2026, 9, 16, 4, 30, tzinfo=UTC), urgent=False, rules=noon_rest).hour == 5
    assert send_at(datetime(2026, 9, 16, 16, 30, tzinfo=UTC), urgent=False, rules=noon_rest).hour == 16


def test_an_sms_is_signed_and_bounded():
    assert sms_text("题", "") == "【闭环】题"
    assert len(sms_text("题", "长" * 900)) == 300
