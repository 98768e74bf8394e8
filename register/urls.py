from django.urls import path

from register import views

urlpatterns = [
    path("", views.register, name="register"),
    path("cases.csv", views.register_csv, name="register_csv"),
]
