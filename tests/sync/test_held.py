"""Acts that are held (等待): committed with a receipt, judged when what they wait for comes, never lost."""

from datetime import timedelta

import pytest

from accounts.models import Duty, Person
from backend.kernel import canonical, clock, ids, jobs, ledger
from hazards.models import Act, Hazard
from hazards.policy.words import Level, Status, Verb
from media.models import Photo
from notifications.models import Notice
from sync.models import Awaited, KeptAct
from tests.cast import DAY, HOUR, MINUTE, SECOND, a_hazard
from tests.loop import SHA, a_walk
from tests.sync.queue import URL, finding, fix, id_of, member, report, withdrawal

pytestmark = pytest.mark.django_db
CONFIRM = {"outcome": "confirm", "level": "general", "requirement": "限期整改"}


@pytest.fixture
def officer(api, cast):
    return api.as_(cast.officer_a)


def only(reply):
    assert reply.status_code == 200, reply.content
    (answer,) = reply.json()
    return answer


def work(drain):
    """Let everything run that is due now."""
    drain(clock.now() + SECOND)


def kept(act):
    return KeptAct.objects.get(id=id_of(act))


def arrive(photo_id, person):
    """Let a photo arrive and be found sound, by the way photos go."""
    from media.actions.settle import settle
    from media.decode import Decoded

    at = clock.now()
    entry = ledger.append(
        ledger.Step(kind="photo.received", subject_kind="photo", subject_id=photo_id, signer=ledger.SYSTEM, at=at), ledger.Head()
    )
    jobs.Job.objects.filter(kind="media.tasks.settle").delete()  # decoded by hand below
    Photo.objects.create(
        id=photo_id, uploader=person, identity=person.identity, sha256=SHA, bytes=10, format="jpeg", width=640, height=480,
        received_at=at, status="received", version=entry.seq, ledger_head=entry.hash,
    )  # fmt: skip
    settle(photo_id=photo_id, decoded=Decoded(code="", facts={}), at=at)


def test_an_act_before_its_hazard_is_held_with_a_receipt(officer, cast):
    act = withdrawal(hazard := str(ids.new()))
    answer = only(officer.post(URL, [act]))
    assert (answer["id"], answer["status"]) == (id_of(act), 202)
    body = answer["body"]
    assert (body["state"], body["held_for"]) == ("held", [{"kind": "hazard", "id": hazard}])
    assert body["receipt"]["digest"] == canonical.digest(act["body"])
    assert (body["receipt"]["kind"], body["receipt"]["id"]) == ("withdrawal", id_of(act))
    assert officer.get(f"/receipts/{id_of(act)}").json() == body["receipt"]
    assert [entry.kind for entry in ledger.of(kept(act).chain_id)] == ["act.held"]
    assert Awaited.objects.get().awaited_id is not None


def test_a_held_act_is_judged_when_its_hazard_comes_and_keeps_its_receipt(officer, cast, drain):
    reported = report(cast)
    act = withdrawal(id_of(reported))
    first = only(officer.post(URL, [act]))["body"]["receipt"]
    assert officer.post("/hazards", reported["body"]).status_code == 201
    work(drain)
    assert Hazard.objects.get().status == Status.VOID
    row = kept(act)
    assert (row.state, row.body, row.held_for, row.awaited.count()) == ("taken", "", [], 0)
    assert [entry.kind for entry in ledger.of(row.chain_id)] == ["act.held", "act.taken"]
    again = officer.post(act["path"], act["body"])
    assert (again.status_code, again["Idempotency-Replayed"], again.json()["receipt"]) == (200, "true", first)
    assert only(officer.post(URL, [act]))["status"] == 200
    assert officer.get(f"/sync/acts/{id_of(act)}").json()["state"] == "taken"


