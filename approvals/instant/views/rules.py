"""Rule sets: which items have one, one item's versions, writing, trying, putting into force; checks that are off."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.catalogue.formdef import FormDefinition
from approvals.catalogue.models import Item
from approvals.instant import actions, policies
from approvals.instant.checks import CHECKS, SOURCES
from approvals.instant.forms import RulesForm
from approvals.instant.models import BrokenCheck, RuleSet
from approvals.instant.wording import of_rules
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role

readers = allowed_to(policies.may_see_desk)
DESK = (Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD)
ACTS = {"try": actions.try_out, "publish": actions.publish, "retire": actions.retire}


def items_at_work(user: Any) -> Any:
    rows = Item.objects.select_related("department", "current__form")
    return rows if user.access.centre_wide else rows.filter(department__in=user.access.departments(*DESK))


@require_safe
@readers
def listing(request: HttpRequest) -> HttpResponse:
    """The items with rules, and those whose guide says that the portal decides them; the checks that are off."""
    sets = RuleSet.objects.filter(item=OuterRef("pk"))
    rows = items_at_work(request.user).annotate(
        has_rules=Exists(sets.filter(state="in_force")), drafted=Exists(sets.filter(state="draft"))
    )
    rows = rows.filter(Q(has_rules=True) | Q(drafted=True) | Q(current__instant=True, status="published"))
    page = page_of(rows, "code", request.GET.get("cursor", ""))
    context = {
        "page": page, "rows": page.rows, "here": "rules", "off": _off(),
        "may_switch": policies.may_switch(request.user),
    }  # fmt: skip
    return render(request, "instant/rules.html", context)


def _off() -> list[tuple[BrokenCheck, Any]]:
    """The checks that are off now, with their names."""
    rows = BrokenCheck.objects.filter(on_at__isnull=True).order_by("off_at")
    return [(one, CHECKS[one.code].label if one.code in CHECKS else one.code) for one in rows]


def _item(request: HttpRequest, code: str) -> Item:
    return get_object_or_404(items_at_work(request.user), code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def item(request: HttpRequest, code: str) -> HttpResponse:
    """The rules of one item in their versions; POST writes the draft of the next one."""
    row = _item(request, code)
    sets = list(row.rule_sets.select_related("made_by", "published_by", "version__form").order_by("-number"))
    source = next((one for one in sets if one.state in {"draft", "in_force"}), None)
    initial = {"ground": source.ground} if source else {}
    form = RulesForm(
        request.POST if request.method == "POST" else None, lines=source.checks if source else [], initial=initial
    )
    if request.method == "POST" and form.is_valid() and _written(request, row, form):
        messages.success(request, _("The draft has been saved. Try it on past cases now."))
        return redirect("instant:item", code)
    faulty = form if request.method == "POST" else None
    return render(
        request, "instant/item.html", _context(request, row, sets, form, faulty), status=422 if faulty else 200
    )


def _context(request: HttpRequest, row: Item, sets: list[RuleSet], form: RulesForm, faulty: Any) -> dict[str, Any]:
    draft = next((one for one in sets if one.state == "draft"), None)
    may_edit = policies.may_edit(request.user, row)
    definition = row.current.form.definition if row.current is not None and row.current.form is not None else None
    fields = FormDefinition.parse(definition).fields() if definition else []
    return {
        "item": row, "sets": [(one, of_rules(one)) for one in sets], "form": form if may_edit else None,
        "may_edit": may_edit, "may_publish": draft is not None and policies.may_publish(request.user, draft),
        "fields": [(one.code, one.label) for one in fields], "faulty": faulty, "here": "rules",
        "kinds": [(one, SOURCES[one.source]) for one in CHECKS.values()],
        "outdated": [one.pk for one in sets if one.state != "retired" and one.version_id != row.current_id],
    }  # fmt: skip


def _written(request: HttpRequest, row: Item, form: RulesForm) -> bool:
    checks, places = form.checks()
    try:
        actions.write(_actor(request, row), row.pk, checks, ground=form.cleaned_data["ground"])
    except NotAllowed:
        raise
    except Invalid as error:
        for name, said in error.fields.items():
            place = name.removeprefix("check-")
            line = places[int(place)] if place.isdecimal() and int(place) < len(places) else 0
            form.add_error(f"check-{line}" if place != name else name, str(said))
        return False
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    return True


def _actor(request: HttpRequest, row: Item) -> Any:
    heads = request.user.access.has(Role.DEPARTMENT_HEAD, row.department_id)  # type: ignore[union-attr]
    role = Role.DEPARTMENT_HEAD if heads else Role.ADMINISTRATOR
    return actor_for(request, role, department_id=row.department_id)


@require_POST
@readers
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Try a draft, put it into force, or withdraw what is in force."""
    row = get_object_or_404(RuleSet.objects.visible_to(request.user).select_related("item"), pk=pk)
    if act not in ACTS:
        raise NotFound()
    try:
        ACTS[act](_actor(request, row.item), row.pk)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Done."))
    return redirect("instant:item", row.item.code)


@require_POST
@readers
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """A check that broke is mended."""
    try:
        note = request.POST.get("note", "")
        actions.switch_on(actor_for(request, Role.ADMINISTRATOR), pk, note=note)
    except (NotAllowed, NotFound):
        raise
    except Invalid:
        messages.error(request, _("Say what was mended."))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The check is on again."))
    return redirect("instant:rules")
