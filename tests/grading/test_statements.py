"""Statements (企业声明): what an enterprise says beside its code, and where that ends."""

import pytest

from accounts.models import Duty
from backend.kernel import ids, ledger
from grading.models import Statement
from grading.policy.statement_text import is_plain
from tests.api import Api, problem
from tests.cast import NOON
from tests.grading.codes import page, printed
from tests.grading.codes import told as answered

pytestmark = pytest.mark.django_db
SAID = "本厂已更换3台防爆电机,欢迎监督。"


@pytest.fixture
def say(cast, frozen):
    """Let somebody of the cast post something about statements."""

    def send(who, path, at=NOON, **body):
        with frozen(at):
            return Api().as_(getattr(cast, who)).post(path, {"id": str(ids.new()), **body})

    return send


@pytest.fixture
def state(cast, say):
    return lambda text=SAID, who="owner_a", **more: say(who, f"/enterprises/{cast.a.id}/statements", text=text, **more)


def shown(cast, who="owner_a"):
    items = Api().as_(getattr(cast, who)).get(f"/enterprises/{cast.a.id}/statements").json()["items"]
    return [(row["text"], row["status"]) for row in items]


def beside(code):
    """Return what stands beside a code."""
    return answered(code).json()["statement"]


PLAIN = ["电话13800138000", "投资1.5万元。欢迎监督", "通过ISO9001.2015认证", "A.B.C三类设备", "我厂 100% 整改完毕!"]
NOT_PLAIN = [
    "详见 example.com", "详见 WWW.甲", "https://甲", "见例子。com", "ａ．ｃｏｍ", "a＠b.cn", "<b>好</b>",
    "&lt;b", "甲\u202e乙", "甲\n乙",
    "甲\u200b乙", "\ue000",
]  # fmt: skip


def test_only_plain_words_stand_on_a_page_that_everybody_reads(state):
    assert [text for text in NOT_PLAIN if is_plain(text)] == []
    assert [text for text in [*PLAIN, SAID] if not is_plain(text)] == []
    assert problem(state(NOT_PLAIN[0])) == (422, "statement.not_plain")
    assert {problem(state(text)) for text in (" ", "长" * 201)} == {(422, "request.invalid")}
    assert state("长" * 200).status_code == 201


def test_who_owns_another_enterprise_says_nothing_for_this_one(cast, state):
    Duty.objects.create(person=cast.owner_b, role="employee", enterprise_id=cast.a.id, since=NOON)
    assert problem(state(who="owner_b")) == (403, "enterprise.not_your_move")
    assert problem(state(who="officer_a")) == (403, "auth.no_duty")


def test_the_newest_stands_beside_the_code_and_what_was_said_before_stays_known(cast, state, say):
    code = printed(cast)
    assert (beside(code), SAID in page(code).content.decode()) == (None, False)
    first, second = state().json(), state("又说一句").json()
    assert first["receipt"]["kind"] == "statement"
    assert (first["status"], first["text"], beside(code)) == ("shown", SAID, "又说一句")
    assert "又说一句" in page(code).content.decode()
    assert shown(cast, "grid_worker") == [("又说一句", "shown"), (SAID, "replaced")]
    withdrawn = say("owner_a", f"/statements/{second['id']}/withdrawals")
    assert (withdrawn.status_code, withdrawn.json()["statement"]["status"]) == (201, "withdrawn")
    assert beside(code) is None
    assert problem(say("owner_a", f"/statements/{second['id']}/withdrawals")) == (409, "statement.not_shown")
    assert problem(say("regulator", f"/statements/{first['id']}/hidings", reason="不实")) == (409, "statement.not_shown")
    assert [entry.kind for entry in ledger.of(Statement.objects.get(text="又说一句").id)] == [
        "statement.made",
        "statement.withdrawn",
    ]


def test_the_county_hides_what_is_unlawful_and_the_enterprise_reads_why(cast, state, say):
    path = f"/statements/{state().json()['id']}/hidings"
    Duty.objects.create(person=cast.regulator_city, role="employee", enterprise_id=cast.a.id, since=NOON)
    assert problem(say("regulator_city", path, reason="不实")) == (409, "grade.same_person")
    assert problem(say("regulator", path)) == (422, "request.invalid")
    hidden = say("regulator", path, reason="与事实不符")
    assert (hidden.status_code, hidden.json()["kind"]) == (201, "statement_hiding")
    assert beside(printed(cast)) is None
    row = Api().as_(cast.owner_a).get(f"/enterprises/{cast.a.id}/statements").json()["items"][0]
    assert (row["status"], row["hide_reason"]) == ("hidden", "与事实不符")
    body = ledger.read(ledger.of(Statement.objects.get().id)[-1])
    assert (body["act"], body["actor"]["role"], "与事实不符" in str(body)) == ("statement.hidden", "regulator", False)
    assert state("改过的话").status_code == 201
    assert beside(printed(cast, firm="b", by="owner_b")) is None


def test_an_act_that_is_sent_again_is_answered_as_it_is_now(cast, state, say):
    id, act = str(ids.new()), str(ids.new())
    assert [state(id=id).status_code for _ in range(2)] == [201, 200]
    assert problem(state("别的话", id=id)) == (409, "conflict.same_id")
    again = [say("owner_a", f"/statements/{id}/withdrawals", id=act) for _ in range(2)]
    assert [reply.status_code for reply in again] == [201, 200]
    assert again[1].json()["receipt"] == again[0].json()["receipt"]
    assert again[1].json()["statement"] == again[0].json()["statement"]
