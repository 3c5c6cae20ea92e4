"""The forms of the administrator's side: the item, a version with its rows, a material, the standing, the bulk table."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.catalogue.drafts import ItemFacts, MaterialDraft
from approvals.catalogue.guides import CHANNELS
from approvals.catalogue.models import Item, ItemVersion, LifeEvent, Material
from portal.core.errors import Invalid
from portal.core.forms import MoneyField, PortalForm
from portal.core.money import parse_yuan
from portal.people.models import Department

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
ANY = ("", _("All"))
BLANK_ROWS = 3  # empty rows at the end of each table; saving gives new ones
WORK = (
    ("draft", _("Draft open")),
    ("figures", _("Days, fee or visits missing")),
    ("review", _("Waiting for approval")),
    ("approved", _("Approved, waiting for publication")),
)


class AdminFilter(PortalForm):
    """What the list of items shows."""

    q = forms.CharField(label=_("Keywords or code"), required=False, max_length=100)
    department = forms.ChoiceField(label=_("Department"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[ANY, *Item.Status.choices])
    work = forms.ChoiceField(label=_("To do"), required=False, choices=[ANY, *WORK])

    def __init__(self, *args: Any, departments: "QuerySet[Department]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [ANY, *((d.code, d.display_short) for d in departments)]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """The filters that are set and make sense."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class RevisionForm(PortalForm):
    """Carries the revision that the page was drawn from."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def rest(self) -> dict[str, Any]:
        """The cleaned values without the revision."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class ItemForm(RevisionForm):
    """The facts of an item that no version changes."""

    name = forms.CharField(label=_("Name"), max_length=300)
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.none())
    type = forms.ChoiceField(label=_("Type of item"), choices=Item.Type.choices)
    enterprise = forms.BooleanField(label=_("For firms, or for founding one"), required=False)
    synonyms = forms.CharField(
        label=_("Everyday words"),
        help_text=_("What people call it, separated by spaces. The search finds the item by them."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    life_events = forms.MultipleChoiceField(label=_("Life events"), required=False, widget=forms.CheckboxSelectMultiple)
    widths = {"name": "l", "name_en": "l"}

    def __init__(self, *args: Any, departments: "QuerySet[Department]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]
        self.fields["life_events"].choices = [(e.code, e.local_name) for e in LifeEvent.objects.all()]  # type: ignore[attr-defined]

    def facts(self) -> ItemFacts:
        """The cleaned values as plain ones."""
        values = self.rest()
        values.pop("code", None)
        return ItemFacts(department_id=values.pop("department").pk, **values)


class NewItemForm(ItemForm):
    """A new item also gets its code."""

    code = forms.CharField(
        label=_("Item code"), max_length=80, help_text=_("It stands on posters and in the address; it never changes.")
    )
    widths = {**ItemForm.widths, "code": "m"}
    field_order = ("code",)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not CODE.fullmatch(code):
            raise ValidationError(_("A code has Latin letters, digits, dots, hyphens and underscores only."))
        return code


class VersionForm(RevisionForm):
    """Days, fee, visits and texts of a draft."""

    kind = forms.ChoiceField(label=_("How it is decided"), choices=ItemVersion.Kind.choices, widget=forms.RadioSelect)
    legal_days = forms.IntegerField(label=_("Legal limit in working days"), required=False, min_value=0, max_value=3650)
    promised_days = forms.IntegerField(label=_("Promised working days"), required=False, min_value=0, max_value=3650)
    previous_promised_days = forms.IntegerField(
        label=_("Promised working days before this version"), required=False, min_value=0, max_value=3650
    )
    fee_fen = MoneyField(label=_("Fee"), help_text=_("0 = free of charge"), required=False)
    fee_basis = forms.CharField(label=_("Basis of the fee"), max_length=300, required=False)
    fee_basis_en = forms.CharField(label=_("Basis of the fee in English"), max_length=300, required=False)
    fee_when = forms.ChoiceField(
        label=_("When the fee must be paid"), choices=ItemVersion.FeeWhen.choices, widget=forms.RadioSelect,
        initial=ItemVersion.FeeWhen.ISSUE, required=False,
    )  # fmt: skip
    online = forms.BooleanField(label=_("Can be filed online"), required=False)
    visits = forms.IntegerField(label=_("Visits to the hall"), required=False, min_value=0, max_value=99)
    instant = forms.BooleanField(label=_("Decided by the portal without a person"), required=False)
    review_steps = forms.TypedChoiceField(
        label=_("Reviews before the decision"), coerce=int, choices=[(0, "0"), (1, "1"), (2, "2")]
    )
    renewal_lead_days = forms.IntegerField(
        label=_("A renewal is filed so many days before the expiry"), required=False, min_value=0, max_value=365,
        help_text=_("The permit law says 30 days. Leave it empty if this item is no renewal of a document."),
    )  # fmt: skip
    renewal_in_working_days = forms.BooleanField(
        label=_("These are working days (the item's own rule)"), required=False
    )
    channels = forms.MultipleChoiceField(
        label=_("Where people can apply"), required=False, widget=forms.CheckboxSelectMultiple
    )
    conditions = forms.CharField(
        label=_("Who may apply"), help_text=_("One condition on each line."), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    conditions_en = forms.CharField(
        label=_("Who may apply, in English"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 5})
    )
    widths = {
        "legal_days": "s",
        "promised_days": "s",
        "previous_promised_days": "s",
        "fee_fen": "s",
        "visits": "s",
        "renewal_lead_days": "s",
    }
    inline = ("kind",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channels"].choices = [(code, words()) for code, words in CHANNELS.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or self.cleaned_data)
        if data.get("kind") == ItemVersion.Kind.IMMEDIATE and data.get("promised_days") is None:
            data["promised_days"] = 0
        data["fee_when"] = data.get("fee_when") or ItemVersion.FeeWhen.ISSUE
        return data


class RowForm(PortalForm):
    """One row of a table: its place, and cells of which the first decides whether the row counts."""

    place = forms.IntegerField(label=_("Place"), required=False, min_value=0, max_value=999)

    def is_empty(self) -> bool:
        """Nothing was typed in the row beside its place."""
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in self.fields if name != "place")


class StepRow(RowForm):
    """One step of the procedure."""

    name = forms.CharField(label=_("Step"), max_length=100)
    name_en = forms.CharField(label=_("In English"), max_length=150, required=False)
    days = forms.IntegerField(label=_("Working days"), required=False, min_value=0, max_value=3650)


class FeeRow(RowForm):
    """One line of a fee schedule: what, by which unit, and the price of one."""

    name = forms.CharField(label=_("What the fee is for"), max_length=100)
    name_en = forms.CharField(label=_("In English"), max_length=150, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    unit_en = forms.CharField(label=_("Unit in English"), max_length=40, required=False)
    price_fen = MoneyField(label=_("Price in yuan"))


class GroundRow(RowForm):
    """One ground in law."""

    law = forms.CharField(label=_("Law or regulation"), max_length=200)
    article = forms.CharField(label=_("Article"), max_length=100, required=False)


class Rows:
    """The rows of one table, without a script: what is there, and empty ones at the end; emptied rows go."""

    def __init__(self, form: type[RowForm], key: str, data: Mapping[str, Any] | None, stored: list[dict[str, Any]]):
        self.key, self.data = key, data
        if data is None:
            filled = [{**row, "place": number} for number, row in enumerate(stored, start=1)]
            self.forms = [form(initial=row, prefix=f"{key}-{n}") for n, row in enumerate(filled)]
            start = len(filled)
            self.forms += [form(prefix=f"{key}-{start + n}") for n in range(BLANK_ROWS)]
            return
        count = min(200, int(text) if (text := str(data.get(f"{key}-count", "0"))).isdecimal() else 0)
        self.forms = [form(data, prefix=f"{key}-{n}") for n in range(count)]
        for row in self.forms:
            row.empty_permitted, row.use_required_attribute = row.is_empty(), False
            if row.empty_permitted:
                row.fields = {name: self._optional(field) for name, field in row.fields.items()}

    @staticmethod
    def _optional(field: forms.Field) -> forms.Field:
        field.required = False
        return field

    @property
    def columns(self) -> list[str]:
        return [str(field.label) for field in self.forms[0].fields.values()] if self.forms else []

    def is_valid(self) -> bool:
        return all(row.is_valid() for row in self.forms)

    def values(self) -> list[dict[str, Any]]:
        """The rows in the order of their places, those without one last."""
        kept = [row.cleaned_data for row in self.forms if not row.is_empty()]
        kept.sort(key=lambda row: (row["place"] is None, row["place"] or 0))
        return [{name: value for name, value in row.items() if name != "place"} for row in kept]


def steps_of(rows: Rows) -> list[dict[str, Any]]:
    """Steps as a version keeps them; days only where they are known."""
    return [{k: v for k, v in row.items() if v not in (None, "") or k == "name"} for row in rows.values()]


def fees_of(rows: Rows) -> list[dict[str, Any]]:
    """The lines of a fee schedule as a version keeps them, each with a code of its own."""
    return [{"code": f"f{number}", **row} for number, row in enumerate(rows.values(), start=1)]


class MaterialForm(RevisionForm):
    """One material. Files are stored before the rest is checked, so that a mistake beside them does not lose them."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=300, required=False)
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("For departments' own systems, for example application_form.")
    )
    kind = forms.ChoiceField(label=_("Original or copy"), choices=Material.Kind.choices)
    copies = forms.IntegerField(label=_("Copies"), min_value=1, max_value=99, initial=1)
    required = forms.BooleanField(label=_("Required"), required=False, initial=True)
    tolerable = forms.BooleanField(label=_("May follow later, against a promise"), required=False)
    committable = forms.BooleanField(label=_("A signed commitment is enough"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    note_en = forms.CharField(label=_("Note in English"), max_length=300, required=False)
    blank_file = forms.FileField(label=_("Blank form"), required=False)
    drop_blank = forms.BooleanField(label=_("Take the blank form away"), required=False)
    sample_file = forms.FileField(label=_("Filled-in sample"), required=False)
    drop_sample = forms.BooleanField(label=_("Take the sample away"), required=False)
    kept_blank = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kept_sample = forms.IntegerField(widget=forms.HiddenInput, required=False)
    widths = {"code": "m", "copies": "s", "kind": "m"}

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not CODE.fullmatch(code):
            raise ValidationError(_("A code has Latin letters, digits, dots, hyphens and underscores only."))
        return code

    def draft(self) -> MaterialDraft:
        """The cleaned values as plain ones, with the files that were kept."""
        values = self.rest()
        ids: dict[str, Any] = {}
        for slot in ("blank", "sample"):
            values.pop(f"{slot}_file")
            kept, dropped = values.pop(f"kept_{slot}"), values.pop(f"drop_{slot}")
            ids[f"{slot}_file_id"] = None if dropped else kept
        return MaterialDraft(**values, **ids)


class FigureField(forms.CharField):
    """A whole number in a cell of the bulk table; empty = not yet known."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) or int(text) > self.most:
            raise ValidationError(_("Enter a whole number from 0 to %(most)s.") % {"most": self.most})
        return int(text)


class YuanField(forms.CharField):
    """An amount in yuan in a cell; empty = not yet known."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        try:
            fen = parse_yuan(text)
        except Invalid as error:
            raise ValidationError(error.message) from error
        if fen < 0:
            raise ValidationError(_("The amount cannot be negative."))
        return fen


class FiguresForm(PortalForm):
    """One row of the bulk table. `was` is what stood there when the page was drawn."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("How it is decided"), choices=ItemVersion.Kind.choices)
    legal_days = FigureField(label=_("Legal limit"), most=3650)
    promised_days = FigureField(label=_("Promised days"), most=3650)
    fee_fen = YuanField(label=pgettext_lazy("bulk table", "Fee in yuan"), required=False)
    visits = FigureField(label=_("Visits"), most=99)
    online = forms.BooleanField(label=pgettext_lazy("bulk table", "Online"), required=False)
    FIGURES = ("kind", "legal_days", "promised_days", "fee_fen", "visits", "online")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("legal_days", "promised_days", "visits"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"
        self.fields["fee_fen"].widget.attrs["inputmode"] = "decimal"

    @property
    def was_touched(self) -> bool:
        """Somebody typed something else than what stood there."""
        typed = [self.data.get(self.add_prefix(name), "") for name in self.FIGURES]
        return "|".join(str(cell).strip() for cell in typed) != self.data.get(self.add_prefix("was"), "")

    def cells(self) -> list[Any]:
        return [self[name] for name in self.FIGURES]