def test_the_step_is_taken_when_it_can_be_and_the_receipt_says_when_it_came(officer, cast, drain, frozen):
    at = clock.now()
    reported = report(cast)
    act = withdrawal(id_of(reported))
    with frozen(at - 2 * HOUR):
        only(officer.post(URL, [act]))
    with frozen(at):
        officer.post("/hazards", reported["body"])
        drain(at)
    row, taken = kept(act), Act.objects.get(id=id_of(act))
    assert taken.at >= Hazard.objects.get().received_at
    told = ledger.read(ledger.of(row.chain_id)[1])
    assert (told["act"], told["facts"]["received_at"]) == ("act.taken", clock.text(row.received_at))
    assert clock.text(row.received_at) == officer.get(f"/receipts/{row.id}").json()["received_at"]


def test_what_one_may_not_read_is_waited_for_like_what_does_not_exist(api, cast):
    hazard = a_hazard(cast, at=clock.now() - HOUR)
    answers = []
    for subject in (hazard.id, ids.new()):
        body = only(api.as_(cast.officer_far).post(URL, [withdrawal(subject)]))["body"]
        varying = ("id", "path", "body", "held_for", "receipt", "received_at", "judged_at", "held_until")
        answers.append({name: value for name, value in body.items() if name not in varying} | {"waits": len(body["held_for"])})
    assert answers[0] == answers[1]


def test_an_auditor_has_nothing_to_wait_for(api, cast):
    answer = only(api.as_(cast.auditor).post(URL, [withdrawal(ids.new())]))
    assert (answer["status"], answer["problem"]["code"]) == (404, "request.not_found")


def test_a_report_whose_enterprise_is_not_there_is_refused(officer, cast):
    assert only(officer.post(URL, [report(cast, enterprise_id=str(ids.new()))]))["status"] == 404


def test_a_report_that_waits_for_its_relation_counts_from_when_it_came(officer, cast, drain, frozen):
    at = clock.now()
    first = report(cast)
    second = report(cast, related_to=id_of(first))
    with frozen(at - 5 * HOUR):
        answer = only(officer.post(URL, [second]))
        assert answer["status"] == 202
    with frozen(at):
        officer.post("/hazards", first["body"])
        drain(at)
    hazard = Hazard.objects.get(id=id_of(second))
    assert clock.text(hazard.received_at) == answer["body"]["receipt"]["received_at"]
    assert hazard.clock_from == hazard.received_at


def test_a_countersignature_waits_for_the_first_signature(api, cast, drain):
    walk = a_walk(cast, Verb.SUBMIT, at=clock.now() - DAY, level=Level.MAJOR)
    sign = {"outcome": "pass", "on_site": True, "inspectors": [str(cast.inspector.id), str(cast.inspector_2.id)]}
    signature = member("reinspection", f"/hazards/{walk.id}/reinspections", **sign)
    second = member("countersignature", f"/reinspections/{id_of(signature)}/countersignatures")
    one, two = api.as_(cast.inspector), api.as_(cast.inspector_2)
    answer = only(two.post(URL, [second]))
    assert answer["body"]["held_for"] == [{"kind": "act", "id": id_of(signature)}]
    assert only(one.post(URL, [signature]))["status"] == 201
    work(drain)  # now it lacks a fresh second factor alone, which only he can give
    row = kept(second)
    assert (row.state, row.held_for) == ("held", [{"kind": "step_up"}])
    assert Notice.objects.filter(person=cast.inspector_2, kind="act.held").count() == 1
    assert two.post(URL, []).json() == []
    assert (kept(second).state, walk.hazard.status) == ("taken", Status.CLOSED)


