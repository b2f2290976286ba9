"""Where the login library is served: its published app client, with our limits in front and what nobody uses closed."""

from typing import Any

from allauth.headless.constants import Client
from django.urls import URLPattern, URLResolver, include, path

from accounts.login import views

V1 = "app/v1/"
OURS: dict[str, Any] = {
    "auth/code/request": views.RequestLoginCode,
    "auth/code/confirm": views.ConfirmLoginCode,
    "auth/2fa/authenticate": views.Authenticate,
    "auth/2fa/reauthenticate": views.Reauthenticate,
    "account/authenticators/totp": views.ManageTOTP,
}
CLOSED = [
    "auth/login", "auth/signup", "auth/reauthenticate", "auth/password/request", "auth/password/reset",
    "auth/email/verify", "auth/email/verify/resend", "auth/phone/verify", "auth/phone/verify/resend",
    "auth/provider/signup", "auth/provider/redirect", "account/email", "account/password/change", "account/phone",
]  # fmt: skip
urlpatterns: list[URLPattern | URLResolver] = [
    *[path(V1 + tail, view.as_api_view(client=Client.APP)) for tail, view in OURS.items()],
    *[path(V1 + tail, views.closed) for tail in CLOSED],
    path("", include("allauth.headless.urls")),
]
