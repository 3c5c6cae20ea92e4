"""Reads what a POST sends: the service, the place, the attributes. Every fault is named, all at once."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hotline.open311 import errors, reading
from hotline.open311.actions import Sent
from hotline.open311.errors import Refused
from hotline.open311.models import Attribute, Service
from portal.core.time import today
from portal.people.models import Department

LONGEST_DESCRIPTION, LONGEST_VALUE, LONGEST_ADDRESS, LONGEST_URL = 4000, 500, 200, 500


def sent_of(params: QueryDict) -> tuple[Service, Sent]:
    """The service and what was sent; two queries, three with an address_id. Raises Refused(400, 404)."""
    code = params.get("service_code", "").strip()
    if not code:
        raise errors.missing(["service_code"])
    service = Service.objects.offered().filter(category__code=code).prefetch_related("attributes").first()
    if service is None:
        raise Refused(404, errors.UNKNOWN_SERVICE % {"code": code[:40]})
    wrong: list[str] = []
    place = _place(params, wrong)
    cleaned, said = _attributes(list(service.attributes.all()), params, wrong)
    description = params.get("description", "").strip()
    if len(description) > LONGEST_DESCRIPTION:
        wrong.append(_("description: at most %(n)s characters.") % {"n": LONGEST_DESCRIPTION})
    if not description and not said:
        wrong.append(_("%(name)s was not provided.") % {"name": "description"})
    media_url = params.get("media_url", "").strip()
    if media_url and not is_web_address(media_url):
        wrong.append(_("media_url: give a public http or https address. It is kept as a reference and never fetched."))
    if wrong:
        raise Refused(400, *wrong)
    name = f"{params.get('last_name', '').strip()} {params.get('first_name', '').strip()}".strip()
    return service, Sent(
        description=description, name=name[:60], phone=params.get("phone", "").strip(), attributes=cleaned, said=said,
        media_url=media_url, language=(get_language() or "zh-hans").lower(), **place,
    )  # fmt: skip


def _place(params: QueryDict, wrong: list[str]) -> dict[str, Any]:
    """lat and long, or address_string, or address_id; one of them is required."""
    place: dict[str, Any] = {"address": params.get("address_string", "").strip()}
    lat, long, street = (params.get(name, "").strip() for name in ("lat", "long", "address_id"))
    if len(place["address"]) > LONGEST_ADDRESS:
        wrong.append(_("address_string: at most %(n)s characters.") % {"n": LONGEST_ADDRESS})
    if bool(lat) != bool(long):
        wrong.append(_("lat and long belong together."))
    elif lat:
        try:
            place["latitude"], place["longitude"] = reading.latitude(lat), reading.longitude(long)
        except ValueError as error:
            wrong.append(_("%(name)s: %(what)s") % {"name": "lat, long", "what": error})
    if street:
        if Department.objects.open_on(today()).filter(code=street[:32], level__in=("township", "village")).exists():
            place["street_code"] = street
        else:
            wrong.append(_("address_id: give the code of a street or village of the city."))
    if not (lat or long or street or place["address"]):
        wrong.append(_("Give lat and long, address_string or address_id."))
    return place


def _attributes(asked: list[Attribute], params: QueryDict, wrong: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The attributes by code, and as sentences. What the service does not ask is left out."""
    cleaned: dict[str, Any] = {}
    said: list[str] = []
    for one in asked:
        values = [*params.getlist(f"attribute[{one.code}]"), *params.getlist(f"attribute[{one.code}][]")]
        values = [value.strip() for value in values if value.strip()]
        name = f"attribute[{one.code}]"
        if not values:
            if one.required:
                wrong.append(_("%(name)s was not provided.") % {"name": name})
            continue
        try:
            cleaned[one.code], words = _cleaned(one, values)
        except ValueError as error:
            wrong.append(_("%(name)s: %(what)s") % {"name": name, "what": error})
        else:
            said.append(f"{one.description}：{words}")
    return cleaned, said


def _cleaned(one: Attribute, values: list[str]) -> tuple[Any, str]:
    """The value as it is kept, and in Chinese words for the departments. Raises ValueError with a sentence."""
    if one.datatype in {Attribute.Type.SINGLE, Attribute.Type.MULTI}:
        names = {choice["key"]: choice["name"] for choice in one.values}
        if set(values) - names.keys():
            raise ValueError(_("choose from the list."))
        if one.datatype == Attribute.Type.SINGLE and len(values) > 1:
            raise ValueError(_("choose one only."))
        chosen = list(dict.fromkeys(values))
        return chosen if one.datatype == Attribute.Type.MULTI else chosen[0], "、".join(names[key] for key in chosen)
    if len(values) > 1:
        raise ValueError(_("give one value only."))
    text = values[0]
    if len(text) > LONGEST_VALUE:
        raise ValueError(_("at most %(n)s characters.") % {"n": LONGEST_VALUE})
    if one.datatype == Attribute.Type.DATETIME:
        return reading.moment(text).isoformat(), text
    if one.datatype == Attribute.Type.NUMBER:
        return reading.number(text), text
    return text, text


def is_web_address(text: str) -> bool:
    """A plain public web address: no credentials, no bare internet number, no name inside a network."""
    if len(text) > LONGEST_URL or not text.isascii() or any(one.isspace() or ord(one) < 33 for one in text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _port = parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or parts.username or parts.password:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost")) and not host[-1:].isdigit()
    return False
