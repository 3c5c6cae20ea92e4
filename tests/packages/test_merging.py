"""One form out of several: what is one question, what is two, and that every item gets answers its own form accepts."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.catalogue.formbuild import form_problems
from approvals.catalogue.formdef import FormDefinition
from approvals.packages.merging import Source, merge, merge_materials
from tests.packages.crew import field, section


def source(code, *sections, materials=()):
    item = SimpleNamespace(code=code, name=f"事项{code}", name_en=f"Item {code}")
    definition = FormDefinition.parse({"sections": list(sections)}) if sections else None
    return Source(item, definition, materials)


def labels(form):
    return [one.label for one in form.definition.fields()]


def test_the_same_name_type_and_meaning_is_asked_once():
    page = section("applicant", field("name", label="姓名"), field("phone", "phone", "电话"), title="申请人")
    form = merge([source("A", page), source("B", page), source("C", page)])
    assert labels(form) == ["姓名", "电话"]
    assert form.asked_once == 4
    names = form.names
    assert names["A"] == names["B"] == names["C"]


def test_a_page_of_the_same_topic_collects_the_questions_of_all_items():
    one = section("applicant", field("name", label="姓名"), title="申请人")
    more = section("applicant", field("name", label="姓名"), field("email", label="邮箱"), title="申请人")
    form = merge([source("A", one), source("B", more)])
    assert [page.title for page in form.definition.sections] == ["申请人"]
    assert labels(form) == ["姓名", "邮箱"]
    assert set(form.items_of_page.values()) == {("A", "B")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (field("name", label="姓名"), field("name", label="经办人姓名")),
        (field("name", label="姓名"), field("name", "textarea", "姓名")),
        (field("area", "number", "面积", unit="平方米"), field("area", "number", "面积", unit="亩")),
        (
            field("kind", "choice", "类型", choices=[{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]),
            field("kind", "choice", "类型", choices=[{"value": "a", "label": "甲"}, {"value": "c", "label": "丙"}]),
        ),
        (field("day", "date", "日期", past=True), field("day", "date", "日期", future=True)),
        (field("n", "number", "数", min=1, max=3), field("n", "number", "数", min=5, max=9)),
    ],
    ids=["label", "type", "unit", "choices", "past-future", "no-common-value"],
)
def test_what_conflicts_is_asked_twice(one, other):
    form = merge([source("A", section("s", one)), source("B", section("s", other))])
    assert len(list(form.definition.fields())) == 2
    assert form.names["A"] != form.names["B"]


def test_the_same_label_twice_names_its_item():
    form = merge(
        [source("A", section("s", field("x", label="地址"))), source("B", section("s", field("x", "textarea", "地址")))]
    )
    assert labels(form) == ["地址（事项A）", "地址（事项B）"]


def test_the_one_question_satisfies_every_item():
    one = section("s", field("n", "number", "数", min=1, max=50, required=False))
    other = section("s", field("n", "number", "数", min=5, max=90))
    (question,) = merge([source("A", one), source("B", other)]).definition.fields()
    assert question.required
    assert (question.spec["min"], question.spec["max"]) == (5, 50)


def test_a_conditional_question_is_one_with_another_only_when_nobody_is_asked_in_vain():
    ask = field("rent", "yesno", "租赁吗")
    conditional = section("s", ask, field("end", "date", "到期日", show_if={"field": "rent", "equals": True}))
    same = merge([source("A", conditional), source("B", conditional)])
    assert len(list(same.definition.fields())) == 2

    always = section("t", field("end", "date", "到期日"))
    both = merge([source("A", conditional), source("B", always)])
    (end,) = [one for one in both.definition.fields() if one.label == "到期日"]
    assert (end.required, end.show_if) == (True, None)

    optional = section("t", field("end", "date", "到期日", required=False))
    apart = merge([source("A", conditional), source("B", optional)])
    assert [one.label for one in apart.definition.fields()] == ["租赁吗", "到期日（事项A）", "到期日（事项B）"]


def test_names_stay_the_same_when_an_item_is_left_out():
    a = source("A", section("s", field("x", label="甲"), field("y", label="乙")))
    b = source("B", section("s", field("x", "textarea", "甲"), field("y", label="乙")))
    together, alone = merge([a, b]), merge([b])
    assert {code: together.names["B"][code] for code in ("x", "y")} == alone.names["B"]


def test_a_question_never_stands_before_what_it_depends_on():
    """B's condition looks at a page that comes after the page which it shares with A."""
    a = source("A", section("common", field("name", label="姓名")))
    b = source(
        "B", section("first", field("rent", "yesno", "租赁吗")),
        section(
            "common", field("name", label="姓名"), field("end", label="到期", show_if={"field": "rent", "equals": True})
        ),
    )  # fmt: skip
    form = merge([a, b])
    assert [page.title for page in form.definition.sections] == ["common（事项A）", "first", "common（事项B）"]


