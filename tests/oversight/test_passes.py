"""The passes: what is computed twice stays one row, what loses its ground is withdrawn, many cost as few reads as one."""

import dataclasses
import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core import hashing
from portal.core.events import events_of
from portal.core.jobs import Job, run_due_jobs
from portal.core.models import DatedRule
from portal.core.numbers import check_number
from portal.core.time import driven_clock
from procurement.awards.models import Award
from procurement.bids.models import OpenedBid
from procurement.oversight import facts, gathering, screening, tasks
from procurement.oversight.limits import RuleBook
from procurement.oversight.models import Lead, LotFigures, Reading, Sign, Trace
from procurement.oversight.signs import REGISTRY, of, prices
from procurement.tenders.models import Project
from tests import factories
from tests.oversight.objects import (
    OPENED,
    attached,
    bidder,
    bidders,
    bids,
    bill,
    codes,
    names,
    opened,
    pdf,
    person,
    screened,
    suspicious,
    uploaded,
    word,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


# --- computed again -----------------------------------------------------------------------------------------------------


def test_computing_again_changes_nothing():
    lot = suspicious()
    first = screening.screen_tender(lot.project_id)
    rows = list(Sign.objects.order_by("pk").values())
    again = screening.screen_tender(lot.project_id)
    screening.screen_window()
    assert first.new == len(rows) > 0 and (again.new, again.withdrawn) == (0, 0)
    assert list(Sign.objects.order_by("pk").values()) == rows
    assert Lead.objects.count() == 1


def test_a_sign_without_ground_is_withdrawn_not_deleted_and_stands_again_when_the_ground_is_back():
    lot = suspicious()
    screening.screen_tender(lot.project_id)
    sign, lead = Sign.objects.get(code="equal_gaps"), Lead.objects.get()
    weight = lead.priority
    OpenedBid.objects.filter(pk=bids(lot)[3].pk).update(price_fen=97_000_000)
    assert screening.screen_tender(lot.project_id).withdrawn
    sign.refresh_from_db()
    lead.refresh_from_db()
    assert sign.withdrawn_on == dt.date(2026, 11, 20) and sign.lead_id == lead.pk
    assert lead.priority < weight and not lead.has_finding
    OpenedBid.objects.filter(pk=bids(lot)[3].pk).update(price_fen=93_000_000)
    screening.screen_tender(lot.project_id)
    sign.refresh_from_db()
    assert sign.withdrawn_on is None and Sign.objects.filter(code="equal_gaps").count() == 1


def test_the_award_brings_signs_that_the_opening_could_not_show():
    lot = opened((600_000, 938_000, 951_000))
    assert "R058" not in codes(lot)
    winner = bids(lot)[0]
    Award.objects.create(lot=lot, bidder=winner.bidder, price_fen=winner.price_fen, awarded_on=dt.date(2026, 11, 20))
    assert names(screened(lot)["R058"]) == {one.bidder.organisation.name for one in bids(lot)[:2]}


# --- what a pass costs --------------------------------------------------------------------------------------------------


def _read_queries(rows) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        facts.load(rows)
    return len(captured)


def test_reading_costs_the_same_few_queries_for_ten_tenders_and_a_hundred():
    who = bidders(4)
    for n in range(10):
        opened([900_000 + n, 938_000, 951_000, 989_000], who)
    person(bids(opened())[0], "manager", 4001)
    ten = _read_queries(Project.objects.all())
    for n in range(90):
        opened([900_000 + n, 938_000, 951_000, 989_000], who)
    assert _read_queries(Project.objects.all()) == ten <= 14


def test_the_nightly_pass_over_what_is_known_costs_the_same_for_ten_tenders_and_forty():
    who = bidders(4)

    def cost() -> int:
        screening.screen_window()
        with CaptureQueriesContext(connection) as captured:
            screening.screen_window()
        return len(captured)

    for n in range(10):
        opened([900_000 + n, 938_000, 951_000, 989_000], who)
    ten = cost()
    for n in range(30):
        opened([900_000 + n, 938_000, 951_000, 989_000], who)
    assert cost() <= ten


# --- across tenders -----------------------------------------------------------------------------------------------------


def _rounds(who, winners, **more):
    for n, winner in enumerate(winners):
        opened([905_000 + n * 1000, 938_000, 951_000][: len(who)], who, winner=winner, at=OPENED - n * 3 * DAY, **more)


def test_two_firms_that_take_turns_are_a_rotation_with_their_tenders():
    who = bidders(3)
    _rounds(who, (0, 1, 0, 1))
    screening.screen_window()
    sign = Sign.objects.get(code="rotation")
    assert names(sign) == {one.organisation.name for one in who[:2]}
    assert sign.figures["lots"] == 4 and sign.figures["wins"] == [2, 2] and len(sign.figures["tenders"]) == 4
    lead = Lead.objects.get(signs=sign)
    assert all(one.organisation.name in lead.title for one in who[:2]) and not lead.has_finding


def test_how_many_wins_of_each_make_turns_is_a_dated_rule():
    DatedRule.objects.filter(code="oversight.rotation_each_share").update(value=0.6)
    _rounds(bidders(3), (0, 1, 0, 1))
    screening.screen_window()
    assert not Sign.objects.filter(code="rotation").exists()


@pytest.mark.parametrize("winners", [(0, 1, 0), (0, 0, 0, 0), (0, 1, 2, 2)])
def test_too_few_rounds_or_one_winner_or_a_third_one_are_no_rotation(winners):
    _rounds(bidders(3), winners)
    screening.screen_window()
    assert not Sign.objects.filter(code="rotation").exists()


def test_r025_many_bids_and_never_a_win():
    who = bidders(3)
    _rounds(who, (0,) * 10)
    screening.screen_window()
    losers = Sign.objects.filter(code="R025")
    assert {next(iter(names(sign))) for sign in losers} == {one.organisation.name for one in who[1:]}
    assert losers[0].figures == {"bids": 10, "wins": 0}
    last = bids(opened((905_000, 938_000, 951_000), who, winner=1))[1]
    screening.screen_window()
    stands = {next(iter(names(sign))) for sign in Sign.objects.standing().filter(code="R025")}
    assert last.bidder.organisation.name not in stands and stands


def test_r025_says_nothing_of_tenders_without_a_result():
    _rounds(bidders(3), (None,) * 12)
    screening.screen_window()
    assert not Sign.objects.filter(code="R025").exists()


def test_r048_one_firm_that_wins_whatever_is_bought():
    one = bidder()
    for category in ("construction", "government", "other"):
        assert not Sign.objects.filter(code="R048").exists()
        opened((905_000, 938_000), [one, bidder()], winner=0, category=category)
        screening.screen_window()
    assert Sign.objects.get(code="R048").figures["number"] == 3


def test_what_lies_before_the_months_of_the_rule_does_not_count():
    who = bidders(3)
    _rounds(who, (0, 1, 0))
    opened((905_000, 938_000, 951_000), who, winner=1, at=OPENED - 40 * 31 * DAY)
    screening.screen_window()
    assert not Sign.objects.filter(code="rotation").exists()


# --- documents ----------------------------------------------------------------------------------------------------------


def _read(lot):
    for bid in gathering.unread(lot.project_id):
        gathering.read_bid(bid)


def test_one_author_of_two_documents_is_a_finding_with_the_documents(store):
    lot = opened()
    one, other, third, _fourth = bids(lot)
    attached(one, pdf(Author="陈工预算室"), "技术标.pdf")
    attached(other, word("投标函", author="陈工预算室"), "投标函.docx")
    attached(third, pdf(Author="Administrator"))
    attached(_fourth, pdf(Author="administrator"))
    _read(lot)
    sign = screened(lot)["same_preparer"]
    assert names(sign) == {one.bidder.organisation.name, other.bidder.organisation.name}
    assert {(line["where"], line["value"]) for line in sign.figures["evidence"]} == {
        ("技术标.pdf", "陈工预算室"), ("投标函.docx", "陈工预算室"),
    }  # fmt: skip
    assert set(codes(lot)) == {"same_preparer"}, "a program's own name is nobody's"


def test_a_machine_code_in_two_documents_is_a_finding(store):
    lot = opened()
    one, other, third, _fourth = bids(lot)
    attached(one, pdf(MachineCode="BFEBFBFF000906EA-7C10"))
    attached(other, pdf(MachineCode="bfebfbff000906ea-7c10"))
    attached(third, pdf(MachineCode="AAAABFFF000906EA-7C10"))
    _read(lot)
    assert set(codes(lot)) == {"same_machine"}
    assert screened(lot)["same_machine"].source.endswith("第四十条第（一）项")


def test_a_document_that_names_another_bidder_is_mixed(store):
    lot = opened()
    one, other, third, _fourth = bids(lot)
    attached(one, word(f"致招标人：{other.bidder.organisation.name}承诺按期完工。"))
    attached(third, word("本公司承诺按期完工。"))
    _read(lot)
    sign = screened(lot)["mixed_files"]
    assert names(sign) == {one.bidder.organisation.name, other.bidder.organisation.name}
    assert Sign.objects.filter(code="mixed_files").count() == 1


def test_a_credit_code_in_another_bid_is_found_in_a_pdf(store):
    lot = opened()
    one, other, *_rest = bids(lot)
    attached(one, pdf(other.bidder.organisation.uscc))
    _read(lot)
    assert "mixed_files" in codes(lot)


def test_one_resident_number_in_two_documents_or_in_a_document_and_a_profile_is_the_same_staff(store):
    lot = opened()
    one, other, third, fourth = bids(lot)
    number = factories.resident_number(4711)
    attached(one, word(f"项目经理身份证号 {number}"))
    attached(other, pdf(number))
    person(third, "project_leader", 0, identity=number)
    attached(fourth, word("项目经理身份证号 110101199003070000"))
    _read(lot)
    sign = screened(lot)["same_staff"]
    assert names(sign) == {x.bidder.organisation.name for x in (one, other, third)}
    assert number not in str(sign.figures) and not Trace.objects.filter(shown__contains=number).exists()


def test_one_file_in_two_bids_is_a_finding_but_not_the_tenders_own_form(store):
    from procurement.tenders.models import Document

    lot = opened()
    one, other, third, fourth = bids(lot)
    same, form = pdf("x"), pdf("form")
    attached(one, same)
    attached(other, same)
    given = attached(third, form)
    attached(fourth, form)
    from portal.core.models import StoredFile

    public = StoredFile.objects.create(
        sha256=given.file.sha256, size=1, name="格式.pdf", mime="application/pdf", kind="x", owner_name="",
        created_at=OPENED,
    )  # fmt: skip
    Document.objects.create(project=lot.project, file=public, kind="tender", added_at=OPENED)
    found = screened(lot)
    assert set(found) == {"same_file"} and names(found["same_file"]) == {
        one.bidder.organisation.name, other.bidder.organisation.name,
    }  # fmt: skip


LINES = [(f"04030100{n}", 100 + n, 12.5 + n, (100 + n) * (12.5 + n)) for n in range(6)]


def test_most_unit_prices_alike_are_a_finding(store):
    lot = opened()
    one, other, third, _fourth = bids(lot)
    attached(one, bill(LINES), "清单.xlsx")
    attached(other, bill([*LINES[:4], ("040301004", 104, 20, 2080), ("040301005", 105, 21, 2205)]), "清单.xlsx")
    attached(third, bill([(code, n, price * 1.07, n * price * 1.07) for code, n, price, _sum in LINES]), "清单.xlsx")
    _read(lot)
    sign = screened(lot)["equal_unit_prices"]
    assert sign.figures == {"items": 6, "equal": 4}
    assert names(sign) == {one.bidder.organisation.name, other.bidder.organisation.name}
    assert set(codes(lot)) == {"equal_unit_prices"}


def test_how_many_items_and_which_share_of_them_are_dated_rules(store):
    lot = opened()
    one, other, *_rest = bids(lot)
    attached(one, bill(LINES), "清单.xlsx")
    attached(other, bill([*LINES[:4], ("040301004", 104, 20, 2080), ("040301005", 105, 21, 2205)]), "清单.xlsx")
    _read(lot)
    DatedRule.objects.filter(code="oversight.equal_items_share").update(value=0.7)
    assert set(codes(lot)) == set()
    DatedRule.objects.filter(code="oversight.equal_items_share").update(value=0.5)
    DatedRule.objects.filter(code="oversight.equal_items").update(value=7)
    assert set(codes(lot)) == set()


def test_the_same_wrong_amount_in_two_bills_is_a_finding(store):
    lot = opened()
    one, other, third, _fourth = bids(lot)
    wrong = ("040301099", 10, 99, 909)
    attached(one, bill([wrong, ("1", 2, 3, 6)]), "清单.xlsx")
    attached(other, bill([wrong, ("1", 2, 4, 8)]), "清单.xlsx")
    attached(third, bill([("040301099", 10, 99, 990), ("1", 2, 5, 10)]), "清单.xlsx")
    _read(lot)
    sign = screened(lot)["shared_errors"]
    assert sign.figures == {"errors": 1, "lines": ["040301099"]}
    assert names(sign) == {one.bidder.organisation.name, other.bidder.organisation.name}


def test_damaged_and_unknown_documents_are_counted_as_unread(store):
    lot = opened()
    one = bids(lot)[0]
    for content in (b"%PDF-1.7 broken", b"PK\x03\x04 broken", b"plain text", b""):
        attached(one, content)
    attached(one, pdf("fine"))
    _read(lot)
    reading = Reading.objects.get(bid=one)
    assert (reading.documents, reading.unread) == (5, 4)
    assert gathering.unread(lot.project_id) == []


# --- how a pass begins --------------------------------------------------------------------------------------------------


def test_the_job_of_the_opening_reads_the_documents_and_screens(store):
    from django.db import transaction

    from portal.core.jobs import enqueue
    from procurement.oversight.jobs import EVENTS, SCREEN

    lot = suspicious()
    for bid in bids(lot)[:2]:
        attached(bid, pdf(Author="陈工预算室"))
    with transaction.atomic():
        enqueue(SCREEN, {"stream_id": lot.project_id})
    run_due_jobs()
    assert set(Sign.objects.values_list("code", flat=True)) >= {"equal_gaps", "same_preparer"}
    assert "tender.open" in EVENTS and "tender.award" in EVENTS


def test_each_event_of_a_tender_that_brings_news_queues_the_job():
    from django.db import transaction

    from portal.core.events import record
    from procurement.oversight.jobs import EVENTS, SCREEN
    from procurement.oversight.leading import PORTAL

    lot = opened()
    for event in EVENTS:
        Job.objects.all().delete()
        with transaction.atomic():
            record(lot.project, event, PORTAL)
        assert Job.objects.filter(name=SCREEN, payload__stream_id=lot.project_id).exists(), event


def test_the_nightly_task_queues_one_job():
    tasks.nightly()
    tasks.nightly()
    assert Job.objects.filter(name="oversight.nightly").count() == 1


def test_the_command_takes_days(capsys):
    old = suspicious(at=factories.moment("2026-09-10 09:40"))
    new = suspicious()
    call_command("screen_tenders", "--from=2026-09-01", "--to=2026-09-30", "--documents")
    assert Sign.objects.filter(project=old.project).exists() and not Sign.objects.filter(project=new.project).exists()
    call_command("screen_tenders")
    assert Sign.objects.filter(project=new.project).exists()
    assert "tenders: 2" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("screen_tenders", "--from=2026-09-30", "--to=2026-09-01")


# --- written in bulk, only what differs --------------------------------------------------------------------------------


def _rows():
    """What a pass leaves, comparable from one run to the next."""
    signs = {
        sign.key: (
            sign.code, sign.kind, sign.basis, sign.project_id, sign.lot_id, sign.figures, sign.limit, sign.limit_rule,
            sign.limit_from, sign.source, sign.computed_on, sign.withdrawn_on, names(sign), sign.lead and sign.lead.title,
        )
        for sign in Sign.objects.select_related("lead").prefetch_related("firms")
    }  # fmt: skip
    leads = sorted(Lead.objects.values_list("title", "priority", "has_finding", "state"))
    return signs, leads, sorted(LotFigures.objects.values_list("lot", "n", *prices.SIDES))


def _mixed_city():
    who = bidders(5)
    for n in range(14):
        opened([900_000 + n * 700, 938_000, 951_000, 989_000 + n * 5_000, 1_010_000], who, winner=n % 5)
    suspicious()
    shared = opened()
    uploaded(bids(shared)[0], "10.0.0.9")
    uploaded(bids(shared)[1], "10.0.0.9")
    person(bids(shared)[2], "legal_person", 4001)
    person(bids(shared)[3], "legal_person", 4001)
    owner = bids(shared)[0].bidder.organisation
    person(bids(shared)[1], "shareholder", 0, identity=owner.uscc, share_bp=6_000)
    opened((600_000,), category="government")
    opened((900_000, 700_000, 900_000), method="listing", category="land")
    opened((905_000, 938_000, 951_000), rejected=(0, 1), winner=2)
    return shared


def test_the_quick_evaluation_gives_what_every_line_of_the_registry_gives_by_itself():
    shared = _mixed_city()
    attached(bids(shared)[0], b"x")
    limits = RuleBook().on(OPENED.date())
    for lot in facts.load(Project.objects.all()):
        plain = [
            (line.code, found)
            for line in REGISTRY.values()
            if line.compute is not None and line.applies(lot)
            for found in line.compute(dataclasses.replace(lot, _seen=None), limits)
        ]
        assert [(line.code, found) for line, found in of(lot, limits)] == plain
        own = [found for found in lot.facts["shareholder"] if found.where == "itself"]
        assert len(own) == (lot.pk == shared.pk), "only who owns another bidder stands there"


def test_a_night_that_writes_only_what_differs_leaves_what_a_night_from_nothing_leaves():
    shared = _mixed_city()
    screening.screen_window()
    first, second = bids(shared)[:2]
    OpenedBid.objects.filter(pk=first.pk).update(price_fen=50_000_000)
    OpenedBid.objects.filter(pk=second.pk).update(finding="over_control")
    screening.screen_window()
    kept = _rows()
    assert screening.screen_window().new == 0 and _rows() == kept
    standing = {key: row for key, row in kept[0].items() if row[11] is None}
    Sign.firms.through.objects.all().delete()
    Sign.objects.all().delete()
    LotFigures.objects.all().delete()
    Lead.objects.all().delete()
    screening.screen_window()
    assert _rows()[0] == standing and _rows()[2] == kept[2]


def test_the_night_marks_what_still_holds_as_computed_on_that_day():
    lot = suspicious()
    screening.screen_window()
    with driven_clock(factories.moment("2026-11-21 03:00")):
        screening.screen_window()
    assert set(Sign.objects.values_list("project", "computed_on")) == {(lot.project_id, dt.date(2026, 11, 21))}
    assert set(Sign.objects.values_list("found_on", flat=True)) == {dt.date(2026, 11, 20)}


def test_the_night_after_a_lead_was_closed_opens_another_only_for_signs_without_one():
    lot = suspicious()
    screening.screen_window()
    Sign.objects.filter(code="equal_gaps").update(lead=None)
    screening.screen_window()
    assert Lead.objects.count() == 1 and not Sign.objects.filter(lead__isnull=True).exists()
    Sign.objects.update(lead=None)
    screening.screen_window()
    assert Lead.objects.filter(signs__project=lot.project_id).distinct().count() == 1 and Lead.objects.count() == 2


def test_leads_that_are_opened_together_have_whole_chains_and_numbers_of_their_own():
    for _n in range(4):
        suspicious()
    screening.screen_window()
    leads = list(Lead.objects.all())
    assert len({one.number for one in leads}) == 4 and all(check_number(one.number) for one in leads)
    for one in leads:
        told = events_of(one)
        assert [line.event.type for line in told] == ["lead.opened"] and "equal_gaps" in told[0].data["codes"]
        assert told[0].event.hash == hashing.chained(hashing.GENESIS, told[0].event.body)
