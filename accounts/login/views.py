"""Views of the login library with what it leaves to us: limits, and enrolling a second factor counts as giving it."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.headless.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.headless.internal.restkit.response import ErrorResponse
from allauth.headless.mfa.views import AuthenticateView, ManageTOTPView, ReauthenticateView
from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.login import address, guesses

PENDING_S = 15 * 60


@csrf_exempt
def closed(request: HttpRequest) -> HttpResponse:
    """Answer that this part of the library is not open here, in its published shape."""
    return JsonResponse({"status": 403}, status=403)


def too_many(wait_s: int) -> HttpResponse:
    """Answer 429 in the library's published shape, and when to come back."""
    response = JsonResponse({"status": 429}, status=429)
    response["Retry-After"] = str(wait_s)
    return response


class RequestLoginCode(RequestLoginCodeView):  # type: ignore[misc]  # allauth ships no types
    """Ask for a code by SMS; a number nobody has is counted like one that somebody has."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Begin a pending login that is forgotten after a quarter of an hour, or refuse with 429."""
        phone = self.input.cleaned_data["phone"]
        if wait := guesses.wait_to_send(phone=phone, ip=address.of(request)):
            return too_many(wait)
        request.session.set_expiry(PENDING_S)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class ConfirmLoginCode(ConfirmLoginCodeView):  # type: ignore[misc]  # allauth ships no types
    """Confirm a code; wrong ones are counted per number and per address."""

    def handle_input(self, data: Any) -> HttpResponse | None:
        """Refuse with 429 while number or address are locked, even for the right code."""
        ip = address.of(self.request)
        wait = guesses.wait_to_guess(phone=self.process.state["phone"]) or guesses.wait_of_address(ip=ip)
        refused: HttpResponse | None = too_many(wait) if wait else super().handle_input(data)
        return refused

    def handle_invalid_input(self, form: Any) -> HttpResponse:
        """Count it, then answer as the library does."""
        guesses.wrong_code(phone=self.process.state["phone"], ip=address.of(self.request))
        response: HttpResponse = super().handle_invalid_input(form)
        return response


class _Factor:
    """Counts wrong second factors per account and address, and takes a one-time password once."""

    request: HttpRequest

    def handle_input(self, data: Any) -> HttpResponse | None:
        """Refuse with 429 while locked; then judge the code, and whether it was used before."""
        person = str(self.get_input_kwargs()["user"].pk)  # type: ignore[attr-defined]  # of the view it is mixed into
        ip = address.of(self.request)
        if wait := guesses.wait_for_factor(person_id=person) or guesses.wait_of_address(ip=ip):
            return too_many(wait)
        refused: HttpResponse | None = super().handle_input(data)  # type: ignore[misc]  # same
        if refused is not None:
            guesses.wrong_factor(person_id=person, ip=ip)
        elif not guesses.first_use(person_id=person, code=self.input.cleaned_data["code"]):  # type: ignore[attr-defined]  # same
            refused = ErrorResponse(self.request, exception=get_adapter().validation_error("incorrect_code"))
        return refused


class Authenticate(_Factor, AuthenticateView):  # type: ignore[misc]  # allauth ships no types
    """Give the second factor while logging in."""


class Reauthenticate(_Factor, ReauthenticateView):  # type: ignore[misc]  # allauth ships no types
    """Give the second factor again (step-up)."""


class ManageTOTP(ManageTOTPView):  # type: ignore[misc]  # allauth ships no types
    """Enrol, show and remove the one-time password app."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Enrol; whoever has just shown a valid code has given his second factor in this session."""
        response: HttpResponse = super().post(request, *args, **kwargs)
        if response.status_code == 200:
            record_authentication(request, request.user, "mfa", type="totp", reauthenticated=True)
        return response
