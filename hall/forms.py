"""The forms of windows and of who serves at them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hall.actions import WindowDraft
from hall.models import Window
from portal.core.forms import DateField, PortalForm
from portal.core.time import today
from portal.people.forms_admin import DepartmentPick, Pick
from portal.people.models import Department, Posting


class WindowForm(PortalForm):
    """A window's data."""

    widths = {"code": "s", "area": "m"}
    autocomplete = {"code": "off", "name": "off"}
    code = forms.CharField(
        label=pgettext_lazy("of a thing", "Code"),
        max_length=32,
        help_text=_("As on the sign above it, for example A01."),
    )
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Window.Kind.choices, widget=forms.RadioSelect, initial=Window.Kind.DEPARTMENT
    )
    department = DepartmentPick(
        Department.objects.none(),
        label=_("Department"),
        required=False,
        help_text=_("Only a department's own window needs one; the others serve all departments."),
    )
    area = forms.CharField(label=_("Area of the hall"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.open_on(today())  # type: ignore[attr-defined]

    def draft(self) -> WindowDraft:
        data = dict(self.cleaned_data)
        department = data.pop("department")
        return WindowDraft(**data, department_id=department.pk if department else None)


class CloseWindowForm(PortalForm):
    """From which day."""

    on = DateField(label=_("Closed from"), help_text=_("The first day on which it is closed."), initial=today)


class PostingPick(Pick):
    """A posting with its person, role and department."""

    def label_from_instance(self, obj: Any) -> str:
        where = f" · {obj.department.display_short}" if obj.department else ""
        return f"{obj.user.name} ({obj.user.username}) · {obj.get_role_display()}{where}"


class DutyForm(PortalForm):
    """Who serves here."""

    posting = PostingPick(Posting.objects.none(), label=_("Person and role"))
    starts_on = DateField(label=pgettext_lazy("period", "From"), initial=today)
    ends_on = DateField(
        label=pgettext_lazy("period", "To"), required=False, help_text=_("The last day; empty if it has no end yet.")
    )

    def __init__(self, *args: Any, window: Window, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        postings = Posting.objects.filter(ended_at__isnull=True).exclude(ends_on__lt=today())
        if window.department_id is not None:
            postings = postings.filter(department=window.department_id)
        postings = postings.select_related("user", "department").order_by("user__name", "pk")
        self.fields["posting"].queryset = postings  # type: ignore[attr-defined]
