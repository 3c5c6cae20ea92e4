"""The portal's forms: GOV.UK markup for every kind of field, one error summary, money in fen."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import pretty_name
from django.template import loader
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Invalid
from portal.core.money import format_yuan, parse_yuan

AUTOCOMPLETE: Mapping[str, str] = {
    "name": "name",
    "username": "username",
    "password": "current-password",
    "new_password": "new-password",
    "phone": "tel",
    "email": "email",
    "address": "street-address",
    "organisation": "organization",
    "code": "one-time-code",
}
INPUT_MODES: Mapping[str, str] = {"phone": "tel", "email": "email"}
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
    (forms.DateInput, "date"),
    (forms.NumberInput, "number"),
)
CSS: Mapping[str, str] = {
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file": "upload",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "radios": "govuk-radios__input",
    "checkboxes": "govuk-checkboxes__input",
    "checkbox": "govuk-checkboxes__input",
}


# The summary lists these words alone, so they name the field.
REQUIRED: Mapping[str, Any] = {
    "text": _("Fill in “%(label)s”."),
    "select": _("Choose “%(label)s”."),
    "radios": _("Choose “%(label)s”."),
    "checkboxes": _("Choose at least one of “%(label)s”."),
    "checkbox": _("Please tick “%(label)s”."),
    "file": _("Upload “%(label)s”."),
}


def kind_of(widget: forms.Widget) -> str:
    """Which template draws this widget."""
    return next((kind for cls, kind in KINDS if isinstance(widget, cls)), "text")


class PortalRenderer(DjangoTemplates):
    """Takes form and field templates from the project and the bare widgets from Django."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("forms/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)


class DateInput(forms.DateInput):
    """A date as the browser's own picker, always written YYYY-MM-DD."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day; without a date picker people type 2026-11-21, 2026/11/21 or 20261121."""

    widget = DateInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Enter the date as year-month-day, for example 2026-11-21."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"], **kwargs)


class MoneyField(forms.Field):
    """An amount typed in yuan, kept as integer fen."""

    widget = forms.TextInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "negative": _("The amount cannot be negative."),
    }

    def to_python(self, value: Any) -> int | None:
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        try:
            fen = parse_yuan(text)
        except Invalid as error:
            raise ValidationError(error.message, code=error.code) from error
        if fen < 0:
            raise ValidationError(self.error_messages["negative"], code="negative")
        return fen

    def prepare_value(self, value: Any) -> Any:
        return format_yuan(value) if isinstance(value, int) else value


class MultipleFileInput(forms.ClearableFileInput):
    """Several files at once; `MultipleFileField` gives them as a list."""

    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """A list of uploaded files, each checked like a single one."""

    widget = MultipleFileInput
    may_be_left = True  # False: a page may be saved without it, but it is asked for in the end; not called optional

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = list(data) if isinstance(data, list | tuple) else [data]
        if not any(files):
            super().clean(None, initial)
            return []
        return [super(MultipleFileField, self).clean(one, initial) for one in files]


class PortalForm(forms.Form):
    """Base of every form.

    Class attributes say what a field needs beyond Django: `widths` (s, m, l), `suffixes`, `autocomplete`, `inline`
    (radios side by side), `conditional` ({"delivery": {"post": ["address"]}}: fields that one choice asks for).
    """

    default_renderer = PortalRenderer
    use_required_attribute = False  # the server's words beside the field, not the browser's bubble
    error_css_class = ""
    template_name = "forms/form.html"

    widths: ClassVar[Mapping[str, str]] = {}
    suffixes: ClassVar[Mapping[str, Any]] = {}
    autocomplete: ClassVar[Mapping[str, str]] = {}
    inline: ClassVar[Collection[str]] = ()
    conditional: ClassVar[Mapping[str, Mapping[str, Collection[str]]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            self.dress(name, field)

    def dress(self, name: str, field: forms.Field) -> None:
        """Give the widget its classes and attributes; call it for fields added later."""
        widget, attrs = field.widget, field.widget.attrs
        kind = kind_of(widget)
        if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
            said = REQUIRED.get(kind, REQUIRED["text"])
            field.error_messages["required"] = said % {"label": field.label or pretty_name(name)}
        attrs.setdefault("class", self._css(name, kind))
        filled = self.autocomplete.get(name, AUTOCOMPLETE.get(name))
        if filled and kind in {"text", "password", "textarea"}:
            attrs.setdefault("autocomplete", filled)
        if mode := self._input_mode(name, field, kind):
            attrs.setdefault("inputmode", mode)
        if kind == "textarea" and attrs.get("rows") == "10":  # Django's default is half a screen
            attrs["rows"] = "4"
        if kind == "number" and isinstance(widget, forms.NumberInput):
            widget.input_type = "text"  # a number box loses what it cannot read; text keeps it for the message
            for unwanted in ("min", "max", "step"):
                attrs.pop(unwanted, None)

    def _css(self, name: str, kind: str) -> str:
        css = CSS.get(kind, "govuk-input")
        width = self.widths.get(name)
        return f"{css} w-{width}" if width else css

    @staticmethod
    def _input_mode(name: str, field: forms.Field, kind: str) -> str:
        if kind == "number":
            return "numeric" if isinstance(field, forms.IntegerField) else "decimal"
        if isinstance(field, MoneyField):
            return "decimal"
        return INPUT_MODES.get(name, "")

    def add_domain_error(self, error: Invalid) -> None:
        """Put what an action refused beside its fields; words for unknown fields stand in the summary."""
        for name, message in error.fields.items():
            self.add_error(name if name in self.fields else None, str(message))
        if not error.fields:
            self.add_error(None, error.message)

    def show_version(self, version: int) -> None:
        """After somebody else was faster: the reader now sees the new state, and may send again what was typed."""
        changed: Any = self.data.copy()  # type: ignore[attr-defined]
        changed[self.add_prefix("state_version")] = str(version)
        self.data = changed

    def typed(self) -> list[tuple[Any, str]]:
        """What stands in the text fields of a form that was sent, with their labels."""
        texts = [
            (one.label, one.value()) for one in self if isinstance(one.field, forms.CharField) and not one.is_hidden
        ]
        return [(label, str(text)) for label, text in texts if text and str(text).strip()]

    def asked_by_choice(self) -> frozenset[str]:
        """Names of the fields that are drawn inside a choice and not on their own."""
        return frozenset(name for choices in self.conditional.values() for names in choices.values() for name in names)

    def standing_fields(self) -> list[BoundField]:
        """The fields in order, without those that a choice asks for."""
        inside = self.asked_by_choice()
        return [self[name] for name in self.fields if name not in inside]
