"""Every address there is: named in one table, closed to strangers, and silent about what is hidden."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from agencies.models import Person
from cases.models import Case
from cases.permissions import ACTS
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db

#: Anybody may open these: signing in, and what a load balancer asks.
PUBLIC = {
    "healthz",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
}
#: Everybody who is signed in may open these about themselves.
OWN = {
    "account_email",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "socialaccount_connections",
    "home",
    "case_list",
    "case_raise",
    "notifications",
    "notifications_read_all",
    "notification_open",
    "policy_list",
    "directory",
}
#: What these show depends on the thing they name; hidden is the same as not there.
ABOUT_A_CASE = {"case_detail", "case_act", "case_sent"}
ABOUT_A_DRAFT = {"case_draft"}
OF_A_PARTNERSHIP = {"policy_detail", "register", "register_csv"}


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(name, pattern) of every address; those without a name are allauth's old redirects to named ones."""
    for pattern in resolver.url_patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, whole)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield pattern.name, whole


ALL = sorted(set(addresses(get_resolver())))


def filled(pattern: str, **values: str) -> str:
    """The address with its placeholders filled in: `values` by name, else something that fits the converter."""
    for converter, name in re.findall(r"<(?:(\w+):)?(\w+)>", pattern):
        fitting = {"int": "1", "uuid": str(uuid.uuid4()), "slug": "give-view"}.get(converter, "TOR-2026-0001")
        pattern = re.sub(rf"<(?:\w+:)?{name}>", values.get(name, fitting), pattern)
    pattern = re.sub(r"\(\?P<\w+>[^)]*\)", "x", pattern)
    return "/" + re.sub(r"[\^$]", "", pattern)


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(hours=1))
    return case


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_every_address_is_in_the_table() -> None:
    named = PUBLIC | OWN | ABOUT_A_CASE | ABOUT_A_DRAFT | OF_A_PARTNERSHIP
    assert {name for name, _ in ALL} - named == set(), "say in the table who may open it"
    assert named - {name for name, _ in ALL} == set(), "the table names an address that is gone"


@pytest.mark.parametrize(("name", "pattern"), [row for row in ALL if row[0] not in PUBLIC])
def test_somebody_unknown_is_sent_to_sign_in(name: str, pattern: str) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(filled(pattern))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def pages_of(reference: str) -> list[str]:
    acts = [act.replace("_", "-") for act in ACTS]
    return [f"/cases/{reference}/", f"/cases/{reference}/sent/", *(f"/cases/{reference}/{act}/" for act in acts)]


def without_the_reference(body: bytes, reference: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body.decode()).replace(reference, "")


def test_outsider_cannot_tell_a_hidden_case_from_one_that_is_not_there(cast: Cast, case: Case) -> None:
    other = a_cast("southwater")
    hidden, absent = str(case.reference), "NORTHW-2026-9999"
    for stranger in (cast.outsider, cast.officer(cast.police, "director"), other.business_manager, other.nora):
        client = signed_in(stranger)
        for there, not_there in zip(pages_of(hidden), pages_of(absent), strict=True):
            for method in ("get", "post"):
                one, two = (getattr(client, method)(url) for url in (there, not_there))
                # 405 says only that a page takes no POST; it does so for every reference there is or is not.
                only_read = there in pages_of(hidden)[:2]
                wanted = 405 if method == "post" and only_read else 404
                assert (one.status_code, two.status_code) == (wanted, wanted), there
                assert without_the_reference(one.content, hidden) == without_the_reference(two.content, absent)
                assert one.headers.items() == two.headers.items()


def test_nobody_opens_somebody_elses_draft(cast: Cast) -> None:
    draft = a_draft(cast)
    for stranger in (cast.sam, cast.business_manager, cast.officer(cast.nursery, "line_manager")):
        client = signed_in(stranger)
        for step in ("safety", "dispute", "evidence", "who", "check"):
            for method in ("get", "post"):
                assert getattr(client, method)(f"/cases/raise/{draft.uuid}/{step}/").status_code == 404


def test_no_page_of_a_case_breaks_for_anybody_who_sees_it(cast: Cast, case: Case) -> None:
    for person in (cast.nora, cast.sam, cast.lead, cast.auditor, cast.officer(cast.nursery, "line_manager")):
        client = signed_in(person)
        for page in pages_of(str(case.reference)):
            for method in ("get", "post"):
                answer = getattr(client, method)(page)
                assert answer.status_code in {200, 302, 403, 404, 405, 409}, (person, page, method)
                assert "no-store" in answer["Cache-Control"]
                assert "unsafe-inline" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("reference", ["%00", "tor-2026-0001", "%E2%80%AE", "A" * 500, "..", "'--"])
def test_nonsense_in_place_of_a_reference_is_not_found(cast: Cast, reference: str) -> None:
    client = signed_in(cast.nora)
    assert client.get(f"/cases/{reference}/").status_code == 404
    assert client.get(f"/cases/{reference}/give-view/").status_code == 404


def test_post_without_a_right_changes_nothing(cast: Cast, case: Case) -> None:
    before = (case.entries.count(), Case.objects.get(pk=case.pk).state)
    client = signed_in(cast.auditor)
    for page in pages_of(str(case.reference)):
        client.post(page, {"view": "x", "reasons": "x", "summary": "x", "who": "x"})
    assert (case.entries.count(), Case.objects.get(pk=case.pk).state) == before


@pytest.mark.parametrize("name", ["register", "register_csv"])
def test_register_is_for_those_who_keep_it(cast: Cast, case: Case, name: str) -> None:
    path = {"register": "/register/", "register_csv": "/register/cases.csv"}[name]
    assert signed_in(cast.business_manager).get(path).status_code == 200
    for person in (cast.nora, cast.sam, cast.chair, cast.auditor, cast.officer(cast.care, "director")):
        assert signed_in(person).get(path).status_code == 403


def test_policy_of_another_partnership_is_not_there(cast: Cast) -> None:
    other = a_cast("southwater", "buckinghamshire")
    client = signed_in(cast.nora)
    assert client.get("/policies/torbay/").status_code == 200
    hidden, absent = client.get("/policies/buckinghamshire/"), client.get("/policies/nowhere/")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert without_the_reference(hidden.content, "") == without_the_reference(absent.content, "")
    assert signed_in(other.nora).get("/policies/buckinghamshire/").status_code == 200


def test_suspended_person_is_out_at_the_next_request(cast: Cast, case: Case) -> None:
    client = signed_in(cast.nora)
    assert client.get(f"/cases/{case.reference}/").status_code == 200
    cast.nora.is_active = False
    cast.nora.save()
    answer = client.get(f"/cases/{case.reference}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
