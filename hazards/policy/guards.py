"""Guards about the moment (409): the hazard as it stands, who had a hand in it, what is still missing. Pure functions."""

from uuid import UUID

from hazards import errors
from hazards.policy.facts import Facts
from hazards.policy.kinds import moment
from hazards.policy.words import AS_PARTY, Level, ReviewMode, Status


def wrong_status(facts: Facts, why: str, why_en: str) -> errors.WrongStatus:
    """Return the refusal of a moment that is wrong although the status is right."""
    return errors.WrongStatus(detail=why, detail_en=why_en, hazard_status=facts.status.value)


@moment
def photos_arrived(facts: Facts) -> None:
    """There is no confirm and no pass while a photo that was named is expected or refused."""
    if facts.photos_blocking:
        raise errors.PhotoMissing


@moment
def not_own_report(facts: Facts) -> None:
    """Whoever reported for an enterprise or as a tip never verifies, re-inspects or accepts it."""
    if facts.reported_by_actor:
        raise errors.SamePerson(detail="上报人不得核查、复查、验收本人上报的隐患", detail_en="Who reported it cannot judge it")


@moment
def not_interested(facts: Facts) -> None:
    """Nobody with a duty at the enterprise acts as an official on its hazards (利益回避)."""
    if facts.interested:
        raise errors.SamePerson(
            detail="在该企业任职的人员不得以监管身份处理其隐患", detail_en="You hold a duty at this enterprise"
        )


@moment
def member_or_not_interested(facts: Facts) -> None:
    """A member accepts for the firm; whoever comes as an official must hold no duty there, by any account (利益回避)."""
    if facts.interested and not facts.roles & {"owner", "officer", "agency"}:
        raise errors.SamePerson(
            detail="在该企业任职的人员不得以监管身份处理其隐患", detail_en="You hold a duty at this enterprise"
        )


@moment
def not_the_rectifier(facts: Facts) -> None:
    """Whoever rectified it in any round never judges it."""
    if facts.person in facts.hands.rectified:
        raise errors.SamePerson(detail="整改人不得验收、复查本人整改的隐患", detail_en="Who rectified it cannot judge it")


@moment
def not_the_passer(facts: Facts) -> None:
    """A look-back is never made by one who passed the hazard."""
    if facts.person in facts.hands.passed:
        raise errors.SamePerson(detail="回头看须由复查通过者以外的人进行", detail_en="Who passed it cannot look back at it")


@moment
def one_hand_is_fresh(facts: Facts) -> None:
    """Of the two inspectors of a major hazard at least one neither found nor verified it."""
    stale = {who for who in (facts.hands.found, facts.hands.verified) if who}
    second = facts.said.second_person
    if second is not None and {facts.person, second} <= stale:
        raise errors.SamePerson(
            detail="两名复查人中至少一人须未参与发现和核查", detail_en="One of the two must neither have found nor verified it"
        )


@moment
def second_is_clear(facts: Facts) -> None:
    """The second inspector, too, neither rectified nor reported it."""
    second: UUID | None = facts.said.second_person
    if second is not None and (second in facts.hands.rectified or (second == facts.reporter and facts.source in AS_PARTY)):
        raise errors.SamePerson


@moment
def no_signature_pending(facts: Facts) -> None:
    """While a first signature waits, a second pass is refused."""
    if facts.signature:
        raise wrong_status(facts, "已有一名执法人员签名,待会签", "A first signature is waiting for its countersignature")


@moment
def signature_pending(facts: Facts) -> None:
    """A countersignature needs a first signature that has not been withdrawn after 24 hours."""
    if facts.signature is None:
        raise wrong_status(facts, "没有待会签的复查", "No signature is waiting to be countersigned")


@moment
def other_hand(facts: Facts) -> None:
    """The countersignature comes from the other inspector, by person and not by account."""
    if facts.signature and facts.person == facts.signature.first:
        raise errors.SamePerson(detail="会签须由另一名执法人员进行", detail_en="The other inspector countersigns")


