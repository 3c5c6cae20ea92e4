"""The forms of promises, commitments and credit records."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.cases.forms_citizen import ACCEPTED_FILES
from approvals.pledges.models import CreditRequest
from portal.core.forms import DateField, MultipleFileField, PortalForm


class PromiseForm(PortalForm):
    """By when a material follows."""

    due_on = DateField(label=_("I bring it by"))
    agreed = forms.BooleanField(
        label=_("I bring the material by this day, and I know what follows if I do not."),
        error_messages={"required": _("Please confirm that you bring it.")},
    )
    widths = {"due_on": "s"}


class SignForm(PortalForm):
    """The signature: read, name, second step."""

    text = forms.IntegerField(widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=_("I have read all of this, I meet the conditions, and I accept the check."),
        error_messages={"required": _("Please confirm that you have read the text and meet the conditions.")},
    )
    name = forms.CharField(label=_("Your name"), max_length=100)
    secret = forms.CharField(max_length=128, strip=False)
    widths = {"name": "m", "secret": "m"}
    autocomplete = {"name": "name"}

    def __init__(self, *args: Any, with_device: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["secret"]
        if with_device:
            field.label, field.help_text = (
                _("Code of your second factor"),
                _("The six digits that your device shows now."),
            )
        else:
            field.widget = forms.PasswordInput()
            field.label, field.help_text = _("Password of your account"), _("Entered once more, as the second step.")
        self.dress("secret", field)


class CertifyForm(PortalForm):
    """The signed paper: its scan, who signed, and that the clerk saw it."""

    text = forms.IntegerField(widget=forms.HiddenInput)
    scan = forms.FileField(label=_("Scan of the signed paper"), allow_empty_file=True)
    name = forms.CharField(label=_("Signed by"), max_length=100, help_text=_("As it stands on the paper."))
    before_my_eyes = forms.BooleanField(
        label=_("The person has read the text and signed it before my eyes; the scan shows the whole paper."),
        error_messages={"required": _("Please confirm that the person signed before your eyes.")},
    )
    widths = {"name": "m"}
    autocomplete = {"name": "off"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scan"].widget.attrs["accept"] = ACCEPTED_FILES


class BringForm(PortalForm):
    """The files of a promised material."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    files = MultipleFileField(label=_("Files"), required=False)  # type: ignore[assignment]  # a form knows the name too

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].widget.attrs["accept"] = ACCEPTED_FILES


class TolerateForm(PortalForm):
    """What a clerk notes at the acceptance."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    materials = forms.MultipleChoiceField(label=_("Materials that follow"), widget=forms.CheckboxSelectMultiple)
    due_on = DateField(label=_("To be brought by"))
    agreed = forms.BooleanField(
        label=_("The applicant promises it, and was told what follows otherwise."),
        error_messages={"required": _("Without the applicant’s word nothing may be left for later.")},
    )
    widths = {"due_on": "s"}

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["materials"].choices = choices  # type: ignore[attr-defined]
        self.dress("materials", self.fields["materials"])


class VersionForm(PortalForm):
    """The state that the page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)


class NoteForm(VersionForm):
    """Why what was brought is sent back."""

    note = forms.CharField(
        label=_("What is wrong with it"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The applicant reads this."),
    )  # fmt: skip


class DecideForm(VersionForm):
    """The short way: what the decision says."""

    text = forms.CharField(
        label=_("Wording of the decision"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    sure = forms.BooleanField(label=_("I have checked this. The step cannot simply be undone."))


class FindingForm(VersionForm):
    """What a check found."""

    finding = forms.CharField(
        label=_("What the check found"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AskForm(PortalForm):
    """An objection, or a request for repair."""

    kind = forms.ChoiceField(label=_("Your request"), choices=CreditRequest.Kind.choices, widget=forms.RadioSelect)
    text = forms.CharField(label=_("Reasons"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))


class AnswerForm(PortalForm):
    """The answer to a request."""

    grant = forms.ChoiceField(
        label=_("Answer"), choices=(("yes", _("Grant it")), ("no", _("Do not grant it"))), widget=forms.RadioSelect
    )
    answer = forms.CharField(label=_("Reasons"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class TextForm(PortalForm):
    """The text of a commitment, in both languages."""

    conditions = forms.CharField(label=_("The conditions"), widget=forms.Textarea(attrs={"rows": 5}))
    checked = forms.CharField(label=_("What is checked afterwards"), widget=forms.Textarea(attrs={"rows": 4}))
    consequences = forms.CharField(
        label=_("What follows from a false commitment"), widget=forms.Textarea(attrs={"rows": 4})
    )
    conditions_en = forms.CharField(
        label=_("The conditions, in English"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    checked_en = forms.CharField(
        label=_("What is checked afterwards, in English"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    consequences_en = forms.CharField(
        label=_("What follows, in English"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    check_days = forms.IntegerField(
        label=_("Checked within (working days)"), required=False, min_value=1, max_value=250,
        help_text=_("Empty: as the dated rule says."),
    )  # fmt: skip
    widths = {"check_days": "xs"}


class TermsForm(PortalForm):
    """Whether the decision waits for a promised material."""

    decides_first = forms.ChoiceField(
        label=_("A promised material"),
        choices=(("no", _("holds the decision up until it is there")), ("yes", _("may follow after the decision"))),
        widget=forms.RadioSelect,
    )
    ground = forms.CharField(label=_("What this rests on"), max_length=300)
    valid_from = DateField(label=_("From"), required=False)
    widths = {"valid_from": "s"}
