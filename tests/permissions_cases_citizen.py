"""What each role gets at the addresses of applicants: one's own, and nothing of anybody else's."""

from collections.abc import Callable, Mapping
from typing import Any

from approvals.cases import actions
from approvals.cases.models import Case
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests import factories
from tests.permissions import ANONYMOUS, Cast, everyone, nothing, signed_in, specialists

OWNER = "citizen"


def own(status: int, *, otherwise: int = 404) -> dict[str, int]:
    """The applicant gets `status`; to everybody else the thing does not exist."""
    return {**everyone(otherwise), ANONYMOUS: 302, OWNER: status}


def _draft(cast: Cast) -> Case:
    return actions.start_draft(actor_of(cast.person(OWNER)), factories.item(dept=cast.department))


def _filed(cast: Cast) -> Case:
    return factories.submitted(cast.person(OWNER), factories.item(dept=cast.department))


def item(cast: Cast) -> Mapping[str, Any]:
    return {"code": factories.item(dept=cast.department).code}


def draft(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _draft(cast).pk}


def filed(cast: Cast) -> Mapping[str, Any]:
    return {"number": _filed(cast).number}


def filed_id(cast: Cast) -> Mapping[str, Any]:
    return {"pk": _filed(cast).pk}


def to_supplement(cast: Cast) -> Mapping[str, Any]:
    case = _filed(cast)
    clerk = actor_of(cast.person("clerk"), Role.CLERK)
    inputs = {"missing": [], "text": "请补正", "limit_days": 15}
    actions.take_step(clerk, case.pk, "ask_supplement", inputs, state_version=case.state_version)
    return {"number": case.number}


def page(factory: Callable[[Cast], Mapping[str, Any]], section: str) -> Callable[[Cast], Mapping[str, Any]]:
    return lambda cast: {**factory(cast), "section": section}


ROWS = [
    ("cases:apply-start", item, everyone()),
    ("cases:apply-start", item, signed_in(302), "post", {"eligible": "on"}),
    ("cases:mine", nothing, signed_in()),
    ("cases:draft", draft, own(200)),
    ("cases:draft-renew", draft, own(302), "post"),
    ("cases:draft-materials", draft, own(200)),
    ("cases:draft-materials", draft, own(302), "post", {"later": "1"}),
    ("cases:draft-check", draft, own(200)),
    ("cases:draft-check", draft, own(422), "post"),
    ("cases:draft-discard", draft, own(200)),
    ("cases:draft-discard", draft, own(302), "post"),
    ("cases:draft-section", page(draft, "nothing"), own(404)),
    ("cases:detail", filed, own(200)),
    ("cases:receipt", filed, own(200)),
    ("cases:supplement", filed, own(302)),
    ("cases:supplement", to_supplement, own(200)),
    ("cases:withdraw", filed, own(200)),
    ("cases:withdraw", filed, own(422), "post"),
    ("cases:track", nothing, everyone()),
    ("cases:track", nothing, everyone(422), "post"),
    # Whoever may see the case is led on: the applicant to the own page, the others to the workbench.
    ("cases:by-id", filed_id, {**signed_in(302), "other_citizen": 404, "hall_manager": 404, **specialists(404)}),
]
