"""The forms of a lead: a letter, its answer, a note, files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.forms import MultipleFileField, PortalForm
from procurement.oversight.actions import InquiryDraft


class InquiryForm(PortalForm):
    """A letter to a unit or firm."""

    widths = {"uscc": "l", "days": "s", "letter": "l"}
    autocomplete = {"to_name": "off", "uscc": "off", "letter": "off"}
    to_name = forms.CharField(label=_("Sent to"), max_length=200)
    uscc = forms.CharField(
        label=_("Unified social credit code"), required=False, max_length=18, help_text=_("If it is registered here.")
    )
    letter = forms.CharField(label=_("Number of the letter"), max_length=120)
    question = forms.CharField(label=_("Question"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    days = forms.IntegerField(
        label=_("To be answered within (working days)"), required=False, help_text=_("Empty: the days of the rule.")
    )

    def draft(self) -> InquiryDraft:
        return InquiryDraft(**self.cleaned_data)


class AnswerForm(PortalForm):
    """What came back, or that nothing did."""

    answer = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    unanswered = forms.BooleanField(
        label=_("No answer came: the text above says what was done about it"), required=False
    )


class NoteForm(PortalForm):
    """A note of the supervisor."""

    text = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class FilesForm(PortalForm):
    """Letters, answers, statements taken down."""

    papers = MultipleFileField(label=_("Files"), required=False)
    note = forms.CharField(label=_("What it is"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["autocomplete"] = "off"
