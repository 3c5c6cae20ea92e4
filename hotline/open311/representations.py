"""Tickets and services as GeoReport v2 shows them. Nothing of the caller stands in any of it."""

from typing import Any

from django.utils.translation import gettext as _

from hotline.grades import limit_of
from hotline.models import Channel, Ticket
from hotline.open311.models import Attribute, Service
from portal.core.time import ZONE, today

LONGEST = 4000


def service_of(service: Service, *, asks: bool) -> dict[str, Any]:
    category = service.category
    parent = category.parent
    return {
        "service_code": category.code,
        "service_name": category.display_name,
        "description": category.display_name,
        "metadata": asks,
        "type": "realtime",
        "keywords": ",".join(category.words.replace("，", ",").split()),
        "group": parent.display_name if parent else category.display_name,
    }


def definition_of(service: Service, attributes: list[Attribute]) -> dict[str, Any]:
    return {"service_code": service.category.code, "attributes": [_attribute(one) for one in attributes]}


def _attribute(one: Attribute) -> dict[str, Any]:
    row: dict[str, Any] = {
        "variable": True,
        "code": one.code,
        "datatype": one.datatype,
        "required": one.required,
        "datatype_description": str(one.get_datatype_display()),
        "order": one.order,
        "description": one.display_description,
    }
    return {**row, "values": one.display_values} if one.values else row


def request_of(ticket: Any) -> dict[str, Any]:
    """One request. What was told on the telephone was told to the hotline: only who posts here knows it is public."""
    category, department = ticket.category, ticket.department
    here = ticket.channel == Channel.OPEN311
    return {
        "service_request_id": ticket.number,
        "status": "closed" if ticket.ended_at else "open",
        "status_notes": status_notes(ticket),
        "service_name": category.display_name,
        "service_code": category.code,
        "description": ticket.content[:LONGEST] if here else None,
        "agency_responsible": department.display_name if department else None,
        "service_notice": None,
        "requested_datetime": _iso(ticket.recorded_at),
        "updated_datetime": _iso(ticket.updated_at),
        "expected_datetime": _iso(ticket.due_at),
        "address": ticket.address or None,
        "address_id": ticket.street_code or None,
        "zipcode": None,
        "lat": ticket.latitude,
        "long": ticket.longitude,
        "media_url": None,
    }


def status_notes(ticket: Ticket) -> str:
    """How it stands, in words for everybody: what goes on between departments is theirs."""
    if ticket.ended_at:
        return _("Closed.")
    if ticket.handled_at:
        return _("Answered; the caller is being asked whether it is settled.")
    if ticket.state == "suspended":
        return _("The matter takes longer; the caller has been told why.")
    return _("Being handled.") if ticket.department_id else _("Received; it goes to the department in charge.")


def receipt_of(ticket: Ticket) -> dict[str, Any]:
    """What a POST answers."""
    limit = limit_of(ticket.grade, today())
    notice = _("The department in charge answers within %(limit)s of the dispatch.") % {"limit": limit}
    return {"service_request_id": ticket.number, "service_notice": notice, "account_id": None}


def _iso(moment: Any) -> str | None:
    return moment.astimezone(ZONE).isoformat(timespec="seconds") if moment else None
