"""A period report from drawing up to signature: bound figures, versions, four eyes, the Word document."""

import datetime as dt
import io
import random

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from docx import Document

from portal.core import files
from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.statistics import refresh_all
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.roles import Role
from portal.supervision.reports import actions, policies, standing, word
from portal.supervision.reports.lifecycle import REPORT
from portal.supervision.reports.models import Report, ReportText
from portal.supervision.reports.reading import compared
from tests import factories

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 12, 1), dt.date(2026, 12, 31)
WHOLE = {"title": "十二月报告", "first": FIRST, "last": LAST, "comparison": "previous", "department": None}


class Office:
    """A supervisor who writes, one who signs, a head of department, and some cases of December."""

    def __init__(self) -> None:
        self.department = factories.department()
        self.writer = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
        self.signer = actor_of(factories.staff(Role.GOVERNMENT_HEAD), Role.GOVERNMENT_HEAD)
        self.head = actor_of(factories.staff(Role.DEPARTMENT_HEAD, self.department), Role.DEPARTMENT_HEAD)
        clerk = actor_of(factories.staff(Role.CLERK, self.department), Role.CLERK)
        with driven_clock(factories.moment("2026-12-07 10:00")):
            factories.accepted(clerk, on=factories.item(dept=self.department))
        refresh_all()


@pytest.fixture
def office():
    with driven_clock(factories.moment("2026-12-20 10:00")):
        yield Office()


def rewrite(actor, report, text="新的一段。", **more):
    return actions.rewrite(actor, report.pk, {"closing": text}, state_version=report.state_version, **more)


def test_the_figures_stay_as_they_were_read_while_cases_go_on(office):
    report = actions.draw_up(office.writer, **WHOLE)
    assert report.data["now"]["approvals"]["received"] == 1
    factories.submitted()
    refresh_all()
    report.refresh_from_db()
    assert report.data["now"]["approvals"]["received"] == 1
    again = actions.read_again(office.writer, report.pk, state_version=report.state_version)
    assert again.data["now"]["approvals"]["received"] == 2
    assert again.texts.count() == 1, "reading anew leaves the text alone"


def test_every_figure_in_the_text_leads_to_a_page(office):
    report = actions.draw_up(office.writer, **WHOLE)
    sections = standing.sections(report, actions.text_of(report).paragraphs)
    pieces = [piece for section in sections for part in section.pieces for piece in part if piece.url]
    assert any("figure=received" in piece.url and "from=2026-12-01" in piece.url for piece in pieces)
    assert all(line.url for section in sections for line in section.lines)


def test_the_text_keeps_the_language_it_was_written_in_whoever_reads_it(office):
    with translation.override("zh-hans"):
        report = actions.draw_up(office.writer, **WHOLE)
    with translation.override("en"):
        sections = standing.sections(report, actions.text_of(report).paragraphs)
    told = "".join(piece.text for part in sections[0].pieces for piece in part)
    assert "本期收件1件，上期为零" in told
    assert not any(letter.isascii() and letter.isalpha() for letter in told)


def test_a_change_of_the_text_is_a_version_and_no_change_is_none(office):
    report = actions.draw_up(office.writer, **WHOLE)
    made = rewrite(office.writer, report, note="补充下一步工作")
    assert (made.number, made.note) == (2, "补充下一步工作")
    report.refresh_from_db()
    assert rewrite(office.writer, report).number == 2
    assert report.texts.get(number=1).paragraphs["closing"] == ""


def test_a_damaged_mark_is_refused_beside_its_paragraph(office):
    report = actions.draw_up(office.writer, **WHOLE)
    with pytest.raises(Invalid) as error:
        rewrite(office.writer, report, "{没有的数据}")
    assert set(error.value.fields) == {"closing"}
    assert report.texts.count() == 1


def test_two_who_edit_at_once_do_not_overwrite_each_other(office):
    report = actions.draw_up(office.writer, **WHOLE)
    rewrite(office.writer, report)
    with pytest.raises(Stale):
        rewrite(office.writer, report, "另一段。")


