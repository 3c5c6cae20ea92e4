"""GeoReport v2: discovery, services, definitions, requests, tokens; each as .json and as .xml."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from structlog.contextvars import get_contextvars

from hotline import danger
from hotline.models import Ticket
from hotline.open311 import actions, errors, keys, reading
from hotline.open311.answering import answer
from hotline.open311.errors import Refused
from hotline.open311.models import Service, Submission
from hotline.open311.posting import sent_of
from hotline.open311.querysets import found, one
from hotline.open311.representations import definition_of, receipt_of, request_of, service_of
from portal.core.actors import Actor
from portal.core.api.parsers import storable
from portal.core.centre import centre
from portal.core.errors import DomainError
from portal.core.time import now
from portal.people.models import ClientToken

View = Callable[..., HttpResponse]
TOKEN_LONGEST = 120
HOUR = dt.timedelta(hours=1)
A_PHONE = 30  # requests of one telephone number in an hour, whatever app they come through


def georeport(view: View) -> View:
    """Checks the jurisdiction, and turns what is refused into the standard's array of errors."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, form: str, **kwargs: Any) -> HttpResponse:
        try:
            _readable(request)
            _check_jurisdiction(request)
            return view(request, *args, form=form, **kwargs)
        except Refused as refused:
            return answer("errors", refused.rows(), form, status=refused.status)
        except DomainError as error:
            texts = [f"{name}: {text}" for name, text in getattr(error, "fields", {}).items()] or [error.message]
            status = 400 if error.status == 422 else error.status
            return answer("errors", Refused(status, *texts).rows(), form, status=status)

    return guarded


def _readable(request: HttpRequest) -> None:
    """Characters that no database takes are refused before anybody asks it."""
    given = [*request.GET.lists(), *(request.POST.lists() if request.method == "POST" else [])]
    for name, values in given:
        if not all(storable(text) for text in (name, *values)):
            raise Refused(400, errors.UNREADABLE)


def _check_jurisdiction(request: HttpRequest) -> None:
    code = request.GET.get("jurisdiction_id") or request.POST.get("jurisdiction_id") or ""
    if code and settings.OPEN311_JURISDICTION and code != settings.OPEN311_JURISDICTION:
        raise Refused(404, errors.UNKNOWN_JURISDICTION % {"code": code[:80]})


@require_safe
@cache_control(public=True, max_age=3600)
@georeport
def discovery(_request: HttpRequest, *, form: str) -> HttpResponse:
    """Where the interface is, in which forms, and how one gets a key."""
    base = settings.SITE_URL.rstrip("/") + reverse("open311:services", args=["json"]).removesuffix("/services.json")
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": base,
        "changeset": "2026-11-22T00:00:00+08:00",
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    data = {
        "changeset": "2026-11-22T00:00:00+08:00",
        "contact": f"{centre().centre_name} {centre().phone}",
        "key_service": f"{centre().centre_name} {centre().hotline}",
        "endpoints": [endpoint],
    }
    return answer("discovery", data, form)


@require_safe
@cache_control(public=True, max_age=300)
@georeport
def services(_request: HttpRequest, *, form: str) -> HttpResponse:
    """What can be reported; two queries."""
    rows = Service.objects.offered().prefetch_related("attributes")
    return answer("services", [service_of(row, asks=bool(row.attributes.all())) for row in rows], form)


@require_safe
@cache_control(public=True, max_age=300)
@georeport
def definition(_request: HttpRequest, code: str, *, form: str) -> HttpResponse:
    """What one service asks beside the description; two queries."""
    service = Service.objects.offered().filter(category__code=code).prefetch_related("attributes").first()
    if service is None:
        raise Refused(404, errors.UNKNOWN_SERVICE % {"code": code})
    return answer("service_definition", definition_of(service, list(service.attributes.all())), form)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@georeport
def requests(request: HttpRequest, *, form: str) -> HttpResponse:
    """GET: the published requests that the filters ask for, one query. POST: a new one."""
    if request.method == "POST":
        return _post(request, form)
    rows = found(reading.asked_of(request.GET.dict()))
    return answer("service_requests", [request_of(row) for row in rows], form)


def _post(request: HttpRequest, form: str) -> HttpResponse:
    token = keys.client_of(request)
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > TOKEN_LONGEST or not key.isascii() or not key.isprintable():
        raise Refused(400, errors.UNREADABLE)
    service, sent = sent_of(request.POST)
    _limit(sent, key)
    ticket = actions.submit(_actor(token), token.client, service, sent, once_key=key)
    return answer("service_requests", [receipt_of(ticket)], form, status=201)


def _limit(sent: actions.Sent, key: str) -> None:
    """One telephone number sends so many an hour, whatever app it uses. Raises Refused(429); never for danger to life."""
    if not sent.phone or danger.found_in(sent.description):
        return
    if key and Submission.objects.filter(token=key).exists():
        return  # the answer was lost, and the same request is asked for again
    latest = list(Ticket.objects.from_phone(sent.phone).values_list("recorded_at", flat=True)[:A_PHONE])
    if len(latest) == A_PHONE and latest[-1] > now() - HOUR:
        raise Refused(429, errors.OF_ONE_NUMBER)


def _actor(token: ClientToken) -> Actor:
    client = token.client
    return Actor(client.user, str(client.kind), client.name, str(get_contextvars().get("request_id", "")))


@require_safe
@never_cache
@georeport
def request_(_request: HttpRequest, number: str, *, form: str) -> HttpResponse:
    """One published request. What is not published and what does not exist answer alike."""
    ticket = one(number)
    if ticket is None:
        raise Refused(404, errors.UNKNOWN_REQUEST % {"number": number})
    return answer("service_requests", [request_of(ticket)], form)


@require_safe
@never_cache
@georeport
def token(_request: HttpRequest, token: str, *, form: str) -> HttpResponse:
    """The number of the request that was sent under this key, for whoever lost the answer."""
    row = Submission.objects.filter(token=token[:TOKEN_LONGEST]).select_related("ticket").first() if token else None
    if row is None:
        raise Refused(404, errors.UNKNOWN_TOKEN)
    return answer("service_requests", [{"service_request_id": row.ticket.number, "token": token}], form)
