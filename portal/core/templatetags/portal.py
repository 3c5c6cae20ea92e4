"""The template tags of every page: figures, dates, lights, forms and the shared components."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from portal.core.charts import Chart
from portal.core.forms import MoneyField, PortalForm, kind_of
from portal.core.identity import mask_address, mask_name, mask_phone, mask_resident
from portal.core.money import format_yuan
from portal.core.time import ZONE, local_date

register = template.Library()
DASH = "—"
MONTHS = "January February March April May June July August September October November December".split()
LIGHTS = {"green": ("g", "●"), "amber": ("a", "▲"), "red": ("r", "■"), "stopped": ("s", "◆"), "none": ("n", "○")}
MASKS = {"name": mask_name, "phone": mask_phone, "identity": mask_resident, "address": mask_address}
TONES = {"blue", "green", "amber", "red", "grey"}


def in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


# --- figures --------------------------------------------------------------------------------------------------------


def thousands(number: int | float | Decimal | None) -> str:
    """1234567 → 1,234,567; nothing → a dash."""
    return DASH if number is None else f"{number:,}"


def percent(ratio: float | Decimal | None, digits: int = 1) -> str:
    """0.9924 → 99.2%; a ratio without a denominator → a dash, never 0 % or 100 %."""
    if ratio is None:
        return DASH
    step = Decimal(1).scaleb(-digits)
    return f"{(Decimal(str(ratio)) * 100).quantize(step, ROUND_HALF_UP)}%"


def money(fen: int | None) -> str:
    """123456 fen → 1,234.56 元 (CNY 1,234.56 in English); whole yuan without decimals."""
    if fen is None:
        return DASH
    text = format_yuan(fen).removesuffix(".00")
    return f"{text} 元" if in_chinese() else f"CNY {text}"


def day(value: dt.date | dt.datetime | None) -> str:
    """2026年11月21日 or 21 November 2026."""
    if value is None or value == "":
        return DASH
    date = local_date(value) if isinstance(value, dt.datetime) else value
    if in_chinese():
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def moment(value: dt.datetime | None) -> str:
    """The day and the minute in Shanghai: 2026年11月21日 14:05 or 21 November 2026, 14:05."""
    if value is None or value == "":
        return DASH
    local = value.astimezone(ZONE)
    between = " " if in_chinese() else ", "
    return f"{day(local.date())}{between}{local:%H:%M}"


def file_size(count: int | None) -> str:
    """Bytes as people read them: 812 KB, 1.8 MB."""
    if count is None:
        return DASH
    if count < 1000 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def mask(value: str | None, kind: str = "name") -> str:
    """Hide personal data: name 张*, phone 138****5678, identity 1101**********002X, address 海州市滨河路****."""
    return MASKS[kind](str(value)) if value else DASH


SHOWN: dict[str, Callable[..., str]] = {
    "thousands": thousands,
    "percent": percent,
    "money": money,
    "day": day,
    "moment": moment,
    "file_size": file_size,
    "mask": mask,
}
for _name, _function in SHOWN.items():
    register.simple_tag(_function, name=_name)
    register.filter(_name, _function)


@register.filter
def iso(value: dt.date | dt.datetime) -> str:
    """For `<time datetime>`."""
    return value.isoformat()


# --- what stands between words, in the reader's own typography ------------------------------------------------------------


@register.simple_tag
def colon() -> str:
    """Between a name and what it says."""
    return pgettext("between a name and what it says", ": ")


@register.simple_tag
def comma() -> str:
    """Between two parts of a line."""
    return pgettext("between parts of a line", ", ")


@register.simple_tag
def listing() -> str:
    """Between the things of a list."""
    return pgettext("between things of a list", ", ")


@register.filter
def listed(things: Iterable[Any]) -> str:
    """The things, one after the other."""
    return listing().join(str(one) for one in things)


# --- lights, tags, icons --------------------------------------------------------------------------------------------


@register.simple_tag
def light(code: Any, text: str = "") -> SafeString:
    """A deadline light: shape, words and colour. Takes a code and words, or one thing that has `code` and `text`."""
    if hasattr(code, "code"):
        code, text = code.code, text or code.text
    css, shape = LIGHTS.get(str(code), LIGHTS["none"])
    words = {
        "green": pgettext("deadline light", "Within time"),
        "amber": pgettext("deadline light", "Due soon"),
        "red": pgettext("deadline light", "Overdue"),
        "stopped": pgettext("deadline light", "Clock stopped"),
    }
    return format_html(
        '<span class="light {}"><span class="shape" aria-hidden="true">{}</span>{}</span>',
        css,
        shape,
        text or words.get(str(code), DASH),
    )


@register.simple_tag
def state_tag(label: Any, tone: str = "grey") -> SafeString:
    """A state in words; the colour only supports them."""
    return format_html('<span class="tag {}">{}</span>', tone if tone in TONES else "grey", label)


@register.inclusion_tag("components/icon.html")
def icon(name: str) -> dict[str, str]:
    """A decorative picture of static/img/icons.svg."""
    return {"name": name}


# --- components -----------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Sequence[Any], label: str = "") -> dict[str, Any]:
    """What happened, now and next: entries with `state` (done, now, stop, todo), `title`, `at`, `by`, `note`, `links`
    (label, url), `light` (code, text)."""
    return {"entries": entries, "label": label or gettext("Progress")}


@register.inclusion_tag("components/kpi.html")
def kpi(label: Any, value: Any, *, url: str = "", tone: str = "blue", note: Any = "") -> dict[str, Any]:
    """One key figure; `value` is already formatted."""
    return {"label": label, "value": value, "url": url, "tone": tone, "note": note}


@register.inclusion_tag("components/rank.html")
def rank(rows: Sequence[Any], label: str, low: float = 0.9, high: float = 0.98) -> dict[str, Any]:
    """A ranking: rows with `name`, `ratio` (0–1 or None) and `url`; bars start at zero."""
    return {"rows": rows, "label": label, "low": low, "high": high}


@register.inclusion_tag("components/chart.html")
def chart(chart: Chart) -> dict[str, Any]:
    """A chart with its data table."""
    return {"chart": chart, "data_id": f"chart-{chart.key}"}


@register.inclusion_tag("components/kept.html")
def kept(form: PortalForm) -> dict[str, Any]:
    """What somebody typed for a step that is not offered any more."""
    return {"typed": form.typed()}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    *, filtered: bool = False, nothing_yet: str = "", nothing_found: str = "", clear_url: str = "", icon: str = ""
) -> dict[str, Any]:
    """Nothing yet (with what to do) and nothing found (with the way back) are different things."""
    title = (
        (nothing_found or gettext("Nothing matches your search"))
        if filtered
        else (nothing_yet or gettext("There is nothing here yet"))
    )
    return {
        "filtered": filtered,
        "title": title,
        "clear_url": clear_url,
        "icon": icon or ("search" if filtered else "inbox"),
    }


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: Context,
    page: Any = None,
    *,
    next: str | None = None,
    previous: str | None = None,
    shown: int | None = None,
) -> dict[str, Any]:
    """Cursor pagination that keeps the filters: a page with `next_cursor` and `previous_cursor`, or the two cursors."""
    query: QueryDict = context["request"].GET
    following = next or getattr(page, "next_cursor", None)
    before = previous or getattr(page, "previous_cursor", None)
    return {
        "next_url": _with_cursor(query, following),
        "previous_url": _with_cursor(query, before),
        "first_url": _with_cursor(query, "") if "cursor" in query else "",
        "shown": shown,
    }


def _with_cursor(query: QueryDict, cursor: str | None) -> str:
    if cursor is None:
        return ""
    changed = query.copy()
    changed.pop("cursor", None)
    if cursor:
        changed["cursor"] = cursor
    return f"?{changed.urlencode()}"


@register.simple_tag(takes_context=True)
def querystring_with(context: Context, **changes: Any) -> str:
    """The present query with some values changed ("" removes one); paging starts again."""
    changed = context["request"].GET.copy()
    changed.pop("cursor", None)
    for name, value in changes.items():
        changed.pop(name, None)
        if value not in (None, ""):
            changed[name] = str(value)
    return f"?{changed.urlencode()}"


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: Any) -> dict[str, Any]:
    """`{% breadcrumbs label url label url last_label %}`; the way starts at the home page."""
    crumbs = [(pairs[i], pairs[i + 1] if i + 1 < len(pairs) else "") for i in range(0, len(pairs), 2)]
    return {"crumbs": crumbs}


@register.inclusion_tag("components/steps.html")
def steps(labels: Sequence[Any], current: int) -> dict[str, Any]:
    """The steps of a form; `current` counts from 1."""
    numbered = [
        {"label": label, "done": number < current, "current": number == current}
        for number, label in enumerate(labels, start=1)
    ]
    return {"steps": numbered, "current": current, "total": len(numbered)}


# --- forms ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("forms/error_summary.html")
def error_summary(*form_list: Any) -> dict[str, Any]:
    """All errors of these forms on top of the page, each a link to its field; takes the focus."""
    errors = [found for form in form_list if form is not None for found in _errors_of(form)]
    title = ngettext("There is %(n)d thing to correct", "There are %(n)d things to correct", len(errors))
    return {"errors": errors, "title": title % {"n": len(errors)}}


def _errors_of(form: forms.BaseForm) -> list[dict[str, str]]:
    if not form.is_bound:
        return []
    found: list[dict[str, str]] = []
    by_field: ErrorDict = form.errors
    order = [*form.fields, *(name for name in by_field if name not in form.fields)]
    for name in order:
        for message in by_field.get(name, []):
            found.append({"message": str(message), "target": _target(form, name)})
    return found


def _target(form: forms.BaseForm, name: str) -> str:
    """The id that the summary's link jumps to: the field, or the first choice of a group."""
    if name not in form.fields:
        return ""
    bound = form[name]
    suffix = "_0" if kind_of(bound.field.widget) in {"radios", "checkboxes"} else ""
    return f"{bound.id_for_label or bound.auto_id}{suffix}" if not suffix else f"{bound.auto_id}{suffix}"