def test_nobody_signs_what_they_drew_up_or_wrote_in(office):
    report = actions.draw_up(office.writer, **WHOLE)
    other = actor_of(factories.staff(Role.SUPERVISOR), Role.SUPERVISOR)
    rewrite(other, report)
    report.refresh_from_db()
    report = actions.take_step(office.writer, report.pk, "submit", {}, state_version=report.state_version)
    for author in (office.writer, other):
        with pytest.raises(NotAllowed):
            actions.take_step(author, report.pk, "sign", {}, state_version=report.state_version)
    signed = actions.take_step(office.signer, report.pk, "sign", {}, state_version=report.state_version)
    assert (signed.state, signed.signed_by) == ("signed", office.signer.user)


def test_a_signed_report_changes_only_after_the_signature_is_withdrawn(office):
    report = actions.draw_up(office.writer, **WHOLE)
    report = actions.take_step(office.writer, report.pk, "submit", {}, state_version=report.state_version)
    report = actions.take_step(office.signer, report.pk, "sign", {}, state_version=report.state_version)
    with pytest.raises(WrongState):
        rewrite(office.writer, report)
    with pytest.raises(WrongState):
        actions.read_again(office.writer, report.pk, state_version=report.state_version)
    with pytest.raises(Invalid):
        actions.take_step(office.signer, report.pk, "reopen", {}, state_version=report.state_version)
    reason = {"note": "数据有误"}
    report = actions.take_step(office.signer, report.pk, "reopen", reason, state_version=report.state_version)
    assert (report.state, report.signed_by, report.note) == ("draft", None, "数据有误")
    assert rewrite(office.writer, report).number == 2


def test_a_head_reports_on_the_own_department_only(office):
    with pytest.raises(NotAllowed):
        actions.draw_up(office.head, **WHOLE)
    with pytest.raises(NotAllowed):
        actions.draw_up(office.head, **WHOLE | {"department": factories.department("GA")})
    own = actions.draw_up(office.head, **WHOLE | {"department": office.department})
    assert own.data["departments"] == []
    text = actions.text_of(own).paragraphs["procurement"]
    assert "{" not in text, "trading is not counted by department"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"last": dt.date(2026, 11, 30)}, "last"),
        ({"last": dt.date(2029, 1, 1)}, "last"),
        ({"first": dt.date(2027, 1, 1), "last": dt.date(2027, 1, 31)}, "first"),
        ({"comparison": "moon"}, "comparison"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(office, wrong, field):
    with pytest.raises(Invalid) as error:
        actions.draw_up(office.writer, **WHOLE | wrong)
    assert set(error.value.fields) == {field}


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-01-01", "2026-06-30", ("2025-07-01", "2025-12-31")),
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-03-10", "2026-03-19", ("2026-02-28", "2026-03-09")),
    ],
)
def test_whole_months_are_compared_with_whole_months_before_them(first, last, before):
    days = [dt.date.fromisoformat(one) for one in (first, last)]
    assert compared(*days, "previous") == tuple(dt.date.fromisoformat(one) for one in before)
    assert compared(dt.date(2023, 2, 1), dt.date(2023, 2, 28), "last_year") == (
        dt.date(2022, 2, 1),
        dt.date(2022, 2, 28),
    )
    assert compared(dt.date(2025, 2, 1), dt.date(2025, 2, 28), "last_year")[1] == dt.date(2024, 2, 29)  # type: ignore[index]
    assert compared(*days, "last_year")[0] == days[0].replace(year=2025)  # type: ignore[index]
    assert compared(*days, "none") is None


def words(content: bytes) -> str:
    paper = Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def test_the_document_says_what_the_page_says_and_is_made_once(office):
    report = actions.draw_up(office.writer, **WHOLE)
    rewrite(office.writer, report, "下半年继续压缩承诺时限。")
    asked = actions.ask_document(office.writer, report.pk)
    assert actions.ask_document(office.signer, report.pk) == asked
    run_due_jobs()
    asked.refresh_from_db()
    told = words(files.open_file(asked.file).read())
    report.refresh_from_db()
    for section in standing.sections(report, actions.text_of(report).paragraphs):
        for part in section.pieces:
            assert "".join(piece.text for piece in part).strip() in told
    assert "下半年继续压缩承诺时限。" in told
    assert policies.may_see(office.signer.user, report) and files.may_read(office.signer.user, asked.file)
    assert not files.may_read(office.head.user, asked.file)


