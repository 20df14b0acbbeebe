"""The addresses of the house. Pages and API are drawn from the registries; only the ways in are named here."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from shangwu.foundation.administration import company_sign_in, session_list
from shangwu.foundation.pages import routes

handler400 = "shangwu.foundation.pages.errors.bad_request"
handler403 = "shangwu.foundation.pages.errors.forbidden"
handler404 = "shangwu.foundation.pages.errors.not_found"
handler500 = "shangwu.foundation.pages.errors.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/oidc/<str:provider_id>/login/", company_sign_in.login, name="openid_connect_login"),
    path("accounts/sessions/", session_list.show, name="usersessions_list"),
    path("accounts/", include("allauth.urls")),
]
for room, prefix in (("exchange", "exchange/"), ("api", "api/"), ("files", "files/"), ("administration", "")):
    if find_spec(f"shangwu.foundation.{room}.urls") is not None:
        urlpatterns.append(path(prefix, include(f"shangwu.foundation.{room}.urls")))
urlpatterns += routes.patterns()
