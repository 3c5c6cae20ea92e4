"""The forms of ratings, for those who rate and for those who work on what was said."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.models import Window
from hall.ratings.giving import LONGEST_COMMENT, RatingDraft
from hall.ratings.models import Grade, Grievance, Reason
from hall.ratings.templatetags.ratings import window_name
from portal.core.forms import DateField, PortalForm
from portal.core.idempotency import KeyField
from portal.core.lifecycle import Ask, Transition
from portal.people.models import Department

GRADES = [(str(grade.value), grade.label) for grade in Grade]


class RateForm(PortalForm):
    """Grade, the reasons of that grade, a few words, a number to call. Nothing but the grade is asked for."""

    widths = {"phone": "m"}
    autocomplete = {"phone": "tel"}

    grade = forms.TypedChoiceField(
        label=_("How was it?"),
        coerce=int,
        choices=GRADES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the five grades.")},
    )
    comment = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Please leave out names and numbers of other people."),
    )
    phone = forms.CharField(
        label=_("Telephone, if we may call you about it"),
        required=False,
        max_length=30,
        help_text=_("Only whoever looks into it sees the number, never the person you rated."),
    )

    def __init__(self, *args: Any, reasons: Sequence[Reason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown: dict[str, list[str]] = {}
        for grade in Grade.values:
            choices = [(one.code, one.display_name) for one in reasons if one.grade == grade]
            if choices:
                name = f"reasons_{grade}"
                field = forms.MultipleChoiceField(
                    label=_("Why?"), required=False, choices=choices, widget=forms.CheckboxSelectMultiple
                )
                self.fields[name] = field
                self.dress(name, field)
                shown[str(grade)] = [name]
        self.conditional = {"grade": shown}  # type: ignore[misc]
        self.order_fields(["grade", *(names[0] for names in shown.values()), "comment", "phone"])

    def draft(self, *, channel: str, origin: str = "", client_key: str = "") -> RatingDraft:
        data = self.cleaned_data
        return RatingDraft(
            grade=data["grade"],
            channel=channel,
            reasons=tuple(data.get(f"reasons_{data['grade']}") or ()),
            comment=data.get("comment", ""),
            phone=data.get("phone", ""),
            origin=origin,
            client_key=client_key,
        )


class TabletForm(RateForm):
    """At the window: a touch for the grade, one for the reason. No keyboard, so no text and no number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["comment"], self.fields["phone"]


class CallForm(RateForm):
    """What was said on the telephone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].label = _("What the person says")
        self.fields["comment"].label = _("In the person’s own words")
        del self.fields["phone"]


class GrievanceForm(PortalForm):
    """What is wrong, and how to reach who says it, if they like."""

    widths = {"name": "m", "phone": "m"}
    once_key = KeyField()
    topic = forms.ChoiceField(label=_("What is it about?"), choices=Grievance.Topic.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What is wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Say where and when it was. You need not give your name."),
    )
    window = forms.ModelChoiceField(label=_("At which window?"), queryset=Window.objects.none(), required=False)
    department = forms.ModelChoiceField(
        label=_("About which department?"), queryset=Department.objects.none(), required=False
    )
    name = forms.CharField(label=_("Your name"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        help_text=_("You then get a message when there is a reply. You can always read it with number and code, too."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from portal.core.time import today

        super().__init__(*args, **kwargs)
        windows: Any = self.fields["window"]
        windows.queryset = Window.objects.open_on(today()).order_by("code")
        windows.label_from_instance = window_name
        departments: Any = self.fields["department"]
        departments.queryset = Department.objects.open_on(today()).order_by("code")


class GrievanceTrackForm(PortalForm):
    """Number and code of what somebody said."""

    widths = {"number": "m", "code": "s"}
    number = forms.CharField(label=_("Number"), max_length=40)
    code = forms.CharField(label=_("Query code"), max_length=20)


class NamedForm(PortalForm):
    """Another handler."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)
    handler = forms.TypedChoiceField(label=_("Handler"), coerce=int)

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["handler"]
        choice.choices = [(one.pk, one.name) for one in people]


class StepForm(PortalForm):
    """What one step of a life cycle asks, read from its table."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)

    def inputs(self) -> dict[str, Any]:
        """As it was typed: the action cleans it by the table's rules."""
        return {name: self.data.get(name, "") for name in self.fields}


def step_form(transition: Transition[Any], thing: Any, data: Any = None) -> StepForm:
    """The form of a step; bound when `data` is given."""
    fields: dict[str, forms.Field] = {ask.name: _field(ask) for ask in transition.asks}
    if transition.irreversible:
        fields["sure"] = forms.BooleanField(label=_("I have checked this. The step cannot simply be undone."))
    made: type[StepForm] = type("StepForm", (StepForm,), fields)
    return made(data, initial={"state_version": thing.state_version})


def _field(ask: Ask) -> forms.Field:
    common: dict[str, Any] = {"label": ask.label, "required": ask.required, "help_text": ask.hint}
    if ask.kind == "choice":
        return forms.ChoiceField(choices=ask.choices, widget=forms.RadioSelect, **common)
    return forms.CharField(max_length=ask.longest, widget=forms.Textarea(attrs={"rows": 4}), **common)


class PublishForm(PortalForm):
    """The wording in which the public reads a comment."""

    text = forms.CharField(
        label=_("Text to be published"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Names and numbers are masked as a proposal. Please read it once more."),
    )


class ReasonForm(PortalForm):
    """A reason for what another role decides about a rating."""

    reason = forms.CharField(
        label=pgettext_lazy("of a decision", "Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class TabletIssueForm(PortalForm):
    """A device for a window."""

    widths = {"name": "m"}
    window = forms.ModelChoiceField(label=_("Window"), queryset=Window.objects.none())
    name = forms.CharField(label=_("Name of the device"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from portal.core.time import today

        super().__init__(*args, **kwargs)
        windows: Any = self.fields["window"]
        windows.queryset = Window.objects.open_on(today()).order_by("code")
        windows.label_from_instance = window_name


class ReasonListForm(PortalForm):
    """A new list of reasons: one a line, the English words behind a slash."""

    widths = {"valid_from": "m"}
    valid_from = DateField(label=_("In force from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for grade in Grade:
            field = forms.CharField(
                label=f"{grade.value} · {grade.label}",
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=_("One reason a line: Chinese / English") if grade == Grade.VERY_SATISFIED else "",
            )
            self.fields[f"grade_{grade.value}"] = field
            self.dress(f"grade_{grade.value}", field)

    def reasons(self) -> dict[int, list[tuple[str, str]]]:
        """Grade → (Chinese, English) in order."""
        found: dict[int, list[tuple[str, str]]] = {}
        for grade in Grade.values:
            lines = [line.strip() for line in self.cleaned_data[f"grade_{grade}"].splitlines() if line.strip()]
            halves = [line.partition("/") for line in lines]
            found[grade] = [(name.strip(), name_en.strip()) for name, _slash, name_en in halves]
        return found
