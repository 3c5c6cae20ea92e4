"""Writing a scoring sheet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.people.views.common import posted
from procurement.evaluation import actions, policies
from procurement.evaluation.actions.sheets import methods_of, weight_rule
from procurement.evaluation.forms import SheetForm, initial_of
from procurement.evaluation.models import Sheet
from procurement.tenders.models import Lot, Project
from procurement.tenders.views.desk import actor_of_page, base_of, opened

CHANGEABLE = frozenset({"announced", "receiving"})
EMPTY: dict[str, Any] = {"candidates": 3, "trim_from": 5, "c1_part": "qualification", "c2_part": "conformity",
                         "c3_part": "technical"}  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: str, lot: int) -> HttpResponse:
    """The sheet of a lot; after the announcement with the words of the change notice."""
    project = opened(request, number)
    found = get_object_or_404(project.lots.select_related("sheet"), number=lot)
    if not policies.may_write_sheet(request.user, project):  # type: ignore[arg-type]
        raise NotAllowed()
    form = _form(request, project, found)
    if form.is_valid():
        try:
            _save(request, project, found, form)
            messages.success(request, _("The scoring sheet is saved."))
            return redirect("tenders:project", number)
        except Invalid as error:
            form.add_domain_error(error)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.add_error(None, error.message)
    context = {
        "base": base_of(request), "form": form, "project": project, "lot": found, "bounds": weight_rule(project),
        "announced": project.state in CHANGEABLE,
    }  # fmt: skip
    return render(request, "evaluation/sheet_edit.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, project: Project, lot: Lot) -> SheetForm:
    sheet = getattr(lot, "sheet", None)
    initial = {**(initial_of(sheet) if sheet else EMPTY), "state_version": project.state_version}
    held = sheet.criteria.count() if sheet else 3
    sent = request.POST.get("criteria", "")
    shown = int(sent) if sent.isdecimal() and len(sent) < 4 else held
    announced = project.state in CHANGEABLE
    if "more" in request.POST:  # another criterion: what was typed is shown again, and nothing is judged yet
        form = SheetForm(None, initial=request.POST.dict(), criteria=shown + 1, announced=announced)
    else:
        form = SheetForm(posted(request), initial=initial, criteria=shown, announced=announced)
    offered = methods_of(project)
    form.fields["method"].choices = [one for one in Sheet.Method.choices if one[0] in offered]  # type: ignore[attr-defined]
    return form


def _save(request: HttpRequest, project: Project, lot: Lot, form: SheetForm) -> None:
    actor, version = actor_of_page(request), form.cleaned_data["state_version"]
    if project.state in CHANGEABLE:
        text = form.cleaned_data["text"]
        actions.change_sheet(actor, lot.pk, form.draft(), text=text, state_version=version)
    else:
        actions.write_sheet(actor, lot.pk, form.draft(), state_version=version)
