"""Form definitions: what is refused, what is asked, what is dropped."""

import copy
import datetime as dt

import pytest

from approvals.catalogue.demo.forms import FORMS
from approvals.catalogue.formbuild import describe, form_problems, initial_of, section_form
from approvals.catalogue.formdef import FIELD_TYPES, FormDefinition
from approvals.catalogue.formschema import to_json_schema
from portal.core.errors import Invalid
from tests.factories import resident_number

USCC = "91350100M000100Y43"


def choice(code, *values, **rest):
    return {
        "code": code,
        "type": "choice",
        "label": code,
        "choices": [{"value": v, "label": f"选{v}", "label_en": f"Choice {v}"} for v in values],
        **rest,
    }


def field(code, type_="text", **rest):
    return {"code": code, "type": type_, "label": f"标签{code}", "label_en": f"Label {code}", **rest}


def raw(*fields, **second):
    sections = [{"code": "one", "title": "第一页", "title_en": "Page one", "fields": list(fields)}]
    if second:
        sections.append({"code": "two", "title": "第二页", **second})
    return {"sections": sections}


def parsed(*fields, **second):
    return FormDefinition.parse(raw(*fields, **second))


def faults(definition):
    with pytest.raises(Invalid) as refused:
        FormDefinition.parse(definition)
    return refused.value.fields


@pytest.mark.parametrize(
    ("definition", "place"),
    [
        (None, "sections"),
        ({"sections": []}, "sections"),
        (raw(), "sections[0]"),
        (raw(field("a"), field("a")), "sections[0].fields[1]"),
        (raw(field("Bad Code")), "sections[0].fields[0]"),
        (raw(field("a", "colour")), "sections[0].fields[0]"),
        (raw({"code": "a", "type": "text"}), "sections[0].fields[0]"),
        (raw(field("a", wrong=1)), "sections[0].fields[0]"),
        (raw(choice("a", "x")), "sections[0].fields[0]"),
        (raw(choice("a", "x", "x")), "sections[0].fields[0]"),
        (raw(field("a", choices=[])), "sections[0].fields[0]"),
        (raw(field("a", "number", min=5, max=1)), "sections[0].fields[0]"),
        (raw(field("a", prefill="password")), "sections[0].fields[0]"),
    ],
)
def test_a_broken_definition_says_where(definition, place):
    assert place in faults(definition)


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "later", "equals": "x"},
        {"field": "nowhere", "equals": "x"},
        {"field": "words", "equals": "x"},
        {"field": "kind", "equals": "z"},
        {"field": "sure", "equals": "yes"},
        {"field": "kind"},
        {"field": "kind", "equals": "x", "and": 1},
        "kind=x",
    ],
)
def test_a_broken_condition_is_refused(condition):
    definition = raw(
        choice("kind", "x", "y"),
        field("words"),
        field("sure", "yesno"),
        field("a", show_if=condition),
        choice("later", "x", "y"),
    )
    assert list(faults(definition)) == ["sections[0].fields[3]"]


def test_every_fault_is_reported_at_once():
    assert len(faults(raw(field("a", "colour"), field("b", show_if={"field": "z", "equals": 1})))) == 2


ANSWERED = {
    "text": ("海州", "海州"),
    "textarea": ("第一行\n第二行", "第一行\n第二行"),
    "number": ("12", 12),
    "money": ("1200.50", 120050),
    "date": ("2026-11-20", "2026-11-20"),
    "choice": ("x", "x"),
    "multichoice": (["x", "y"], ["x", "y"]),
    "yesno": ("no", False),
    "phone": ("138 0013 8000", "13800138000"),
    "resident_number": (resident_number(7).lower(), resident_number(7)),
    "uscc": (USCC.lower(), USCC),
    "address": ("海州市滨河路1号", "海州市滨河路1号"),
}


@pytest.mark.parametrize("type_", FIELD_TYPES)
def test_every_type_becomes_a_json_answer_and_comes_back(type_):
    typed, stored = ANSWERED[type_]
    spec = choice("a", "x", "y") | {"type": type_} if "choice" in type_ else field("a", type_)
    definition = parsed(spec)
    form = section_form(definition, "one")(data={"a": typed})
    assert form.is_valid(), form.errors
    assert form.to_answers() == {"a": stored}
    assert form_problems(definition, {"a": stored}) == {}
    again = section_form(definition, "one")(initial=initial_of(definition.sections[0], {"a": stored}))
    assert "a" in again.initial and again.as_p()


