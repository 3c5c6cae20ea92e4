"""The public pages: tenders with filters, one tender, its documents, the calendar of openings. No sign-in needed."""

import datetime as dt
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.core.errors import DomainError
from portal.core.files import open_file
from portal.core.registries import panels
from portal.core.rules import display_value
from portal.core.search import Matches, search
from portal.core.time import ZONE, now, today
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.throttle import count, sender_of
from procurement.bidders.agents import organisations_of
from procurement.bidders.devices import device_of, remember
from procurement.tenders import actions, periods, policies
from procurement.tenders.actions.papers import QUESTIONS_OPEN, last_question_on, on_offer
from procurement.tenders.calendar_file import calendar_file
from procurement.tenders.forms import TenderFilter
from procurement.tenders.lifecycle import TENDER, TONES
from procurement.tenders.models import Project

OPENINGS_DAYS = 60
OPENINGS_MOST = 200
DOWNLOADS_AN_HOUR = 200


@require_safe
def tenders(request: HttpRequest) -> HttpResponse:
    """The announced tenders, the latest first."""
    form = TenderFilter(request.GET)
    chosen = form.chosen()
    rows = Project.objects.public().chosen(chosen)
    found = search(rows, chosen["q"]) if "q" in chosen else Matches(rows, exact=True)
    listed = found.rows.select_related("buyer").defer("search", "summary", "qualification")
    page = page_of(listed, "-announced_at", request.GET.get("cursor", ""))
    context = {
        "form": form,
        "chosen": chosen,
        "page": page,
        "rows": [(one, *face(one)) for one in page.rows],
        "exact": found.exact,
    }
    return render(request, "tenders/tenders.html", context)


def face(project: Project) -> tuple[Any, str]:
    """Label and tone of the state."""
    return TENDER.states[project.state].label, TONES[project.state]


@never_cache
@require_safe
def tender(request: HttpRequest, number: str) -> HttpResponse:
    """The notice page: days, lots, documents, changes, questions with their answers."""
    return render(request, "tenders/tender.html", tender_context(request, public_one(number, request.user)))


def public_one(number: str, reader: Any = None) -> Project:
    """The announced tender as far as the reader finds it; without one, as everybody does. 404 for all others."""
    found = Project.objects.public() if reader is None else Project.objects.read_by(reader)
    return get_object_or_404(found.select_related("buyer", "agency", "repeats"), number=number)


def tender_context(request: HttpRequest, one: Project) -> dict[str, Any]:
    label, tone = face(one)
    share = periods.bond_share(one, one.announced_on or today())
    alive = one.state in QUESTIONS_OPEN
    documents = one.documents.filter(withdrawn_at__isnull=True).select_related("file")
    return {
        "tender": one,
        "label": label,
        "tone": tone,
        "lots": list(one.lots.select_related("failed")),
        "documents": [(paper, on_offer(one, paper)) for paper in documents],
        "notices": list(one.notices.all()),
        "questions": [q for q in one.questions.all() if q.answered_at is not None],
        "firms": list(organisations_of(request.user).filter(bidder__isnull=False)[:50]),
        "may_ask": alive and today() <= last_question_on(one),
        "ask_until": last_question_on(one),
        "takes_bonds": alive,
        "share": share,
        "bond_most": display_value(share.value, share.unit),
        "manages": policies.may_open(request.user, one),
        "again": list(Project.objects.public().filter(repeats=one).order_by("announced_at", "pk")),
        "circle": policies.in_circle(one),
        "panels": panels("tenders.tender", request, one),
    }


@never_cache
@require_POST
def document(request: HttpRequest, number: str, document_id: int) -> HttpResponse | FileResponse:
    """Hand a document out. That it was taken is written down, so it is asked for with a button and not by a link."""
    one = public_one(number, request.user)
    get_object_or_404(one.documents, pk=document_id)
    sender = sender_of(request)
    chosen = request.POST.get("organisation", "")
    actor = actor_for(request, Role.AGENT) if request.user.is_authenticated else None
    organisation = int(chosen) if actor and chosen.isdecimal() and len(chosen) < 12 else None
    try:
        count("tender-documents", sender, limit=DOWNLOADS_AN_HOUR)
        file = actions.take_document(
            actor, document_id, organisation_id=organisation, sender=sender, device=device_of(request)
        )
    except DomainError as error:
        context = {**tender_context(request, one), "refused": error.message}
        return render(request, "tenders/tender.html", context, status=error.status)
    response = FileResponse(open_file(file), as_attachment=True, filename=file.name, content_type=file.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    remember(request, response)
    return response


def coming() -> list[Project]:
    """The openings of today and of the coming weeks."""
    first = dt.datetime.combine(today(), dt.time(0), ZONE)
    rows = Project.objects.opening_between(first, first + dt.timedelta(days=OPENINGS_DAYS))
    return list(rows.select_related("buyer").defer("search", "summary", "qualification")[:OPENINGS_MOST])


@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """The calendar of openings, day by day; one query."""
    days: dict[dt.date, list[tuple[Project, Any, str]]] = {}
    for one in coming():
        assert one.deadline_at is not None  # noqa: S101 - the query asks for it
        days.setdefault(one.deadline_at.astimezone(ZONE).date(), []).append((one, *face(one)))
    # Calendars take an address of this scheme for a subscription, and an ordinary one for a file to be read once.
    feed = f"webcal://{request.get_host()}{reverse('tenders:openings-file')}"
    return render(request, "tenders/openings.html", {"days": days.items(), "now": now(), "feed": feed})


@require_safe
def openings_file(request: HttpRequest) -> HttpResponse:
    """The calendar to subscribe to."""
    return _calendar(coming(), "openings.ics")


@require_safe
def opening_file(request: HttpRequest, number: str) -> HttpResponse:
    """One opening."""
    return _calendar([public_one(number, request.user)], f"{number}.ics")


def _calendar(projects: list[Project], name: str) -> HttpResponse:
    response = HttpResponse(calendar_file(projects), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
