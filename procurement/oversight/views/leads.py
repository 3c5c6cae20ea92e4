"""The workbench: the list of leads, one lead with everything in it, and the forms that belong to it."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.access import log_view
from portal.core.time import today
from portal.people.history import history_of
from portal.people.lists import page_of
from portal.people.views.common import posted
from procurement.awards.views.common import form_page, refusals, steps_of, version_of
from procurement.oversight import actions, policies
from procurement.oversight.forms import AnswerForm, FilesForm, InquiryForm, NoteForm
from procurement.oversight.lifecycle import LEAD, TONES, WORKED_ON
from procurement.oversight.listing import LeadFilter, leads_for
from procurement.oversight.models import Lead, Sign
from procurement.oversight.signs import REGISTRY
from procurement.oversight.views.common import actor_of_page, lead_by, watched, worked
from procurement.oversight.views.faces import Face, face, priority_face

STREAM = actions.STREAM


@never_cache
@require_safe
@watched
def leads(request: HttpRequest) -> HttpResponse:
    """The leads by their weight, the heaviest first."""
    form = LeadFilter(request.GET)
    rows = leads_for(request.user, request.GET).select_related("taken_by")
    page = page_of(rows, "-priority", request.GET.get("cursor", ""))
    found = _codes_of(page.rows)
    context = {
        "form": form,
        "chosen": form.chosen(),
        "page": page,
        "rows": [
            (one, LEAD.states[one.state].label, TONES[one.state], *priority_face(one), found.get(one.pk, []))
            for one in page.rows
        ],
        "tab": "leads",
    }
    return render(request, "oversight/leads.html", context)


def _codes_of(rows: list[Lead]) -> dict[int, list[Any]]:
    """The titles of the standing signs of each lead on the page, one query."""
    signs = Sign.objects.standing().filter(lead__in=[one.pk for one in rows])
    found: dict[int, list[Any]] = {}
    for pk, code in signs.order_by("kind", "code").values_list("lead_id", "code").distinct():
        found.setdefault(pk, []).append(REGISTRY[code].title)
    return found


@never_cache
@require_http_methods(["GET", "POST"])
@watched
def lead(request: HttpRequest, number: str) -> HttpResponse:
    """One lead: its signs with what they rest on, letters, notes, files, kept evidence; steps for who may take them."""
    one = lead_by(request, number)
    wrong = _act(request, one) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        messages.success(request, _("Saved."))
        return redirect("oversight:lead", number)
    log_view(actor_of_page(request), STREAM, one.pk, "oversight:lead")
    return render(request, "oversight/lead.html", _context(request, one, wrong), status=422 if wrong else 200)


def _act(request: HttpRequest, one: Lead) -> list[str]:
    code = request.POST.get("step", "")
    return refusals(
        lambda: actions.take_step(
            actor_of_page(request), one.pk, code, request.POST, state_version=version_of(request)
        )
    )  # fmt: skip


def _context(request: HttpRequest, one: Lead, wrong: list[str]) -> dict[str, Any]:
    user: Any = request.user
    rows = one.signs.select_related("project", "lot").prefetch_related("firms").order_by("kind", "code", "pk")
    signs = [face(sign) for sign in rows]
    handles = one.state in WORKED_ON and policies.may_handle(user, one)
    return {
        "lead": one,
        "label": LEAD.states[one.state].label,
        "tone": TONES[one.state],
        "priority": priority_face(one),
        "findings": [sign for sign in signs if sign.sign.kind == Sign.Kind.FINDING],
        "statistical": [sign for sign in signs if sign.sign.kind == Sign.Kind.STATISTICAL],
        "gone": bool(signs) and not any(sign.sign.stands for sign in signs),
        "firms": sorted({firm.pk: firm for sign in signs for firm in sign.firms}.values(), key=lambda firm: firm.pk),
        "tenders": sorted({sign.sign.project for sign in signs if sign.sign.project}, key=lambda one: one.pk),
        "inquiries": list(one.inquiries.select_related("organisation")),
        "today": today(),
        "notes": list(one.notes.select_related("by")),
        "files": list(one.files.select_related("file")),
        "evidence": list(one.evidence.defer("body")),
        "handles": handles,
        "asks": handles and one.state == "inquiry",
        "starts": _starts(one, signs) if policies.may_work(user) else [],
        "steps": steps_of(LEAD, one, user, request.POST),
        "history": history_of(one),
        "wrong": wrong,
    }


def _starts(one: Lead, signs: list[Face]) -> list[tuple[Any, str, str]]:
    """What an established finding leads to: for each firm of the findings a decision on conduct, and a penalty."""
    if one.state != "closed" or one.result != Lead.Result.ESTABLISHED:
        return []
    findings = [sign for sign in signs if sign.sign.kind == Sign.Kind.FINDING and sign.sign.stands]
    firms = {firm.pk: firm for sign in findings for firm in sign.firms}
    found = []
    for firm in firms.values():
        about = [sign for sign in findings if firm in sign.firms]
        tender = next((sign.sign.project.number for sign in about if sign.sign.project), "")
        decision = {"kind": "black", "about": "firm", "uscc": firm.uscc, "name": firm.name, **_ground(about)}
        penalty = {"uscc": firm.uscc, "project_number": tender}
        found.append((firm, f"?{urlencode(decision)}", f"?{urlencode(penalty)}"))
    return found


def _ground(about: list[Face]) -> dict[str, str]:
    """Ground and source of a decision, in the centre's language: it is an official paper."""
    with override(settings.LANGUAGE_CODE):
        titles = "、".join(sorted({str(sign.title) for sign in about}))
        tenders = "、".join(sorted({sign.sign.project.title for sign in about if sign.sign.project}))
        ground = _("Collusion in “%(tenders)s”: %(signs)s.") % {"tenders": tenders, "signs": titles}
    return {"ground": ground[:1000], "source": "；".join(sorted({sign.sign.source for sign in about}))[:300]}


