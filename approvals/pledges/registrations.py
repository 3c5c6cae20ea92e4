"""What pledges hang into other rooms: guards, excuses, ways beside a material, panels, words, navigation."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from approvals.cases import excused, guards, sources, timeline
from approvals.cases.draft import Brought
from approvals.cases.models import Case
from approvals.cases.papers import additions
from approvals.cases.policies import is_applicant, may_handle
from approvals.pledges import objections, papers, policies, reading, terms
from approvals.pledges.lifecycle import COMMITMENT, MATERIAL
from approvals.pledges.rules import PLEDGE_RULES
from hall.rule_seeds import announce
from portal.core import access
from portal.core.registries import HANDLING, OWN, PUBLIC, STAFF, register_nav, register_panel
from portal.people.history import register_history

DESK = {"clerk", "reviewer", "department_head", "supervisor", "auditor", "administrator"}


def connect() -> None:
    """Called once, in the app's ready()."""
    announce(PLEDGE_RULES)
    guards.register("pledges.filing", ("submit",), objections.to_filing, of_new=False)
    guards.register("pledges.approving", ("approve",), objections.to_approving)
    excused.register("pledges", terms.excused)
    additions.register("acceptance", "pledges", papers.on_acceptance)
    access.register_stream(
        "pledges.creditrecord", _("Credit record"), link=lambda pk: reverse("pledges:credit-record", args=[pk])
    )
    access.register_purposes(
        {
            "check of a commitment": pgettext_lazy("purpose", "Check of a commitment"),
            "credit record": pgettext_lazy("purpose", "Credit record"),
        }
    )
    access.register_words({"credit": _("Whose credit record it is")})
    sources.register_source("pledges", beside_material)
    register_panel("cases.draft", "pledges", draft_panel, order=40)
    register_panel("counter.intake", "pledges", window_panel)
    register_panel("cases.detail", "pledges", citizen_panel, order=20)
    register_panel("cases.case", "pledges", desk_panel, order=20)
    register_nav(PUBLIC, _("My promises"), "pledges:mine", {"citizen", "agent"}, order=46, group=OWN)
    register_nav(STAFF, _("Promises and commitments"), "pledges:due", DESK, order=45, group=HANDLING)
    _words()


# --- pages of others --------------------------------------------------------------------------------------------------


def beside_material(request: HttpRequest, case: Case, row: Brought) -> str:
    """What may be promised or signed in place of a material, on the page of uploads."""
    material = row.material
    if material is None or not case.is_draft or not (material.tolerable or material.committable):
        return ""
    held = _held(request, case)
    context = {
        "case": case, "material": material, "promise": held["promises"].get(material.pk),
        "may_follow": material.tolerable and material.required and not row.files and held["latest"] is not None,
        "commitment": held["commitment"] if material.committable else None,
        "may_commit": material.committable and not row.files and held["text"],
    }  # fmt: skip
    return render_to_string("pledges/beside_material.html", context, request=request)


def _held(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What is asked once for all materials of the page."""
    known: dict[str, Any] | None = getattr(request, "_pledges", None)
    if known is None:
        known = {
            "promises": {one.material_id: one for one in terms.promises_of(case)}, "latest": terms.latest_day(case),
            "commitment": terms.commitment_of(case), "text": terms.text_of(case.item_id) is not None,
        }  # fmt: skip
        request._pledges = known  # type: ignore[attr-defined]
    return known


def draft_panel(request: HttpRequest, case: Case) -> str:
    """The commitment as a way, on the list of tasks."""
    if terms.text_of(case.item_id) is None:
        return ""
    context = {"case": case, "commitment": terms.commitment_of(case)}
    return render_to_string("pledges/panel_draft.html", context, request=request)


def window_panel(request: HttpRequest, case: Case) -> str:
    """On the clerk's screen: the printed commitment as a way, for an item that is decided on one."""
    user: Any = request.user
    if not policies.may_certify(user, case) or terms.text_of(case.item_id) is None:
        return ""
    context = {"case": case, "commitment": terms.commitment_of(case), "covered": reading.covered(case)}
    return render_to_string("pledges/panel_window.html", context, request=request)


def _cards(case: Case) -> dict[str, Any]:
    commitment = terms.commitment_of(case)
    return {
        "case": case, "rows": [reading.promise_card(one) for one in terms.promises_of(case)],
        "commitment": reading.commitment_card(commitment) if commitment else None,
    }  # fmt: skip


def citizen_panel(request: HttpRequest, case: Case) -> str:
    """What the applicant promised; nothing is asked where nothing was."""
    if not case.pledged or not is_applicant(request.user, case):  # type: ignore[arg-type]
        return ""
    return render_to_string("pledges/panel_citizen.html", _cards(case), request=request)


def desk_panel(request: HttpRequest, case: Case) -> str:
    """What was promised, and before the acceptance the way to leave something for later."""
    may = case.state == "submitted" and may_handle(request.user, case) and bool(terms.tolerable(case))  # type: ignore[arg-type]
    context = {**_cards(case), "may_tolerate": may}
    if not (context["rows"] or context["commitment"] or may):
        return ""
    return render_to_string("pledges/panel_desk.html", context, request=request)


# --- words ------------------------------------------------------------------------------------------------------------


def _words() -> None:
    for code, step in MATERIAL.transitions.items():
        timeline.register_words(f"pledge.{code}", _named(step.told), public=step.public)
    for code, told in COMMITMENT.transitions.items():
        timeline.register_words(f"commitment.{code}", _plain(told.told), public=told.public)
    timeline.register_words(
        "pledge.tolerated", lambda _data: pgettext("timeline", "Accepted although materials follow")
    )
    register_history(
        {
            "credit.made": pgettext_lazy("history", "Put on record"),
            "credit.asked": pgettext_lazy("history", "Asked by the subject"),
            "credit.granted": pgettext_lazy("history", "Request granted"),
            "credit.declined": pgettext_lazy("history", "Request not granted"),
            "item.tolerance_terms": pgettext_lazy("history", "Terms of tolerant acceptance set"),
            "item.commitment_text_written": pgettext_lazy("history", "Text of the commitment written"),
            "item.commitment_text_published": pgettext_lazy("history", "Text of the commitment put into force"),
            "item.commitment_text_retired": pgettext_lazy("history", "Text of the commitment withdrawn"),
        }
    )


def _named(told: Any) -> Any:
    def words(data: dict[str, Any]) -> str:
        return f"{told}: {_material(data)}" if data.get("material") else str(told)

    return words


def _material(data: dict[str, Any]) -> str:
    english = (get_language() or "").startswith("en")
    return str((english and data.get("material_en")) or data["material"])


def _plain(told: Any) -> Any:
    return lambda _data: str(told)
