"""The permission matrix of codes: who shows a live one, who keeps the printed one, who prints it."""

from tests.architecture.matrix import OFFICIALS, OK, READERS, Row, get

MOVE = (403, "enterprise.not_your_move")
MEMBERS = ("owner", "officer", "employee")
KEEPERS = ("owner", "officer", *OFFICIALS)
TOKENS = "/enterprises/{enterprise}/code-tokens"
CODES = [
    Row(f"POST {TOKENS}", {}, dict.fromkeys(MEMBERS, OK), {*MEMBERS, *OFFICIALS}, refused=MOVE, name="POST a live code"),
    Row(
        f"POST {TOKENS}", {"kind": "printed"}, dict.fromkeys(KEEPERS, OK), {*MEMBERS, *OFFICIALS}, refused=MOVE,
        name="POST a printed code",
    ),
    Row(f"POST {TOKENS}/{{printed_code}}/revocations", {"reason": "遗失"}, dict.fromkeys(KEEPERS, OK), {*KEEPERS}, refused=MOVE),
    get(TOKENS, door=READERS),
    get("/enterprises/{enterprise}/code.svg", door=READERS),
    get("/enterprises/{enterprise}/code.png", door=READERS),
]  # fmt: skip
