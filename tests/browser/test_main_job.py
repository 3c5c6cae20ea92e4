"""The main job from end to end in a real browser: found, filed, supplemented, decided, delivered, tracked, counted."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Browser, Page, Route, expect

from approvals.cases.models import Case
from approvals.catalogue.demo import load_demo_catalogue
from approvals.catalogue.models import Item
from portal.core import audit, statistics
from portal.core.jobs import run_due_jobs
from portal.core.models import Job, JobState, Notification
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from tests import factories
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, Watch, screenshot, sideways, violations
from tests.cases.filing_objects import pdf

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FOOD = "SCJG-001"
PASSWORD = "Lantern-bridge-27"
CREDIT_CODE = "91350100M000100Y43"  # the example of GB 32100
SCRIPTS = re.compile(r"<script\b.*?</script>", re.DOTALL)
STATIC = "/static/"


@pytest.fixture(autouse=True)
def _no_wrong_tries() -> Any:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def people(settings: Any) -> dict[str, User]:
    """The food licence of the demo city, and everybody who has to do with it."""
    settings.DEMO = True  # no second factor at the sign-in
    author, reviewer = (actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR) for _n in range(2))
    load_demo_catalogue(author, reviewer, only={FOOD})
    return {
        "clerk": factories.staff(Role.CLERK, name="李晓燕"),
        "reviewer": factories.staff(Role.REVIEWER, name="陈志远"),
        "head": factories.staff(Role.DEPARTMENT_HEAD, name="赵明华"),
        "supervisor": factories.staff(Role.SUPERVISOR, name="周海涛"),
    }


class Mirror:
    """Shows the pages of a browser without JavaScript to axe, which is JavaScript: the same HTML, its scripts left out."""

    def __init__(self, chromium: Browser, width: int) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        self.page = self.context.new_page()

    def of(self, page: Page) -> Page:
        html = SCRIPTS.sub("", page.content())

        def answer(route: Route) -> None:
            if STATIC in route.request.url:
                route.continue_()
            else:
                route.fulfill(body=html, content_type="text/html; charset=utf-8")

        self.page.route("**/*", answer)
        self.page.goto(page.url)
        self.page.unroute("**/*")
        return self.page


class Person:
    """Somebody at a browser. Every page they come to is looked at."""

    def __init__(self, page: Page, name: str, width: int, mirror: Mirror | None = None) -> None:
        self.page, self.name, self.width, self.mirror, self.seen = page, name, width, mirror, 0

    def look(self) -> None:
        """Nothing for axe to find, and nothing that scrolls sideways, on the narrowest phone either."""
        self.seen += 1
        screenshot(self.page, f"main-job-{self.name}-{self.seen:02}")
        for width in {self.width, NARROW}:
            self.page.set_viewport_size({"width": width, "height": 900})
            assert (self.page.url, width, sideways(self.page)) == (self.page.url, width, 0)
        self.page.set_viewport_size({"width": self.width, "height": 900})
        shown = self.mirror.of(self.page) if self.mirror else self.page
        assert (self.page.url, violations(shown)) == (self.page.url, [])

    def go(self, address: str) -> None:
        self.page.goto(address)
        self.look()

    def follow(self, address: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(f'main a[href*="{address}"]').first.click()
        self.look()

    def send(self) -> None:
        """The main button of the page's form."""
        form = self.page.locator("main form:has(button)").first
        with self.page.expect_navigation():
            form.locator("button:not([name]):not([type=button])").first.click()
        self.look()

    def press(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        self.look()

    def write(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"[name={name}]").fill(text)

    def tick(self, **fields: str) -> None:
        """A radio button or a box, by name and value."""
        for name, value in fields.items():
            self.page.locator(f"[name={name}][value='{value}']").check(force=True)

    def text(self) -> str:
        return self.page.locator("main").inner_text()


class Centre:
    """The two sides of the counter, in one language."""

    def __init__(self, open_page: OpenPage, people: dict[str, User], language: str, width: int, name: str) -> None:
        self.open_page, self.people, self.language, self.width, self.name = open_page, people, language, width, name
        self.code = {"zh": "zh-hans", "en": "en"}[language]

    def words(self, text: str, context: str = "", **values: str) -> str:
        with translation.override(self.code):
            return (pgettext(context, text) if context else gettext(text)) % values

    def at_desk(self, who: str, number: str, tab: str = "all") -> Person:
        """A colleague opens the workbench and the case from its list."""
        page = self.open_page(f"/desk/?tab={tab}", user=self.people[who], language=self.language, width=self.width)
        person = Person(page, f"{self.name}-{who}", self.width)
        person.look()
        with page.expect_navigation():
            page.get_by_role("link", name=number).click()
        person.look()
        return person


def arrive(citizen: Person, centre: Centre, word: str, phone: str) -> None:
    """From the start page by an everyday word to the guide, to the application, to an account."""
    citizen.look()
    search = citizen.page.locator("main form[role=search]").first
    search.locator("[name=q]").fill(word)
    with citizen.page.expect_navigation():
        search.locator("button").first.click()
    citizen.look()
    citizen.follow(f"/guide/{FOOD}/")
    citizen.follow(f"/apply/{FOOD}/")
    citizen.follow("/register/")
    citizen.write(
        name="王丽娟", phone=phone, resident_number=factories.resident_number(7), password=PASSWORD, again=PASSWORD
    )
    citizen.send()
    expect(citizen.page).to_have_url(re.compile(f"/apply/{FOOD}/"))


def file(citizen: Person, folder: Path) -> Case:
    """Eligibility, one topic a page, uploads, check, receipt."""
    citizen.page.locator("[name=eligible]").check(force=True)
    citizen.send()
    citizen.follow("/form/organisation/")
    citizen.write(
        organisation="海州市王家小馆", uscc=CREDIT_CODE, legal_person="王丽娟", contact="王丽娟", phone="13812345678"
    )
    citizen.send()
    citizen.write(shop_name="王家小馆", premises="海州市解放路1号", area="80", kitchen_area="25", staff="4")
    citizen.send()
    citizen.tick(main_form="catering", online_sale="no")
    citizen.tick(items="hot")
    citizen.tick(items="drinks")
    citizen.send()
    citizen.write(manager="王丽娟", manager_phone="13812345678")
    citizen.tick(water="public")
    citizen.send()
    citizen.tick(delivery="electronic")
    citizen.send()
    upload(citizen, folder, "first")
    citizen.send()
    assert "王家小馆" in citizen.text()
    citizen.page.locator("[name=declared]").check(force=True)
    citizen.send()
    case = Case.objects.get(state="submitted")
    expect(citizen.page.locator(".govuk-panel")).to_contain_text(str(case.number))
    assert case.query_code in citizen.text()
    return case


def upload(citizen: Person, folder: Path, name: str) -> None:
    """A file for everything that the page asks for."""
    path = folder / f"{name}.pdf"
    path.write_bytes(pdf().read())
    inputs = citizen.page.locator("main input[type=file]")
    expect(inputs.first).to_be_attached()
    for field in inputs.all():
        field.set_input_files(path)


def told(case: Case) -> list[str]:
    """What the applicant has been told, once the workers have done what was due."""
    while run_due_jobs():
        pass
    assert not Job.objects.filter(state=JobState.DEAD).exists()
    notices = Notification.objects.filter(user=case.applicant, stream="cases.case", stream_id=case.pk)
    return [template.removeprefix("case.") for template in notices.order_by("pk").values_list("template", flat=True)]


def track(centre: Centre, case: Case, mirror: Mirror | None) -> Person:
    """Somebody with the receipt, who is not signed in."""
    page = centre.open_page("/track/", language=centre.language, width=centre.width, js=mirror is None)
    reader = Person(page, f"{centre.name}-track", centre.width, mirror)
    reader.look()
    reader.write(number=str(case.number), code=case.query_code)
    reader.send()
    assert "王丽娟" not in reader.text()
    return reader


def on_the_board(centre: Centre, *, accepted: int, concluded: int, still_open: int) -> None:
    """The supervisor's balance of the month, which the refresher has brought up to date."""
    statistics.refresh_all()
    page = centre.open_page("/board/", user=centre.people["supervisor"], language=centre.language, width=centre.width)
    supervisor = Person(page, f"{centre.name}-board", centre.width)
    supervisor.look()
    figures = [str(figure) for figure in (0, accepted, concluded, 0, still_open)]
    expect(page.locator(".balance .term a")).to_have_text(figures)
    with page.expect_navigation():
        page.locator(".balance .term a").nth(2).click()
    supervisor.look()
    expect(page.locator("tbody tr")).to_have_count(concluded)


def nothing_is_wrong() -> None:
    assert list(audit.differences()) == []
    assert list(statistics.differences()) == []


def test_in_chinese_without_javascript_from_the_search_to_the_delivery(
    open_page: OpenPage, chromium: Browser, people: dict[str, User], tmp_path: Path
) -> None:
    centre = Centre(open_page, people, "zh", DESKTOP, "zh")
    words, mirror = centre.words, Mirror(chromium, DESKTOP)
    citizen = Person(open_page("/", js=False), "zh-citizen", DESKTOP, mirror)
    arrive(citizen, centre, "开饭店", "13812340001")
    case = file(citizen, tmp_path)
    number = str(case.number)

    clerk = centre.at_desk("clerk", number)
    clerk.press(words("Ask for a supplement"))
    clerk.write(text="平面布置图没有标明面积，请重新上传。")
    clerk.press(words("Ask for a supplement"))

    citizen.go(f"/cases/{number}/")
    assert "平面布置图没有标明面积" in citizen.text()
    citizen.follow("/supplement/")
    upload(citizen, tmp_path, "better")
    citizen.send()

    clerk = centre.at_desk("clerk", number)
    clerk.press(words("Accept"))
    clerk.press(words("Forward for review"))
    clerk.write(opinion="材料齐全，符合法定形式。")
    clerk.press(words("Forward for review"))
    reviewer = centre.at_desk("reviewer", number)
    while words("Review passed") in reviewer.text():
        reviewer.press(words("Review passed"))
        reviewer.write(opinion="经审查，符合条件。")
        reviewer.press(words("Review passed"))
        case.refresh_from_db()
        if case.state == "deciding":
            break
    head = centre.at_desk("head", number)
    head.press(words("Approve"))
    head.page.locator("[name=sure]").check(force=True)
    head.press(words("Approve"))

    clerk = centre.at_desk("clerk", number, tab="aftercare")
    clerk.press(words("Record the document"))
    clerk.write(document_number="JY23502030001234")
    clerk.press(words("Record the document"))
    clerk.press(words("Record the delivery"))
    clerk.tick(way="electronic")
    clerk.write(proof="电子证照已发送")
    clerk.press(words("Record the delivery"))
    case.refresh_from_db()
    assert (case.state, case.outcome, case.supplement_notices) == ("delivered", "approved", 1)

    citizen.go(f"/cases/{number}/")
    assert words("Delivered", "timeline") in citizen.text()
    reader = track(centre, case, mirror)
    assert words("Approved", "timeline") in reader.text()
    assert told(case) == ["submit", "ask_supplement", "accept", "approve", "issue", "deliver"]
    on_the_board(centre, accepted=1, concluded=1, still_open=0)
    nothing_is_wrong()
    mirror.context.close()


def test_in_english_on_a_phone_to_a_refusal_by_two_people(
    open_page: OpenPage, people: dict[str, User], watch: Watch, tmp_path: Path
) -> None:
    watch.allow("422")  # a proposal without the tick, on purpose
    centre = Centre(open_page, people, "en", PHONE, "en")
    words = centre.words
    refuse = words("Refuse")
    citizen = Person(open_page("/", language="en", width=PHONE), "en-citizen", PHONE)
    arrive(citizen, centre, "restaurant", "13812340002")
    case = file(citizen, tmp_path)
    number = str(case.number)

    clerk = centre.at_desk("clerk", number)
    clerk.press(words("Accept"))
    clerk.press(refuse)
    clerk.write(grounds="The kitchen has no separate room for raw food.")
    clerk.press(words("Propose: %(step)s", step=refuse))
    clerk.page.locator("[name=sure]").check(force=True)
    clerk.press(words("Propose: %(step)s", step=refuse))
    confirm = words("Confirm: %(step)s", step=refuse)
    expect(clerk.page.get_by_role("button", name=confirm)).to_have_count(0)  # not by the same person
    citizen.go(f"/cases/{number}/")
    assert "separate room" not in citizen.text()  # nothing is decided yet

    head = centre.at_desk("head", number)
    assert "separate room" in head.text()
    head.page.get_by_role("button", name=confirm).click()
    with head.page.expect_navigation():
        head.page.locator("#confirm button[value=yes]").click()
    head.look()
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("refused", "refused")

    citizen.go(f"/cases/{number}/")
    assert "separate room" in citizen.text()
    reader = track(centre, case, None)
    assert words("Refused", "timeline") in reader.text()
    # The refusal is at the applicant's disposal at once: that is the delivery room's line.
    assert told(case) == ["submit", "accept", "refuse", "delivery.provided"]
    on_the_board(centre, accepted=1, concluded=1, still_open=0)
    nothing_is_wrong()


def test_the_item_of_this_test_is_the_real_one(people: dict[str, User]) -> None:
    """The way above depends on the demo catalogue's form: all its sections are filled in."""
    version = Item.objects.get(code=FOOD).current
    assert version is not None and version.form is not None
    sections = [section["code"] for section in version.form.definition["sections"]]
    assert sections == ["organisation", "shop", "food", "safety", "delivery"]
