"""What the login library asks of us: who has which phone, how a code is sent, how long a session lives."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts.errors import PhoneInvalid
from accounts.login import address, codes, sessions
from accounts.models import Person
from accounts.policy import phones
from backend.kernel import clock


class Phone(PhoneField):  # type: ignore[misc]  # allauth ships no types
    """A phone field that takes a Chinese mobile number in any spelling and gives E.164."""

    def to_python(self, value: Any) -> Any:
        """Return E.164; raise a form error with the library's own code."""
        text = super().to_python(value)
        if not text:
            return text
        try:
            return phones.mobile(text)
        except PhoneInvalid as error:
            raise forms.ValidationError(str(error), code="invalid_phone") from error


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are enrolled by administrators and enterprises: nobody signs up, an inactive account reads as unknown."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def phone_form_field(self, **options: Any) -> Phone:
        return Phone(**options)

    def get_client_ip(self, request: HttpRequest) -> str:
        return address.of(request)

    def get_phone(self, user: Person) -> tuple[str, bool]:
        # a number that somebody with the duty to do so enrolled is asked for a code at every login anyway
        return user.phone, True

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:  # noqa: FBT001 - the library's own signature
        """Refuse: a number is changed by an administrator."""
        raise PermissionDenied

    def set_phone_verified(self, user: Person, phone: str) -> None:
        if user.phone == phone and not user.phone_verified:
            user.phone_verified = True
            user.save(update_fields=["phone_verified"])

    def get_user_by_phone(self, phone: str) -> Person | None:
        return Person.objects.filter(phone=phone, is_active=True).first()

    def send_verification_code_sms(self, user: Person, phone: str, code: str, **_: Any) -> None:
        codes.send(phone=phone, code=code, at=clock.now())

    def send_unknown_account_sms(self, phone: str, **_: Any) -> None:
        codes.pretend(at=clock.now())

    def login(self, request: HttpRequest, user: Person) -> None:
        # a pending login lives for minutes, a session for half a year; sessions.py ends it earlier
        request.session.set_expiry(None)
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: Person, **options: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **options)
        sessions.end_beyond_limit(user.pk, at=clock.now())
        return response


class Tokens(SessionTokenStrategy):  # type: ignore[misc]  # allauth ships no types
    """Session tokens for the login library, found and expired by the same rule as everywhere else."""

    def get_session_token(self, request: HttpRequest) -> str | None:
        """Return the token of the request; one that cannot be a token is kept, so that it is answered with 410."""
        given = request.headers.get("X-Session-Token") or request.headers.get("Authorization")
        return sessions.token_of(request) or ("unknown" if given else None)

    def lookup_session(self, session_token: str) -> SessionBase | None:
        """Return the stored session: a pending login, or a session that is still alive; else None."""
        session: SessionBase | None = super().lookup_session(session_token)
        if session is None or not UserSession.objects.filter(session_key=session_token).exists():
            return session
        return session if sessions.find(session_token, at=clock.now()) else None
