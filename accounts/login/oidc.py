"""Government accounts (政务账号): OIDC says who it is by a verified phone claim; nobody is ever enrolled by it."""

import logging
from typing import Any

from allauth.core.exceptions import SignupClosedException
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from accounts.errors import PhoneInvalid
from accounts.models import Person
from accounts.policy import phones

log = logging.getLogger("bihuan.security")
PROVIDER = "gov"


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Matches a government account to a person who is enrolled already, by the phone the provider has verified."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person, or refuse. Of the claims nothing is kept but the subject. Raises: SignupClosedException."""
        claims: dict[str, Any] = dict(sociallogin.account.extra_data)
        person = _person(claims)
        linked = sociallogin.is_existing
        mine = request.user.pk in (None, person.pk if person else None)
        if not mine or (linked and person and person.pk != sociallogin.user.pk) or (not linked and person is None):
            log.warning("government account matches nobody", extra={"provider": PROVIDER})
            raise SignupClosedException
        sociallogin.account.extra_data = {}
        if linked:
            sociallogin.account.save(update_fields=["extra_data"])
        else:
            sociallogin.connect(request, person)


def _person(claims: dict[str, Any]) -> Person | None:
    """Return the active person with the phone that the provider says it has verified, or None."""
    number = claims.get("phone_number")
    if claims.get("phone_number_verified") is not True or not isinstance(number, str):
        return None
    try:
        return Person.objects.filter(phone=phones.mobile(number), is_active=True).first()
    except PhoneInvalid:
        return None
