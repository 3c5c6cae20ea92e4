"""What the pages of bids share."""

import json
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from portal.core.actors import Actor
from portal.core.errors import Invalid
from portal.people.actors import actor_for
from portal.people.roles import Role
from procurement.bids.models import Opening
from procurement.tenders.models import Project

MOST_BODY = 200_000  # bytes of a small JSON body


def public_project(number: str, reader: Any) -> Project:
    """The announced tender as far as the reader finds it, or 404."""
    return get_object_or_404(Project.objects.read_by(reader).select_related("buyer", "agency"), number=number)


def opening_or_404(project: Project) -> Opening:
    """The tender's opening with its officers, or 404."""
    rows = Opening.objects.select_related("project__buyer", "project__agency").prefetch_related("openers__user")
    return get_object_or_404(rows, project=project)


def agent(request: HttpRequest) -> Actor:
    """The person of the page as somebody who acts for a firm."""
    return actor_for(request, Role.AGENT)


def officer(request: HttpRequest) -> Actor:
    return actor_for(request, Role.PROCUREMENT_OFFICER)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a small request. Raises Invalid."""
    try:
        found = json.loads(request.read(MOST_BODY))
    except (ValueError, UnicodeDecodeError):
        raise Invalid() from None
    if not isinstance(found, dict):
        raise Invalid()
    return found
