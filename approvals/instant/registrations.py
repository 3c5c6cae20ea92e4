"""What instant approval hangs into other rooms: panels, words of the timeline, navigation."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from approvals.cases import timeline
from approvals.cases.models import Case
from approvals.instant.models import InstantDecision
from approvals.instant.rules import INSTANT_RULES
from approvals.instant.wording import of_decision
from hall.rule_seeds import announce
from portal.core import access
from portal.core.registries import HANDLING, STAFF, HealthReading, register_health, register_nav, register_panel
from portal.people.history import register_history

DESK = {"clerk", "reviewer", "department_head", "supervisor", "auditor", "administrator"}


def connect() -> None:
    """Called once, in the app's ready()."""
    announce(INSTANT_RULES)
    register_panel("cases.detail", "instant", citizen_panel, order=30)
    register_panel("cases.case", "instant", desk_panel, order=22)
    register_nav(STAFF, _("Instant approval"), "instant:decisions", DESK, order=47, group=HANDLING)
    access.register_stream(
        "instant.brokencheck", _("Check of instant approval"), link=lambda _pk: reverse("instant:rules")
    )
    timeline.register_words(
        "case.decided_instantly", lambda _data: pgettext("timeline", "Decided at once by the portal")
    )
    timeline.register_words(
        "case.left_to_person", lambda _data: pgettext("timeline", "Not decided by the portal: a person looks at it")
    )
    timeline.register_words(
        "case.instant_right", lambda _data: pgettext("timeline", "Reviewed: the portal decided rightly"), public=False
    )
    timeline.register_words(
        "case.instant_wrong", lambda _data: pgettext("timeline", "Reviewed: the portal decided wrongly"), public=False
    )
    register_history(
        {
            "check.switched_on": pgettext_lazy("history", "Check switched on again"),
            "item.rules_written": pgettext_lazy("history", "Rules of instant approval written"),
            "item.rules_tried": pgettext_lazy("history", "Rules of instant approval tried on past cases"),
            "item.rules_published": pgettext_lazy("history", "Rules of instant approval put into force"),
            "item.rules_retired": pgettext_lazy("history", "Rules of instant approval withdrawn"),
        }
    )
    register_health("instant_checks", no_check_is_off)


def no_check_is_off() -> HealthReading:
    """A broken check is loud: it stands on the health page until it is mended."""
    from approvals.instant.models import BrokenCheck

    off = sorted(BrokenCheck.objects.filter(on_at__isnull=True).values_list("code", flat=True))
    return HealthReading(not off, ", ".join(off))


def _of(case: Case) -> InstantDecision | None:
    """What the portal found; nothing is asked for an item that its guide does not call instant."""
    if case.is_draft or case.imported or case.version is None or not case.version.instant:
        return None
    rows = InstantDecision.objects.filter(case=case)
    return rows.select_related("rule_set__version__form", "rule_set__item").first()


def citizen_panel(request: HttpRequest, case: Case) -> str:
    """Why the portal decided at once, or why it did not."""
    return _panel(request, case, "instant/panel_citizen.html")


def desk_panel(request: HttpRequest, case: Case) -> str:
    """The same, with the way to the review."""
    return _panel(request, case, "instant/panel_desk.html")


def _panel(request: HttpRequest, case: Case, template: str) -> str:
    decision = _of(case)
    if decision is None:
        return ""
    context: dict[str, Any] = {"decision": decision, "findings": of_decision(decision), "case": case}
    return render_to_string(template, context, request=request)
