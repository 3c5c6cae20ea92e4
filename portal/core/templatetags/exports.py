"""The button that exports the list of the present page."""

from typing import Any

from django import template
from django.http import QueryDict
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from portal.core.exports.actions import filters_of
from portal.core.exports.registry import exports

register = template.Library()


@register.simple_tag(takes_context=True)
def export_button(context: Context, code: str, **more: Any) -> SafeString:
    """`{% export_button "cases.desk" %}`: takes the page's filters along; `more` adds to them or replaces them.

    Nothing for whoever may not ask for this list. `label` is what the button says instead of "Excel".
    """
    label = more.pop("label", "") or gettext("Excel")
    request: Any = context["request"]
    export = exports().get(code)
    if export is None or not export.policy(request.user):
        return SafeString("")
    query = QueryDict(mutable=True)
    query["list"] = code
    query.update(filters_of(request.GET))  # type: ignore[arg-type]
    for name, value in more.items():
        query[name] = "" if value is None else str(value)
    return format_html(
        '<a class="govuk-button govuk-button--secondary small" href="{}?{}">{}<span class="vh"> {}</span></a>',
        reverse("core:export-new"),
        query.urlencode(),
        label,
        export.title,
    )