@pytest.mark.parametrize(
    ("type_", "typed"),
    [
        ("number", "many"),
        ("money", "12.345"),
        ("money", "-1"),
        ("date", "2026-02-30"),
        ("choice", "z"),
        ("phone", "12"),
        ("resident_number", "110105199001010001"),
        ("uscc", "123"),
        ("address", "路"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_the_field(type_, typed):
    spec = choice("a", "x", "y") if type_ == "choice" else field("a", type_)
    form = section_form(parsed(spec), "one")(data={"a": typed})
    assert list(form.errors) == ["a"]


def test_limits_of_numbers_money_and_dates_hold():
    definition = parsed(
        field("n", "number", min=1, max=3),
        field("m", "money", max=10),
        field("p", "date", past=True),
        field("f", "date", future=True),
    )
    far = dt.date(2999, 1, 1).isoformat()
    form = section_form(definition, "one")(data={"n": "4", "m": "10.01", "p": far, "f": "2001-01-01"})
    assert set(form.errors) == {"n", "m", "p", "f"}


def conditional():
    return parsed(choice("kind", "x", "y"), field("why", show_if={"field": "kind", "equals": "x"}))


def test_a_hidden_question_is_not_required_and_its_value_is_dropped():
    form = section_form(conditional(), "one")(data={"kind": "y", "why": "left over"})
    assert form.is_valid(), form.errors
    assert form.to_answers() == {"kind": "y"}


def test_a_shown_question_is_required():
    form = section_form(conditional(), "one")(data={"kind": "x", "why": ""})
    assert list(form.errors) == ["why"]


def test_rubbish_in_a_hidden_question_is_no_error():
    definition = parsed(field("sure", "yesno"), field("n", "number", show_if={"field": "sure", "equals": True}))
    assert section_form(definition, "one")(data={"sure": "no", "n": "rubbish"}).is_valid()
    assert not section_form(definition, "one")(data={"sure": "yes", "n": "rubbish"}).is_valid()


def test_a_condition_on_several_choices_holds_when_one_of_them_is_chosen():
    many = choice("many", "x", "y") | {"type": "multichoice"}
    definition = parsed(many, field("why", show_if={"field": "many", "equals": "x"}))
    assert not section_form(definition, "one")(data={"many": ["x", "y"]}).is_valid()
    assert section_form(definition, "one")(data={"many": ["y"]}).is_valid()


def test_a_question_may_depend_on_an_earlier_page():
    definition = parsed(
        choice("kind", "x", "y"),
        fields=[field("why", show_if={"field": "kind", "equals": "x"}), field("z", required=False)],
    )
    second = section_form(definition, "two")
    assert "why" in second(answers={"kind": "x"}).fields
    assert "why" not in second(answers={"kind": "y"}).fields


def test_a_page_may_depend_on_an_answer_and_its_answers_fall_with_it():
    definition = parsed(choice("kind", "x", "y"), show_if={"field": "kind", "equals": "x"}, fields=[field("why")])
    assert [s.code for s in definition.visible_sections({"kind": "y"})] == ["one"]
    assert definition.keep_visible({"kind": "y", "why": "old"}) == {"kind": "y"}


def test_what_hangs_on_a_dropped_answer_is_dropped_too():
    definition = parsed(
        choice("a", "x", "y"),
        choice("b", "x", "y", show_if={"field": "a", "equals": "x"}),
        field("c", show_if={"field": "b", "equals": "x"}),
    )
    assert definition.keep_visible({"a": "y", "b": "x", "c": "old"}) == {"a": "y"}
    form = section_form(definition, "one")(data={"a": "y", "b": "x", "c": "old"})
    assert form.is_valid() and form.to_answers() == {"a": "y"}


def test_answers_are_told_in_the_readers_language(settings):
    from django.utils.translation import override

    definition = parsed(choice("kind", "x", "y"), field("sure", "yesno"))
    with override("en"):
        [(section, lines)] = describe(definition, {"kind": "x"})
        assert section.title == "Page one"
        assert lines == [("kind", "Choice x"), ("Label sure", "—")]
    with override("zh-hans"):
        assert describe(definition, {"kind": "x"})[0][1][0] == ("kind", "选x")


def test_the_schema_requires_a_conditional_field_only_when_it_is_asked():
    schema = to_json_schema(conditional())
    assert schema["required"] == ["kind"]
    assert schema["allOf"] == [
        {"if": {"properties": {"kind": {"const": "x"}}, "required": ["kind"]}, "then": {"required": ["why"]}}
    ]


@pytest.mark.parametrize("name", FORMS)
def test_every_demo_form_compiles_in_both_languages(name):
    definition = FormDefinition.parse(copy.deepcopy(FORMS[name]))
    for section in definition.sections:
        assert section.spec["title_en"]
        assert all(q.spec["label_en"] for q in section.fields)
        assert all(c["label_en"] for q in section.fields for c in q.spec.get("choices", ()))
        assert section_form(definition, section.code)().as_p()
    assert to_json_schema(definition)["properties"]


def test_a_number_shows_its_unit_and_tells_it_to_a_screen_reader():
    definition = parsed(field("area", "number", unit="平方米", unit_en="m²"), field("staff", "number"))
    html = str(section_form(definition, "one")())
    assert '<div class="govuk-input__suffix" id="id_area-unit">平方米</div>' in html
    assert 'aria-describedby="id_area-unit"' in html
    assert html.count("govuk-input__suffix") == 1
