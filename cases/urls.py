from django.urls import path, register_converter

from cases.references import ReferenceConverter
from cases.views import acts, case, home, listing, raising

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", home.home, name="home"),
    path("cases/", listing.case_list, name="case_list"),
    path("cases/raise/", raising.start, name="case_raise"),
    path("cases/raise/<uuid:draft>/<slug:step>/", raising.step, name="case_draft"),
    path("cases/<reference:reference>/sent/", raising.sent, name="case_sent"),
    path("cases/<reference:reference>/", case.case_page, name="case_detail"),
    path("cases/<reference:reference>/<slug:act>/", acts.act_page, name="case_act"),
]