def test_no_document_is_made_of_figures_that_were_read_anew_meanwhile(office):
    report = actions.draw_up(office.writer, **WHOLE)
    asked = actions.ask_document(office.writer, report.pk)
    with driven_clock(factories.moment("2026-12-20 10:05")):
        actions.read_again(office.writer, report.pk, state_version=report.state_version)
    run_due_jobs()
    asked.refresh_from_db()
    assert asked.file is None
    assert actions.ask_document(office.writer, report.pk) != asked


def test_the_command_writes_a_document_and_keeps_nothing(office, tmp_path):
    target = tmp_path / "report.docx"
    days = ("--from", "2026-12-01", "--to", "2026-12-31")
    call_command("report", *days, "--out", str(target), stdout=io.StringIO())
    assert "一、" in words(target.read_bytes())
    assert not Report.objects.exists()
    for bad in (("--department", "NONE"), ("--to", "2026-11-01")):
        with pytest.raises(CommandError):
            call_command("report", *days, "--out", str(target), *bad, stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("report", *days, "--out", str(tmp_path / "no" / "where.docx"), stdout=io.StringIO())


def test_whoever_may_see_a_report_finds_it_and_nobody_else(office):
    other = factories.department("GA")
    made = [actions.draw_up(office.writer, **WHOLE | {"department": one}) for one in (None, office.department, other)]
    people = [office.writer, office.signer, office.head, actor_of(factories.staff(Role.CLERK, other), Role.CLERK),
              actor_of(factories.staff(Role.DEPARTMENT_HEAD, other), Role.DEPARTMENT_HEAD)]  # fmt: skip
    for actor in people:
        found = set(Report.objects.visible_to(actor.user))
        assert found == {report for report in made if policies.may_see(actor.user, report)}
    with pytest.raises(NotFound):
        actions.ask_document(office.head, made[2].pk)


def test_random_walks_keep_to_the_table(office):
    chance = random.Random(7)
    report = actions.draw_up(office.writer, **WHOLE)
    seen = {report.state}
    for _round in range(60):
        code = chance.choice(sorted(REPORT.transitions))
        actor = chance.choice([office.writer, office.signer, office.head])
        before = Report.objects.get(pk=report.pk)
        try:
            after = actions.take_step(actor, report.pk, code, {"note": "理由"}, state_version=before.state_version)
        except DomainError:
            assert Report.objects.get(pk=report.pk).state == before.state
            continue
        assert before.state in REPORT.transitions[code].sources
        seen.add(after.state)
    assert seen == set(REPORT.states)
    assert ReportText.objects.filter(report=report).count() == 1


def test_the_table_of_departments_ends_with_the_whole(office):
    report = actions.draw_up(office.writer, **WHOLE)
    rows, whole = standing.departments(report), standing.whole(report)
    assert rows and whole is not None
    for place, path in enumerate(standing.BY_DEPARTMENT):
        if path in {"approvals.received", "approvals.concluded", "approvals.overdue"}:
            assert int(whole.cells[place].text) == sum(int(row.cells[place].text) for row in rows), path
    one = actions.draw_up(office.writer, **WHOLE | {"department": office.department})
    assert standing.whole(one) is None


def test_the_pages_of_the_document_are_numbered_and_the_closing_has_its_heading(office):
    report = actions.draw_up(office.writer, **WHOLE)
    rewrite(office.writer, report, "下一步继续改进。")
    paper = Document(io.BytesIO(word.document(report, report.texts.get(number=2))))
    assert 'w:instr="PAGE"' in paper.sections[0].footer.paragraphs[0]._p.xml
    headings = [one.text for one in paper.paragraphs if one.style.name == "Heading 1"]
    assert len(headings) == 8, "seven sections and the closing"


def test_no_number_of_a_wide_table_is_broken():
    head = ["类别", "项目", "成交金额", "节约率"]
    rows = [["国有建设用地使用权出让", "66", "417,122.70", "22.4%"], ["合计", "1,228", "669,015.33", "—"]]
    first, *widths = word._widths(head, rows)
    narrowest = word.WIDTH / 60  # a figure of nine points is a good millimetre and a half wide
    assert all(width >= narrowest * max(len(row[n]) for row in rows) for n, width in enumerate(widths, start=1))
    assert first >= widths[0] and first + sum(widths) <= word.WIDTH
