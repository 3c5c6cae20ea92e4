"""The red and blue board: drawn from the sources, objected to, published, corrected; who reads what."""

import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hall.board import actions, policies
from hall.board.drawing import rank, weighted
from hall.board.models import Board, BoardRow, Objection
from hall.models import WindowDuty
from hall.ratings.sources import FULL, Deduction, Score, ScoreSource, register_score_source, score_sources
from hall.ratings.sources import _sources as registered
from portal.core import statistics
from portal.core.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.events import events_of
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.models import Posting, User
from portal.people.roles import Role
from tests import factories
from tests.ratings.conftest import Town, town  # noqa: F401 - the fixture is the same town
from tests.ratings.test_pages import client_of

pytestmark = pytest.mark.django_db
OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture
def month(town: Town):  # noqa: F811
    """A month of the clerk at the window: nine good ratings and a bad one, all cells counted."""
    posting = Posting.objects.get(user=town.clerk)
    WindowDuty.objects.create(window=town.window, posting=posting, starts_on=dt.date(2026, 1, 1))
    with driven_clock(factories.moment("2026-10-15 10:00")):
        for grade in (5, 5, 5, 5, 5, 4, 4, 4, 3, 1):
            town.rated(grade)
    statistics.refresh_all()
    return town


def drawn(town: Town, on: str = "2026-11-02 09:00") -> Board:  # noqa: F811
    with driven_clock(factories.moment(on)):
        return actions.draw_board(town.actor("manager"), OCTOBER)


def row_of(board: Board, kind: str) -> BoardRow:
    return BoardRow.objects.get(board=board, kind=kind)


def test_points_are_the_mean_by_weights_over_what_was_measured():
    scores = {"a": Score(10_000, 5), "b": Score(5_000, 5), "c": Score(0, 1)}
    assert weighted(scores, {"a": 40, "b": 10}) == Fraction(40 * 10_000 + 10 * 5_000, 50)
    assert weighted(scores, {"a": 1, "z": 99}) == 10_000, "what nobody measured takes nothing away"
    assert weighted(scores, {"z": 1}) is None
    for wrong in ((10_001, 1), (-1, 1), (5, 0)):
        with pytest.raises(ValueError, match="score"):
            Score(*wrong)


def test_equal_points_share_a_rank_and_who_has_too_little_to_say_has_none():
    board = Board(month=OCTOBER, minimum_sample=10, weights={})
    values = [(9_900, 20), (9_900, 30), (9_000, 20), (7_000, 20), (10_000, 9)]
    rows = [BoardRow(kind="window", code=str(n), points=p, sample=s) for n, (p, s) in enumerate(values)]
    rank(board, rows)
    assert [row.rank for row in rows] == [1, 1, 3, 4, None]
    assert [row.stars for row in rows] == [5, 5, 3, 1, None]
    assert [row.side for row in rows] == ["red", "red", "none", "blue", "none"]


def test_a_board_is_drawn_once_for_a_month_that_is_over_with_the_evidence(month):
    board = drawn(month)
    for kind in ("window", "department", "staff"):
        row = row_of(board, kind)
        (part,) = row.parts
        assert (part["source"], part["points"], part["sample"]) == ("satisfaction", 9_000 - 200, 10)
        assert [one["points"] for one in part["deductions"]] == [1_000, 200], (
            "the bad one, and that nobody rectified it"
        )
    assert row_of(board, "window").rank == 1
    assert row_of(board, "staff").code == "A01"
    with pytest.raises(WrongState):
        drawn(month)
    with pytest.raises(Invalid), driven_clock(factories.moment("2026-11-02 09:00")):
        actions.draw_board(month.actor("manager"), dt.date(2026, 11, 1))
    with pytest.raises(NotAllowed):
        actions.draw_board(month.actor("head"), OCTOBER)
    told = set(Notification.objects.filter(template="board.drawn").values_list("user__name", flat=True))
    assert told == {"赵明华", "李晓燕"}


def test_other_rooms_add_their_sources_by_code(month):
    def read(first, last, kind):
        assert (first, last) == (OCTOBER, dt.date(2026, 10, 31))
        told = Deduction(OCTOBER, "台面杂乱", 500)
        return {month.window.pk: Score(FULL - 500, 4, (told,))} if kind == "window" else {}

    real = registered["patrols"]
    register_score_source(ScoreSource("patrols", "巡查", read))
    try:
        assert "patrols" in {source.code for source in score_sources()}
        row = row_of(drawn(month), "window")
    finally:
        registered["patrols"] = real
    assert row.points == (40 * 8_800 + 15 * 9_500) // 55
    assert {part["source"] for part in row.parts} == {"satisfaction", "patrols"}