@register.inclusion_tag("forms/field.html")
def field(bound: BoundField, heading: bool = False, label: str = "") -> dict[str, Any]:
    """One field with label, hint and errors; `heading` makes its label the page's h1."""
    kind = kind_of(bound.field.widget)
    form = bound.form
    suffix = form.suffixes.get(bound.name, "") if isinstance(form, PortalForm) else ""
    if isinstance(bound.field, MoneyField):
        suffix = suffix or pgettext("unit of money", "yuan")
    limit = getattr(bound.field, "max_length", None) if kind == "textarea" else None
    shown: dict[str, Any] = {
        "field": bound,
        "kind": kind,
        "group": kind in {"radios", "checkboxes"},
        "heading": heading,
        "label": label or bound.label,
        "optional": not bound.field.required and kind != "checkbox" and getattr(bound.field, "may_be_left", True),
        "suffix": suffix,
        "limit": limit,
        "inline": isinstance(form, PortalForm) and bound.name in form.inline,
        "describedby": _described_by(bound, limit, suffix),
    }
    shown["widget"] = "" if shown["group"] or kind == "hidden" else _widget(bound, kind, shown["describedby"])
    shown["options"] = _options(bound) if shown["group"] else []
    return shown


def _described_by(bound: BoundField, limit: int | None, suffix: Any) -> str:
    ids = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    if limit:
        ids.append(f"{bound.auto_id}-info")
    if suffix:
        ids.append(f"{bound.auto_id}-unit")
    return " ".join(ids)


