"""The forms of conduct: a rating, a proposal, a new sheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import DateField, PortalForm
from procurement.conduct.actions import ActDraft, DecisionDraft
from procurement.conduct.models import Decision, Sheet, Subject
from procurement.experts.models import Expert

COLUMNS = 4


class RateForm(PortalForm):
    """The acts that were found; none is the full mark."""

    acts = forms.MultipleChoiceField(
        label=_("What was found"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen means: no points are deducted."),
    )
    note = forms.CharField(
        label=_("What happened"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = _("%(act)s (%(points)s points)")
        self.fields["acts"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), str(points) % {"act": str(one), "points": one.points}) for one in sheet.acts.all()
        ]

    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["acts"]]


class ProposeForm(PortalForm):
    """A proposal about an expert or a firm."""

    widths = {"uscc": "l", "months": "s", "expert": "s"}
    autocomplete = {"name": "off", "uscc": "off"}
    conditional = {"about": {"expert": ["expert"], "agency": [], "firm": []}}
    kind = forms.ChoiceField(label=_("Kind"), choices=Decision.Kind.choices)
    about = forms.ChoiceField(label=_("About"), choices=Decision.About.choices, widget=forms.RadioSelect)
    expert = forms.CharField(
        label=_("Register number of the expert"), required=False, max_length=12, help_text=_("For example ZJ000012.")
    )
    uscc = forms.CharField(
        label=_("Unified social credit code"), required=False, max_length=30, help_text=_("For a firm or an agency.")
    )
    name = forms.CharField(label=_("Name of the firm"), required=False, max_length=200)
    ground = forms.CharField(
        label=pgettext_lazy("conduct", "Ground"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(label=_("Legal source and number of the decision"), max_length=300)
    authority = forms.CharField(label=_("Decided by"), max_length=200)
    months = forms.IntegerField(
        label=pgettext_lazy("duration", "Months"),
        required=False,
        help_text=_("For a suspension and for the lists: how long it lasts."),
    )
    appeal = forms.CharField(
        label=_("How to object"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who is concerned reads this."),
    )  # fmt: skip

    def clean_expert(self) -> int | None:
        """The key behind a register number; an unknown one is refused by the action."""
        digits = self.cleaned_data["expert"].upper().removeprefix("ZJ").strip()
        known = digits.isdecimal() and Expert.objects.filter(pk=int(digits)).exists()
        return int(digits) if known else None

    def draft(self) -> DecisionDraft:
        return DecisionDraft(**self.cleaned_data)


class SheetForm(PortalForm):
    """A new version of a sheet: one act a line."""

    subject = forms.ChoiceField(label=_("For"), choices=Subject.choices)
    valid_from = DateField(label=_("Valid from"))
    acts = forms.CharField(
        label=_("Acts"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("One act a line: code | points | text | source"),
    )

    def clean_acts(self) -> list[ActDraft]:
        """The lines as drafts. Raises ValidationError that names the line."""
        found = []
        for number, line in enumerate(self.cleaned_data["acts"].splitlines(), start=1):
            if not line.strip():
                continue
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != COLUMNS or not parts[1].isdecimal() or len(parts[1]) > COLUMNS:
                raise forms.ValidationError(_("Line %(n)s is not: code | points | text | source"), params={"n": number})
            found.append(ActDraft(code=parts[0][:12], points=int(parts[1]), text=parts[2][:300], source=parts[3][:300]))
        return found


def lines_of(sheet: Sheet | None) -> str:
    """A sheet as the form's lines, to begin with."""
    acts = sheet.acts.all() if sheet else []
    return "\n".join(f"{one.code} | {one.points} | {one.text} | {one.source}" for one in acts)
