"""Forms of packages: the guide, uploads, declaration, withdrawal, tracking; and what editors write."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases.forms_citizen import ACCEPTED_FILES, ForWhomForm, TrackForm
from approvals.catalogue.models import LifeEvent
from approvals.counter import forms as counter_forms
from approvals.packages.draft import Row
from approvals.packages.guide import Question, questions_of
from approvals.packages.models import PackagePaper, PackagePart, PackageVersion
from approvals.pledges.forms import PromiseForm as PledgeForm
from portal.core.forms import MultipleFileField, PortalForm
from portal.people.models import Department

ANSWER = "q-"  # before the code of a question in the names of the fields


class GuideForm(PortalForm):
    """The questions of a package; every one is answered before the items are shown."""

    def __init__(self, *args: Any, version: PackageVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions: list[Question] = questions_of(version)
        for one in self.questions:
            field = forms.ChoiceField(label=one.text, choices=one.choices, widget=forms.RadioSelect)
            self.fields[f"{ANSWER}{one.code}"] = field
            self.dress(f"{ANSWER}{one.code}", field)

    @property
    def given(self) -> dict[str, str]:
        """The valid answers by the code of their question."""
        return {name.removeprefix(ANSWER): str(value) for name, value in self.cleaned_data.items() if value}

    @property
    def answered(self) -> bool:
        """Somebody has sent at least one answer."""
        return any(f"{ANSWER}{one.code}" in self.data for one in self.questions)


class PartsForm(PortalForm):
    """Which of the items that apply are filed."""

    parts = forms.MultipleChoiceField(
        label=_("File these parts"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one part.")},
    )  # fmt: skip

    def __init__(self, *args: Any, items: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(items)
        self.fields["parts"].choices = choices  # type: ignore[attr-defined]
        self.fields["parts"].initial = [code for code, _name in choices]

    @property
    def without(self) -> set[str]:
        """The codes that were offered and not chosen."""
        offered = {code for code, _name in self.fields["parts"].choices}  # type: ignore[attr-defined]
        return offered - set(self.cleaned_data["parts"])


class BeginForm(ForWhomForm, PartsForm):
    """The same, and for whom."""


class WindowForm(counter_forms.ForWhomForm, PartsForm):
    """The same at the window: for the person who is here, or for somebody who gave a power of attorney."""


class LaterForm(PledgeForm):
    """By when a material follows; at the window in the words of the clerk."""

    def __init__(self, *args: Any, at_window: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if at_window:
            self.fields["due_on"].label = _("The applicant brings it by")
            self.fields["agreed"].label = _(
                "The applicant promises to bring the material by this day, and knows what follows otherwise."
            )


class PapersForm(PortalForm):
    """One file field for each merged material that can be uploaded; at the window also what is kept on paper."""

    def __init__(self, *args: Any, rows: Sequence[Row], at_window: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at_window, self.rows = at_window, rows
        for row in rows:
            if row.merged.on_paper_only and not at_window:
                continue
            if at_window and not row.is_authority:
                self._ask_kept(row)
            if row.merged.on_paper_only:
                continue
            label = _("Add files for “%(material)s”") % {"material": row.merged.name}
            field = MultipleFileField(label=label, required=False, allow_empty_file=True)
            field.widget.attrs["accept"] = ACCEPTED_FILES
            field.may_be_left = not row.merged.required
            self.fields[row.merged.code] = field
            self.dress(row.merged.code, field)

    def _ask_kept(self, row: Row) -> None:
        """What of the material lies here, and how many of it."""
        name, before = row.merged.code, row.kept
        choices = [("", pgettext_lazy("material kept", "Nothing kept")), *PackagePaper.Kept.choices]
        kept = forms.ChoiceField(label=_("Kept on paper"), choices=choices, required=False)
        kept.initial = before.kept if before else ""
        copies = forms.IntegerField(label=_("Copies"), min_value=1, max_value=99, required=False)
        copies.initial = before.copies if before else row.merged.material.copies
        for key, field in ((f"kept-{name}", kept), (f"copies-{name}", copies)):
            self.fields[key] = field
            self.widths = {**self.widths, key: "s" if field is copies else "m"}  # type: ignore[misc]  # of its own
            self.dress(key, field)

    def fields_of(self, row: Row) -> list[Any]:
        """The bound fields of one material, in order."""
        names = (f"kept-{row.merged.code}", f"copies-{row.merged.code}", row.merged.code)
        return [self[name] for name in names if name in self.fields]

    def kept(self) -> list[tuple[Row, str, int]]:
        """What was noted of each material at the window; what has a fault is left as it was."""
        if not self.at_window or not self.is_bound:
            return []
        data = self.cleaned_data
        return [
            (row, data[f"kept-{row.merged.code}"], data.get(f"copies-{row.merged.code}") or 1)
            for row in self.rows
            if f"kept-{row.merged.code}" in data and f"copies-{row.merged.code}" in data
        ]


class VersionedForm(PortalForm):
    """The state that was seen."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class SubmitForm(VersionedForm):
    """The last page: what is declared."""

    declared = forms.BooleanField(
        label=_("I declare that what I have written is true and that the materials are genuine.")
    )


class WithdrawForm(VersionedForm):
    """Which parts, why, and that it is meant."""

    parts = forms.MultipleChoiceField(
        label=_("Withdraw these parts"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one part.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    sure = forms.BooleanField(label=_("I want to withdraw these parts. They will not be decided."))

    def __init__(self, *args: Any, parts: Iterable[PackagePart], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = [(str(one.pk), one.item.local_name) for one in parts]  # type: ignore[attr-defined]


class TrackPackageForm(TrackForm):
    """Number and query code of a package."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("Package number")


# --- editors ----------------------------------------------------------------------------------------------------------


class VersionForm(PortalForm):
    """What a version of a package says."""

    widths = {"promised_days": "xs", "visits": "xs"}

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    summary = forms.CharField(label=_("Description"), required=False, max_length=2000, widget=forms.Textarea)
    summary_en = forms.CharField(
        label=_("Description in English"), required=False, max_length=2000, widget=forms.Textarea
    )
    promised_days = forms.IntegerField(
        label=_("Promised days of the package"), min_value=0, max_value=3650,
        help_text=_("Working days from the acceptance of the last part to the conclusion of all."),
    )  # fmt: skip
    visits = forms.IntegerField(label=_("Visits to a window"), min_value=0, max_value=50, initial=0)
    questions = forms.CharField(
        label=_("Questions"), required=False, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "One question a line, such as “first: the question | in English”; below it each answer, such as “- yes: the"
            " answer | in English”."
        ),
    )  # fmt: skip
    items = forms.CharField(
        label=_("Items"), widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "The code of one item a line, in order; behind it the answers on which it applies, such as “= first=yes &"
            " place=here”. Without any it always applies."
        ),
    )  # fmt: skip


class PackageForm(VersionForm):
    """A new package."""

    code = forms.SlugField(
        label=_("Code in the address"), max_length=40, help_text=_("Small letters, digits and hyphens.")
    )
    department = forms.ModelChoiceField(label=_("Leading department"), queryset=Department.objects.none())
    audience = forms.ChoiceField(label=_("Who it is for"), choices=LifeEvent.Audience.choices, widget=forms.RadioSelect)
    life_event = forms.ModelChoiceField(
        label=_("Life event"), queryset=LifeEvent.objects.all(), required=False, empty_label=_("None")
    )
    field_order = ("code", "department", "audience", "life_event")

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]


class GroundForm(PortalForm):
    """Why a package is suspended or resumed."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    ground = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
