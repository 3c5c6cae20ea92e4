"""The inner pages of a tender, for the trading centre, the buyer and the agency: register, review, announce, change."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.actors import Actor
from portal.core.errors import DomainError, Invalid, NotAllowed
from portal.core.lifecycle import Transition
from portal.core.models import StoredFile
from portal.core.registries import panels
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.roles import Role
from portal.people.views.common import posted
from procurement import uploads
from procurement.bidders.agents import organisations_of
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.bidders.views.desk import role_of
from procurement.models import Method
from procurement.tenders import actions, periods, policies
from procurement.tenders.actions.papers import BY_CHANGE, QUESTIONS_OPEN
from procurement.tenders.forms import AnnounceForm, AnswerForm, ChangeForm, DocumentsForm, TenderForm, initial_of
from procurement.tenders.lifecycle import BEFORE, OWN_ACTION, TENDER
from procurement.tenders.models import Bond, Project
from procurement.tenders.uploads import held
from procurement.tenders.views.public import face

readers = allowed_to(may_see_trading)
FORM = "tenders/form.html"


def base_of(request: HttpRequest) -> str:
    """Staff see the page in their workbench, agents in the citizens' frame."""
    return "base_staff.html" if may_see_trading(request.user) else "base.html"


def actor_of_page(request: HttpRequest) -> Actor:
    role = role_of(request.user)
    return actor_for(request, Role.AGENT if role == Role.CITIZEN else role)


@never_cache
@require_safe
@readers
def desk(request: HttpRequest) -> HttpResponse:
    """All tenders, the latest registered first; by state."""
    user: Any = request.user
    state = request.GET.get("state", "")
    rows = Project.objects.managed_by(user).select_related("buyer").defer("search", "summary", "qualification")
    if state in TENDER.states:
        rows = rows.filter(state=state)
    page = page_of(rows, "-registered_at", request.GET.get("cursor", ""))
    context = {
        "page": page,
        "rows": [(one, *face(one)) for one in page.rows],
        "states": TENDER.states.values(),
        "state": state,
        "may_register": may_manage_trading(user),
    }
    return render(request, "tenders/desk.html", context)


def opened(request: HttpRequest, number: str) -> Project:
    """The tender for its inner page; a missing one and somebody else's look alike."""
    user: Any = request.user
    rows = Project.objects.managed_by(user).select_related("buyer", "agency", "repeats", "registered_by")
    return get_object_or_404(rows, number=number)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def project(request: HttpRequest, number: str) -> HttpResponse:
    """Everything of one tender, and the steps that the reader can take."""
    one = opened(request, number)
    wrong = _act(request, one) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("tenders:project", number)
    user: Any = request.user
    offered = TENDER.offered(one, user)
    label, tone = face(one)
    context = {
        "base": base_of(request),
        "tender": one,
        "label": label,
        "tone": tone,
        "lots": list(one.lots.select_related("failed")),
        "settles": True,
        "documents": list(one.documents.filter(withdrawn_at__isnull=True).select_related("file")),
        "opinions": list(one.opinions.all()),
        "questions": list(one.questions.all()),
        "notices": list(one.notices.all()),
        "steps": [step for step in offered if step.code not in OWN_ACTION],
        "codes": {step.code for step in offered},
        "may_prepare": policies.may_prepare(user, one),
        "may_add": one.state in BEFORE and policies.may_prepare(user, one),
        "editable": one.state in ("registered", "sent_back") and policies.may_prepare(user, one),
        "history": history_of(one),
        "wrong": wrong,
        "typed": request.POST,
        "staff": may_see_trading(user),
        "waiting_bonds": waiting_bonds(user, one),
        "counts_downloads": policies.may_count_downloads(user, one),
        "sees_downloads": policies.may_see_downloads(user, one),
        "invited": list(one.invitations.select_related("organisation")) if one.method == Method.INVITED else None,
        "panels": panels("tenders.project", request, one),
    }
    return render(request, "tenders/project.html", context, status=422 if wrong else 200)


