"""The root: the API, the login of allauth, and the few pages."""

from django.urls import include, path

from backend.api import api
from grading import pages

urlpatterns = [
    path("api/v1/", api.urls),
    path("_allauth/", include("accounts.login.urls")),
    path("c/<str:token>", pages.code),
]