def _widget(bound: BoundField, kind: str, describedby: str) -> SafeString:
    css = bound.field.widget.attrs.get("class", "")
    attrs: dict[str, Any] = {"aria-describedby": describedby or None}
    if bound.errors and kind in {"text", "textarea", "select", "password", "date", "number"}:
        stem = {"textarea": "govuk-textarea", "select": "govuk-select"}.get(kind, "govuk-input")
        attrs["class"] = f"{css} {stem}--error"
    if kind == "textarea" and getattr(bound.field, "max_length", None):
        attrs["class"] = f"{attrs.get('class', css)} govuk-js-character-count"
    if kind in {"text", "number"} and bound.name in {"username", "code", "phone", "email", "identity_number"}:
        attrs["spellcheck"] = "false"
    return bound.as_widget(attrs={name: value for name, value in attrs.items() if value is not None})


def _options(bound: BoundField) -> list[dict[str, Any]]:
    """The choices of a group, each with the fields that it asks for."""
    asked: Any = bound.form.conditional.get(bound.name, {}) if isinstance(bound.form, PortalForm) else {}
    options = []
    for widget in bound.subwidgets:
        value = str(widget.data["value"])
        options.append(
            {
                "id": widget.id_for_label,
                "name": widget.data["name"],
                "value": value,
                "label": widget.choice_label,
                "checked": widget.data["selected"],
                "fields": [bound.form[name] for name in asked.get(value, ())],
            }
        )
    return options
