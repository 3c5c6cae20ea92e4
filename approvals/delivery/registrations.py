"""What deliveries hang into other rooms' pages: guard, to-do box, panels, words of the timeline, navigation."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals.cases import guards, timeline, todo
from approvals.cases.models import Case
from approvals.delivery.lifecycle import DELIVERY
from approvals.delivery.models import Delivery, Way
from portal.core import access
from portal.core.registries import HANDLING, STAFF, register_nav, register_panel


def connect() -> None:
    """Called once, in the app's ready()."""
    from approvals.delivery.actions import objection

    guards.register("delivery", ("deliver",), objection)
    todo.register_todo("delivery", to_receive)
    register_panel("cases.case", "delivery", desk_panel, order=30)
    register_panel("cases.detail", "delivery", citizen_panel, order=30)
    register_nav(
        STAFF,
        gettext_lazy("Delivery"),
        "delivery:desk",
        {"clerk", "reviewer", "department_head", "supervisor", "auditor"},
        order=42,
        group=HANDLING,
    )
    access.register_stream(
        "delivery.delivery", gettext_lazy("Delivery"), link=lambda pk: reverse("delivery:delivery", args=[pk])
    )
    access.register_purposes(
        {
            "delivery": pgettext_lazy("purpose", "Delivery"),
            "posting": pgettext_lazy("purpose", "Posting of letters"),
            "electronic delivery": pgettext_lazy("purpose", "Electronic delivery"),
        }
    )
    access.register_words({"address": gettext_lazy("Postal address"), "receiver": gettext_lazy("Receiver")})
    for code, transition in DELIVERY.transitions.items():
        timeline.register_words(f"delivery.{code}", _sentence(transition.told), public=transition.public)
    timeline.register_words(
        "delivery.chosen", _sentence(pgettext_lazy("timeline", "Way of delivery chosen")), public=True
    )


def _sentence(told: Any) -> Any:
    def words(data: dict[str, Any]) -> str:
        """What happened, with carrier and number where there are any, or the way that was chosen."""
        if number := data.get("tracking_number"):
            carriers = dict(Delivery.Carrier.choices)
            return f"{told} · {carriers.get(data.get('carrier', ''), '')} {number}"
        chosen = "now" not in data or told == DELIVERY.transitions["rechoose"].told
        if chosen and data.get("way") in Way.values:
            return f"{told} · {Way(data['way']).label}"
        return str(told)

    return words


def _of(case: Case) -> Delivery | None:
    """The delivery of a decided case; nothing is asked of the database before the decision."""
    if case.decided_on is None or case.imported:
        return None
    found: Delivery | None = Delivery.objects.filter(case=case).first()
    if found is not None:
        found.case = case
    return found


def to_receive(case: Case) -> todo.Todo | None:
    """The box on top of the applicant's page while the result waits for them."""
    delivery = _of(case) if case.outcome == "approved" else None
    if delivery is None:
        return None
    approved = _("Your application has been approved")
    if delivery.state == "provided":
        url = reverse("delivery:result", args=[case.number])
        text = _("The result is ready. Please open it; that counts as its delivery.")
        return todo.Todo("amber", approved, text, [], url, _("Open the document"), asked=True)
    if delivery.state == "ready":
        return todo.Todo(
            "amber",
            approved,
            _("Please pick the document up at the issuing window and bring your identity card."),
            [
                _("Somebody else needs a power of attorney."),
                _("The pick-up code stands on the page of the application."),
            ],
        )
    if delivery.state == "posted":
        words = {"carrier": delivery.get_carrier_display(), "number": delivery.tracking_number}
        return todo.Todo("green", approved, _("The document is on its way: %(carrier)s, %(number)s.") % words)
    return None


def citizen_panel(request: HttpRequest, case: Case) -> str:
    """How the result comes to the applicant."""
    from approvals.delivery.actions import wish_or_answer

    ended = case.ended_on is not None and case.outcome not in {"approved", "refused"}
    if case.is_draft or ended or case.imported:
        return ""
    delivery, wish = _of(case), wish_or_answer(case)
    state = delivery.state if delivery else "preparing"
    context = {
        "case": case,
        "delivery": delivery,
        "wish": wish,
        "label": DELIVERY.states[state].label if delivery else "",
        "may_choose": (state in {"preparing", "failed"} and case.state not in {"issued", "delivered", "closed"})
        or state == "failed",
    }  # fmt: skip
    return render_to_string("delivery/panel_citizen.html", context, request=request)


def desk_panel(request: HttpRequest, case: Case) -> str:
    """The way that was chosen, and how the delivery stands."""
    delivery = _of(case)
    if delivery is None:
        return ""
    context = {"case": case, "delivery": delivery, "label": DELIVERY.states[delivery.state].label}
    return render_to_string("delivery/panel_desk.html", context, request=request)
