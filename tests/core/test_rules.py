"""Dated rules: what holds on a day, and how a new version begins without touching the past."""

import datetime as dt
import re
from fractions import Fraction

import pytest
from django.utils import translation

from portal.core import rules
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound
from portal.core.models import DatedRule, Event
from portal.core.time import driven_clock, today

SYSTEM = Actor.system("tests")
NOW = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)
TODAY, TOMORROW = dt.date(2026, 11, 21), dt.date(2026, 11, 22)


@pytest.mark.django_db
def test_the_limits_of_the_licensing_law_are_there_with_their_articles() -> None:
    limits = {
        "permit.answer_days": 5, "permit.legal_days": 20, "permit.extension_days": 10, "joint.legal_days": 45,
        "joint.extension_days": 15, "permit.review_days": 20, "permit.delivery_days": 10,
    }  # fmt: skip
    found = rules.rules(limits, TODAY)
    assert {code: rule.days for code, rule in found.items()} == limits
    assert all("行政许可法" in rule.source and "article" in rule.source_en for rule in found.values())
    assert not any(rule.unverified for rule in found.values())
    assert rules.rule("supplement.limit_days", TODAY).unverified


@pytest.mark.django_db
def test_the_amber_rule_is_exactly_a_fifth() -> None:
    amber = rules.amber(TODAY)
    assert (amber.share, amber.min_days) == (Fraction(1, 5), 1)


@pytest.mark.django_db(transaction=True)
def test_a_new_version_begins_on_its_day_and_the_old_one_stays_for_the_days_before() -> None:
    with driven_clock(NOW):
        made = rules.add_version(
            SYSTEM, "permit.legal_days", value=15, valid_from=dt.date(2027, 1, 1), source="《某法》第一条"
        )
    assert rules.rule("permit.legal_days", dt.date(2026, 12, 31)).days == 20
    assert rules.rule("permit.legal_days", dt.date(2027, 1, 1)).days == 15
    assert [version.valid_to for version in rules.history("permit.legal_days")] == [None, dt.date(2026, 12, 31)]
    assert Event.objects.get(stream="core.datedrule", stream_id=made.pk).type == "rules.version_added"


@pytest.mark.django_db(transaction=True)
def test_the_past_of_a_rule_cannot_be_changed() -> None:
    with driven_clock(NOW):
        for day in (TODAY, dt.date(2020, 1, 1)):
            with pytest.raises(Invalid) as refused:
                rules.add_version(SYSTEM, "permit.legal_days", value=15, valid_from=day, source="x")
            assert set(refused.value.fields) == {"valid_from"}
        rules.add_version(SYSTEM, "permit.legal_days", value=15, valid_from=TOMORROW, source="x")
        with pytest.raises(Invalid):
            rules.add_version(SYSTEM, "permit.legal_days", value=16, valid_from=TOMORROW, source="x")
        with pytest.raises(Invalid) as refused:
            rules.add_version(SYSTEM, "permit.legal_days", value=16, valid_from=dt.date(2027, 1, 1), source=" ")
    assert set(refused.value.fields) == {"source"}
    assert DatedRule.objects.filter(code="permit.legal_days").count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_unknown_rule_is_not_found_and_a_missing_one_is_a_defect() -> None:
    with driven_clock(NOW), pytest.raises(NotFound):
        rules.add_version(SYSTEM, "nothing.such", value=1, valid_from=TOMORROW, source="x")
    with pytest.raises(rules.RuleMissing):
        rules.rule("permit.legal_days", dt.date(1999, 12, 31))


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("15", "working_days", 15),
        ("20%", "share", 0.2),
        ("0.2", "share", 0.2),
        ("17:30", "time", "17:30"),
        ("[1, 2]", "grades", [1, 2]),
    ],
)
def test_a_value_is_read_by_the_unit_of_its_rule(text: str, unit: str, value: object) -> None:
    assert rules.parse_value(text, unit) == value


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "working_days"),
        ("-1", "hours"),
        ("1.5", "working_days"),
        ("2", "share"),
        ("nan", "share"),
        ("25:00", "time"),
        ("7", "grades"),
    ],
)
def test_a_value_that_does_not_fit_its_unit_is_refused(text: str, unit: str) -> None:
    with pytest.raises(Invalid):
        rules.parse_value(text, unit)


@pytest.mark.django_db
def test_a_rule_of_a_day_that_has_come_is_asked_once_and_one_to_come_every_time(django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(3):
            rules.rule("permit.answer_days", today())
    with django_assert_num_queries(3):
        for _ in range(3):
            rules.rule("permit.answer_days", today() + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (1, "working_days", "1 working day"),
        (20, "working_days", "20 working days"),
        (1, "natural_days", "1 day"),
        (1, "hours", "1 hour"),
        (30, "minutes", "30 minutes"),
        ([1, 3], "working_days", "1 / 3 working days"),
        (3, "count", "3"),
    ],
)
def test_a_value_stands_in_the_number_of_its_unit(value: object, unit: str, told: str) -> None:
    with translation.override("en"):
        assert rules.display_value(value, unit) == told


@pytest.mark.django_db
def test_every_word_inside_the_value_of_a_rule_has_a_name_in_the_readers_language() -> None:
    nameless = {
        (row.code, word)
        for row in DatedRule.objects.all()
        if isinstance(row.value, dict)
        for word in row.value
        if word not in rules._value_words
    }
    assert not nameless


def test_a_limit_among_the_values_is_told_with_its_unit() -> None:
    value = {"urgent": "2 h", "normal": "7 d", "long": "5 wd"}
    with translation.override("en"):
        assert rules.display_value(value, "limits") == "Urgent: 2 hours; Normal: 7 days; Long: 5 working days"
    with translation.override("zh-hans"):
        assert not re.search("[a-z]", rules.display_value(value, "limits"))
