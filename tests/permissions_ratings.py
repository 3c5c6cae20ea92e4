"""What each role gets at the addresses of ratings."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from hall.models import Window, WindowDuty
from hall.ratings import actions
from hall.ratings.models import Invitation, Rating, Rectification
from hall.ratings.services import invite
from portal.core.actors import Actor
from portal.core.time import driven_clock, now
from portal.people.actors import actor_of
from portal.people.models import Posting
from portal.people.roles import Role
from tests import factories
from tests.permissions import ANONYMOUS, Cast, everyone, nothing, only, signed_in, specialists

STAFF_READERS = (
    "clerk", "reviewer", "department_head", "supervisor", "hall_manager", "auditor", "administrator",
)  # fmt: skip
OVERSEERS = ("supervisor", "hall_manager")


def _invitation(cast: Cast, **more: Any) -> Invitation:
    values: dict[str, Any] = {"kind": "visit", "subject": "V1", "department_id": cast.department.pk, **more}
    with transaction.atomic():
        return invite(**values)


def _rating(cast: Cast, grade: int = 5, **more: Any) -> Rating:
    draft = actions.RatingDraft(grade=grade, channel="web", comment="窗口很耐心")
    return actions.rate(_invitation(cast, **more).token, draft)


def _work(cast: Cast) -> Rectification:
    cast.person("department_head")
    cast.person("hall_manager")
    return _rating(cast, 1, staff_id=cast.person("clerk").pk).rectification


def token(cast: Cast) -> Mapping[str, Any]:
    return {"token": _invitation(cast).token}


def own_token(cast: Cast) -> Mapping[str, Any]:
    return {"token": _invitation(cast, invited_id=cast.person("citizen").pk).token}


def used_token(cast: Cast) -> Mapping[str, Any]:
    return {"token": _rating(cast).invitation.token}  # type: ignore[union-attr]


def rating(cast: Cast) -> Mapping[str, Any]:
    return {"rating_id": _rating(cast).pk}


def work(cast: Cast) -> Mapping[str, Any]:
    return {"work_id": _work(cast).pk}


def contact(cast: Cast) -> Mapping[str, Any]:
    return {**work(cast), "code": "contact"}


def judged(cast: Cast) -> Mapping[str, Any]:
    return {**work(cast), "code": "set_aside"}


def _window(cast: Cast) -> Window:
    return Window.objects.get_or_create(code="A01", defaults={"name": "企业登记", "department": cast.department})[0]


def secret(cast: Cast) -> Mapping[str, Any]:
    manager = actor_of(cast.person("hall_manager"), Role.HALL_MANAGER)
    return {"secret": actions.issue_tablet(manager, _window(cast).pk, "A01")[1]}


def tablet(cast: Cast) -> Mapping[str, Any]:
    manager = actor_of(cast.person("hall_manager"), Role.HALL_MANAGER)
    return {"tablet_id": actions.issue_tablet(manager, _window(cast).pk, "A01")[0].pk}


def at_window(cast: Cast) -> Mapping[str, Any]:
    posting = Posting.objects.get(user=cast.person("clerk"))
    WindowDuty.objects.create(window=_window(cast), posting=posting, starts_on=dt.date(2026, 1, 1))
    return {}


def to_call(cast: Cast) -> Mapping[str, Any]:
    other = factories.department("GAJ")
    with driven_clock(now() - dt.timedelta(days=5)):
        return {"invitation_id": _invitation(cast, department_id=other.pk, phone="13812345678").pk}


def taken_call(cast: Cast) -> Mapping[str, Any]:
    found = to_call(cast)
    actions.take_call(actor_of(cast.person("hall_manager"), Role.HALL_MANAGER), found["invitation_id"])
    return found


def grievance(cast: Cast) -> Mapping[str, Any]:
    cast.person("department_head")
    draft = actions.GrievanceDraft(topic="hall", text="太吵", department_id=cast.department.pk)
    made = actions.say_what_is_wrong(Actor(None, "citizen", ""), draft, author=cast.person("citizen"))
    return {"grievance_id": made.pk}


def reply(cast: Cast) -> Mapping[str, Any]:
    return {**grievance(cast), "code": "reply"}


public = everyone(200)
readers = only(*STAFF_READERS)
own_only = {**signed_in(404, anonymous=200), "citizen": 200}
seen = {**only("clerk", "department_head", "supervisor", "hall_manager", "auditor", "administrator", otherwise=404)}
read_grievance = only(
    "citizen", "department_head", "supervisor", "hall_manager", "auditor", "administrator", otherwise=404
)

ROWS = [
    ("ratings:rate", token, public),
    # Somebody else's link is nobody's: whoever is signed in gets what a wrong link gets.
    ("ratings:rate", own_token, own_only),
    ("ratings:rate", used_token, everyone(409)),
    ("ratings:rate", token, everyone(422), "post"),
    ("ratings:rate", own_token, {**signed_in(404, anonymous=302), "citizen": 302}, "post", {"grade": "5"}),
    ("ratings:thanks", used_token, public),
    ("ratings:qr", token, public),
    ("ratings:tablet", secret, public),
    ("ratings:tablet", secret, everyone(302), "post", {"grade": "5", "service": "x"}),
    ("ratings:tablet-next", secret, public),
    ("ratings:public", nothing, public),
    ("ratings:grievance-new", nothing, public),
    ("ratings:grievance-new", nothing, everyone(422), "post"),
    ("ratings:grievance-received", nothing, everyone(302)),
    ("ratings:grievance-track", nothing, public),
    ("ratings:grievance-track", nothing, everyone(422), "post", {"number": "TC1", "code": "X"}),
    ("ratings:list", nothing, readers),
    ("ratings:review", rating, only(*OVERSEERS)),
    ("ratings:review", rating, only(*OVERSEERS, status=422), "post", {"exclude": "1"}),
    ("ratings:reasons", nothing, only(*OVERSEERS)),
    ("ratings:reasons", nothing, only(*OVERSEERS, status=422), "post"),
    # Who serves at no window asks for nothing there.
    ("ratings:ask", at_window, {**only(otherwise=403), "clerk": 302}, "post"),
    ("ratings:tablets", nothing, only("administrator", "auditor", "hall_manager")),
    ("ratings:tablets", nothing, only("administrator", "auditor", "hall_manager", status=422), "post"),
    ("ratings:tablet-revoke", tablet, only("administrator", "hall_manager", status=302), "post"),
    ("ratings:calls", nothing, {**only(*OVERSEERS), "hotline_operator": 200}),
    ("ratings:call-take", to_call, {**only(*OVERSEERS, status=302), "hotline_operator": 302}, "post"),
    ("ratings:call", taken_call, {**only("hall_manager", otherwise=403), "supervisor": 404, "hotline_operator": 404}),
    (
        "ratings:call-note", taken_call,
        {**only("hall_manager", status=302), "supervisor": 409, "hotline_operator": 409}, "post",
        {"outcome": "unreached"},
    ),
    ("ratings:rectifications", nothing, readers),
    ("ratings:rectification", work, seen),
    # Seen by some, taken by the named handler only.
    (
        "ratings:step", contact,
        {**{role: 403 if seen[role] == 200 else 404 for role in seen}, ANONYMOUS: 302, "department_head": 200},
    ),
    (
        "ratings:step", judged,
        {**{role: 403 if seen[role] == 200 else 404 for role in seen}, ANONYMOUS: 302, **dict.fromkeys(OVERSEERS, 422)},
        "post",
    ),
    (
        "ratings:handler", work,
        {
            **{role: 403 if seen[role] == 200 else 404 for role in seen}, ANONYMOUS: 302,
            **dict.fromkeys((*OVERSEERS, "department_head"), 422),
        },
        "post",
    ),
    ("ratings:grievances", nothing, {**only(*STAFF_READERS), **specialists(200)}),
    ("ratings:grievance-window", nothing, {**only(*STAFF_READERS), **specialists(200)}),
    ("ratings:grievance-window", nothing, {**only(*STAFF_READERS, status=422), **specialists(422)}, "post"),
    ("ratings:grievance", grievance, read_grievance),
    (
        "ratings:grievance-step", reply,
        {**{role: 403 if read_grievance[role] == 200 else 404 for role in read_grievance}, ANONYMOUS: 302,
         "department_head": 422},
        "post",
    ),
    (
        "ratings:grievance-handler", grievance,
        {**{role: 403 if read_grievance[role] == 200 else 404 for role in read_grievance}, ANONYMOUS: 302,
         **dict.fromkeys((*OVERSEERS, "department_head"), 422)},
        "post",
    ),
]  # fmt: skip