# --- forms of a lead ----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@worked
def letter_new(request: HttpRequest, number: str) -> HttpResponse:
    """Write down a letter of inquiry."""
    one, form = lead_by(request, number), InquiryForm(posted(request))

    def act(_files: Any) -> HttpResponse:
        made = actions.ask(actor_of_page(request), one.pk, form.draft())
        messages.success(request, _("The letter is on record. It is to be answered by %(day)s.") % {"day": made.due_on})
        return redirect("oversight:lead", number)

    notes = [_("The letter goes out on paper or by the official document system. Nobody outside reads this page.")]
    return form_page(request, form, act, **_texts(one, _("Letter of inquiry"), _("Put on record")), notes=notes)


@never_cache
@require_http_methods(["GET", "POST"])
@worked
def answer(request: HttpRequest, number: str, inquiry_id: int) -> HttpResponse:
    """Enter what came back to a letter."""
    one, form = lead_by(request, number), AnswerForm(posted(request))
    letter = get_object_or_404(one.inquiries, pk=inquiry_id)

    def act(_files: Any) -> HttpResponse:
        data = form.cleaned_data
        actions.enter_answer(
            actor_of_page(request), one.pk, inquiry_id, data["answer"], unanswered=data["unanswered"]
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("oversight:lead", number)

    notes = [f"{letter.letter} · {letter.to_name}", letter.question]
    return form_page(request, form, act, **_texts(one, _("Enter the answer"), _("Save")), notes=notes)


@never_cache
@require_http_methods(["GET", "POST"])
@worked
def note_new(request: HttpRequest, number: str) -> HttpResponse:
    """Write a note."""
    one, form = lead_by(request, number), NoteForm(posted(request))

    def act(_files: Any) -> HttpResponse:
        actions.write_note(actor_of_page(request), one.pk, form.cleaned_data["text"])
        return redirect("oversight:lead", number)

    return form_page(request, form, act, **_texts(one, _("Write a note"), _("Save")))


@never_cache
@require_http_methods(["GET", "POST"])
@worked
def files_new(request: HttpRequest, number: str) -> HttpResponse:
    """Attach files."""
    one, form, actor = (
        lead_by(request, number),
        FilesForm(posted(request), request.FILES or None),
        actor_of_page(request),
    )

    def act(files: Any) -> HttpResponse:
        actions.add_files(actor, one.pk, files, note=form.cleaned_data["note"])
        return redirect("oversight:lead", number)

    texts = _texts(one, _("Attach files"), _("Attach"))
    return form_page(request, form, act, files=("papers", actions.FILE_KIND), owner=actor, **texts)


def _texts(one: Lead, title: str, submit: str) -> dict[str, Any]:
    back = reverse("oversight:lead", args=[one.number])
    return {"title": title, "submit": submit, "back": back, "intro": f"{one.number} · {one.title}"}


@never_cache
@require_safe
@watched
def evidence(request: HttpRequest, number: str, evidence_id: int) -> HttpResponse:
    """The signs as they were kept: the very text whose hash stands on the page of the lead."""
    one = lead_by(request, number)
    kept = get_object_or_404(one.evidence, pk=evidence_id)
    log_view(actor_of_page(request), STREAM, one.pk, "oversight:evidence")
    answered = HttpResponse(kept.body, content_type="application/json; charset=utf-8")
    answered["Content-Disposition"] = f'attachment; filename="{one.number}-{kept.pk}.json"'
    return answered
