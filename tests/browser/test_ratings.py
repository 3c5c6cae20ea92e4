"""Ratings in a real browser: from the tablet to the closed rectification, by telephone without scripts, the board."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Page, expect

from hall.board import actions as boards
from hall.models import Window
from hall.ratings import actions
from hall.ratings.models import Rating, Rectification
from hall.ratings.services import invite
from portal.core import statistics
from portal.core.time import driven_clock, now, today
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import NARROW, PHONE, OpenPage, Watch, sideways, violations
from tests.browser.patience import soon

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> dict[str, User]:
    place = factories.department()
    return {
        "clerk": factories.staff(Role.CLERK, place, name="李晓燕"),
        "head": factories.staff(Role.DEPARTMENT_HEAD, place, name="赵明华"),
        "manager": factories.staff(Role.HALL_MANAGER, place, name="周海宁"),
        "citizen": factories.citizen(name="王丽娟"),
    }


@pytest.fixture
def window() -> Window:
    return Window.objects.create(code="A01", name="企业登记", department=factories.department())


def served(people: dict[str, User], window: Window, number: str = "V1", **more: Any) -> Any:
    with transaction.atomic():
        return invite(
            kind=more.pop("kind", "visit"), subject=number, department_id=window.department_id, window_id=window.pk,
            staff_id=people["clerk"].pk, **more,
        )  # fmt: skip


def sound(page: Page) -> None:
    """No axe violation, nothing wider than the screen."""
    assert violations(page) == []
    assert sideways(page) == 0


def press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).first.click()


def take(page: Page, label: str, **inputs: str) -> None:
    """A step of the rectification: its button, its form."""
    press(page, label)
    for name, value in inputs.items():
        box = page.locator(f"[name={name}]")
        if box.first.get_attribute("type") == "radio":
            page.locator(f"[name={name}][value={value}]").check()
        else:
            box.fill(value)
    press(page, label)


def test_a_bad_rating_at_the_window_goes_all_the_way(
    open_page: OpenPage, people: dict[str, User], window: Window
) -> None:
    manager = actor_of(people["manager"], Role.HALL_MANAGER)
    secret = actions.issue_tablet(manager, window.pk, "A01")[1]
    tablet = open_page(f"/tablet/{secret}/", width=1024)
    sound(tablet)
    served(people, window)
    tablet.locator("form[data-tablet]").wait_for()  # the waiting page notices by itself
    sound(tablet)
    tablet.locator("[name=grade][value='1']").check()
    tablet.locator("[name=reasons_1][value=overdue]").check()
    press(tablet, gettext("Send the rating"))
    tablet.wait_for_url("**/?thanks=1")
    sound(tablet)
    work = Rectification.objects.get()
    assert work.handler == people["head"] and work.rating.reasons == ["overdue"]
    with translation.override("zh-hans"):
        head = open_page(f"/rectifications/{work.pk}/", user=people["head"])
        sound(head)
        take(head, gettext("Record the first contact"), way="none", text="群众未留联系方式")
        take(head, gettext("Record what was verified"), text="超期一天")
        take(head, gettext("Record the rectification"), text="已办结并致歉")
        office = open_page(f"/rectifications/{work.pk}/", user=people["manager"])
        take(office, gettext("Record the call-back"), result="unreached", text="")
        take(office, gettext("Close the rectification"), text="")
        expect(office.locator(".head")).to_contain_text(pgettext("rectification state", "Closed"))
        sound(office)
    work.refresh_from_db()
    assert work.state == "closed"


def test_a_rating_given_while_the_network_is_away_arrives_once(
    open_page: OpenPage, people: dict[str, User], window: Window, watch: Watch
) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
    secret = actions.issue_tablet(actor_of(people["manager"], Role.HALL_MANAGER), window.pk, "A01")[1]
    served(people, window)
    page = open_page(f"/tablet/{secret}/", width=1024)
    page.context.set_offline(True)
    page.locator("[name=grade][value='5']").check()
    page.get_by_role("main").locator("form[data-tablet] button").click()
    page.locator("main p.lead").last.wait_for()
    kept = "JSON.parse(localStorage.getItem('kept-ratings') || '[]').length"
    assert soon(lambda: page.evaluate(kept) == 1, page)
    assert not Rating.objects.exists()
    page.context.set_offline(False)
    assert soon(Rating.objects.exists, page)
    assert soon(lambda: page.evaluate(kept) == 0, page)
    assert Rating.objects.get().grade == 5


def test_a_case_is_rated_on_a_telephone_without_scripts(
    open_page: OpenPage, people: dict[str, User], window: Window, watch: Watch
) -> None:
    watch.allow("409")
    asked = served(people, window, "SP-1", kind="case", invited_id=people["citizen"].pk)
    page = open_page(f"/rate/{asked.token}/", width=PHONE, js=False, user=people["citizen"], elder=True)
    expect(page.locator("[name=grade]")).to_have_count(5)
    page.locator("[name=grade][value='2']").check()
    page.locator("[name=reasons_2][value=slow]").check()
    page.locator("[name=comment]").fill("等了两个星期")
    page.locator("main form button.govuk-button").click()
    page.wait_for_url(re.compile("/thanks/"))
    rating = Rating.objects.get()
    assert (rating.grade, rating.reasons, rating.comment, rating.channel) == (2, ["slow"], "等了两个星期", "web")
    again = open_page(f"/rate/{asked.token}/", width=PHONE, user=people["citizen"])
    sound(again)
    fresh = served(people, window, "SP-2", kind="case")
    for language in ("zh", "en"):
        sound(open_page(f"/rate/{fresh.token}/", width=NARROW, language=language))
        sound(open_page("/feedback/", width=NARROW, language=language))
        sound(open_page("/satisfaction/", width=NARROW, language=language))


def test_a_board_is_published_and_everybody_reads_it(
    open_page: OpenPage, people: dict[str, User], window: Window
) -> None:
    month = (today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    with driven_clock(now().replace(year=month.year, month=month.month, day=15)):
        for number in range(12):
            asked = served(people, window, f"B{number}")
            actions.rate(asked.token, actions.RatingDraft(grade=1 if number == 0 else 5, channel="qr"))
    statistics.refresh_all()
    manager = actor_of(people["manager"], Role.HALL_MANAGER)
    board = boards.draw_board(manager, month)
    type(board).objects.filter(pk=board.pk).update(objections_until=today() - dt.timedelta(days=1))
    row = board.rows.get(kind="window")
    sound(open_page(f"/boards/rows/{row.pk}/", user=people["head"]))
    page = open_page(f"/boards/{board.pk}/", user=people["manager"])
    sound(page)
    with translation.override("zh-hans"):
        press(page, gettext("Publish the board"))
    page.locator("dialog[open] button").first.wait_for()
    page.locator("dialog[open]").get_by_role("button").first.click()
    page.locator(".flash").first.wait_for()
    board.refresh_from_db()
    assert board.state == "published"
    for language, width in (("zh", PHONE), ("en", NARROW)):
        public = open_page("/red-blue/", language=language, width=width)
        expect(public.locator("main")).to_contain_text("企业登记")
        expect(public.locator("main")).not_to_contain_text(people["clerk"].name)
        sound(public)
