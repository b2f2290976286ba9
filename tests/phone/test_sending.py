"""What the reference client does with every kind of answer, and what it never does: give up a copy without proof."""

import json
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bihuan_client import Device, Item
from bihuan_client.errors import LoginFailed, LoginNeeded, SomebodyElseSends, Unreachable
from bihuan_client.rules import Answer, Fate, Pace, asked, fate
from bihuan_client.sender import Silent

from tests.phone.conftest import QUICK, picture, report
from tests.phone.server import Server, forged, instead, portal, problem, said


def copies(device: Device) -> int:
    return len(list(device.queue.photos.iterdir()))


def states(device: Device) -> list[str]:
    return [item.state for item in device.items()]


class Failures(Silent):
    """Counts the copies at every failure."""

    def __init__(self, device: Device) -> None:
        self.device, self.copies = device, list[int]()

    def again(self, item: Item, why: str, pause_s: float) -> None:
        self.copies.append(copies(self.device))


@pytest.mark.parametrize(
    "wrong",
    [
        portal(200), portal(302), portal(403), portal(404), portal(401), portal(511), instead((200, {}, b"")), instead(None),
        instead(said(200, {"id": "x"})), instead(said(200, ["odd"])), instead((200, {"Content-Type": "application/json"}, b"{")),
        forged(lambda receipt: receipt.update(signature="AAAA")),
        forged(lambda receipt: receipt.update(signature="***")),
        forged(lambda receipt: receipt.update(digest="0" * 64)),
        forged(lambda receipt: receipt.update(id="01890000-0000-7000-8000-00000000dead")),
        forged(lambda receipt: receipt.update(received_at="2020-01-01T00:00:00Z")),
        forged(lambda receipt: receipt.update(key_id="of somebody else")),
        forged(lambda receipt: receipt.pop("kind")),
        *[instead(problem(status, "x.y")) for status in (408, 425, 429, 500, 502, 503, 504, 507)],
        instead(problem(409, "conflict.in_progress")), instead(problem(409, "hazard.photo_missing")),
    ],
)  # fmt: skip
def test_nothing_is_given_up_without_proof_and_all_arrives_in_the_end(phone: Device, server: Server, wrong: Any) -> None:
    report(phone, picture())
    server.faults = [wrong] * 3
    watch = Failures(phone)
    assert phone.send(watch=watch, **QUICK) == 0
    assert watch.copies == [1, 1, 1]
    assert states(phone) == ["done", "done"]
    assert copies(phone) == 0
    assert len(server.received) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428])
def test_what_is_refused_for_good_stops_and_is_shown_and_keeps_its_photos(phone: Device, server: Server, status: int) -> None:
    report(phone, picture())
    server.faults = [instead(problem(status, "hazard.no"))]
    assert phone.send(patience_s=0.2, **QUICK) == 1  # the photo waits behind its report
    stopped = phone.items()[0]
    assert (stopped.state, stopped.status, stopped.code) == ("stopped", status, "hazard.no")
    assert json.loads(stopped.detail)["detail"] == "不行"
    assert copies(phone) == 1
    assert phone.retry(stopped.id)
    assert phone.send(**QUICK) == 0


def test_a_session_that_ended_costs_nothing(phone: Device, server: Server) -> None:
    report(phone, picture())
    phone.wire.token = "old"
    with pytest.raises(LoginNeeded):
        phone.send(**QUICK)
    assert [(item.state, item.tries) for item in phone.items()] == [("waiting", 0)] * 2
    phone.use("good")
    assert phone.send(**QUICK) == 0


def test_capturing_needs_neither_login_nor_network(tmp_path: Path, server: Server) -> None:
    device = Device(tmp_path / "new", server="http://127.0.0.1:9")
    id = report(device, picture())
    assert states(device) == ["waiting", "waiting"]
    with pytest.raises(LoginNeeded):
        device.send(**QUICK)
    device.close()
    device = Device(tmp_path / "new", server=server.url)
    device.use("good")
    assert device.send(**QUICK) == 0
    assert server.order[0] == id


def test_the_report_goes_first_and_small_photos_before_large_ones(phone: Device, server: Server) -> None:
    id = report(phone, picture(1, 60_000), picture(2, 900), picture(3, 9_000))
    assert phone.send(**QUICK) == 0
    assert server.order[0] == id
    assert [len(server.bodies[photo]) for photo in server.order[1:]] == [900, 9_000, 60_000]
    named = json.loads(server.bodies[id])["photo_ids"]
    assert {one["id"] for one in named} == set(server.order[1:])
    assert all(one["bytes"] in (900, 9_000, 60_000) and len(one["sha256"]) == 64 for one in named)


def test_a_later_report_goes_before_the_photos_of_an_earlier_one(phone: Device, server: Server) -> None:
    first, second = report(phone, picture(1)), report(phone, picture(2))
    assert phone.send(**QUICK) == 0
    assert server.order[:2] == [first, second]


