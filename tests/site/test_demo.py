"""The demo city: what the small one holds, that its figures are proved, and that the work of several processes joins."""

import datetime as dt
import json
import tempfile
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.urls import reverse

from approvals.cases import draft
from approvals.cases.models import Case, CaseMaterial, CaseStop, Proposal
from approvals.certificates.models import CertificateUse
from approvals.instant.models import InstantDecision, RuleSet
from approvals.packages.models import PackageFiling
from approvals.payments.models import Receipt, ReductionCertificate, ReductionRequest
from approvals.pledges.models import Commitment, PromisedMaterial
from approvals.projects.models import Appointment as JointAppointment
from approvals.projects.models import Project
from hall.models import WindowDuty
from hall.patrols.models import Finding
from hall.social.models import Visit
from hall.social.pools import problems as visit_problems
from hall.social.pools import record_of
from hotline.measures import STEP_MEASURES
from hotline.models import Order as TicketOrder
from portal.core import audit, identity, statistics
from portal.core.models import Document, Event, Job, Notification, OutboxMessage
from portal.core.time import driven_clock, local_date
from portal.people.demo import demo_accounts
from portal.people.models import Citizen, Department, Organisation, User
from portal.site.demo import accounts
from portal.site.demo.build import build_city
from portal.supervision.indicators import indicators
from portal.supervision.models import Reminder
from portal.supervision.monitoring.models import AlertSent
from portal.supervision.reports import behind, reading
from portal.supervision.reports.figures import FIGURES, Span, value_of
from procurement.awards.models import ResultNotice
from procurement.bids.models import Book, OpenedBid, Opening, PastRoot, Submission
from procurement.bids.proofs import problems_of
from procurement.evaluation import offers
from procurement.evaluation.models import Candidate, FinalOffer
from procurement.evaluation.papers import KIND as REPORT
from procurement.opendata.models import Process, Release
from tests import factories
from tests.opendata import review
from tests.site import recount, rederived
from tests.site.second_count import COUNTED_AGAIN, SPLITS, Recounted, unequal_sums

NEVER_IN_SOME_WEEKS = {
    "approvals.open_at_start", "reform.added", "approvals.overdue_immediate", "approvals.extended",
    "approvals.withdrawn_overdue",
}  # fmt: skip

# A Friday afternoon after some ordinary weeks.
END = factories.moment("2026-06-12 16:30")


def told_of(line: Any) -> dict[str, Any]:
    """A line of the public statistics, with its rate."""
    return {**line.sums, "savings_rate": line.rate}


def traded(deals: list[dict[str, Any]], first: dt.date, last: dt.date) -> dict[str, Any]:
    """The same out of the rows, one by one; a quotient as the portal writes it."""
    counted = dict(recount.trading(deals, recount.Period(first, last, END)))
    rate = counted["savings_rate"]
    return {**counted, "savings_rate": None if rate is None else rate.numerator / rate.denominator}


