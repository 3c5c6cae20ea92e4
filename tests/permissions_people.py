"""What each role gets at the addresses of accounts, departments, staff, postings and organisations."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from portal.core.time import today
from portal.people.models import Leave, Membership, Organisation, Posting, SignedInDevice
from portal.people.roles import Role
from tests import factories
from tests.permissions import ANONYMOUS, STAFF, Cast, everyone, nothing, only, signed_in

SIGN_IN = {"username": "nobody", "password": "wrong-password"}
USCC = "91350100M000100Y43"


def department(cast: Cast) -> Mapping[str, Any]:
    return {"department_id": cast.department.pk}


def closed_department(cast: Cast) -> Mapping[str, Any]:
    made = factories.department("CLOSED", closed_on=today())
    return {"department_id": made.pk}


def colleague(cast: Cast) -> Mapping[str, Any]:
    return {"user_id": factories.staff(Role.CLERK, cast.department).pk}


def former_colleague(cast: Cast) -> Mapping[str, Any]:
    return {"user_id": factories.staff(Role.CLERK, cast.department, is_active=False).pk}


def citizen(cast: Cast) -> Mapping[str, Any]:
    return {"user_id": cast.person("citizen").pk}


def posting(cast: Cast) -> Mapping[str, Any]:
    person = factories.staff(Role.CLERK, cast.department)
    return {"posting_id": Posting.objects.get(user=person).pk}


def leave(cast: Cast) -> Mapping[str, Any]:
    person, day = factories.staff(Role.CLERK, cast.department), today()
    return {"leave_id": Leave.objects.create(user=person, starts_on=day, ends_on=day).pk}


def _organisation(cast: Cast) -> Organisation:
    organisation, new = Organisation.objects.get_or_create(uscc=USCC, defaults={"name": "海州市测试有限公司"})
    if new:
        Membership.objects.create(
            organisation=organisation, user=cast.person("citizen"), kind="legal_person", starts_on=dt.date(2020, 1, 1)
        )
    return organisation


def organisation(cast: Cast) -> Mapping[str, Any]:
    return {"organisation_id": _organisation(cast).pk}


def agent(cast: Cast) -> Mapping[str, Any]:
    made = Membership.objects.create(
        organisation=_organisation(cast), user=factories.citizen(), starts_on=dt.date(2020, 1, 1)
    )
    return {"membership_id": made.pk}


def claim(cast: Cast) -> Mapping[str, Any]:
    made = Membership.objects.create(
        organisation=Organisation.objects.create(uscc=USCC, name="海州市测试有限公司"),
        user=factories.citizen(),
        kind="legal_person",
        starts_on=today(),
        confirmed_at=None,
    )
    return {"membership_id": made.pk}


def device(cast: Cast) -> Mapping[str, Any]:
    at = factories.moment("2026-11-20 09:00")
    made = SignedInDevice.objects.create(
        user=cast.person("citizen"), session_key="of-the-citizen", signed_in_at=at, last_seen_at=at
    )
    return {"device_id": made.pk}


overseers = only("administrator", "auditor")
administrators = only("administrator")
wrong = only("administrator", status=422)
done = only("administrator", status=302)
confirmers = only("administrator", "hall_manager")
confirmed = only("administrator", "hall_manager", status=302)
post_only = everyone(405)

ROWS = [
    ("people:sign-in", nothing, {**everyone(302), ANONYMOUS: 200}),
    ("people:sign-in", nothing, {**everyone(302), ANONYMOUS: 422}, "post", SIGN_IN),
    ("people:sign-out", nothing, everyone(405)),
    ("people:sign-out", nothing, everyone(302), "post"),
    ("people:register", nothing, {**everyone(302), ANONYMOUS: 200}),
    ("people:register", nothing, {**everyone(302), ANONYMOUS: 422}, "post"),
    ("people:password", nothing, signed_in()),
    ("people:password", nothing, signed_in(422), "post", {"old_password": "x"}),
    ("people:profile", nothing, signed_in()),
    ("people:profile-reveal", nothing, signed_in(405)),
    ("people:profile-reveal", nothing, signed_in(), "post", {"field": "phone"}),
    ("people:profile-reveal", nothing, signed_in(404), "post", {"field": "password"}),
    ("people:profile-edit", nothing, signed_in()),
    ("people:devices-end", nothing, signed_in(302), "post"),
    ("people:device-end", device, only("citizen", status=302, otherwise=404), "post"),
    # The staff of the table have shown their second factor already, so the code page sends them on.
    ("people:second-factor", nothing, {**signed_in(), **dict.fromkeys(STAFF, 302)}),
    ("people:second-factor-set-up", nothing, signed_in()),
    # Off until the settings name a provider.
    ("people:national-sign-in", nothing, everyone(404)),
    ("people:national-callback", nothing, everyone(404)),
    ("people:password-forgotten", nothing, {**everyone(302), ANONYMOUS: 200}),
    ("people:password-forgotten", nothing, {**everyone(302), ANONYMOUS: 302}, "post", {"username": "nobody"}),
    ("people:password-code", nothing, everyone(302)),  # without a request for a code it leads there
    ("people:my-organisations", nothing, signed_in()),
    ("people:organisation-register", nothing, signed_in()),
    ("people:organisation-register", nothing, signed_in(422), "post", {"uscc": "1", "name": "x"}),
    ("people:my-organisation", organisation, only("citizen", otherwise=404)),
    ("people:my-organisation", organisation, only("citizen", status=422, otherwise=404), "post"),
    # Who confirms legal persons sees the membership and still may not end it.
    (
        "people:agent-end",
        agent,
        {**only("citizen", status=302, otherwise=404), "administrator": 403, "hall_manager": 403},
        "post",
    ),
    ("people:organisations", nothing, confirmers),
    ("people:membership-confirm", claim, confirmed, "post"),
    ("people:membership-reject", claim, confirmers),
    ("people:membership-reject", claim, confirmed, "post", {"reason": "执照不符"}),
    ("people:departments", nothing, overseers),
    ("people:department-new", nothing, administrators),
    ("people:department-new", nothing, wrong, "post"),
    ("people:department", department, overseers),
    ("people:department-edit", department, administrators),
    ("people:department-edit", department, wrong, "post"),
    ("people:department-close", department, administrators),
    ("people:department-close", department, wrong, "post", {"on": "2001-01-01"}),
    ("people:department-reopen", closed_department, post_only),
    ("people:department-reopen", closed_department, done, "post"),
    ("people:staff", nothing, overseers),
    ("people:person-new", nothing, administrators),
    ("people:person-new", nothing, wrong, "post"),
    ("people:person", colleague, overseers),
    ("people:person", citizen, only("administrator", "auditor", status=404)),
    ("people:person-edit", colleague, administrators),
    ("people:person-edit", citizen, only("administrator", status=404)),
    ("people:person-password", colleague, administrators, "post"),
    ("people:person-password", citizen, only("administrator", status=404), "post"),
    ("people:person-lock", colleague, administrators),
    ("people:person-lock", colleague, done, "post", {"reason": "调查"}),
    ("people:person-unlock", colleague, done, "post"),
    ("people:person-deactivate", colleague, administrators),
    ("people:person-deactivate", colleague, done, "post", {"reason": "离职"}),
    ("people:person-reactivate", former_colleague, administrators, "post"),
    ("people:person-second-factor", colleague, done, "post"),
    ("people:leave-new", colleague, administrators),
    ("people:leave-new", colleague, wrong, "post"),
    ("people:leave-cancel", leave, done, "post"),
    ("people:postings", nothing, overseers),
    ("people:posting-new", nothing, administrators),
    ("people:posting-new", nothing, wrong, "post"),
    ("people:posting", posting, overseers),
    ("people:posting-end", posting, administrators),
    ("people:posting-end", posting, done, "post", {"when": "now"}),
    ("people:posting-substitute", posting, administrators),
    ("people:posting-substitute", posting, done, "post"),
]