def waiting_bonds(user: Any, project: Project) -> list[Bond]:
    """The bonds of the tender that somebody has to confirm or refuse before its bids are evaluated."""
    rows = Bond.objects.visible_to(user) if may_see_trading(user) else Bond.objects.none()
    return list(rows.waiting(project).select_related("lot", "organisation").order_by("lot__number", "declared_at"))


def _act(request: HttpRequest, one: Project) -> list[str]:
    """Take the step that was sent; what is wrong with it, in words."""
    code = request.POST.get("step", "")
    if code not in TENDER.transitions:
        return [_("Please choose one of the answers.")]
    try:
        version = int(request.POST.get("state_version") or -1)
        actions.take_step(actor_of_page(request), one.pk, code, request.POST, state_version=version)
    except (DomainError, ValueError) as error:
        return refusals_of(error, TENDER.transitions[code])
    return []


def refusals_of(error: Exception, step: Transition[Any]) -> list[str]:
    """What was refused of a step, each with the name of its field: the page has a form for every step."""
    asked = {ask.name: ask.label for ask in step.asks}
    fields = getattr(error, "fields", {})
    told = [
        _("%(name)s: %(what)s") % {"name": asked[name], "what": text} if name in asked else str(text)
        for name, text in fields.items()
    ]
    return told or [str(error)]


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a tender: the trading centre, or an agent of the buyer or the agency."""
    if not may_manage_trading(request.user) and not organisations_of(request.user).exists():
        raise NotAllowed()

    def save(form: TenderForm) -> Project:
        return actions.register(actor_of_page(request), form.draft())

    return _registration(request, save, initial={"sign_in_for_documents": True}, lots=1, title=_("Register a tender"))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Correct a registration; one that was sent back goes to the review again."""
    one = opened(request, number)
    if not policies.may_prepare(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    version = request.POST.get("state_version", "")

    def save(form: TenderForm) -> Project:
        sent = int(version) if version.isdecimal() and len(version) < 10 else -1
        return actions.rewrite(actor_of_page(request), one.pk, form.draft(), state_version=sent)

    lots = max(1, one.lots.count())
    return _registration(
        request, save, initial=initial_of(one), lots=lots, title=_("Correct the registration"), one=one
    )


def _registration(
    request: HttpRequest,
    save: Callable[[TenderForm], Project],
    *,
    initial: dict[str, Any],
    lots: int,
    title: str,
    one: Project | None = None,
) -> HttpResponse:
    typed = request.POST.get("lots", "")
    shown = int(typed) if typed.isdecimal() and len(typed) < 4 else lots
    if "more" in request.POST:  # another lot is asked for: what was typed is shown again, and nothing is judged yet
        form = TenderForm(None, initial=request.POST.dict(), lots=shown + 1)
    else:
        form = TenderForm(posted(request), initial=initial, lots=shown)
    if form.is_valid():
        try:
            return redirect("tenders:project", save(form).number)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            form.add_error(None, error.message)
    back = reverse("tenders:project", args=[one.number]) if one else reverse("tenders:mine")
    context = {"base": base_of(request), "form": form, "title": title, "one": one, "back": back}
    return render(request, "tenders/register.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest, number: str) -> HttpResponse:
    """Add files to the documents; once the tender is announced they go to the change, and none that was sent is lost."""
    one = opened(request, number)
    if not policies.may_prepare(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    form = DocumentsForm(posted(request), request.FILES or None, initial={"kind": "tender"})
    found = held(request, form, actor_of_page(request))
    if one.state in QUESTIONS_OPEN:
        return _to_change(request, one, found)

    if form.is_bound and not found and "papers" not in form.errors:
        form.add_error("papers", _("Choose at least one file."))

    def act() -> HttpResponse:
        actions.add_documents(actor_of_page(request), one.pk, found, kind=form.cleaned_data["kind"])
        messages.success(request, _("The documents have been added."))
        return redirect("tenders:project", number)

    return _page(request, one, form, act, title=_("Add documents"), submit=_("Upload"), kept=uploads.marks(found))


def _to_change(request: HttpRequest, one: Project, found: list[StoredFile]) -> HttpResponse:
    """The form of a change instead, with why, and with the files that were sent."""
    context = {
        "base": base_of(request),
        "tender": one,
        "form": ChangeForm(initial={"state_version": one.state_version}),
        "title": _("Publish a change"),
        "submit": _("Publish"),
        "refused": BY_CHANGE,
        "sends_to": reverse("tenders:change", args=[one.number]),
        "kept": uploads.marks(found),
    }
    return render(request, FORM, context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def withdraw(request: HttpRequest, number: str, document_id: int) -> HttpResponse:
    """Take a document out before the announcement."""
    one = opened(request, number)
    actions.withdraw_document(actor_of_page(request), one.pk, document_id)
    messages.success(request, _("The document was taken out."))
    return redirect("tenders:project", number)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest, number: str) -> HttpResponse:
    """Set the days; a day that breaks a period is refused with the rule, its source and the earliest one."""
    one = opened(request, number)
    if not policies.may_review(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    form = AnnounceForm(posted(request), initial={**suggested(one), "state_version": one.state_version})

    def act() -> HttpResponse:
        data = form.cleaned_data
        actions.announce(
            actor_of_page(request), one.pk, form.schedule(), place=data["place"], text=data["text"],
            state_version=data["state_version"],
        )  # fmt: skip
        messages.success(request, _("The tender has been announced."))
        return redirect("tenders:project", number)

    return _page(request, one, form, act, title=_("Announce"), submit=_("Announce"), rules=periods.applying(one))


def suggested(one: Project) -> dict[str, Any]:
    """The earliest days that the rules allow, to begin with."""
    return {**periods.earliest(one), "deadline_time": "09:30", "place": _("Opening hall 1")}


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Publish a change or clarification."""
    one = opened(request, number)
    if not policies.may_prepare(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    form = ChangeForm(posted(request), request.FILES or None, initial={"state_version": one.state_version})
    found = held(request, form, actor_of_page(request))

    def act() -> HttpResponse:
        data = form.cleaned_data
        made = actions.publish_change(
            actor_of_page(request), one.pk, text=data["text"], changes_documents=data["changes_documents"],
            new_deadline_at=form.deadline(), papers=found, state_version=data["state_version"],
        )  # fmt: skip
        moved = _("The deadline has been moved, and everybody who took the documents was told.")
        messages.success(request, moved if made.deadline_after else _("The change has been published."))
        return redirect("tenders:project", number)

    return _page(request, one, form, act, title=_("Publish a change"), submit=_("Publish"), kept=uploads.marks(found))


@login_required
@require_POST
def repeat(request: HttpRequest, number: str) -> HttpResponse:
    """Register the failed tender anew."""
    one = opened(request, number)
    made = actions.repeat(actor_of_page(request), one.pk, state_version=one.state_version)
    messages.success(request, _("The tender was registered anew, with its documents and scoring sheets as a draft."))
    return redirect("tenders:project", made.number)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, number: str, question_id: int) -> HttpResponse:
    """Answer a question for everybody."""
    one = opened(request, number)
    if not policies.may_prepare(request.user, one):  # type: ignore[arg-type]
        raise NotAllowed()
    question = get_object_or_404(one.questions, pk=question_id)
    form = AnswerForm(posted(request), initial={"state_version": one.state_version})

    def act() -> HttpResponse:
        data = form.cleaned_data
        actions.answer(
            actor_of_page(request), one.pk, question_id, text=data["answer"],
            changes_documents=data["changes_documents"], state_version=data["state_version"],
        )  # fmt: skip
        messages.success(request, _("The answer was published, and everybody who took the documents was told."))
        return redirect("tenders:project", number)

    return _page(request, one, form, act, title=_("Answer a question"), submit=_("Publish"), quoted=question.text)


def _page(
    request: HttpRequest, one: Project, form: Any, act: Callable[[], HttpResponse], **context: Any
) -> HttpResponse:
    """The page of one form; whatever the rules refuse stands on it, and nothing typed is lost."""
    if form.is_valid():
        try:
            return act()
        except Invalid as error:
            form.add_domain_error(error)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(None, error.message)
    context |= {"base": base_of(request), "tender": one, "form": form}
    return render(request, FORM, context, status=422 if form.errors else 200)
