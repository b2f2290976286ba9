"""Guards about what a duty permits at all (403) and about what was sent (422): pure functions of Facts."""

from hazards import errors
from hazards.policy.facts import Facts
from hazards.policy.kinds import meaning, power
from hazards.policy.words import Level

COUNTY_OR_ABOVE = frozenset({"county", "city", "province"})


def _only_grid_worker(facts: Facts) -> bool:
    return "grid_worker" in facts.roles and "inspector" not in facts.roles


@power
def confirms_within_power(facts: Facts) -> None:
    """A grid worker confirms general hazards only, and never orders work to stop."""
    if _only_grid_worker(facts) and (facts.said.level == Level.MAJOR or facts.said.stop_work):
        raise errors.NotYourMove(
            detail="重大隐患的确认和停工措施由执法人员作出", detail_en="Confirming as major and stopping work is an inspector's"
        )


@power
def dismisses_within_power(facts: Facts) -> None:
    """What is claimed to be major is dismissed by an inspector only."""
    if _only_grid_worker(facts) and facts.level_claimed == Level.MAJOR:
        raise errors.NotYourMove(
            detail="按重大隐患上报的,由执法人员核查", detail_en="What is claimed major is an inspector's to dismiss"
        )


@power
def level_within_power(facts: Facts) -> None:
    """A grid worker acts on general hazards only."""
    if _only_grid_worker(facts) and facts.level == Level.MAJOR:
        raise errors.NotYourMove(detail="重大隐患由执法人员处理", detail_en="A major hazard is an inspector's")


@power
def decides_extension(facts: Facts) -> None:
    """Extensions of major hazards are a regulator's, of general ones the verifier's side."""
    regulator_only = not facts.roles & {"grid_worker", "inspector"}
    if (facts.level == Level.MAJOR and "regulator" not in facts.roles) or (facts.level == Level.GENERAL and regulator_only):
        raise errors.NotYourMove


@power
def county_or_above(facts: Facts) -> None:
    """Lowering and annulling belong to a regulator of the county or above."""
    if not facts.regulates & COUNTY_OR_ABOVE:
        raise errors.NotYourMove


@power
def of_the_authority(facts: Facts) -> None:
    """A regulator orders a listing for the authority of his own level."""
    wanted = facts.said.authority
    allowed = facts.regulates & COUNTY_OR_ABOVE
    if (wanted and wanted not in facts.regulates) or not allowed:
        raise errors.NotYourMove(detail="只能以本级名义挂牌督办", detail_en="A listing is ordered in the name of your own level")


@power
def lifts_own_listing(facts: Facts) -> None:
    """A listing is lifted by a regulator of the level that ordered it."""
    authority = facts.said.listing_authority or facts.listed_by
    if authority and authority not in facts.regulates:
        raise errors.NotYourMove


@power
def proposes_without_order(facts: Facts) -> None:
    """An inspector proposes a listing; he cannot name an authority."""
    if facts.said.authority:
        raise errors.NotYourMove(detail="挂牌督办由监管干部下达", detail_en="A listing is ordered by a regulator")


@power
def is_named_second(facts: Facts) -> None:
    """Only the inspector whom the first one named countersigns; the first himself is told so."""
    pending = facts.signature
    if pending and facts.actor != pending.second and facts.person != pending.first:
        raise errors.NotYourMove


@meaning
def criterion_if_major(facts: Facts) -> None:
    """A major hazard points at a numbered criterion that is in force."""
    if facts.said.level == Level.MAJOR and not facts.said.criterion_in_force:
        raise errors.CriterionRequired


@meaning
def region_exists(facts: Facts) -> None:
    """A hazard goes to a region or grid that exists."""
    if not facts.said.region_known:
        raise errors.RegionUnknown


@meaning
def goes_elsewhere(facts: Facts) -> None:
    """A transfer takes the hazard to another place; to where it is already it would only use up one of the two."""
    if facts.said.to_region and facts.said.to_region == facts.region:
        raise errors.AlreadyThere


@meaning
def category_exists(facts: Facts) -> None:
    """A changed category is one of the catalogue."""
    if not facts.said.category_known:
        raise errors.UnknownCategory


@meaning
def duplicate_is_live(facts: Facts) -> None:
    """A duplicate points at another hazard of the same enterprise that is still in the loop."""
    if not facts.said.duplicate_is_live:
        raise errors.BadDuplicate


@meaning
def photo(facts: Facts) -> None:
    """A rectification, and a recurrence found on a look-back, is shown by at least one photo."""
    if not facts.said.photos:
        raise errors.PhotoRequired


@meaning
def due_not_past(facts: Facts) -> None:
    """A deadline is today or later."""
    if facts.said.due_on and facts.said.due_on < facts.today:
        raise errors.DeadlineInPast


@meaning
def due_within_limit(facts: Facts) -> None:
    """After a failed re-inspection the new deadline is at most 15 days on (policy)."""
    if facts.said.due_on and facts.fail_latest and facts.said.due_on > facts.fail_latest:
        raise errors.DeadlineTooFar(latest=facts.fail_latest.isoformat())


@meaning
def on_site(facts: Facts) -> None:
    """A major hazard is re-inspected on site."""
    if not facts.said.on_site:
        raise errors.OnSiteRequired


@meaning
def visit_fits(facts: Facts) -> None:
    """A visit that is named is one to this enterprise on which the actor checked in himself in the last 12 hours (policy)."""
    if not facts.said.visit_fits:
        raise errors.VisitUnfit


@meaning
def two_inspectors(facts: Facts) -> None:
    """Two different inspectors re-inspect a major hazard, the caller among them."""
    named, second = facts.said.inspectors, facts.said.second_person
    if len(set(named)) != 2 or facts.actor not in named or second is None or second == facts.person:
        raise errors.TwoInspectorsRequired


@meaning
def extension_fits(facts: Facts) -> None:
    """An extension asks for a later day, and at most doubles the days from verification (policy)."""
    wanted = facts.said.due_on
    if wanted is None or facts.due_day is None or facts.extension_latest is None:
        return
    if wanted < facts.today:
        raise errors.DeadlineInPast
    if wanted <= facts.due_day:
        raise errors.ExtensionNotLater
    if wanted > facts.extension_latest:
        raise errors.ExtensionTooLong(latest=facts.extension_latest.isoformat())
