"""The tour on a phone: areas, the points of an area, describing a finding. Each form saves; what is left goes on later."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.appointments.views.desk import role_of
from hall.patrols import actions, photos, policies
from hall.patrols.forms import FindingForm
from hall.patrols.models import Area, Mark, Point, Tour
from hall.patrols.rules import LIMIT
from portal.core.errors import DomainError, Invalid
from portal.core.rules import rule
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.views.common import posted

inspectors = allowed_to(policies.may_patrol)
readers = allowed_to(policies.may_see_patrols)


def actor_of_page(request: HttpRequest) -> Any:
    """Who acts, in the role that patrols ask for."""
    return actor_for(request, role_of(request.user))


@never_cache
@require_safe
@readers
def tours(request: HttpRequest) -> HttpResponse:
    """The tours, the latest first, and the one that waits to be finished."""
    user: Any = request.user
    rows = Tour.objects.select_related("inspector", "checklist").annotate(found=Count("findings"))
    page = page_of(rows, "-started_at", request.GET.get("cursor", ""))
    running = Tour.objects.filter(inspector=user, finished_at__isnull=True).first()
    context = {"page": page, "rows": page.rows, "running": running, "may_patrol": policies.may_patrol(user)}
    return render(request, "patrols/tours.html", context)


@require_POST
@inspectors
def start(request: HttpRequest) -> HttpResponse:
    return redirect("patrols:tour", actions.start_tour(actor_of_page(request)).pk)


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def tour(request: HttpRequest, tour_id: int) -> HttpResponse:
    """The areas with how far each is; the inspector finishes the tour here."""
    one = get_object_or_404(Tour.objects.select_related("inspector", "checklist"), pk=tour_id)
    error = ""
    if request.method == "POST":
        try:
            actions.finish_tour(actor_of_page(request), tour_id, note=request.POST.get("note", ""))
        except DomainError as refused:
            error = refused.message
        else:
            messages.success(request, _("The tour is finished."))
            return redirect("patrols:tour", tour_id)
    total = Point.objects.filter(chapter__checklist=one.checklist_id).count()
    found = one.findings.select_related("area", "point", "department").order_by("pk")
    context = {
        "tour": one,
        "areas": [(area, min(area.seen, total), area.wrong) for area in _areas(one)],
        "total": total,
        "findings": list(found[:200]),
        "walks": one.finished_at is None and one.inspector_id == request.user.pk,
        "error": error,
        "note": request.POST.get("note", one.note),
    }
    return render(request, "patrols/tour.html", context, status=422 if error else 200)


def _areas(one: Tour) -> Any:
    mine = Q(marks__tour=one)
    rows = Area.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=one.day) | mine).distinct()
    return rows.annotate(
        seen=Count("marks", filter=mine, distinct=True),
        wrong=Count("marks", filter=mine & Q(marks__result=Mark.Result.FINDING), distinct=True),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@inspectors
def area(request: HttpRequest, tour_id: int, area_id: int) -> HttpResponse:
    """The points of one area, chapter by chapter; saved as far as they are answered."""
    one = _own(request, tour_id)
    here = get_object_or_404(Area, pk=area_id)
    points = list(Point.objects.filter(chapter__checklist=one.checklist_id).select_related("chapter"))
    error = ""
    if request.method == "POST":
        answers = {point.pk: request.POST.get(f"p{point.pk}", "") for point in points}
        try:
            given = {pk: answer for pk, answer in answers.items() if answer}
            waiting = actions.save_area(actor_of_page(request), tour_id, area_id, given)
        except DomainError as refused:
            error = refused.message
        else:
            return _onwards(request, tour_id, area_id, waiting)
    marks = dict(one.marks.filter(area=here).values_list("point_id", "result"))
    described = set(one.findings.filter(area=here).values_list("point_id", flat=True))
    rows = [(point, marks.get(point.pk, ""), point.pk in described) for point in points]
    context = {"tour": one, "area": here, "rows": rows, "results": Mark.Result.choices, "error": error}
    return render(request, "patrols/area.html", context, status=422 if error else 200)


def _onwards(request: HttpRequest, tour_id: int, area_id: int, waiting: list[int]) -> HttpResponse:
    if waiting:
        return redirect("patrols:finding-new", tour_id, area_id, min(waiting))
    messages.success(request, _("The area has been saved."))
    return redirect("patrols:tour", tour_id)


@never_cache
@require_http_methods(["GET", "POST"])
@inspectors
def finding_new(request: HttpRequest, tour_id: int, area_id: int, point_id: int) -> HttpResponse:
    """Describe one finding with its photos; a photo that came in stays, whatever else has to be corrected."""
    one, here = _own(request, tour_id), get_object_or_404(Area, pk=area_id)
    point = get_object_or_404(Point.objects.select_related("chapter"), pk=point_id)
    actor = actor_of_page(request)
    form = FindingForm(posted(request), request.FILES or None, initial={"limit_days": rule(LIMIT, today()).days})
    kept = photos.own_uploads(request.POST.getlist("kept"), actor)
    if request.method == "POST":
        form.is_valid()
        kept += stored_photos(request, form, actor)
        if not form.errors:
            try:
                actions.add_finding(actor, tour_id, form.draft(area_id, point_id), kept)
            except Invalid as error:
                form.add_domain_error(error)
            else:
                waiting = actions.save_area(actor, tour_id, area_id, {})
                return _onwards(request, tour_id, area_id, waiting)
    context = {"tour": one, "area": here, "point": point, "form": form, "kept": kept}
    return render(request, "patrols/finding_new.html", context, status=422 if form.errors else 200)


def stored_photos(request: HttpRequest, form: Any, actor: Any) -> list[Any]:
    """What came in, stored one by one: a refused one becomes an error beside the field, the good ones stay."""
    stored: list[Any] = []
    for upload in request.FILES.getlist("photos"):
        try:
            stored += photos.take_in([upload], actor)
        except Invalid as error:
            form.add_error("photos", f"{upload.name}: {error.message}")
    return stored


def _own(request: HttpRequest, tour_id: int) -> Tour:
    """One's own running tour; a finished one or somebody else's is only read."""
    rows = Tour.objects.select_related("checklist")
    return get_object_or_404(rows, pk=tour_id, inspector=request.user.pk, finished_at__isnull=True)
