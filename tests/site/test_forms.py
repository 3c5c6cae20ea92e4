"""Fields, hints and errors in one markup; money and days as people type them."""

import datetime as dt
import re
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from portal.core.errors import Invalid
from portal.core.forms import DateField, MoneyField, MultipleFileField, PortalForm
from portal.site.views.styleguide import SampleForm


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def shown(template: str, **context: object) -> str:
    return Template("{% load portal %}" + template).render(Context(context))


class Shop(PortalForm):
    name = forms.CharField(label="Name", help_text="As registered.")
    phone = forms.CharField(label="Phone", required=False)
    kind = forms.ChoiceField(label="Kind", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])
    capital = MoneyField(label="Capital")
    opens_on = DateField(label="Opening day", required=False)

    autocomplete = {"name": "organization"}


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    form = Shop({"name": ""})
    html = shown("{% field form.name %}", form=form)
    assert 'for="id_name"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_the_summary_links_each_error_to_its_field_and_a_group_to_its_first_choice() -> None:
    form = Shop({"name": "", "capital": "1"})
    html = shown("{% error_summary form %}", form=form)
    assert "There are 2 things to correct" in html
    assert '<a href="#id_name">Fill in “Name”.</a>' in html
    assert '<a href="#id_kind_0">Choose “Kind”.</a>' in html
    assert 'id="id_kind_0"' in shown("{{ form }}", form=form)


def test_every_link_of_the_summary_has_its_target_on_the_page() -> None:
    form = SampleForm({}, prefix="x")
    page = shown("{% error_summary form %}{{ form }}", form=form)
    targets = re.findall(r'href="#([^"]+)"', page)
    assert len(targets) == 13
    assert [target for target in targets if f'id="{target}"' not in page] == []


def test_every_described_field_has_its_description_on_the_page() -> None:
    page = shown("{{ form }}", form=SampleForm({}, prefix="x"))
    ids = {name for names in re.findall(r'aria-describedby="([^"]+)"', page) for name in names.split()}
    assert ids
    assert [name for name in ids if f'id="{name}"' not in page] == []


def test_a_form_without_errors_has_no_summary() -> None:
    assert shown("{% error_summary form %}", form=Shop()).strip() == ""


def test_what_was_typed_is_kept_beside_the_error() -> None:
    assert 'value="12.345"' in shown("{% field form.capital %}", form=Shop({"capital": "12.345"}))


def test_optional_fields_say_so_and_browsers_can_fill_them() -> None:
    form = Shop()
    assert "(optional)" in shown("{% field form.phone %}", form=form)
    assert 'autocomplete="tel"' in shown("{% field form.phone %}", form=form)
    assert 'inputmode="tel"' in shown("{% field form.phone %}", form=form)
    assert 'autocomplete="organization"' in shown("{% field form.name %}", form=form)
    assert 'inputmode="decimal"' in shown("{% field form.capital %}", form=form)


def test_an_own_message_is_not_overwritten() -> None:
    class Own(PortalForm):
        name = forms.CharField(error_messages={"required": "Who are you?"})

    assert Own({}).errors["name"] == ["Who are you?"]


def test_a_field_that_a_choice_asks_for_stands_inside_the_choice_only() -> None:
    html = shown("{{ form }}", form=SampleForm())
    assert html.count('name="address"') == 1
    inside = html.index('id="conditional-id_delivery_0"')
    assert html.index('name="address"') > inside


def test_what_an_action_refused_stands_beside_its_field_and_the_rest_in_the_summary() -> None:
    form = Shop({"name": "A", "kind": "a", "capital": "1"})
    assert form.is_valid()
    form.add_domain_error(Invalid(fields={"name": "This name is taken.", "elsewhere": "The list is closed."}))
    html = shown("{% error_summary form %}", form=form)
    assert '<a href="#id_name">This name is taken.</a>' in html
    assert "<li>The list is closed.</li>" in html


def test_what_is_typed_is_escaped_in_the_error_and_in_the_field() -> None:
    html = shown("{{ form }}", form=Shop({"name": '"><script>alert(1)</script>'}))
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("typed", "fen"), [("1234.5", 123450), ("1,234.56", 123456), ("0", 0), (" 12 ", 1200), ("3.2万元", 3200000)]
)
def test_money_is_typed_in_yuan_and_kept_in_fen(typed: str, fen: int) -> None:
    assert MoneyField().clean(typed) == fen


@pytest.mark.parametrize("typed", ["-1", "abc", "1.234", ""])
def test_money_that_cannot_be_read_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        MoneyField().clean(typed)


@pytest.mark.parametrize("typed", ["2026-11-21", "2026/11/21", "20261121", "2026年11月21日"])
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert DateField().clean(typed) == dt.date(2026, 11, 21)


def test_a_day_that_does_not_exist_is_refused_with_an_example() -> None:
    with pytest.raises(forms.ValidationError, match="2026-11-21"):
        DateField().clean("2026-02-30")


def test_a_day_is_given_back_in_the_pickers_own_form() -> None:
    html = shown("{% field form.opens_on %}", form=Shop(initial={"opens_on": dt.date(2026, 11, 21)}))
    assert 'type="date"' in html
    assert 'value="2026-11-21"' in html


def test_several_files_come_as_a_list_and_none_is_an_error() -> None:
    class Upload(PortalForm):
        lease = MultipleFileField(label="Lease")

    files = MultiValueDict({"lease": [SimpleUploadedFile("a.pdf", b"a"), SimpleUploadedFile("b.pdf", b"b")]})
    form = Upload({}, files)
    assert form.is_valid(), form.errors
    assert [file.name for file in form.cleaned_data["lease"]] == ["a.pdf", "b.pdf"]
    assert Upload({}, MultiValueDict()).errors["lease"] == ["Upload “Lease”."]