def test_an_objection_is_decided_by_another_role_and_the_draft_is_ranked_anew(month):
    row = row_of(drawn(month), "staff")
    with driven_clock(factories.moment("2026-11-03 09:00")):
        with pytest.raises(NotFound):
            actions.object_to(month.actor("citizen"), row.pk, "x")
        stranger = factories.staff(Role.CLERK, factories.department("GAJ"))
        with pytest.raises(NotFound):
            actions.object_to(actions.Actor(stranger, "clerk", "x"), row.pk, "x")
        with pytest.raises(NotAllowed):
            actions.object_to(month.actor("supervisor"), row.pk, "x")
        with pytest.raises(Invalid):
            actions.object_to(month.actor("clerk"), row.pk, " ")
        made = actions.object_to(month.actor("clerk"), row.pk, "当事人误点")
        with pytest.raises(WrongState):
            actions.object_to(month.actor("head"), row.pk, "再次")
        with pytest.raises(NotAllowed):
            actions.decide_objection(month.actor("head"), made.pk, grant=True, points=100, answer="好")
        for wrong in ({"points": 0, "answer": "好"}, {"points": 100, "answer": ""}):
            with pytest.raises(Invalid):
                actions.decide_objection(month.actor("supervisor"), made.pk, grant=True, **wrong)
        actions.decide_objection(month.actor("supervisor"), made.pk, grant=True, points=1_000, answer="属实")
    row.refresh_from_db()
    assert (row.total, row.stars, row.points) == (9_800, 5, 8_800), "what was drawn stays beside what came back"


def test_a_board_is_published_after_the_days_for_objections_and_stands(month):
    board = drawn(month)
    assert board.objections_until == dt.date(2026, 11, 5)
    manager = month.actor("manager")
    with driven_clock(factories.moment("2026-11-05 17:00")), pytest.raises(WrongState):
        actions.publish(manager, board.pk, state_version=0)
    row = row_of(board, "window")
    with driven_clock(factories.moment("2026-11-05 17:00")):
        made = actions.object_to(month.actor("head"), row.pk, "误判")
    with driven_clock(factories.moment("2026-11-06 09:00")):
        with pytest.raises(WrongState):
            actions.object_to(month.actor("clerk"), row_of(board, "staff").pk, "迟了")
        with pytest.raises(WrongState):
            actions.publish(manager, board.pk, state_version=0)
        actions.decide_objection(manager, made.pk, grant=False, points=0, answer="监控属实")
        with pytest.raises(Stale):
            actions.publish(manager, board.pk, state_version=7)
        with pytest.raises(NotAllowed):
            actions.publish(month.actor("supervisor"), board.pk, state_version=0)
        published = actions.publish(manager, board.pk, state_version=0)
    assert published.state == "published" and Objection.objects.get().outcome == "rejected"
    assert [told.event.type for told in events_of(board)][-1] == "board.publish"


def test_a_correction_is_a_new_version_with_a_reason_and_the_old_one_stays_on_record(month):
    board = drawn(month)
    manager = month.actor("manager")
    with driven_clock(factories.moment("2026-11-06 09:00")):
        actions.publish(manager, board.pk, state_version=0)
        with pytest.raises(Invalid):
            actions.correct(manager, board.pk, reason="")
        again = actions.correct(manager, board.pk, reason="十月的一条差评经申诉不予认定")
        assert again.version == 2 and Board.objects.published().get() == board
    with driven_clock(factories.moment("2026-11-12 09:00")):
        actions.publish(manager, again.pk, state_version=0)
    assert list(Board.objects.order_by("version").values_list("version", "state")) == [
        (1, "replaced"),
        (2, "published"),
    ]
    page = Client().get(reverse("board:public")).content.decode()
    assert "十月的一条差评经申诉不予认定" in page


def test_the_public_reads_windows_and_departments_and_no_name(month):
    board = drawn(month)
    assert "企业登记" not in Client().get(reverse("board:public")).content.decode(), "a draft is nobody's yet"
    with driven_clock(factories.moment("2026-11-06 09:00")):
        actions.publish(month.actor("manager"), board.pk, state_version=0)
    page = Client().get(reverse("board:public")).content.decode()
    assert "企业登记" in page and "88.00" in page
    assert month.clerk.name not in page


def test_who_sees_a_row_is_the_same_in_policy_and_queryset(month):
    board = drawn(month)
    people = [month.clerk, month.head, month.manager, month.supervisor, month.citizen]
    people += [factories.staff(role, month.department) for role in (Role.CLERK, Role.REVIEWER)]
    people += [factories.staff(Role.CLERK, factories.department("GAJ")), factories.staff(Role.AUDITOR)]
    for person in (User.objects.get(pk=one.pk) for one in people):
        for row in board.rows.all():
            seen = BoardRow.objects.visible_to(person).filter(pk=row.pk).exists()
            assert seen == policies.may_see_row(person, row), (person.name, row.kind)
    colleague = User.objects.get(pk=people[5].pk)
    assert not BoardRow.objects.visible_to(colleague).filter(kind="staff").exists(), "not even a colleague's"


def test_the_pages_of_a_board_cost_the_same_for_many_rows(month):
    board = drawn(month)
    client = client_of(month.manager)

    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    urls = [reverse("board:board", args=[board.pk]), reverse("board:public")]
    Board.objects.filter(pk=board.pk).update(state="published")
    before = [queries(url) for url in urls]
    BoardRow.objects.bulk_create(
        BoardRow(
            board=board, kind="window", subject_id=n, code=f"B{n}", name="窗口", points=9_000, sample=10, rank=2
        )
        for n in range(1_000, 1_030)
    )  # fmt: skip
    assert [queries(url) for url in urls] == before