@pytest.mark.first
class DemoCity(TestCase):
    """The small city, built once for all of these."""

    @classmethod
    def setUpTestData(cls) -> None:
        folder = tempfile.mkdtemp(prefix="seals")
        cls.enterClassContext(override_settings(SEALS_DIR=folder, DEMO=True))
        with driven_clock(END):
            build_city("small")

    def setUp(self) -> None:
        self.enterContext(driven_clock(END))

    def test_some_case_stands_in_every_state(self) -> None:
        states = {
            "draft", "submitted", "supplement", "accepted", "in_review", "deciding", "suspended", "approved", "refused",
            "issued", "delivered", "closed", "not_accepted", "returned", "withdrawn", "terminated",
        }  # fmt: skip
        assert states - set(Case.objects.values_list("state", flat=True)) == set()

    def test_some_open_cases_are_amber_and_some_are_overdue(self) -> None:
        assert Case.objects.amber().exists()
        assert Case.objects.overdue().exists()
        assert CaseStop.objects.filter(to_on__isnull=True).exists()
        assert Proposal.objects.filter(outcome="waiting").count() >= 2
        assert Case.objects.filter(deemed=True).exists()

    def test_parts_of_packages_are_handled_like_other_cases(self) -> None:
        parts = Case.objects.filter(package_part__isnull=False)
        assert parts.filter(state__in=("issued", "delivered", "closed")).exists()
        assert Case.objects.overdue().filter(package_part__isnull=False).count() <= parts.count() // 10
        assert PackageFiling.objects.filter(ended_on__isnull=False).exists()
        assert PackageFiling.objects.filter(ended_on__isnull=True).exclude(state="draft").exists()

    def test_supervisors_reminded_of_red_and_of_some_amber_cases_while_they_burned(self) -> None:
        told = Event.objects.filter(stream="cases.case", type="case.reminded")
        assert Reminder.objects.exists() and told.count() == Reminder.objects.count()
        colours = Counter()
        for one in Reminder.objects.select_related("case"):
            case = one.case
            burned = case.amber_on or case.overdue_from_on
            assert burned is not None and burned <= one.reminded_on, case.number
            assert case.ended_on is None or one.reminded_on <= case.ended_on, case.number
            colours["red" if case.overdue_from_on and case.overdue_from_on <= one.reminded_on else "amber"] += 1
        assert set(colours) == {"red", "amber"}

    def test_orders_on_tickets_are_answered(self) -> None:
        orders = TicketOrder.objects.all()
        assert orders.exists() and orders.filter(answered_at__isnull=False).exists()
        assert not orders.filter(answered_at__isnull=True, due_at__lt=END).exists()

    def test_alerts_were_sent_on_the_mornings_before(self) -> None:
        sent = AlertSent.objects.all()
        assert {"digest", "threshold"} == set(sent.values_list("subscription__kind", flat=True))
        assert Notification.objects.filter(template="monitoring.digest", read_at__isnull=False).exists()

    def test_packages_were_filed_in_each_way_that_there_is(self) -> None:
        """With a certificate in place of a material, with materials that follow, and with a power of attorney."""
        assert CertificateUse.objects.filter(case__package_part__isnull=False).exists()
        in_packages = PromisedMaterial.objects.filter(case__package_part__isnull=False)
        assert set(in_packages.values_list("at_window", flat=True)) == {True, False}
        for filing in PackageFiling.objects.filter(principal__isnull=False):
            assert filing.applicant_name != filing.applicant.name
            for case in Case.objects.filter(package_part__filing=filing):
                assert case.materials.filter(power_of_attorney=True, file__isnull=False).exists()
        assert PackageFiling.objects.filter(principal__isnull=False, channel="counter").exists()

    def test_what_a_departments_own_system_sent_in_was_handled_like_any_other_case(self) -> None:
        sent = Case.objects.filter(source="scjg-reg")
        assert sent.exists()
        assert not sent.overdue().exists()
        assert not sent.filter(deemed=True).exists()
        assert sent.filter(outcome="approved", accepted_on__isnull=False).exists()

    def test_the_firm_of_the_sign_in_page_has_bid_and_reads_what_came_of_it(self) -> None:
        firm = User.objects.get(username="firm1")
        assert Submission.objects.of_firms(firm).filter(current=True).exists()
        assert ResultNotice.objects.visible_to(firm).exists()

    def test_social_supervisors_were_drawn_and_everybody_can_replay_it(self) -> None:
        states = list(Visit.objects.order_by("pk").values_list("state", flat=True))
        assert states == ["published", "drawn", "drawn"]
        assert all(visit_problems(record_of(one)) == [] for one in Visit.objects.all())
        assert {"verified", "open"} <= set(Finding.objects.filter(origin="social").values_list("state", flat=True))
        shown = User.objects.get(username=accounts.SOCIAL[0])
        assert set(shown.social_supervisor.seats.values_list("state", flat=True)) == {"reported", "invited"}

    def test_parts_of_packages_were_committed_to_in_the_account_and_on_paper(self) -> None:
        signed = Commitment.objects.filter(case__package_part__isnull=False)
        assert {(one.signed_with, one.certified_by is None) for one in signed} == {("password", True), ("paper", False)}
        assert {one.state for one in signed} == {"checking", "signed"}

    def test_the_portal_decides_some_cases_by_rules_in_force(self) -> None:
        assert RuleSet.objects.filter(state="in_force").exists()
        assert {"approved", "person"} <= set(InstantDecision.objects.values_list("outcome", flat=True))

    def test_some_pay_less_by_a_certificate_or_because_they_asked(self) -> None:
        assert ReductionCertificate.objects.filter(state="active").exists()
        granted = ReductionRequest.objects.filter(state="granted")
        assert granted.exists() and all(one.order.reduced_fen > 0 for one in granted)

    def test_commitments_were_signed_on_paper_at_the_counter(self) -> None:
        signed = Commitment.objects.filter(signed_with="paper", scan__isnull=False, certified_by__isnull=False)
        signed = signed.filter(case__package_part__isnull=True)
        assert {one.state for one in signed} == {"kept", "checking"}

    def test_one_project_went_through_all_its_stages_and_saved_time(self) -> None:
        done = Project.objects.filter(state="completed")
        assert done.exists()
        for project in done:
            stages = list(project.stages.order_by("opened_on"))
            assert [one.code for one in stages] == ["planning", "permit", "acceptance"]
            assert all(one.state == "closed" and one.serial_days > one.span_days for one in stages)
            assert JointAppointment.objects.filter(project=project, kind="acceptance", state="reported").exists()

    def test_every_payment_has_its_receipt_as_a_paper_void_when_all_went_back(self) -> None:
        papers = Document.objects.filter(kind="payments.receipt")
        receipts = Receipt.objects.filter(refund=None)
        assert set(papers.values_list("number", flat=True)) == set(receipts.values_list("number", flat=True)) != set()
        void = receipts.filter(order__state="refunded").values_list("number", flat=True)
        assert set(papers.filter(state="revoked").values_list("number", flat=True)) == set(void)

    def test_the_trail_is_whole_and_every_figure_is_proved(self) -> None:
        assert list(audit.differences()) == []
        counts = statistics.Verified()
        assert list(statistics.differences(counts)) == []
        assert counts.cells > 50

    def test_every_indicator_comes_out_the_same_when_counted_a_second_time(self) -> None:
        rows = Recounted(END)
        first, today = min(row["submitted_on"] for row in rows.cases), END.date()
        month = today.replace(day=1) - dt.timedelta(days=1)
        said = indicators(first, today)
        silent = {f"{block}.{name}" for block in COUNTED_AGAIN for name, value in said[block].items() if not value}
        assert silent <= NEVER_IN_SOME_WEEKS, "the comparison is about something"
        for begin, end in (
            (first, today),
            (month.replace(day=1), month),
            (today - dt.timedelta(days=7), today),
            (first, first + dt.timedelta(days=20)),
            (dt.date(today.year, 1, 1), dt.date(today.year, 12, 31)),
        ):
            for department in (None, *rows.busiest(3)):
                with self.subTest(begin=begin, end=end, department=department):
                    code = None if department is None else rows.codes[department]
                    said = indicators(begin, end, department_code=code)
                    assert rows.differences(said, recount.Period(begin, end, END), department) == []

    def test_every_row_of_every_split_comes_out_the_same_when_counted_a_second_time(self) -> None:
        rows = Recounted(END)
        first, today = min(row["submitted_on"] for row in rows.cases), END.date()
        for by in SPLITS:
            for begin, end in ((first, today), (today.replace(day=1) - dt.timedelta(days=20), today.replace(day=4))):
                with self.subTest(by=by, begin=begin, end=end):
                    found = indicators(begin, end, by=by)["rows"]
                    assert len(found) > 1, "the comparison is about something"
                    assert rows.split_differences(found, by, recount.Period(begin, end, END)) == []
                    assert unequal_sums(indicators(begin, end), found, by) == []

    def test_a_balance_of_another_day_comes_out_the_same_when_counted_a_second_time(self) -> None:
        """Earlier than the period, within it, and after it."""
        rows = Recounted(END)
        last = END.date() - dt.timedelta(days=7)
        first = last - dt.timedelta(days=14)
        for as_of in (first - dt.timedelta(days=5), last - dt.timedelta(days=6), last + dt.timedelta(days=4)):
            with self.subTest(as_of=as_of):
                said = indicators(first, last, as_of=as_of)
                assert said["approvals"]["open"], "the comparison is about something"
                assert rows.differences(said, recount.Period(first, last, END, as_of), None) == []

    def test_the_days_that_figures_are_counted_by_follow_from_moments_and_the_calendar(self) -> None:
        rows = Recounted(END)
        assert rows.stops and any(map(rederived.wait, rows.hall[0])), "the comparison is about something"
        assert rederived.all_differences(rows) == []

    def test_the_public_statistics_of_deals_come_out_the_same_when_counted_a_second_time(self) -> None:
        """By month, category and method, below the threshold and not; the report and its section say the same."""
        deals = Recounted(END).deals
        first, today = min(row["awarded_on"] for row in deals if row["awarded_on"]), END.date()
        span = {"since": first.isoformat(), "until": today.isoformat(), "step": "month"}
        for threshold in ("", "0", "1"):
            chosen = [row for row in deals if threshold in ("", str(int(row["below_threshold"])))]
            page = self.client.get(reverse("procurement:statistics"), {**span, "threshold": threshold})
            whole = page.context["whole"]
            assert told_of(whole) == traded(chosen, first, today)
            assert any(row["premium_fen"] for row in deals) and len({row["method"] for row in deals}) > 3
            for category in page.context["categories"]:
                same = [row for row in chosen if row["category"] == category.code]
                assert told_of(category) == traded(same, first, today), category.code
                for line in category.lines:
                    by_method = [row for row in same if row["method"] == line.code]
                    assert told_of(line) == traded(by_method, first, today), (category.code, line.code)
            for line in page.context["lines"]:
                month = [row for row in chosen if str(row["awarded_on"])[:7] == line.code]
                assert told_of(line) == traded(month, first, today), line.code

    def test_every_public_tender_is_valid_for_the_reviewers_tool(self) -> None:
        """Failed lots, tenders repeated, final offers, joint bids, changes of contracts: whatever the city has."""
        if not review.OCDS.is_dir():
            self.skipTest("needs the schemas of the shared data")
        processes = list(Process.objects.all())
        assert len(processes) > 5
        for name in ("releases", "record"):
            packages = [self._package(f"opendata:process-{name}", one.ocid) for one in processes]
            key = name if name == "releases" else "records"
            together = {**packages[0], key: [part for package in packages for part in package[key]]}
            assert review.errors(together) == {}

    def _package(self, address: str, ocid: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.client.get(reverse(address, args=[ocid])).content)
        return content

    def test_a_report_says_what_the_indicators_say(self) -> None:
        today = END.date()
        for department in (None, Department.objects.get(pk=Recounted(END).busiest(1)[0])):
            with self.subTest(department=department):
                kept = reading.read(dt.date(today.year, 1, 1), dt.date(today.year, 6, 30), "previous", department)
                code = department.code if department else None
                for block in (kept["now"], kept["then"]):
                    begin, end = (dt.date.fromisoformat(block["period"][name]) for name in ("from", "to"))
                    plain = indicators(begin, end, department_code=code)
                    assert {path: value_of(block, path) for path in FIGURES} == {
                        path: value_of(plain, path) for path in FIGURES
                    }
                    assert {name: found for name, found in block.items() if name != "bases"} == plain
                assert [row["month"] for row in kept["months"]][-1] == f"{today:%Y-%m}", "what is to come is unknown"
                split = {
                    row["department"]: row for row in indicators(begin_of(kept), end_of(kept), by="department")["rows"]
                }
                assert len(kept["departments"]) == (0 if department else len(split.keys() - {""}))
                for row in kept["departments"]:
                    assert row["now"] == {name: split[row["code"]][name] for name in row["now"]}

    def test_behind_every_figure_of_a_report_stand_the_rows_that_it_counts(self) -> None:
        today = END.date()
        span = Span(dt.date(today.year, 1, 1), today, today)
        listed = 0
        for path in FIGURES:
            if path.startswith("procurement"):
                continue  # deals have a register of their own
            found = behind.made(path, span, "")
            for one in found.sums:
                shown = behind.made(path, span, one.name)
                if shown.shown != one.name:
                    continue  # balances, and cases, which have lists of their own
                rows = behind.rows_of(shown)
                with self.subTest(figure=path, sum=one.name):
                    listed += 1
                    if rows is None:
                        assert len(behind.items_of(shown)) <= max(one.number, 0)
                    elif one.name in STEP_MEASURES.figures:
                        assert 0 <= one.number - rows.count() <= one.number // 4, "several times the same ticket"
                    else:
                        assert rows.count() == one.number
        assert listed > 60

    def test_openings_were_held_one_waits_and_every_book_is_intact(self) -> None:
        assert {"recorded", "closed", "lapsed", "receiving"} <= set(Opening.objects.values_list("state", flat=True))
        assert OpenedBid.objects.filter(finding="").count() > 8
        assert OpenedBid.objects.filter(finding="over_control").exists()
        assert (
            PastRoot.objects.get().count == 3
        )  # two bids, one of them replaced, before the outage; the third after it
        assert [found for book in Book.objects.select_related("lot__project") for found in problems_of(book)] == []

    def test_every_bid_was_handed_in_sealed_and_every_candidate_is_named_by_a_signed_report(self) -> None:
        opened = OpenedBid.objects.all()
        assert opened.filter(lot__contracts__isnull=False).exists(), (
            "the comparison is about tenders with contracts too"
        )
        assert not opened.filter(submission=None).exists()
        assert not opened.filter(submission__digest="").exists()
        assert not Candidate.every.filter(evaluation=None).exists()
        for one in Candidate.every.select_related("evaluation__session__project__panel"):
            assert one.evaluation is not None
            seats = one.evaluation.session.project.panel.size
            assert one.evaluation.signatures.count() == seats >= 3, one
            assert Document.objects.filter(kind=REPORT, stream_id=one.evaluation.pk).count() == 1, one

    def test_a_negotiation_ended_in_final_offers_that_are_the_prices_that_counted(self) -> None:
        offered = FinalOffer.objects.filter(act="offered", bid__place=1)
        assert offered.exists() and list(offers.problems()) == []
        assert all(one.bid.price_fen < one.bid.bid.price_fen for one in offered)

    def test_the_first_release_of_a_tender_bears_the_day_of_its_notice(self) -> None:
        begun = Release.objects.filter(sequence=1).select_related("process__project")
        days = {
            one.release_id: (local_date(one.released_at), local_date(one.process.project.announced_at))
            for one in begun
            if one.process.project.announced_at
        }
        assert len({released for released, _announced in days.values()}) > 3
        assert {name: pair for name, pair in days.items() if pair[0] != pair[1]} == {}

    def test_the_release_of_an_award_bears_a_day_on_which_the_award_was_made(self) -> None:
        releases = Release.objects.filter(tags__contains="award").exclude(tags__contains="Cancellation")
        told = Event.objects.filter(stream="tenders.project", type__in=("tender.lot_awarded", "tender.award"))
        made = {(event.stream_id, local_date(event.at)) for event in told}
        said = {(one.process.project_id, local_date(one.released_at)) for one in releases.select_related("process")}
        assert len(said) > 2
        assert said - made == set()

    def test_every_state_was_reached_by_a_recorded_step(self) -> None:
        for case in Case.objects.filed():
            events = list(Event.objects.filter(stream="cases.case", stream_id=case.pk).order_by("sequence"))
            assert events[0].type == "case.submit"
            assert events[-1].to_state == case.state
            assert [event.at for event in events] == sorted(event.at for event in events)
            assert events[-1].at <= END
            assert case.created_at <= events[0].at

    def test_what_people_handed_in_passes_the_checks_of_the_forms(self) -> None:
        for case in Case.objects.filed().select_related("version__form", "content"):
            # The window takes papers in by hand, notes what is missing, and has no page of uploads to finish.
            left_out = {draft.MATERIALS} if case.taken_in_by_id else set()
            wrong = [(page, str(said)) for page, said in draft.problems(case, case.content) if page not in left_out]
            assert not wrong, (case.number, case.item.code, wrong)
        assert CaseMaterial.objects.filter(file__isnull=False).exists()

    def test_a_case_counts_for_the_window_of_the_clerk_who_answered_it(self) -> None:
        for case in Case.objects.filter(staff__postings__role="clerk"):
            assert WindowDuty.objects.filter(window=case.window_id, posting__department=case.department_id).exists()

    def test_nobody_real_lives_here(self) -> None:
        for citizen in Citizen.objects.all():
            assert identity.check_resident_number(citizen.resident_number).division == "329901"
        for firm in Organisation.objects.all():
            assert identity.check_uscc(firm.uscc)[2:8] == "329901"
        phones = {user.phone for user in User.objects.all() if user.phone}
        assert phones
        assert all(identity.check_phone(phone, mobile=True).startswith("160") for phone in phones)

    def test_people_were_told_inside_the_portal_and_nothing_is_left_to_be_done(self) -> None:
        assert Notification.objects.filter(template="case.red").exists()
        assert Notification.objects.filter(template="case.accept").exists()
        assert not OutboxMessage.objects.exists()
        left = Job.objects.exclude(due_at__gt=END).exclude(state="done")
        assert list(left.values_list("name", "state", "due_at")) == []
        assert set(Job.objects.filter(due_at__gt=END).values_list("state", flat=True)) <= {"waiting"}

    def test_the_accounts_are_shown_and_their_password_is_right(self) -> None:
        listed = [account.username for account in demo_accounts()]
        assert [name for name in listed if name in accounts.ORDER] == accounts.ORDER
        assert accounts.announced()[0].startswith("citizen1")
        assert User.objects.get(username="head.zjj").check_password(accounts.PASSWORD)
        assert not User.objects.exclude(username__in=accounts.ORDER).exclude(password__startswith="!").exists()
        page = self.client.get(reverse("people:sign-in")).content.decode()
        assert "supervisor1" in page
        with override_settings(DEMO=False):
            assert "supervisor1" not in self.client.get(reverse("people:sign-in")).content.decode()
            assert accounts.announced() == []

    def test_visitors_find_cases_of_their_own(self) -> None:
        for username in ("citizen1", "firm1"):
            own = Case.objects.of_applicant(User.objects.get(username=username))
            assert len(set(own.values_list("state", flat=True))) >= 4

    def test_what_was_told_long_ago_has_been_read(self) -> None:
        assert Notification.objects.filter(read_at=None).exists()
        assert not Notification.objects.filter(read_at=None, created_at__lt=END - dt.timedelta(days=5)).exists()

    def test_a_second_city_is_refused(self) -> None:
        with pytest.raises(CommandError):
            call_command("demo", size="small")


def begin_of(kept: dict[str, Any]) -> dt.date:
    return dt.date.fromisoformat(kept["now"]["period"]["from"])


def end_of(kept: dict[str, Any]) -> dt.date:
    return dt.date.fromisoformat(kept["now"]["period"]["to"])
