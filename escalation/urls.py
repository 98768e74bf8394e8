"""The addresses. Each app keeps its own; this file only says where they hang."""

from django.urls import include, path

from escalation import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("accounts/email/", views.address_is_fixed, name="account_email"),
    path("accounts/", include("allauth.urls")),
]

# While the rooms are being built: an app whose addresses are not written yet has none.
from importlib.util import find_spec  # noqa: E402

for app, place in {
    "cases": "",
    "policies": "policies/",
    "notifications": "notifications/",
    "agencies": "directory/",
    "register": "register/",
}.items():
    try:
        if find_spec(f"{app}.urls"):
            urlpatterns.append(path(place, include(f"{app}.urls")))
    except ImportError:
        pass

handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