def test_an_act_that_lacks_a_fresh_step_up_alone_is_held_until_it_is_given(api, cast, frozen):
    walk = a_walk(cast, Verb.SUBMIT, at=clock.now() - DAY, level=Level.MAJOR)
    sign = {"outcome": "pass", "on_site": True, "inspectors": [str(cast.inspector.id), str(cast.inspector_2.id)]}
    signature = member("reinspection", f"/hazards/{walk.id}/reinspections", **sign)
    stale = api.as_(cast.inspector)
    with frozen(clock.now() + 6 * MINUTE):
        answer = only(stale.post(URL, [signature]))
        assert (answer["status"], answer["body"]["held_for"]) == (202, [{"kind": "step_up"}])
        assert only(stale.post(URL, [signature]))["status"] == 202
        direct = stale.post(signature["path"], signature["body"])
        assert (direct.status_code, direct.json()["state"]) == (200, "held")
        fresh = api.as_(cast.inspector)
        taken = only(fresh.post(URL, [signature]))
    assert (taken["status"], taken["body"]["receipt"]) == (200, answer["body"]["receipt"])
    assert walk.hazard.who.pending is not None


def test_a_held_act_that_is_sent_again_by_itself_is_judged_again(officer, cast):
    reported = report(cast)
    act = withdrawal(id_of(reported))
    first = only(officer.post(URL, [act]))["body"]["receipt"]
    officer.post("/hazards", reported["body"])
    reply = officer.post(act["path"], act["body"])
    assert (reply.status_code, reply.json()["hazard"]["status"], reply.json()["receipt"]) == (200, "void", first)


def test_other_content_under_the_id_of_a_held_act_is_a_conflict(officer, api, cast):
    act = withdrawal(ids.new())
    only(officer.post(URL, [act]))
    other = {**act, "body": {**act["body"], "note": "另一个"}}
    for answer in (only(officer.post(URL, [other]))["problem"], officer.post(act["path"], other["body"]).json()):
        assert answer["code"] == "conflict.same_id"
        assert answer["digests"].keys() == {"first", "this"}
    theirs = only(api.as_(cast.owner_a).post(URL, [act]))["problem"]
    assert (theirs["code"], "digests" in theirs) == ("conflict.same_id", False)


def test_a_confirm_waits_for_the_photos_of_its_hazard(api, cast, drain, officer):
    photo = str(ids.new())
    reported = report(cast, photo_ids=[photo])
    officer.post("/hazards", reported["body"])
    act = member("verification", f"/hazards/{id_of(reported)}/verifications", **CONFIRM)
    answer = only(api.as_(cast.inspector).post(URL, [act]))
    assert answer["body"]["held_for"] == [{"kind": "photo", "id": photo}]
    work(drain)
    assert kept(act).state == "held"
    arrive(photo, cast.officer_a)
    work(drain)
    assert (kept(act).state, Hazard.objects.get().status) == ("taken", Status.RECTIFYING)


def test_a_pass_waits_for_the_photos_it_names_itself(api, cast, drain):
    walk, photo = a_walk(cast, Verb.SUBMIT, at=clock.now() - DAY), str(ids.new())
    act = member(
        "reinspection",
        f"/hazards/{walk.id}/reinspections",
        outcome="pass",
        on_site=True,
        photo_ids=[{"id": photo, "sha256": SHA}],
    )
    assert only(api.as_(cast.inspector).post(URL, [act]))["body"]["held_for"] == [{"kind": "photo", "id": photo}]
    arrive(photo, cast.inspector)
    work(drain)
    assert walk.hazard.status == Status.CLOSED


def test_a_held_act_is_refused_in_the_end_when_its_moment_is_over_and_its_sender_is_told(officer, api, cast, drain):
    reported = report(cast)
    act = fix(id_of(reported), photo_ids=[str(ids.new())])
    only(officer.post(URL, [act]))
    officer.post("/hazards", reported["body"])
    work(drain)
    row = kept(act)
    assert (row.state, row.problem["code"]) == ("refused", "hazard.wrong_status")
    notice = Notice.objects.get(person=cast.officer_a, kind="act.refused")
    assert notice.title_zh == "离线提交未被接受"
    assert "整改" in notice.body_zh
    shown = officer.get(f"/sync/acts/{id_of(act)}").json()
    assert (shown["state"], shown["problem"]["code"], shown["body"]) == ("refused", "hazard.wrong_status", act["body"])