@moment
def is_general(facts: Facts) -> None:
    """The act belongs to a general hazard."""
    if facts.level != Level.GENERAL:
        raise wrong_status(facts, "该隐患为重大隐患", "The hazard is major")


@moment
def is_major(facts: Facts) -> None:
    """The act belongs to a major hazard."""
    if facts.level != Level.MAJOR:
        raise wrong_status(facts, "该隐患不是重大隐患", "The hazard is not major")


@moment
def plan_if_major(facts: Facts) -> None:
    """A major hazard has its six-element plan before it can be submitted."""
    if facts.level == Level.MAJOR and not facts.has_plan:
        raise errors.PlanRequired


@moment
def is_sampled(facts: Facts) -> None:
    """The act belongs to a hazard that closes by the clock unless it is drawn."""
    if facts.review_mode != ReviewMode.SAMPLED:
        raise wrong_status(facts, "该隐患不适用抽查复查", "The hazard is not up for sampling")


@moment
def not_accepted(facts: Facts) -> None:
    """It is accepted once."""
    if facts.hands.accepted:
        raise wrong_status(facts, "该隐患已通过内部验收", "It has been accepted already")


@moment
def not_listed(facts: Facts) -> None:
    """A listing in force is lifted first."""
    if facts.listed:
        raise errors.Listed


@moment
def listing_open(facts: Facts) -> None:
    """Only a listing in force can be lifted."""
    if not facts.listed or not facts.said.own_listing_open:
        raise errors.NotListed


@moment
def waited_if_returned(facts: Facts) -> None:
    """A returned report is its reporter's for 7 working days (policy); then an official may decide it as it is."""
    if facts.status == Status.RETURNED and not facts.returned_long_enough:
        raise wrong_status(facts, "已退回补正,期满后方可直接处理", "Returned to its reporter; wait until his time is up")


@moment
def in_time_to_ask(facts: Facts) -> None:
    """An extension is asked for before the deadline; for a listed hazard 15 working days ahead."""
    if facts.ask_until is None or facts.at >= facts.ask_until:
        raise errors.ExtensionTooLate


@moment
def not_asked_before(facts: Facts) -> None:
    """An extension is asked for once (policy)."""
    if facts.extension_asked:
        raise errors.ExtensionAlreadyAsked


@moment
def undecided(facts: Facts) -> None:
    """An extension is decided once, and only one that was asked for."""
    if facts.said.decided:
        raise errors.ExtensionDecided
    if facts.hands.asking is None:
        raise wrong_status(facts, "没有待审批的延期申请", "No extension is waiting for a decision")


@moment
def still_later(facts: Facts) -> None:
    """A grant never brings a deadline forward, when a failed re-inspection has set a later one meanwhile."""
    asking = facts.hands.asking
    if asking and facts.due_day and asking.due_on <= facts.due_day:
        raise wrong_status(facts, "现期限已不早于所申请的日期", "The present deadline is not earlier than the day asked for")


@moment
def not_the_asker(facts: Facts) -> None:
    """Who asks never decides."""
    if facts.hands.asking and facts.hands.asking.by == facts.person:
        raise errors.SamePerson(detail="申请人不得审批本人的申请", detail_en="Who asks never decides")


@moment
def transfers_left(facts: Facts) -> None:
    """Two transfers at most, then a regulator rules; a ruling is final."""
    if facts.ruled or facts.transfers_left <= 0:
        raise errors.TransfersUsedUp


@moment
def not_ruled(facts: Facts) -> None:
    """A ruling is final."""
    if facts.ruled:
        raise errors.TransfersUsedUp


@moment
def cooled_down(facts: Facts) -> None:
    """The clock closes a sampled hazard only when it has cooled, undrawn, accepted, all photos checked."""
    if not facts.cooled:
        raise wrong_status(facts, "尚不具备动态销号条件", "Not ready to be closed by the clock")
