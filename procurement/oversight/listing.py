"""The filters of the two lists, and what the words of a sign are; pages and exports read the same."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import DateField, PortalForm
from procurement.models import Category
from procurement.oversight.lifecycle import LEAD
from procurement.oversight.models import Lead, Sign
from procurement.oversight.signs import REGISTRY

ANY = ("", _("All"))
OPEN = "open"


class _Filter(PortalForm):
    """A value that does not exist (an old link) is left out, not an error page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)

    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


def _codes() -> list[tuple[str, Any]]:
    return [ANY, *((line.code, line.title) for line in REGISTRY.values())]


class SignFilter(_Filter):
    """The list of signs."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *Sign.Kind.choices])
    code = forms.ChoiceField(label=pgettext_lazy("sign", "Sign"), required=False, choices=_codes)
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[ANY, *Category.choices])
    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[
            ANY, ("loose", pgettext_lazy("sign state", "Stands, in no lead")),
            ("lead", pgettext_lazy("sign state", "Stands, in a lead")),
            ("withdrawn", pgettext_lazy("sign state", "Withdrawn")),
        ],
    )  # fmt: skip
    q = forms.CharField(label=_("Tender, buyer or firm"), required=False, max_length=100)


class LeadFilter(_Filter):
    """The list of leads; `first` and `last` are days of the opening of the lead."""

    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ANY, *Sign.Kind.choices])
    code = forms.ChoiceField(label=pgettext_lazy("sign", "Sign"), required=False, choices=_codes)
    category = forms.ChoiceField(label=_("Category"), required=False, choices=[ANY, *Category.choices])
    mine = forms.ChoiceField(
        label=_("Handled by"), required=False, choices=[ANY, ("1", _("Me"))]
    )  # fmt: skip
    q = forms.CharField(label=_("Tender, buyer or firm"), required=False, max_length=100)
    first = DateField(label=_("Opened from"), required=False)
    last = DateField(label=_("Opened until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(one.code, one.label) for one in LEAD.states.values()]
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ANY, (OPEN, pgettext_lazy("lead state", "All open")), *states,
        ]  # fmt: skip


def signs_for(user: Any, params: Any) -> QuerySet[Sign]:
    """The signs of the list's filters."""
    chosen = SignFilter(params).chosen()
    rows = Sign.objects.visible_to(user)
    rows = rows.filter(**{name: chosen[name] for name in ("kind", "code", "category") if name in chosen})
    states = {
        "loose": Q(withdrawn_on__isnull=True, lead__isnull=True),
        "lead": Q(withdrawn_on__isnull=True, lead__isnull=False),
        "withdrawn": Q(withdrawn_on__isnull=False),
    }
    if "state" in chosen:
        rows = rows.filter(states[chosen["state"]])
    return rows.filter(_about(chosen["q"])) if "q" in chosen else rows


def leads_for(user: Any, params: Any) -> QuerySet[Lead]:
    """The leads of the list's filters."""
    chosen = LeadFilter(params).chosen()
    rows = Lead.objects.visible_to(user)
    if state := chosen.get("state"):
        rows = rows.open() if state == OPEN else rows.filter(state=state)
    if "mine" in chosen:
        rows = rows.filter(taken_by=user.pk)
    if "first" in chosen:
        rows = rows.filter(opened_on__gte=chosen["first"])
    if "last" in chosen:
        rows = rows.filter(opened_on__lte=chosen["last"])
    columns = {name: chosen[name] for name in ("kind", "code", "category") if name in chosen}
    signs = Sign.objects.filter(lead=OuterRef("pk"))
    if columns:
        rows = rows.filter(Exists(signs.standing().filter(**columns)))
    return rows.filter(Exists(signs.filter(_about(chosen["q"])))) if "q" in chosen else rows


def _about(words: str) -> Q:
    """By the tender's title or number, the buyer's name, or a firm's name."""
    firms = Sign.firms.through._default_manager.filter(sign=OuterRef("pk"), organisation__name__icontains=words)
    tender = Q(project__title__icontains=words) | Q(project__number__iexact=words)
    return tender | Q(project__buyer__name__icontains=words) | Q(Exists(firms))