def test_a_refused_act_that_is_sent_again_is_judged_anew(officer, api, cast, drain):
    reported = report(cast)
    act = fix(id_of(reported), photo_ids=[str(ids.new())])
    first = only(officer.post(URL, [act]))["body"]["receipt"]
    officer.post("/hazards", reported["body"])
    work(drain)
    again = only(officer.post(URL, [act]))
    assert (again["status"], again["problem"]["code"]) == (409, "hazard.wrong_status")
    inspector = api.as_(cast.inspector)
    assert inspector.post(f"/hazards/{id_of(reported)}/verifications", CONFIRM).status_code == 201
    taken = only(officer.post(URL, [act]))
    assert (taken["status"], taken["body"]["receipt"], kept(act).state) == (201, first, "taken")


def test_what_never_comes_lies_in_quarantine_after_thirty_days(officer, cast, drain):
    from sync import tasks

    act = withdrawal(ids.new())
    only(officer.post(URL, [act]))
    lapses = kept(act).lapses_at
    assert lapses - kept(act).received_at == timedelta(days=30)
    tasks.sweep(at=lapses - SECOND)
    assert kept(act).state == "held"
    tasks.sweep(at=lapses)
    assert (kept(act).state, kept(act).problem["code"]) == ("quarantined", "act.waited_too_long")
    drain(lapses)
    assert Notice.objects.filter(person=cast.officer_a, kind="act.quarantined").count() == 1
    assert [row["id"] for row in officer.get("/sync/quarantine").json()["items"]] == [id_of(act)]


def test_somebody_whose_account_was_closed_meanwhile_is_refused(officer, cast, drain):
    reported = report(cast)
    act = withdrawal(id_of(reported))
    only(officer.post(URL, [act]))
    officer.post("/hazards", reported["body"])
    Person.objects.filter(id=cast.officer_a.id).update(is_active=False)
    work(drain)
    assert (kept(act).state, kept(act).problem["code"]) == ("refused", "act.nobody_there")
    assert Hazard.objects.get().status == Status.REPORTED


def test_a_duty_that_ended_meanwhile_no_longer_permits_the_act(officer, cast, drain):
    found = finding(cast)
    act = fix(id_of(found), photo_ids=[str(ids.new())])
    only(officer.post(URL, [act]))
    Duty.objects.filter(person=cast.officer_a).update(until=clock.now())
    from tests.api import Api

    assert Api().as_(cast.inspector).post("/hazards", found["body"]).status_code == 201
    work(drain)
    assert Hazard.objects.get().status == Status.RECTIFYING


def test_no_more_than_the_policys_number_is_kept_for_one_person(officer, cast):
    from accounts.actions.adopt import PolicyVersion

    PolicyVersion.objects.create(
        id=ids.new(), kind="sync", version=1, effective_from=clock.now() - DAY, document={"most_kept": 10}
    )
    answers = officer.post(URL, [withdrawal(ids.new()) for _ in range(12)]).json()
    assert [answer["status"] for answer in answers] == [202] * 10 + [429] * 2
    assert answers[-1]["problem"]["code"] == "act.too_many_kept"
    assert KeptAct.objects.count() == 10


def test_a_failure_of_ours_is_one_acts_own_and_is_written_down(officer, cast, caplog):
    hazard = a_hazard(cast, Verb.CONFIRM, at=clock.now() - DAY)
    Hazard.objects.filter(id=hazard.id).update(hands={"found": "nobody"})  # stands for whatever nobody thought of
    sent = [report(cast), fix(hazard.id, photo_ids=[str(ids.new())]), report(cast)]
    answers = officer.post(URL, sent).json()
    assert [answer["status"] for answer in answers] == [201, 500, 201]
    assert answers[1]["problem"]["code"] == "server.error"
    assert "badly formed hexadecimal UUID" in caplog.text
