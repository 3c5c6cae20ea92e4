"""Types of certificates: the list, one type with its versions and links, a new type, a new version."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.certificates import actions, policies
from approvals.certificates.actions import TypeDraft
from approvals.certificates.forms import LinksForm, TypeForm, VersionForm
from approvals.certificates.models import CertificateType, TypeVersion
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.time import today
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.models import Department
from portal.people.roles import Role

FAULTS = {"fields": "fields_text"}  # where the form calls a field otherwise than the action


def _actor(request: HttpRequest, department_id: int) -> Any:
    user: Any = request.user
    if user.access.has(Role.DEPARTMENT_HEAD, department_id):
        return actor_for(request, Role.DEPARTMENT_HEAD, department_id=department_id)
    return actor_for(request, Role.ADMINISTRATOR)


@never_cache
@require_safe
@allowed_to(policies.may_see_types)
def types(request: HttpRequest) -> HttpResponse:
    """All types that one sees; a fixed number of queries."""
    user: Any = request.user
    rows = (
        CertificateType.objects.visible_to(user)
        .select_related("department")
        .prefetch_related(
            Prefetch("versions", TypeVersion.objects.order_by("-valid_from")), "issuing_items", "material_sources"
        )
    )
    day = today()
    shown = [
        (one, next((v for v in one.versions.all() if v.holds_on(day)), None)) for one in rows.order_by("code")[:500]
    ]
    return render(request, "certificates/types.html", {"rows": shown, "may_make": policies.may_make_types(user)})


def _departments(user: Any) -> Any:
    rows = Department.objects.filter(closed_on__isnull=True).order_by("code")
    if user.access.has(Role.ADMINISTRATOR):
        return rows
    return rows.filter(pk__in=user.access.departments(Role.DEPARTMENT_HEAD))


@never_cache
@require_http_methods(["GET", "POST"])
@allowed_to(policies.may_make_types)
def type_new(request: HttpRequest) -> HttpResponse:
    """A new type with its first version."""
    form = TypeForm(request.POST if request.method == "POST" else None, departments=_departments(request.user))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        draft = TypeDraft(
            code=data["code"].strip().upper(), name=data["name"].strip(), name_en=data["name_en"].strip(),
            department_id=data["department"].pk, renewal_item_code=data["renewal_item_code"].strip(),
            version=form.draft(),
        )  # fmt: skip
        made = _tried(form, lambda: actions.make_type(_actor(request, draft.department_id), draft))
        if made is not None:
            messages.success(request, _("The type has been made. Now say which items issue it."))
            return redirect("certificates:type", made.pk)
    return render(request, "certificates/type_new.html", {"form": form}, status=422 if form.errors else 200)


def _tried(form: Any, do: Callable[[], Any]) -> Any:
    """What the action gives, or None with its refusal in the form."""
    try:
        return do()
    except Invalid as error:
        for name, sentence in error.fields.items():
            form.add_error(FAULTS.get(name, name), sentence)
    except (NotAllowed, NotFound):
        raise
    except DomainError as error:
        form.add_error(None, error.message)
    return None


def _type(request: HttpRequest, pk: int) -> CertificateType:
    user: Any = request.user
    return get_object_or_404(CertificateType.objects.visible_to(user).select_related("department"), pk=pk)


@never_cache
@require_safe
@allowed_to(policies.may_see_types)
def type_one(request: HttpRequest, pk: int) -> HttpResponse:
    """One type."""
    return _page(request, _type(request, pk))


def _page(
    request: HttpRequest, kind: CertificateType, *, bound: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    versions = list(kind.versions.order_by("-valid_from"))
    items = list(kind.issuing_items.order_by("item_code").values_list("item_code", flat=True))
    pairs = [f"{one.item_code} / {one.material_code}" for one in kind.material_sources.order_by("item_code", "pk")]
    forms, edits = bound or {}, policies.may_edit_type(user, kind) and kind.closed_on is None
    links = {"items": "\n".join(items), "materials": "\n".join(pairs)}
    fresh = {**VersionForm.initial_of(versions[0]), "valid_from": today()} if versions else {}
    context = {
        "kind": kind, "versions": versions, "items": items, "pairs": pairs, "edits": edits, "today": today(),
        "links_form": forms.get("links") or LinksForm(initial=links, prefix="links"),
        "version_form": forms.get("version") or VersionForm(initial=fresh, prefix="version"),
        "faulty": next(iter(forms.values()), None), "history": history_of(kind),
    }  # fmt: skip
    return render(request, "certificates/type.html", context, status=status)


@require_POST
@allowed_to(policies.may_see_types)
def type_version(request: HttpRequest, pk: int) -> HttpResponse:
    """A version that holds from its day on."""
    kind = _type(request, pk)
    form = VersionForm(request.POST, prefix="version")
    if form.is_valid():
        made = _tried(form, lambda: actions.add_version(_actor(request, kind.department_id), kind.pk, form.draft()))
        if made is not None:
            messages.success(request, _("The version has been entered."))
            return redirect("certificates:type", pk)
    return _page(request, kind, bound={"version": form}, status=422)


@require_POST
@allowed_to(policies.may_see_types)
def type_links(request: HttpRequest, pk: int) -> HttpResponse:
    """Which items issue it, and what it stands in for."""
    kind = _type(request, pk)
    form = LinksForm(request.POST, prefix="links")
    if form.is_valid():
        actor = _actor(request, kind.department_id)
        done = _tried(form, lambda: actions.set_links(actor, kind.pk, items=form.item_codes(), materials=form.pairs()))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("certificates:type", pk)
    return _page(request, kind, bound={"links": form}, status=422)


@require_POST
@allowed_to(policies.may_see_types)
def type_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more is issued under it."""
    kind = _type(request, pk)
    actions.close_type(_actor(request, kind.department_id), kind.pk)
    messages.success(request, _("The type has been closed. What was issued holds."))
    return redirect("certificates:type", pk)
