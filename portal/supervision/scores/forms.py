"""The forms of rankings: a version of the indicators, a reason, a request, an answer with measures."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid
from portal.core.forms import DateField, PortalForm
from portal.core.lifecycle import Transition
from portal.supervision.scores import figures
from portal.supervision.scores.actions import IndicatorDraft, MeasureDraft

SPARE = 2  # empty places for further indicators
NONE: tuple[str, Any] = ("", "—")
TEXTS = ("title", "title_en", "about", "about_en", "formula", "formula_en", "source", "source_en")
NUMBERS = ("target", "floor", "weight", "minimum")


def _indicator_fields() -> dict[str, forms.Field]:
    """The fields of one indicator; which of them are needed is known only once something stands in the row."""
    number: Any = {"required": False, "widget": forms.NumberInput}
    area = forms.Textarea(attrs={"rows": 2})
    chosen = [(path, f"{label} ({path})") for path, label in figures.choices()]
    samples = [(path, f"{label} ({path})") for path, label in figures.sample_choices()]
    return {
        "code": forms.CharField(label=_("Code of the indicator"), max_length=40, required=False),
        "figure": forms.ChoiceField(label=_("Figure it is read from"), choices=[NONE, *chosen], required=False),
        "title": forms.CharField(label=_("Title in Chinese"), max_length=60, required=False),
        "title_en": forms.CharField(label=_("Title in English"), max_length=80, required=False),
        "weight": forms.IntegerField(label=pgettext_lazy("indicator", "Weight"), min_value=0, max_value=100, **number),
        "target": forms.DecimalField(
            label=_("Target: full points"), max_digits=12, decimal_places=2, help_text=_("Shares in percent."), **number
        ),
        "floor": forms.DecimalField(
            label=_("Floor: no points"), max_digits=12, decimal_places=2,
            help_text=_("Above the target where less is better."), **number
        ),
        "minimum": forms.IntegerField(
            label=_("Minimum sample"), min_value=0, max_value=1_000_000,
            help_text=_("With fewer the indicator is left out."), **number
        ),
        "sample": forms.ChoiceField(
            label=_("Sample is"), choices=[("", _("the denominator of the figure")), *samples], required=False
        ),
        "about": forms.CharField(label=_("In everyday words, Chinese"), max_length=300, required=False, widget=area),
        "about_en": forms.CharField(label=_("In everyday words, English"), max_length=400, required=False, widget=area),
        "formula": forms.CharField(label=_("Formula in Chinese"), max_length=200, required=False),
        "formula_en": forms.CharField(label=_("Formula in English"), max_length=300, required=False),
        "source": forms.CharField(label=_("Source in Chinese"), max_length=300, required=False),
        "source_en": forms.CharField(label=_("Source in English"), max_length=400, required=False),
        "dropped": forms.BooleanField(label=_("Leave this indicator out"), required=False),
    }  # fmt: skip


MAIN = ("title", "figure", "weight", "target", "floor", "minimum")
FURTHER = ("code", "title_en", "sample", "about", "about_en", "formula", "formula_en", "source", "source_en", "dropped")
NEEDED = ("code", *MAIN)
SMALL = ("weight", "target", "floor", "minimum")


class SchemeForm(PortalForm):
    """A draft with all its indicators: the fields of the n-th are called `n-code`, `n-figure` and so on."""

    valid_from = DateField(label=_("Valid from (a Monday)"))
    least_weight = forms.IntegerField(
        label=_("Weight that must be measurable"), min_value=1, max_value=100, widget=forms.NumberInput,
        help_text=_("With less, a department is listed apart and not ranked."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why the indicators change"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    state_version = forms.IntegerField(widget=forms.HiddenInput)
    widths = {"least_weight": "s"}

    def __init__(self, *args: Any, drafts: Sequence[IndicatorDraft], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = len(drafts) + SPARE
        for place in range(1, self.places + 1):
            known = drafts[place - 1] if place <= len(drafts) else None
            for name, field in _indicator_fields().items():
                key = f"{place}-{name}"
                field.initial = _initial(known, name) if known else None
                field.required = known is not None and name in NEEDED
                self.fields[key] = field
                self.dress(key, field)
                if name in SMALL:
                    field.widget.attrs["class"] += " w-s"

    def rows(self) -> list[tuple[int, list[BoundField], list[BoundField], bool]]:
        """Each place: its number, the main fields, the further ones, and whether the further ones are open."""
        found = []
        for place in range(1, self.places + 1):
            main = [self[f"{place}-{name}"] for name in MAIN]
            further = [self[f"{place}-{name}"] for name in FURTHER]
            found.append((place, main, further, any(one.errors for one in further)))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for place in self.kept_places():
            for name in ("code", "figure", "title", *NUMBERS):
                key = f"{place}-{name}"
                if cleaned.get(key) in (None, "") and key not in self.errors:
                    self.add_error(key, gettext("Fill in “%(label)s”.") % {"label": self.fields[key].label})
        return cleaned

    def kept_places(self) -> list[int]:
        """The places in which something stands and that are not left out."""
        given = self.cleaned_data
        return [
            place
            for place in range(1, self.places + 1)
            if not given.get(f"{place}-dropped")
            and any(given.get(f"{place}-{name}") for name in ("code", "figure", "title"))
        ]

    def drafts(self) -> list[IndicatorDraft]:
        """The indicators that were given."""
        found = []
        for place in self.kept_places():
            given = {name: self.cleaned_data[f"{place}-{name}"] for name in (*TEXTS, *NUMBERS, "code")}
            block, _dot, figure = self.cleaned_data[f"{place}-figure"].partition(".")
            _block, _dot, sample = self.cleaned_data[f"{place}-sample"].partition(".")
            found.append(IndicatorDraft(block=block, figure=figure, sample=sample, **given))
        return found

    def add_domain_error(self, error: Invalid) -> None:
        """`indicator-3` is the third that was kept: its words stand beside the title of its place."""
        places = self.kept_places()
        named = {}
        for name, message in error.fields.items():
            prefix, _dash, number = name.partition("-")
            is_place = prefix == "indicator" and number.isdecimal() and 0 < int(number) <= len(places)
            named[f"{places[int(number) - 1]}-title" if is_place else name] = message
        super().add_domain_error(Invalid(fields=named))


def _initial(draft: IndicatorDraft, name: str) -> Any:
    if name == "figure":
        return f"{draft.block}.{draft.figure}"
    if name == "sample":
        return f"{draft.block}.{draft.sample}" if draft.sample else ""
    return getattr(draft, name, None)


class StepForm(PortalForm):
    """A step with what it asks and the state that its page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    widths = {"days": "s"}

    def __init__(self, *args: Any, step: Transition[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in step.asks:
            field: forms.Field
            if one.kind == "days":
                field = forms.IntegerField(
                    label=str(one.label), min_value=one.minimum, max_value=one.maximum, widget=forms.NumberInput
                )
            else:
                field = forms.CharField(
                    label=str(one.label), required=one.required, max_length=one.longest,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )  # fmt: skip
            self.fields[one.name] = field
            self.dress(one.name, field)
        self.order_fields([*(one.name for one in step.asks), "state_version"])


class AskForm(PortalForm):
    """What a department is asked for."""

    asked = forms.CharField(
        label=pgettext_lazy("suggestion", "What you ask for"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The department reads this beside its figures."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("To be answered within (working days)"), min_value=1, max_value=60, widget=forms.NumberInput
    )
    widths = {"days": "s"}


MEASURES = 5


class AnswerForm(PortalForm):
    """The answer of a department: what caused it, and up to five measures with their dates."""

    answer = forms.CharField(
        label=_("What caused it, and what will change"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    state_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: Sequence[MeasureDraft] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, MEASURES + 1):
            given = known[place - 1] if place <= len(known) else None
            text = forms.CharField(
                label=gettext("Measure %(n)s") % {"n": place}, max_length=300, required=place == 1,
                initial=given.text if given else "",
            )  # fmt: skip
            day = DateField(
                label=gettext("Measure %(n)s is done by") % {"n": place}, required=place == 1,
                initial=given.due_on if given else None,
            )  # fmt: skip
            for name, field in ((f"text-{place}", text), (f"due-{place}", day)):
                self.fields[name] = field
                self.dress(name, field)

    def pairs(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"text-{place}"], self[f"due-{place}"]) for place in range(1, MEASURES + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for place in range(1, MEASURES + 1):
            text, day = cleaned.get(f"text-{place}"), cleaned.get(f"due-{place}")
            if text and not day and f"due-{place}" not in self.errors:
                self.add_error(f"due-{place}", ValidationError(_("Please say by when this measure is done.")))
            if day and not text:
                self.add_error(f"text-{place}", ValidationError(_("Please say what will be done by this day.")))
        return cleaned

    def measures(self) -> list[MeasureDraft]:
        given = self.cleaned_data
        pairs = [(given.get(f"text-{place}"), given.get(f"due-{place}")) for place in range(1, MEASURES + 1)]
        return [MeasureDraft(text, day) for text, day in pairs if text and day]

    def add_domain_error(self, error: Invalid) -> None:
        """Words about the measures as a whole stand beside the first one."""
        named = {"text-1" if name == "measures" else name: message for name, message in error.fields.items()}
        super().add_domain_error(Invalid(fields=named))


class MeasureForm(PortalForm):
    """What was done."""

    note = forms.CharField(label=_("What was done"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ComputeForm(PortalForm):
    """Which week is computed anew, and why."""

    week = DateField(label=_("A day of the week"))
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


def version_of(data: Mapping[str, Any]) -> int:
    """The state that a page showed; -1 for nonsense, which no row has."""
    text = str(data.get("state_version", ""))
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def day_of(text: str) -> dt.date | None:
    """A date of an address; None for nonsense."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