def test_an_act_upon_an_unsent_hazard_waits_for_it(phone: Device, server: Server) -> None:
    hazard = report(phone)
    withdrawal = phone.act(hazard, "withdrawal", {})
    server.faults = [portal(404), instead(problem(503, "server.unavailable", Retry_After="0"))]
    assert phone.send(**QUICK) == 0
    assert server.order == [hazard, withdrawal]


def test_several_acts_go_in_one_request_where_the_server_takes_it(phone: Device, server: Server) -> None:
    server.batches = True
    hazard = report(phone)
    others = [phone.act(hazard, "withdrawal", {"note": str(n)}) for n in range(4)]
    assert phone.send(**QUICK) == 0
    assert set(server.order) == {hazard, *others}
    assert sum(server.arrived.values()) == 5


def test_one_bad_act_of_a_batch_stops_alone(phone: Device, server: Server) -> None:
    server.batches = True
    good = [report(phone) for _ in range(2)]
    bad = report(phone)
    server.received[bad] = {"digest": "other"}
    assert phone.send(**QUICK) == 0
    assert {item.id: item.state for item in phone.items()} == {good[0]: "done", good[1]: "done", bad: "stopped"}


@pytest.mark.parametrize("wrong", [portal(200), instead(None), instead(said(200, [None, 5])), instead(said(200, []))])
def test_a_batch_that_was_answered_oddly_is_sent_again(phone: Device, server: Server, wrong: Any) -> None:
    server.batches = True
    for _ in range(3):
        report(phone)
    server.faults = [wrong] * 2
    assert phone.send(**QUICK) == 0
    assert states(phone) == ["done"] * 3


def test_an_answer_that_was_lost_is_a_replay_and_nothing_is_doubled(phone: Device, server: Server) -> None:
    id = report(phone)
    server.faults = [instead(None), instead(None)]
    assert phone.send(**QUICK) == 0
    assert server.arrived[id] == 3
    assert len(server.received) == 1


def test_a_key_that_was_exchanged_under_its_name_proves_nothing(phone: Device, server: Server) -> None:
    report(phone)
    assert phone.send(**QUICK) == 0
    report(phone)
    server.new_key("k1")
    assert phone.send(patience_s=0.1, **QUICK) == 1
    server.new_key("k2")  # under a name of its own it is looked up
    server.received.clear()
    assert phone.send(**QUICK) == 0


def test_pauses_have_full_jitter_grow_to_a_cap_and_honour_retry_after() -> None:
    pace, rng = Pace(), random.Random(7)
    for tries in range(40):
        pauses = [pace.pause(tries, asked_s=0, rng=rng) for _ in range(300)]
        most = min(300.0, 2.0 * 2**tries)
        assert max(pauses) <= most
        assert min(pauses) < most / 10 < most / 2 < max(pauses)
    assert Pace().pause(0, asked_s=60, rng=rng) == 60
    assert Pace().pause(0, asked_s=10**9, rng=rng) == 24 * 3600


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for text, seconds in (
        ("7", 7),
        ("Mon, 23 Nov 2026 00:01:00 GMT", 60),
        ("Mon, 23 Nov 2020 00:01:00 GMT", 0),
        ("soon", 0),
        ("", 0),
    ):
        assert asked(Answer(503, {"retry-after": text}), now=now) == seconds
    assert asked(None, now=now) == 0


def test_retry_after_is_waited_for(phone: Device, server: Server) -> None:
    report(phone)
    server.faults = [instead(problem(429, "limit.exceeded", Retry_After="40"))]
    assert phone.send(patience_s=0.5, **QUICK) == 1
    assert 20 < phone.items()[0].due_in(time.time()) <= 40


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_clock_that_is_wrong_or_jumps_delays_nothing(tmp_path: Path, server: Server, hours: int) -> None:
    shift = [timedelta()]
    device = Device(tmp_path / "odd", server=server.url, now=lambda: datetime.now(UTC) + shift[0])
    device.use("good")
    report(device, picture())
    server.faults = [instead(problem(503, "server.unavailable", Retry_After="1"))]
    device.send(patience_s=0.2, **QUICK)
    shift[0] = timedelta(hours=hours)
    began = time.monotonic()
    assert device.send(patience_s=30, **QUICK) == 0
    assert time.monotonic() - began < 20
    device.close()


def test_the_skew_of_the_clock_is_known_and_what_was_claimed_stays(phone: Device, server: Server) -> None:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    id = report(phone, found_at=at)
    assert phone.send(**QUICK) == 0
    assert json.loads(server.bodies[id])["found_at"] == "2026-11-20T08:00:00.000+00:00"
    assert phone.wire.skew_s is not None
    assert abs(phone.wire.skew_s) < 60


def test_two_processes_on_one_queue_send_everything_once(phone: Device, server: Server, tmp_path: Path) -> None:
    other = Device(tmp_path / "phone", server=server.url)
    with phone.queue.sending(), pytest.raises(SomebodyElseSends):
        other.send(**QUICK)
    captured: list[str] = []
    thread = threading.Thread(target=lambda: captured.extend(report(other, picture(n)) for n in range(20)))
    thread.start()
    while thread.is_alive() or "waiting" in states(phone):
        phone.send(**QUICK)
    thread.join()
    other.close()
    assert len(captured) == 20
    assert len(server.received) == 40
    assert set(server.arrived.values()) == {1}


