from django.urls import path

from policies import views

urlpatterns = [
    path("", views.policy_list, name="policy_list"),
    path("<slug:slug>/", views.policy_detail, name="policy_detail"),
]
