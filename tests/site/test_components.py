"""Figures, dates and components as people read them."""

import datetime as dt
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from portal.core.charts import Chart, Series

DAY = dt.date(2026, 11, 21)
MOMENT = dt.datetime(2026, 11, 21, 6, 5, tzinfo=dt.UTC)  # 14:05 in Shanghai


def shown(template: str, language: str = "en", **context: object) -> str:
    with translation.override("zh-hans" if language == "zh" else language):
        return Template("{% load portal %}" + template).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("template", "english", "chinese"),
    [
        ("{% day day %}", "21 November 2026", "2026年11月21日"),
        ("{{ moment|moment }}", "21 November 2026, 14:05", "2026年11月21日 14:05"),
        ("{% day nothing %}", "—", "—"),
        ("{% day moment %}", "21 November 2026", "2026年11月21日"),
        ("{% money 123456 %}", "CNY 1,234.56", "1,234.56 元"),
        ("{% money 50000000 %}", "CNY 500,000", "500,000 元"),
        ("{% money nothing %}", "—", "—"),
        ("{% thousands 1234567 %}", "1,234,567", "1,234,567"),
        ("{{ 2026|thousands }}", "2,026", "2,026"),
        ("{% thousands nothing %}", "—", "—"),
        ("{% percent ratio %}", "99.2%", "99.2%"),
        ("{% percent nothing %}", "—", "—"),
        ("{% percent 1 0 %}", "100%", "100%"),
        ("{% file_size 1887437 %}", "1.8 MB", "1.8 MB"),
        ("{% mask '张小明' %}", "张*", "张*"),
        ("{% mask '13812345678' 'phone' %}", "138****5678", "138****5678"),
        ("{% mask '11010519491231002X' 'identity' %}", "1101**********002X", "1101**********002X"),
        ("{% mask nothing %}", "—", "—"),
    ],
)
def test_figures_and_dates_are_written_for_the_reader(template: str, english: str, chinese: str) -> None:
    context = {"day": DAY, "moment": MOMENT, "nothing": None, "ratio": 0.99249}
    assert shown(template, "en", **context) == english
    assert shown(template, "zh", **context) == chinese


def test_a_day_is_the_day_in_shanghai() -> None:
    late = dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC)
    assert shown("{% day late %}", late=late) == "21 November 2026"
    assert late.astimezone(ZoneInfo("Asia/Shanghai")).day == 21


@pytest.mark.parametrize(
    ("code", "shape", "css"), [("green", "●", "g"), ("amber", "▲", "a"), ("red", "■", "r"), ("stopped", "◆", "s")]
)
def test_a_light_has_a_shape_words_and_a_colour(code: str, shape: str, css: str) -> None:
    html = shown("{% light code '3 days left' %}", code=code)
    assert f'class="light {css}"' in html
    assert shape in html
    assert "3 days left" in html


def test_a_light_says_its_words_when_none_are_given() -> None:
    assert "Overdue" in shown("{% light 'red' %}")


def test_a_light_is_taken_from_a_thing_and_its_text_is_escaped() -> None:
    html = shown("{% light lamp %}", lamp=SimpleNamespace(code="amber", text="<b>now</b>"))
    assert "&lt;b&gt;now&lt;/b&gt;" in html


def test_an_unknown_tone_falls_back_on_grey() -> None:
    assert shown("{% state_tag 'Open' 'pink' %}") == '<span class="tag grey">Open</span>'


def test_nothing_yet_and_nothing_found_are_different_words() -> None:
    assert "There is nothing here yet" in shown("{% empty_state %}")
    found = shown("{% empty_state filtered=True clear_url='/list/' %}")
    assert "Nothing matches" in found
    assert 'href="/list/"' in found


def test_paging_keeps_the_filters_and_drops_the_old_cursor() -> None:
    request = RequestFactory().get("/list/", {"q": "food", "cursor": "old"})
    html = shown(
        "{% pagination page shown=1200 %}", request=request, page=SimpleNamespace(next_cursor="n", previous_cursor="p")
    )
    assert "?q=food&amp;cursor=n" in html
    assert "?q=food&amp;cursor=p" in html
    assert "old" not in html
    assert "1,200 entries" in html


def test_the_only_page_has_no_paging() -> None:
    assert shown("{% pagination page %}", request=RequestFactory().get("/"), page=SimpleNamespace()) == ""


def test_a_changed_filter_starts_at_the_first_page() -> None:
    request = RequestFactory().get("/", {"tab": "red", "q": "a", "cursor": "x"})
    assert shown("{% querystring_with tab='amber' q='' %}", request=request) == "?tab=amber"


def test_the_timeline_marks_what_is_now_and_what_is_to_come() -> None:
    entries = [
        {"state": "done", "title": "Filed", "at": MOMENT, "by": "Window 3"},
        {"state": "now", "title": "Review"},
        {"state": "todo", "title": "Decision"},
    ]
    html = shown("{% timeline entries %}", entries=entries)
    assert html.count("aria-current") == 1
    assert 'datetime="2026-11-21T06:05:00+00:00"' in html
    assert html.count("Not started yet") == 1


def test_a_key_figure_links_to_what_is_behind_it() -> None:
    html = shown("{% kpi 'Overdue' '4' url='/cases/?late' tone='red' %}")
    assert 'href="/cases/?late"' in html
    assert "kpi red" in html


def test_a_ranking_without_a_ratio_shows_a_dash_and_no_bar() -> None:
    html = shown("{% rank rows 'On time' %}", rows=[{"name": "A", "ratio": None}, {"name": "B", "ratio": 0.5}])
    assert html.count("<meter") == 1
    assert "—" in html


def test_a_chart_carries_its_data_twice_once_as_a_table() -> None:
    chart = Chart("c", "bar", "Filings", "Hour", ("9", "10"), (Series("Cases", (1200, None)),))
    html = shown("{% chart chart %}", chart=chart)
    assert '<script id="chart-c" type="application/json">' in html
    assert "1,200" in html
    assert "—" in html


def test_a_chart_refuses_more_series_than_can_be_told_apart() -> None:
    with pytest.raises(ValueError, match="at most 5"):
        Chart("c", "line", "T", "Day", ("1",), tuple(Series(str(i), (i,)) for i in range(6)))


def test_a_chart_refuses_a_series_with_a_hole_that_nobody_sees() -> None:
    with pytest.raises(ValueError, match="one value for each category"):
        Chart("c", "line", "T", "Day", ("1", "2"), (Series("a", (1,)),))


def test_the_breadcrumbs_start_at_home_and_end_where_the_reader_is() -> None:
    html = shown("{% breadcrumbs 'Services' '/s/' 'Licence' %}")
    assert html.index("Home") < html.index("Services") < html.index("Licence")
    assert html.count('aria-current="page"') == 1


def test_the_steps_say_where_the_reader_is() -> None:
    html = shown("{% steps labels 2 %}", labels=["One", "Two", "Three"])
    assert "Step 2 of 3" in html
    assert html.count('aria-current="step"') == 1
    assert html.count('class="done"') == 1
