"""Campaigns (专项行动): a regulator launches one for his region; inspections then name it."""

from datetime import date, datetime

from django.db import transaction

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import idempotency, ledger
from backend.kernel.calendar import local_day
from backend.kernel.idempotency import Received
from backend.kernel.problems import Invalid
from backend.kernel.receipts import Receipt
from inspections.models import Campaign
from inspections.policy.targets import Filters
from inspections.queries import programmes


@transaction.atomic
def launch(
    *, received: Received, region: str, name: str, start: date, end: date, filters: Filters, percent: int, note: str,
    actor: Actor, at: datetime,
) -> tuple[Campaign, Receipt]:  # fmt: skip
    """Launch a campaign from `start` to `end` (days of Asia/Shanghai, both included).

    Raises: Replayed, SameId; NotFound, ProgrammeNotYours; Invalid for one that has ended already.
    """
    receipt = idempotency.claim(received)
    node = programmes.node_of(region, actor=actor)
    if end < local_day(at):
        raise Invalid(errors=[{"field": "to", "code": "period.over", "message": "lies in the past", "zh": "结束日期已过"}])
    row = Campaign.objects.create(
        id=received.id, region=node.code, name=name, from_on=start, to_on=end, filters=filters.as_json(), percent=percent,
        note=note, made_by=actor.id, made_at=at, **node.place.columns(),
    )  # fmt: skip
    facts = {"region": row.region, "from": start, "to": end, "filters": row.filters, "percent": percent}
    step = ledger.Step(
        kind="campaign.launched", subject_kind="campaign", subject_id=row.id, place=row.place.code, at=at,
        signer=accounts.signer(actor, Role.REGULATOR), facts=facts, request_id=received.request_id,
        # a campaign is nobody's personal data and never erased: its words need no salt
        said={"name": name, "note": note},
    )  # fmt: skip
    ledger.append(step, ledger.Head())
    return row, receipt
