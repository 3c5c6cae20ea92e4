"""The register of social supervisors."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hall.social import actions, policies
from hall.social.forms import AppointForm, ReleaseForm, SupervisorForm
from hall.social.models import SocialSupervisor
from hall.social.views.common import acted, actor_of_page, managers, one_form, readers
from portal.core.time import today
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted


@never_cache
@require_safe
@readers
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who was ever appointed, the latest first; by category, and those in office only."""
    asked = {name: request.GET.get(name, "") for name in ("category", "office")}
    rows = SocialSupervisor.objects.select_related("user")
    if asked["category"] in SocialSupervisor.Category.values:
        rows = rows.filter(category=asked["category"])
    if asked["office"]:
        rows = rows.in_office(today())
    page = page_of(rows, "-registered_at", request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": [(one, one.in_office_on(today())) for one in page.rows], "asked": asked,
        "categories": SocialSupervisor.Category.choices, "may_manage": policies.may_manage(request.user),
    }  # fmt: skip
    return render(request, "social/register.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@managers
def appoint(request: HttpRequest) -> HttpResponse:
    """Enter somebody with the appointment letter."""
    form = AppointForm(posted(request))

    def act() -> HttpResponse:
        made = actions.appoint(actor_of_page(request), form.cleaned_data["username"], form.draft())
        messages.success(request, _("The social supervisor was entered and told."))
        return redirect("social:supervisor", made.pk)

    return one_form(
        request, form, act, title=_("Enter a social supervisor"), submit=_("Enter"), back=reverse("social:register"),
        intro=_("The person signs in with an account of their own, as every citizen does."),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def supervisor(request: HttpRequest, supervisor_id: int) -> HttpResponse:
    """One entry with its visits; a manager ends the office here."""
    one = get_object_or_404(SocialSupervisor.objects.select_related("user"), pk=supervisor_id)
    form = ReleaseForm(posted(request))
    if form.is_valid() and acted(form, lambda: _release(request, one, form)):
        messages.success(request, _("Saved."))
        return redirect("social:supervisor", one.pk)
    seats = one.seats.select_related("visit").order_by("-invited_at")
    context = {
        "one": one, "in_office": one.in_office_on(today()), "avoids": list(one.avoids.all()), "form": form,
        "seats": [seat for seat in seats[:50] if seat.visit.names_open],
        "may_manage": policies.may_manage(request.user), "history": history_of(one),
    }  # fmt: skip
    return render(request, "social/supervisor.html", context, status=422 if form.errors else 200)


def _release(request: HttpRequest, one: SocialSupervisor, form: ReleaseForm) -> SocialSupervisor:
    return actions.release(actor_of_page(request), one.pk, note=form.cleaned_data["note"])


@never_cache
@require_http_methods(["GET", "POST"])
@managers
def edit(request: HttpRequest, supervisor_id: int) -> HttpResponse:
    """Correct the entry; a new letter is another term."""
    one = get_object_or_404(SocialSupervisor.objects.select_related("user"), pk=supervisor_id)
    names = ("category", "employer", "letter", "starts_on", "ends_on")
    initial = {name: getattr(one, name) for name in names}
    form = SupervisorForm(posted(request), initial={**initial, "avoids": [row.pk for row in one.avoids.all()]})

    def act() -> HttpResponse:
        actions.reappoint(actor_of_page(request), one.pk, form.draft())
        messages.success(request, _("Saved."))
        return redirect("social:supervisor", one.pk)

    return one_form(
        request, form, act, title=one.user.name, submit=_("Save"), back=reverse("social:supervisor", args=[one.pk]),
        intro=_("Another term has a letter of its own: enter its number and days."),
    )  # fmt: skip
