"""The dated rules as pages: what holds today, the history of one rule, a new version."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.core.calendar_forms import RuleForm
from portal.core.errors import Invalid, NotAllowed
from portal.core.models import DatedRule
from portal.core.policies import may_edit_rules, may_view_rules
from portal.core.rules import UNITS, add_version, display_value, history, parse_value, title
from portal.core.time import today
from portal.core.views.guards import administrator_of, allowed_to


def _line(version: DatedRule, day: dt.date) -> dict[str, Any]:
    """One version as both pages show it."""
    english = (get_language() or "").startswith("en") and version.source_en
    begun, ended = version.valid_from <= day, version.valid_to is not None and version.valid_to < day
    return {
        "version": version,
        "title": title(version.code),
        "value": display_value(version.value, version.unit),
        "source": version.source_en if english else version.source,
        "state": "past" if ended else "now" if begun else "coming",
    }


@require_GET
@allowed_to(may_view_rules)
def rule_list(request: HttpRequest) -> HttpResponse:
    day = today()
    asked = {"q": request.GET.get("q", "").strip()[:100], "unverified": request.GET.get("unverified") == "1"}
    versions = DatedRule.objects.order_by("code", "valid_from")
    lines = [_line(version, day) for version in versions if not asked["unverified"] or version.unverified]
    shown = [line for line in lines if line["state"] != "past" and _names(line, str(asked["q"]))]
    return render(request, "core/rules.html", {"lines": shown, "asked": asked, "filtered": any(asked.values())})


def _names(line: dict[str, Any], words: str) -> bool:
    """Whether every word stands in the rule's title, code or source, as the reader sees them or in the law's language."""
    version = line["version"]
    text = " ".join((line["title"], version.code, version.source, version.source_en, line["value"])).casefold()
    return all(word in text for word in words.casefold().split())


@require_http_methods(["GET", "POST"])
@allowed_to(may_view_rules)
def rule(request: HttpRequest, code: str) -> HttpResponse:
    versions, day = history(code), today()
    may_edit = may_edit_rules(request.user)
    if request.method == "POST" and not may_edit:
        raise NotAllowed()
    form = RuleForm(request.POST or None, initial={"source": versions[0].source, "source_en": versions[0].source_en})
    if request.method == "POST" and _add(request, form, versions[0]):
        messages.success(request, _("The new version is in the book. Cases keep the rules of their day."))
        return redirect("core:rule", code=code)
    context = {
        "lines": [_line(version, day) for version in versions],
        "title": title(code),
        "code": code,
        "unit": UNITS.get(versions[0].unit, ""),
        "form": form if may_edit else None,
    }
    return render(request, "core/rules_detail.html", context, status=422 if request.method == "POST" else 200)


def _add(request: HttpRequest, form: RuleForm, last: DatedRule) -> bool:
    """Try to add the version; what is wrong with it stands in the form afterwards."""
    actor = administrator_of(request)
    if not form.is_valid():
        return False
    wanted = dict(form.cleaned_data)
    try:
        wanted["value"] = parse_value(wanted["value"], last.unit)
        add_version(actor, last.code, **wanted)
    except Invalid as error:
        form.add_domain_error(error)
        return False
    return True
