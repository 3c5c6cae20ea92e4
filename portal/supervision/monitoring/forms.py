"""The forms of electronic supervision: what is asked of a unit, a measure, an alert, and the steps of the lifecycles."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.forms import PortalForm
from portal.core.lifecycle import Ask, Transition
from portal.people.models import Department, User
from portal.supervision.monitoring.actions.acts import most_days
from portal.supervision.monitoring.figures import SHARE, WATCHED
from portal.supervision.monitoring.lifecycle import LONGEST
from portal.supervision.monitoring.models import Accountability, Act, Subscription


def _area(rows: int = 5) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class StepForm(PortalForm):
    """A step of a lifecycle with what it asks, and the state that its page showed."""

    state_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, transition: Transition[Any], most: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", transition.code)
        super().__init__(*args, **kwargs)
        self.transition = transition
        for ask in transition.asks:
            self.fields[ask.name] = _field(ask)
            if ask.kind == "days" and most is not None:
                self.fields[ask.name].help_text = _("By the rules at most %(n)s working days.") % {"n": most}
                self.fields[ask.name].initial = most
            self.dress(ask.name, self.fields[ask.name])
        self.order_fields([*(ask.name for ask in transition.asks), "state_version"])


def _field(ask: Ask) -> forms.Field:
    common: dict[str, Any] = {"label": ask.label, "required": ask.required, "help_text": ask.hint}
    if ask.kind == "choice":
        return forms.ChoiceField(choices=ask.choices, widget=forms.RadioSelect, **common)
    if ask.kind == "days":
        return forms.IntegerField(min_value=ask.minimum, max_value=ask.maximum, **common)
    return forms.CharField(max_length=ask.longest, widget=_area(4), **common)


class _People(forms.ModelChoiceField):
    """The people of a department, by name and user name."""

    def label_from_instance(self, one: User) -> str:
        return f"{one.name} ({one.username})"


class ActForm(PortalForm):
    """An order, an explanation or a correction, for the department that was chosen before."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("act", "Kind"),
        choices=[choice for choice in Act.Kind.choices if choice[0] != Act.Kind.CORRECTION],
        widget=forms.RadioSelect,
        initial=Act.Kind.ORDER,
    )
    person = _People(
        label=_("Person responsible"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("The unit as a whole"),
    )
    title = forms.CharField(label=pgettext_lazy("act", "Subject"), max_length=160)
    text = forms.CharField(label=pgettext_lazy("act", "What is asked"), max_length=LONGEST, widget=_area(6))
    limit_days = forms.IntegerField(label=pgettext_lazy("act", "Limit in working days"), min_value=1)
    widths = {"title": "l", "limit_days": "s"}

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = people
        order, explanation = most_days(Act.Kind.ORDER), most_days(Act.Kind.EXPLANATION)
        self.fields["limit_days"].initial = min(order, explanation)
        self.fields["limit_days"].help_text = _(
            "By the rules at most %(order)s for an order and %(explanation)s for an explanation."
        ) % {"order": order, "explanation": explanation}


class AccountabilityForm(PortalForm):
    """A measure that is proposed, for the department that was chosen before."""

    person = _People(
        label=_("Person responsible"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("The unit as a whole"),
    )
    measure = forms.ChoiceField(
        label=pgettext_lazy("accountability", "Measure"), choices=Accountability.Measure.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    points = forms.IntegerField(
        label=pgettext_lazy("accountability", "Points"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Only where points are taken off."),
    )
    ground = forms.CharField(label=_("Facts and ground"), max_length=LONGEST, widget=_area(5))
    basis = forms.CharField(
        label=pgettext_lazy("accountability", "Basis"),
        max_length=300,
        help_text=_("The article or the rules that the measure rests on."),
    )
    widths = {"points": "s", "basis": "l"}

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = people


class DepartmentForm(PortalForm):
    """Which unit it is about: the step before the form itself."""

    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), to_field_name="code", empty_label=_("Please choose")
    )

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["department"]
        choice.queryset = departments
        choice.label_from_instance = lambda one: one.display_name


class AlertForm(PortalForm):
    """A digest or a threshold, for a department or for all that one sees."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("alert", "What you want to be told"), choices=Subscription.Kind.choices,
        widget=forms.RadioSelect, initial=Subscription.Kind.DIGEST,
    )  # fmt: skip
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), required=False, empty_label=_("All that I see")
    )
    figure = forms.ChoiceField(
        label=_("Figure"),
        required=False,
        choices=(),
        help_text=_("For a threshold. Counted from the first of the month."),
    )
    side = forms.ChoiceField(
        label=pgettext_lazy("alert", "Side"), required=False, choices=Subscription.Side.choices,
    )  # fmt: skip
    limit = forms.DecimalField(
        label=pgettext_lazy("alert", "Line"), required=False, min_value=0, max_digits=10, decimal_places=2,
        help_text=_("For a threshold. A share in percent, a count as a whole number."),
    )  # fmt: skip
    widths = {"limit": "s"}

    def __init__(self, *args: Any, departments: Any, centre_wide: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["department"]
        choice.queryset = departments
        choice.label_from_instance = lambda one: one.display_name
        if not centre_wide:
            choice.empty_label = _("All that I see (digest only)")
        figure: Any = self.fields["figure"]
        figure.choices = [("", "—"), *_figures()]


def _figures() -> Iterable[tuple[str, str]]:
    for code, one in WATCHED.items():
        yield code, f"{one.label} (%)" if one.kind == SHARE else str(one.label)
