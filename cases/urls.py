from django.urls import path

from cases.views import acts, case, home, raising

urlpatterns = [
    path("", home.home, name="home"),
    path("cases/raise/", raising.start, name="case_raise"),
    path("cases/raise/<uuid:draft>/<slug:step>/", raising.step, name="case_draft"),
    path("cases/<str:reference>/sent/", raising.sent, name="case_sent"),
    path("cases/<str:reference>/", case.case_page, name="case_detail"),
    path("cases/<str:reference>/<slug:act>/", acts.act_page, name="case_act"),
]
