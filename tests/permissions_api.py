"""What each role gets at the addresses of api."""

from collections.abc import Mapping
from typing import Any

from portal.api.actions import subscribe
from portal.api.models import Delivery
from tests import factories
from tests.api.objects import administrator, system, token
from tests.permissions import Cast, everyone, nothing, only


def some(**kwargs: Any) -> Any:
    """Numbers that nobody has to have: without a token it is all the same."""

    def make(_cast: Cast) -> Mapping[str, Any]:
        return kwargs

    return make


CASE = some(case_id=1)
# The addresses of version 1 know tokens only: a session opens none of them.
V1: dict[str, Any] = {
    "me": nothing,
    "departments": nothing,
    "items": nothing,
    "item": some(code="X"),
    "versions": some(code="X"),
    "packages": nothing,
    "package": some(code="birth"),
    "package-guide": some(code="birth"),
    "package-filings": nothing,
    "package-filing": some(filing_id=1),
    "uploads": nothing,
    "cases": nothing,
    "case": CASE,
    "transitions": CASE,
    "transition": some(case_id=1, code="accept"),
    "timeline": CASE,
    "events": CASE,
    "materials": CASE,
    "material": some(case_id=1, material_id=1),
    "material-file": some(case_id=1, material_id=1),
    "promises": CASE,
    "promise-bring": some(case_id=1, promise_id=1),
    "documents": CASE,
    "document": some(case_id=1, code="receipt"),
    "indicators": nothing,
    "rankings": nothing,
    "ranking": some(first="2026-11-09"),
    "imports": nothing,
    "import": some(job_id=1),
    "import-start": some(job_id=1),
    "import-cancel": some(job_id=1),
    "import-errors": some(job_id=1),
}
ROWS: list[tuple] = [(f"api:{name}", kwargs, everyone(401)) for name, kwargs in V1.items()]

# --- webhooks by program, the description, and the pages of administrators ---------------------------------------------

HOOK = some(webhook_id=1)
UID = "00000000-0000-4000-8000-000000000000"
V1_HOOKS: dict[str, Any] = {
    "webhooks": nothing,
    "webhook": HOOK,
    "webhook-secret": HOOK,
    "webhook-test": HOOK,
    "webhook-replay": HOOK,
    "deliveries": HOOK,
    "attempts": some(webhook_id=1, uid=UID),
}


def client(cast: Cast) -> Mapping[str, Any]:
    """A system of the table's department."""
    return {"client_id": system(dept=cast.department).pk}


def foreign_client(_cast: Cast) -> Mapping[str, Any]:
    return {"client_id": system(dept=factories.department("ZJJ")).pk}


def a_token(cast: Cast) -> Mapping[str, Any]:
    return {"token_id": token(system(dept=cast.department))[0].pk}


def webhook(cast: Cast) -> Mapping[str, Any]:
    made = system(dept=cast.department)
    row, _secret = subscribe(administrator(), made, url="https://example.org/", events=["case.accept"])
    return {"webhook_id": row.pk}


def delivery(cast: Cast) -> Mapping[str, Any]:
    found = webhook(cast)
    row = Delivery.objects.create(subscription_id=found["webhook_id"], event="ping", payload={}, state="delivered")
    return {**found, "uid": row.uid}


READERS = ("administrator", "auditor", "department_head")
MADE = {"code": "made-here", "name": "新系统", "kind": "device", "rate_per_minute": "60"}
NEW_HOOK = {"url": "https://example.org/hook", "events": ["case.accept"]}


def admin(**status: int) -> dict[str, int]:
    return only("administrator", **status)


ROWS += [(f"api:{name}", kwargs, everyone(401)) for name, kwargs in V1_HOOKS.items()]
ROWS += [
    ("api:schema", nothing, everyone()),
    ("api:docs", nothing, everyone()),
    ("api:admin-clients", nothing, only(*READERS)),
    ("api:admin-client", client, only(*READERS)),
    ("api:admin-client", foreign_client, {**only("administrator", "auditor"), "department_head": 404}),
    ("api:admin-client-new", nothing, admin()),
    ("api:admin-client-new", nothing, admin(status=302), "post", MADE),
    ("api:admin-client-edit", client, admin()),
    ("api:admin-client-close", client, admin()),
    ("api:admin-client-close", client, admin(status=302), "post"),
    ("api:admin-token-new", client, admin()),
    ("api:admin-token-new", client, admin(), "post", {"scopes": ["cases:read"], "days": "30"}),
    ("api:admin-token-revoke", a_token, admin(status=302), "post"),
    ("api:admin-webhook-new", client, admin()),
    ("api:admin-webhook-new", client, admin(), "post", NEW_HOOK),
    ("api:admin-webhook", webhook, only(*READERS)),
    ("api:admin-webhook-switch", webhook, admin(status=302), "post", {"active": "0"}),
    ("api:admin-webhook-test", webhook, admin(status=302), "post"),
    ("api:admin-webhook-secret", webhook, admin(), "post"),
    ("api:admin-webhook-replay", webhook, admin()),
    ("api:admin-webhook-replay", webhook, admin(status=302), "post", {"since": "2026-01-01"}),
    ("api:admin-delivery-replay", delivery, admin(status=302), "post"),
]
