"""Behind the scenes: the packages that a person writes or approves, one of them, and what can be done with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.packages import actions, policies, readiness
from approvals.packages.forms import GroundForm, PackageForm, VersionForm
from approvals.packages.models import Package, PackageVersion
from approvals.packages.outline import items_text, questions_text
from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.models import Department
from portal.people.roles import Role

editors = allowed_to(policies.works_on_packages)
CONTENTS = ("name", "name_en", "summary", "summary_en", "promised_days", "visits", "questions", "items")


def _actor(request: HttpRequest) -> Actor:
    user: Any = request.user
    order = (Role.ADMINISTRATOR, Role.DEPARTMENT_HEAD, Role.REVIEWER)
    return actor_for(request, next((one for one in order if one in user.access.roles), None))


@require_safe
@editors
def package_list(request: HttpRequest) -> HttpResponse:
    """The packages that the person manages. A fixed number of queries."""
    rows = Package.objects.managed_by(request.user).select_related("current", "department")
    page = page_of(rows.prefetch_related("versions"), "code", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, one.versions.all()[0] if one.versions.all() else None) for one in page.rows],
        "may_make": policies.may_make(request.user),
    }
    return render(request, "packages/admin_list.html", context)


@require_http_methods(["GET", "POST"])
@allowed_to(policies.may_make)
def package_new(request: HttpRequest) -> HttpResponse:
    """A new package with its first version as a draft."""
    user: Any = request.user
    departments = Department.objects.filter(closed_on__isnull=True).order_by("code")
    if not user.access.has(Role.ADMINISTRATOR):
        departments = departments.filter(pk__in=user.access.departments(Role.DEPARTMENT_HEAD))
    form = PackageForm(request.POST if request.method == "POST" else None, departments=departments)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        draft = actions.PackageDraft(
            code=data["code"], department_id=data["department"].pk, audience=data["audience"],
            life_event_id=data["life_event"].pk if data["life_event"] else None, version=_contents(data),
        )  # fmt: skip
        try:
            package = actions.make_package(_actor(request), draft)
        except Invalid as error:
            form.add_domain_error(error)
        else:
            messages.success(request, _("The draft has been saved. Somebody else approves it before it is published."))
            return redirect("packages:admin-package", package.pk)
    return render(request, "packages/admin_new.html", {"form": form}, status=422 if form.errors else 200)


def _contents(data: dict[str, Any]) -> actions.VersionDraft:
    return actions.VersionDraft(**{name: data[name] for name in CONTENTS})


def _package(request: HttpRequest, pk: int) -> Package:
    rows = Package.objects.managed_by(request.user).select_related("current", "department")
    return get_object_or_404(rows, pk=pk)


def _draft(package: Package) -> PackageVersion | None:
    rows = package.versions.filter(state=PackageVersion.State.DRAFT)
    return rows.select_related("created_by", "reviewed_by").first()


@require_safe
@editors
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """One package: the version in force, the draft with what it lacks, and the steps that this person may take."""
    return render(request, "packages/admin_package.html", _context(request, _package(request, pk)))


def _context(request: HttpRequest, found: Package, bound: dict[str, PortalForm] | None = None) -> dict[str, Any]:
    user, draft, forms = request.user, _draft(found), bound or {}
    may_edit = policies.may_edit(user, found)
    shown = draft or found.current
    return {
        "package": found, "draft": draft, "version": shown,
        "entries": list(shown.entries.select_related("item__current", "item__department")) if shown else [],
        "lacks": readiness.missing(draft) if draft else [],
        "may_edit": may_edit,
        "may_review": draft is not None and policies.may_review(user, found) and draft.created_by_id != user.pk,
        "edit": forms.get("edit") or (_edit_form(draft) if draft and may_edit else None),
        "ground": forms.get("ground") or GroundForm(initial={"revision": found.revision}),
        "faulty": next(iter(forms.values()), None),
    }  # fmt: skip


def _edit_form(draft: PackageVersion) -> VersionForm:
    entries = [(one.item.code, one.condition) for one in draft.entries.select_related("item")]
    texts = {"questions": questions_text(draft.questions), "items": items_text(entries)}
    return VersionForm(initial={**{name: getattr(draft, name, "") for name in CONTENTS}, **texts})


# --- steps ------------------------------------------------------------------------------------------------------------


def _on_draft(step: Callable[..., Any]) -> Callable[..., Any]:
    def run(request: HttpRequest, found: Package, revision: int, _form: Any) -> None:
        draft = _draft(found)
        if draft is None:
            raise NotFound()
        step(_actor(request), draft.pk, revision=revision)

    return run


def _edit(request: HttpRequest, found: Package, revision: int, form: Any) -> None:
    draft = _draft(found)
    if draft is None:
        raise NotFound()
    actions.edit_version(_actor(request), draft.pk, _contents(form.cleaned_data), revision=revision)


def _standing(step: Callable[..., Any]) -> Callable[..., Any]:
    def run(request: HttpRequest, found: Package, revision: int, form: Any) -> None:
        step(_actor(request), found.pk, ground=form.cleaned_data["ground"], revision=revision)

    return run


def _new_version(request: HttpRequest, found: Package, _revision: int, _form: Any) -> None:
    actions.new_version(_actor(request), found.pk)


# Step → (form that it needs, the name under which the page shows it, what it does).
STEPS: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "edit": (VersionForm, "edit", _edit),
    "review": (None, "", _on_draft(actions.review)),
    "publish": (None, "", _on_draft(actions.publish)),
    "discard": (None, "", _on_draft(actions.discard_version)),
    "new-version": (None, "", _new_version),
    "suspend": (GroundForm, "ground", _standing(actions.suspend)),
    "resume": (GroundForm, "ground", _standing(actions.resume)),
}


@require_POST
@editors
def act(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step; what is refused stands on the page with all that was typed."""
    found = _package(request, pk)
    if step not in STEPS:
        raise NotFound()
    made, name, run = STEPS[step]
    form = made(request.POST) if made else PortalForm(request.POST)
    revision = request.POST.get("revision", "")
    if form.is_valid():
        try:
            run(request, found, int(revision) if revision.isdecimal() else -1, form)
        except NotAllowed as error:
            if error.code != "second_person":
                raise
            form.add_error(None, error.message)
        except Invalid as error:
            form.add_domain_error(error)
        except NotFound:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Done."))
            return redirect("packages:admin-package", pk)
    bound = {name or "step": form}
    return render(request, "packages/admin_package.html", _context(request, _package(request, pk), bound), status=422)