def test_materials_are_one_by_code_name_and_kind():
    def material(code, name, kind="electronic", required=True):
        return SimpleNamespace(code=code, name=name, name_en="", note="", note_en="", kind=kind, required=required)

    merged = merge_materials(
        [
            source("A", materials=[material("idc", "身份证"), material("photo", "照片", required=False)]),
            source("B", materials=[material("idc", "身份证", required=False), material("photo", "照片", "original")]),
            source("C", materials=[material("idc", "护照")]),
        ]
    )
    found = [(one.material.name, one.material.kind, one.required, [code for code, _m in one.asked]) for one in merged]
    assert found == [
        ("身份证", "electronic", True, ["A", "B"]),
        ("照片", "original", True, ["B"]),
        ("护照", "electronic", True, ["C"]),
        ("照片", "electronic", False, ["A"]),
    ]
    assert len({one.key for one in merged}) == 4


# --- whatever the items ask -------------------------------------------------------------------------------------------

CODES = ("a", "b", "c", "d")


@st.composite
def definitions(draw):
    """A small form: yes/no questions first, then texts and numbers, some of which depend on them."""
    yesno = [
        field(code, "yesno", f"问{code}", required=draw(st.booleans()))
        for code in draw(st.sets(st.sampled_from(CODES[:2])))
    ]
    rest = []
    for code in sorted(draw(st.sets(st.sampled_from(CODES[2:]), min_size=1))):
        kind = draw(st.sampled_from(["text", "number"]))
        limits = {} if kind == "text" else {"min": draw(st.sampled_from([0, 3])), "max": draw(st.sampled_from([5, 9]))}
        depends = {}
        if yesno and draw(st.booleans()):
            depends = {"show_if": {"field": draw(st.sampled_from([one["code"] for one in yesno])), "equals": True}}
        rest.append(
            field(code, kind, draw(st.sampled_from(["甲", "乙"])), required=draw(st.booleans()), **limits, **depends)
        )
    fields = [*yesno, *rest]
    cut = draw(st.integers(1, len(fields)))
    pages = [section(draw(st.sampled_from(["p", "q"])), *fields[:cut])]
    if fields[cut:]:
        pages.append(section("r", *fields[cut:]))
    return pages


@settings(max_examples=150, deadline=None)
@given(st.lists(definitions(), min_size=1, max_size=4), st.data())
def test_what_the_merged_form_accepts_each_item_accepts(forms, data):
    sources = [source(f"I{n}", *pages) for n, pages in enumerate(forms)]
    form = merge(sources)
    value = {"yesno": st.booleans(), "text": st.sampled_from(["字", ""]), "number": st.integers(0, 9)}
    given_answers = {}
    for question in form.definition.fields():
        answer = data.draw(st.none() | value[question.type])
        if answer is not None and answer != "":
            given_answers[question.code] = answer
    if form_problems(form.definition, given_answers):
        return
    kept = form.definition.keep_visible(given_answers)
    for one in sources:
        assert form_problems(one.definition, form.answers_for(one.item.code, kept)) == {}


@settings(max_examples=100, deadline=None)
@given(st.lists(definitions(), min_size=1, max_size=4))
def test_every_question_of_every_item_has_its_place(forms):
    sources = [source(f"I{n}", *pages) for n, pages in enumerate(forms)]
    form = merge(sources)
    asked = {question.code for question in form.definition.fields()}
    for one in sources:
        assert set(form.names[one.item.code]) == {question.code for question in one.definition.fields()}
        assert set(form.names[one.item.code].values()) <= asked
    assert merge(sources).names == form.names
