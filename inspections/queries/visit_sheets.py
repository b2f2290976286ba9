"""The answer sheet of an inspection (检查答卷): its parts merged, and what is open on it."""

from collections.abc import Iterable
from uuid import UUID

from inspections.models import ChecklistVersion, Inspection, VisitAct
from inspections.policy import answers
from inspections.policy.answers import Answer, Part, Sheet
from inspections.policy.templates import Item
from inspections.policy.visit_facts import Open
from inspections.policy.visits import Verb


def items_of(inspection: Inspection) -> list[Item]:
    """Return the items of the pinned versions, in the order of the checklists."""
    wanted = [pin["id"] for pin in inspection.pins]
    found = {str(row.id): row for row in ChecklistVersion.objects.filter(id__in=wanted)} if wanted else {}
    return [item for id in wanted for item in found[id].asked]


def sheet_of(inspection: Inspection) -> Sheet:
    """Return the answers that stand."""
    rows = VisitAct.objects.filter(inspection=inspection, verb=Verb.ANSWER).only("id", "at", "claimed_at", "said")
    return answers.merge(_part(row) for row in rows)


def lines_of(rows: Iterable[Inspection]) -> dict[UUID, list[tuple[str, str, str]]]:
    """Return code, result and note of the answers that stand of many inspections, by id; none for one without any (one query).

    As `answers.merge` has it, the later of two wins; but nothing is made of what is only to be compared.
    """
    acts = VisitAct.objects.filter(inspection__in=list(rows), verb=Verb.ANSWER)
    told = list(acts.values_list("inspection_id", "claimed_at", "at", "id", "said"))
    told.sort(key=lambda act: (answers.moment(answered_at=act[1], received_at=act[2]), act[3]))
    found: dict[UUID, dict[str, tuple[str, str]]] = {}
    for inspection, _, _, _, said in told:
        sheet = found.setdefault(inspection, {})
        sheet.update((item["code"], (item["result"], item["note"].strip())) for item in said["items"])
    return {inspection: sorted((code, *line) for code, line in sheet.items()) for inspection, sheet in found.items()}


def _part(act: VisitAct) -> Part:
    at = answers.moment(answered_at=act.claimed_at, received_at=act.at)
    return Part(act.id, at, tuple(Answer.of_json(told) for told in act.said["items"]))


def read(inspection: Inspection) -> tuple[Sheet, Open]:
    """Return the answers that stand, and what is open between them and the check-out (no query without a checklist)."""
    items = items_of(inspection)
    if not items:
        return {}, Open()
    sheet, features = sheet_of(inspection), inspection.enterprise.risk_features
    found = set(inspection.findings.values_list("checklist_item", flat=True))
    lacking = [item.code for item, _ in answers.problems(items, sheet, features) if item.code not in found]
    missing = [gap.code for gap in answers.incomplete(items, sheet, features) if gap.why == "missing"]
    return sheet, Open(tuple(missing), tuple(lacking))