def test_what_another_account_captured_waits_for_its_author(phone: Device, server: Server) -> None:
    report(phone, picture())
    phone.queue.keep(account="somebody-else")
    assert phone.send(**QUICK) == 0
    assert states(phone) == ["waiting", "waiting"]
    phone.use("good")
    assert phone.send(**QUICK) == 0
    assert states(phone) == ["done", "done"]


def test_two_photos_of_equal_bytes_share_a_copy_that_stays_until_both_are_known(phone: Device, server: Server) -> None:
    report(phone, picture(1), picture(1))
    assert copies(phone) == 1
    server.faults = [lambda m, p, told: told, lambda m, p, told: told, instead(problem(422, "photo.no"))]
    phone.send(**QUICK)
    assert sorted(states(phone)) == ["done", "done", "stopped"]
    assert copies(phone) == 1


def test_a_picture_deleted_from_the_gallery_is_not_lost(phone: Device, server: Server, tmp_path: Path) -> None:
    file = tmp_path / "gallery.jpg"
    file.write_bytes(picture())
    phone.report(photos=[file], enterprise="e", category="c", place="p", description="d")
    file.unlink()
    assert phone.send(**QUICK) == 0
    assert picture() in server.bodies.values()


def test_a_copy_that_somebody_removed_stops_and_is_shown(phone: Device) -> None:
    report(phone, picture())
    for path in phone.queue.photos.iterdir():
        path.unlink()
    assert phone.send(**QUICK) == 0
    assert [(item.state, item.code) for item in phone.items()] == [("done", ""), ("stopped", "copy.gone")]


def test_what_the_server_still_expects_is_sent_again(phone: Device, server: Server) -> None:
    report(phone, picture())
    server.faults = [lambda m, p, told: told, instead(problem(422, "photo.digest_mismatch"))]
    phone.send(**QUICK)
    photo = phone.items()[1]
    server.expected = [{"photo_id": photo.id}, {"photo_id": "01890000-0000-7000-8000-00000000beef"}]
    again, rest = phone.reconcile()
    assert again == [photo.id]
    assert [one["photo_id"] for one in rest.photos] == ["01890000-0000-7000-8000-00000000beef"]
    assert phone.send(**QUICK) == 0
    assert states(phone) == ["done", "done"]


def test_changes_are_followed_from_where_they_were_left(phone: Device, server: Server) -> None:
    server.changes = [{"kind": "hazard", "id": "1", "version": 1, "op": "put", "body": {}}]
    assert [change["id"] for change in phone.changes()] == ["1"]
    assert phone.queue.kept(f"cursor:{phone.account}") == "c1"


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Answer(200), Fate.KNOWN), (Answer(201), Fate.KNOWN), (Answer(204), Fate.AGAIN), (Answer(301), Fate.AGAIN),
        (Answer(404), Fate.AGAIN), (Answer(0), Fate.AGAIN), (Answer(599), Fate.AGAIN),
    ],
)  # fmt: skip
def test_what_our_server_did_not_write_decides_nothing_for_good(answer: Answer, what: Fate) -> None:
    assert fate(answer) is what


def test_words_are_sent_as_the_server_signs_for_them(phone: Device, server: Server) -> None:
    id = report(phone, place="cafe\u0301")
    assert phone.send(**QUICK) == 0
    assert json.loads(server.bodies[id])["place"] == "caf\u00e9"


def test_a_small_phone_asks_for_small_pictures(server: Server, tmp_path: Path) -> None:
    device = Device(tmp_path / "p", server=server.url, save_data=True)
    device.use("good")
    device.close()
    assert server.headers[-1]["Save-Data"] == "on"


@pytest.mark.parametrize("make", [lambda: picture(1)[:2] + b"<svg", lambda: b"", lambda: b"GIF89a" + b"x" * 99])
def test_what_is_no_photo_is_said_at_once(phone: Device, make: Callable[[], bytes]) -> None:
    from bihuan_client.errors import BadPhoto

    with pytest.raises(BadPhoto):
        report(phone, make())
    assert phone.items() == []


@pytest.mark.parametrize("wrong", [problem(503, "server.unavailable", Retry_After="0"), problem(429, "limit.exceeded"), None])
def test_a_busy_server_is_asked_again_for_the_login(server: Server, tmp_path: Path, wrong: Any) -> None:
    device = Device(tmp_path / "p", server=server.url)
    server.busy = [wrong] * 3
    assert device.session(pace=QUICK["pace"]).use("good")["name"] == "李安全"
    server.busy = [wrong] * 1000
    with pytest.raises((LoginFailed, Unreachable)):
        device.session(pace=QUICK["pace"], patience_s=0.1).use("good")
    device.close()
