"""What a token may be for: each scope with its words; the REST framework's permission that asks for it."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from portal.core.api.problems import Problem

# Of a department's system, in the order of the administrators' page.
ALL_SCOPES: dict[str, str | Promise] = {
    "catalogue:read": _("Read items, guides and forms"),
    "cases:read": _("Read the department's cases, personal data masked"),
    "cases:write": _("File cases and take steps"),
    "cases:personal": _("See personal data unmasked; every viewing is logged"),
    "events:read": _("Read what happened to cases"),
    "documents:read": _("Download materials and documents"),
    "indicators:read": _("Read indicators of the own department"),
    "imports:write": _("Send files of records in"),
    "webhooks:manage": _("Manage webhooks"),
}


def register_scope(code: str, label: str | Promise) -> None:
    """Add a scope of an upper floor, for instance `hall:queue`."""
    ALL_SCOPES[code] = label


def scope_choices() -> list[tuple[str, str | Promise]]:
    """(code, words) of all scopes."""
    return list(ALL_SCOPES.items())


class MissingScope(Problem):
    """The token is valid but not for this; the scope that is missing is named."""

    def __init__(self, scope: str) -> None:
        words = _("This token lacks the scope this address asks for.")
        super().__init__(403, "missing_scope", words, extra={"scope": scope})


class HasScope(BasePermission):
    """The view names the scope of each method in `scopes`; a method that it does not name is not allowed at all."""

    def has_permission(self, request: Request, view: Any) -> bool:
        method = "GET" if request.method == "HEAD" else str(request.method)
        scope: str | None = view.scopes.get(method)
        token: Any = request.auth
        if token is None or scope is None:
            return False
        if scope and scope not in token.scopes:
            raise MissingScope(scope)
        return True
