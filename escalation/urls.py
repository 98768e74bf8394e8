"""The addresses. Each app keeps its own; this file only says where they hang."""

from django.urls import include, path

from escalation import views

urlpatterns = [
    path("", include("cases.urls")),
    path("register/", include("register.urls")),
    path("policies/", include("policies.urls")),
    path("directory/", include("agencies.urls")),
    path("notifications/", include("notifications.urls")),
    # Before allauth's own of the same name: nobody changes the address they were invited with.
    path("accounts/email/", views.address_is_fixed, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("healthz", views.healthz, name="healthz"),
]

handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
