"""The administrator's list of items, the page of one item, its facts, and every step of its standing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.catalogue import actions, editing, policies
from approvals.catalogue.adminlist import PAGE_ROWS, listed, overview_of
from approvals.catalogue.drafts import ItemDraft
from approvals.catalogue.forms_admin import AdminFilter, ItemForm, NewItemForm
from approvals.catalogue.models import Item, ItemVersion
from approvals.catalogue.steps import revision_of
from approvals.catalogue.views.admin_common import actor_of_page, guarded, managed_item, own_departments, refused
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.registries import panels
from portal.people.models import Department


@require_GET
@guarded
def item_list(request: HttpRequest) -> HttpResponse:
    """All items that the reader manages, with what their drafts lack."""
    managed = Item.objects.managed_by(request.user)
    departments = Department.objects.filter(pk__in=managed.values("department_id")).order_by("level", "code")
    form = AdminFilter(request.GET, departments=departments)
    chosen = form.chosen()
    rows = listed(managed, chosen, after=request.GET.get("cursor", ""))
    page = rows[:PAGE_ROWS]
    context = {
        "form": form,
        "rows": page,
        "filtered": bool(chosen),
        "next": page[-1].item.code if rows[PAGE_ROWS:] else None,
        "may_create": own_departments(request).exists(),
        "may_administer": policies.can_administer(request.user),
    }
    return render(request, "catalogue/admin/list.html", context)


@require_http_methods(["GET", "POST"])
@guarded
def item_new(request: HttpRequest) -> HttpResponse:
    """A new item with an empty draft."""
    departments = own_departments(request)
    if not departments.exists():
        raise NotAllowed()
    form = NewItemForm(request.POST if request.method == "POST" else None, departments=departments)
    if form.is_bound and form.is_valid():
        values = form.rest() | {"department_id": form.cleaned_data["department"].pk}
        values.pop("department")
        try:
            item = actions.create_item(actor_of_page(request), ItemDraft(**values))
        except DomainError as error:
            refused(form, error)
        else:
            messages.success(request, _("The item has been made. It is closed to filing until it is published."))
            return redirect("catalogue:admin-item", item.pk)
    return render(request, "catalogue/admin/facts.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@guarded
def item_page(request: HttpRequest, item_id: int) -> HttpResponse:
    """The item with its draft, its versions, its ledger and its history."""
    item = managed_item(request, item_id)
    context = overview_of(item, request.user)
    context["panels"] = panels("catalogue.admin.item", request, item)
    return render(request, "catalogue/admin/item.html", context)


@require_http_methods(["GET", "POST"])
@guarded
def item_facts(request: HttpRequest, item_id: int) -> HttpResponse:
    """Name, department, type, everyday words, life events."""
    item = managed_item(request, item_id)
    if not policies.can_edit(request.user, item):
        raise NotAllowed()
    names = ("name", "name_en", "department", "type", "enterprise", "synonyms")
    initial = {name: getattr(item, name) for name in names} | {"revision": revision_of(item)}
    initial["life_events"] = list(item.life_events.values_list("code", flat=True))
    departments = own_departments(request, beside=item.department_id)
    form = ItemForm(request.POST if request.method == "POST" else None, initial=initial, departments=departments)
    if form.is_bound and form.is_valid():
        try:
            editing.edit_item(actor_of_page(request), item.pk, form.facts(), revision=form.cleaned_data["revision"])
        except (Invalid, Stale) as error:
            refused(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("catalogue:admin-item", item.pk)
    context = {"form": form, "item": item}
    return render(request, "catalogue/admin/facts.html", context, status=422 if form.errors else 200)


@require_GET
@guarded
def standing(request: HttpRequest, item_id: int) -> HttpResponse:
    """Cancel, suspend, merge, delegate, restore: asked for on the pages of the reform, where a second person confirms."""
    item = managed_item(request, item_id)
    if not policies.can_change_standing(request.user, item):
        raise NotAllowed()
    return redirect("reform:propose", item.pk)


# --- steps that are one button ----------------------------------------------------------------------------------------


def _draft(item: Item) -> ItemVersion:
    draft: ItemVersion | None = item.versions.filter(state=ItemVersion.State.DRAFT).first()
    if draft is None:
        raise WrongState(_("There is no draft. Please make a new version first."), code="no_draft")
    return draft


def _new_version(actor: Actor, item: Item) -> str:
    actions.new_version(actor, item.pk)
    return _("A new version has been opened as a copy of the one in force.")


def _approve(actor: Actor, item: Item) -> str:
    actions.review(actor, _draft(item).pk)
    return _("The draft has been approved. Now it can be published.")


def _publish(actor: Actor, item: Item) -> str:
    actions.publish(actor, _draft(item).pk)
    return _("The version is in force from today.")


def _discard(actor: Actor, item: Item) -> str:
    editing.discard_version(actor, _draft(item).pk)
    return _("The draft has been discarded.")


STEPS: dict[str, Callable[[Actor, Item], str]] = {
    "new-version": _new_version,
    "approve": _approve,
    "publish": _publish,
    "discard": _discard,
}


@require_POST
@guarded
def take_step(request: HttpRequest, item_id: int, step: str) -> HttpResponse:
    """Do one step; what the rules forbid is said on the item's page."""
    item = managed_item(request, item_id)
    if step not in STEPS:
        raise NotFound()
    try:
        messages.success(request, STEPS[step](actor_of_page(request), item))
    except DomainError as error:
        if isinstance(error, NotAllowed) and error.code != "second_person":
            raise
        details: dict[str, Any] = error.fields if isinstance(error, Invalid) else {}
        messages.error(request, " ".join([error.message, *map(str, details.values())]))
    return redirect("catalogue:admin-item", item.pk)
