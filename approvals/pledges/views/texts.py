"""Texts of commitments and terms of tolerant acceptance: written by one person, put into force by another."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.catalogue.models import Item, Material
from approvals.pledges import actions, policies, reading, terms
from approvals.pledges.actions.commitments import WORDS as PARTS
from approvals.pledges.forms import TermsForm, TextForm
from approvals.pledges.models import CommitmentText, ToleranceTerms
from portal.core.errors import DomainError, Invalid, NotAllowed
from portal.core.forms import PortalForm
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.roles import Role

readers = allowed_to(policies.may_see_desk)
WORDS = (*PARTS, "check_days")


def _role(user: Any, item: Item) -> str:
    return Role.DEPARTMENT_HEAD if user.access.has(Role.DEPARTMENT_HEAD, item.department_id) else Role.ADMINISTRATOR


def items_at_work(user: Any) -> Any:
    """The items of the departments where the person works; all for centre-wide roles."""
    rows = Item.objects.select_related("department", "current")
    if user.access.centre_wide:
        return rows
    return rows.filter(department__in=user.access.departments(Role.CLERK, Role.REVIEWER, Role.DEPARTMENT_HEAD))


def listed(user: Any) -> Any:
    """The items with a text, or with a material that may follow."""
    texts = CommitmentText.objects.filter(item=OuterRef("pk"))
    may_follow = Material.objects.filter(version=OuterRef("current"), tolerable=True)
    rows = items_at_work(user).annotate(
        has_text=Exists(texts.filter(state="in_force")), drafted=Exists(texts.filter(state="draft")),
        tolerant=Exists(may_follow),
    )  # fmt: skip
    return rows.filter(Q(has_text=True) | Q(drafted=True) | Q(tolerant=True))


@require_safe
@readers
def listing(request: HttpRequest) -> HttpResponse:
    """Which items are tolerant, which are decided on a commitment."""
    page = page_of(listed(request.user), "code", request.GET.get("cursor", ""))
    return render(request, "pledges/texts.html", {"page": page, "rows": page.rows, "here": "texts"})


def _item(request: HttpRequest, code: str) -> Item:
    return get_object_or_404(items_at_work(request.user), code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def item(request: HttpRequest, code: str) -> HttpResponse:
    """The texts of one item in their versions; POST writes the draft of the next one."""
    row = _item(request, code)
    form = None
    if request.method == "POST":
        form = TextForm(request.POST)
        if form.is_valid() and _write(request, row, form):
            messages.success(request, _("The draft has been saved. A second person puts it into force."))
            return redirect("pledges:text", code)
    return render(request, "pledges/text.html", _context(request, row, text_form=form), status=422 if form else 200)


def _write(request: HttpRequest, row: Item, form: TextForm) -> bool:
    data = dict(form.cleaned_data)
    days = data.pop("check_days")
    actor = actor_for(request, _role(request.user, row), department_id=row.department_id)
    return _tried(form, lambda: actions.write_text(actor, row.pk, data, check_days=days))


def _tried(form: PortalForm, act: Any) -> bool:
    """Whether it went; else the form says why not."""
    try:
        act()
    except NotAllowed:
        raise
    except Invalid as error:
        form.add_domain_error(error)
        return False
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    return True


def _context(
    request: HttpRequest, row: Item, *, text_form: TextForm | None = None, terms_form: TermsForm | None = None
) -> dict[str, Any]:
    user: Any = request.user
    texts = list(row.commitment_texts.select_related("made_by", "published_by").order_by("-number"))
    draft = next((one for one in texts if one.state == "draft"), None)
    source = draft or next((one for one in texts if one.state == "in_force"), None)
    initial = {name: getattr(source, name) for name in WORDS} if source else {}
    may_edit = policies.may_edit(user, row)
    in_force = terms.terms_of(row.pk)
    return {
        "item": row, "texts": [reading.parts(one) for one in texts], "draft": draft, "may_edit": may_edit,
        "may_publish": draft is not None and policies.may_publish(user, draft), "days": reading.check_days(),
        "form": (text_form or TextForm(initial=initial)) if may_edit else None,
        "terms": list(ToleranceTerms.objects.filter(item=row).order_by("-valid_from")), "in_force": in_force,
        "terms_form": (terms_form or TermsForm(initial={"decides_first": "no"})) if may_edit else None,
        "tolerable": list(row.current.materials.filter(tolerable=True)) if row.current else [],
        "committable": list(row.current.materials.filter(committable=True)) if row.current else [],
        "faulty": text_form or terms_form, "here": "texts",
    }  # fmt: skip


@require_POST
@readers
def terms_of_item(request: HttpRequest, code: str) -> HttpResponse:
    """New terms of tolerant acceptance."""
    row = _item(request, code)
    form = TermsForm(request.POST)
    actor = actor_for(request, _role(request.user, row), department_id=row.department_id)
    if form.is_valid():
        data = {**form.cleaned_data, "decides_first": form.cleaned_data["decides_first"] == "yes"}
        if _tried(form, lambda: actions.set_terms(actor, row.pk, **data)):
            messages.success(request, _("The terms have been set."))
            return redirect("pledges:text", code)
    if not policies.may_edit(request.user, row):
        raise NotAllowed()
    return render(request, "pledges/text.html", _context(request, row, terms_form=form), status=422)


def _text(request: HttpRequest, pk: int) -> CommitmentText:
    rows = CommitmentText.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("item"), pk=pk)


@require_POST
@readers
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the draft into force."""
    text = _text(request, pk)
    return _after(request, text, actions.publish_text, _("The text is in force."))


@require_POST
@readers
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """The item is not decided on commitments any longer."""
    text = _text(request, pk)
    return _after(request, text, actions.retire_text, _("The text has been withdrawn. What was signed goes on."))


def _after(request: HttpRequest, text: CommitmentText, act: Any, told: str) -> HttpResponse:
    try:
        act(actor_for(request, _role(request.user, text.item), department_id=text.item.department_id), text.pk)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return redirect("pledges:text", text.item.code)
