"""The forms of instant approval: a rule set line by line, and a review."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.instant.actions.ruling import MOST_CHECKS
from approvals.instant.checks import CHECKS
from portal.core.forms import PortalForm

PARTS = ("check", "subject", "value")
SPARE = 3  # empty lines behind those that are filled


class RulesForm(PortalForm):
    """Every line is a check: what is asked, of what, compared with what. Empty lines are left out."""

    ground = forms.CharField(label=_("What this rests on"), max_length=300)

    def __init__(self, *args: Any, lines: list[dict[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((one.code, one.label) for one in CHECKS.values())]
        self.count = min(MOST_CHECKS, len(lines) + SPARE)
        for n in range(self.count):
            line = lines[n] if n < len(lines) else {}
            fields = {
                "check": forms.ChoiceField(label=_("Check"), choices=choices, required=False),
                "subject": forms.CharField(label=_("Field, type or item (its code)"), max_length=80, required=False),
                "value": forms.CharField(label=_("Compared with"), max_length=300, required=False),
            }
            for name, field in fields.items():
                field.initial = line.get(name, "")
                self.fields[f"{name}-{n}"] = field
                self.dress(f"{name}-{n}", field)

    def lines(self) -> list[tuple[Any, Any, Any]]:
        """The bound fields of each line, for the page."""
        return [tuple(self[f"{name}-{n}"] for name in PARTS) for n in range(self.count)]  # type: ignore[misc]

    def checks(self) -> tuple[list[dict[str, str]], list[int]]:
        """What was entered, and which line of the page each came from."""
        found, places = [], []
        for n in range(self.count):
            line = {name: self.cleaned_data.get(f"{name}-{n}", "") for name in PARTS}
            if any(line.values()):
                found.append(line)
                places.append(n)
        return found, places


class ReviewForm(PortalForm):
    """Whether the portal was right."""

    right = forms.ChoiceField(
        label=_("The approval was"),
        choices=(("yes", _("right")), ("no", _("wrong: the revocation is proposed"))),
        widget=forms.RadioSelect,
    )
    finding = forms.CharField(
        label=_("What the review found"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("If it was wrong, the applicant reads this as the grounds of the revocation."),
    )  # fmt: skip
