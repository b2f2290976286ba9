"""The permission matrix of the statistics forms: the enterprise fills them in, its owner signs, its officials read."""

from tests.architecture.matrix import OK, Row, everyone, get

FILLERS = {"owner", "officer"}
READERS = {*FILLERS, "agency", "grid_worker", "inspector", "regulator"}
STATISTICS_FORMS = [
    everyone("GET /statistics-forms", door=READERS),
    Row(
        "POST /statistics-forms", lambda w, c: {"enterprise_id": w.enterprise, "year": 2025, "quarter": 3},
        dict.fromkeys(FILLERS, OK), FILLERS,
    ),
    get("/statistics-forms/{statistics_form}", door=READERS),
    get("/statistics-forms/{statistics_form}/events", door={*READERS, "auditor"}),
    get("/statistics-forms/{statistics_form}/xlsx", door=READERS),
    Row("POST /statistics-forms/{statistics_form}/signatures", {}, {"owner": OK}, {"owner"}),
    get("/statistics-forms/{statistics_form}/pdf", door=READERS),
]  # fmt: skip
