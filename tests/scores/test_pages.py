"""The pages of rankings: a fixed number of queries, what each reader finds, and nothing that was typed is lost."""

import csv
import io

import pytest
from django.urls import reverse

from portal.core import datasets
from portal.core.time import driven_clock
from portal.people.roles import Role
from portal.supervision.scores import actions
from portal.supervision.scores.models import Edition, Proposal, Row, Scheme
from tests import factories
from tests.api.objects import api
from tests.permissions import Cast
from tests.scores.objects import NOW, WEEK, decided, department, ratings, supervisor, tickets

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FRAME = 8  # session, account, second factor, postings, notices


@pytest.fixture(autouse=True)
def _monday():
    with driven_clock(NOW):
        yield


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def edition(cast):
    decided(cast.department, early=5, late=5)
    ratings(cast.department, given=10, satisfied=9)
    for n in range(12):
        dept = department(f"D{n:02d}")
        decided(dept, early=10 - n % 5, late=n % 5)
        tickets(dept, due=10, on_time=10 - n % 3)
    tickets(department("RSJ"), due=10, on_time=10)
    return actions.compute(actions.rankings.PORTAL, WEEK)[0]


def publish(edition):
    edition.refresh_from_db()
    return actions.take_edition_step(supervisor(), edition.pk, "publish", {}, state_version=edition.state_version)


def text(client, name, *args, **query):
    return client.get(reverse(f"scores:{name}", args=args), query, HTTP_ACCEPT_LANGUAGE="en").content.decode()


class TestRanking:
    def test_the_ranking_costs_the_same_for_any_number_of_departments(
        self, cast, edition, django_assert_max_num_queries
    ):
        client = cast.client("supervisor")
        with django_assert_max_num_queries(FRAME + 6):
            answer = client.get(reverse("scores:ranking"))
        assert len(answer.context["ranked"]) == 13
        assert [one["row"].department.code for one in answer.context["apart"]] == ["RSJ"]

    def test_a_row_costs_the_same_whatever_was_lost(self, cast, edition, django_assert_max_num_queries):
        client = cast.client("supervisor")
        row = Row.objects.get(edition=edition, span="week", department=cast.department)
        with django_assert_max_num_queries(FRAME + 6):
            answer = client.get(reverse("scores:row", args=[row.pk]), HTTP_ACCEPT_LANGUAGE="en")
        said = answer.content.decode()
        assert "50% does not get beyond 5%" in said and "all 21.43 are lost" in said
        assert reverse("scores:behind", args=[row.pk, "overdue"]) in said

    def test_heads_read_every_row_and_open_the_cases_of_their_own_department_only(self, cast, edition):
        client = cast.client("department_head")
        own = Row.objects.get(edition=edition, span="week", department=cast.department)
        other = Row.objects.get(edition=edition, span="week", department=department("D04"))
        assert reverse("scores:behind", args=[own.pk, "overdue"]) in text(client, "row", own.pk)
        assert reverse("scores:behind", args=[other.pk, "overdue"]) not in text(client, "row", other.pk)
        assert client.get(reverse("scores:behind", args=[other.pk, "overdue"])).status_code == 404

    def test_the_year_to_date_and_an_earlier_edition_are_chosen_by_the_address(self, cast, edition):
        client = cast.client("supervisor")
        decided(cast.department, WEEK.replace(day=2), early=20)
        decided(cast.department, WEEK.replace(day=12), early=5)
        second = actions.compute(actions.rankings.PORTAL, WEEK)[0]
        page = client.get(reverse("scores:ranking"), {"span": "year"})
        assert page.context["edition"] == second and page.context["span"] == "year"
        assert page.context["changes"]
        assert client.get(reverse("scores:ranking"), {"edition": edition.pk}).context["edition"] == edition
        assert client.get(reverse("scores:ranking"), {"week": "nonsense"}).context["edition"] == second

    def test_editions_are_listed_by_state(self, cast, edition, django_assert_max_num_queries):
        client = cast.client("auditor")
        with django_assert_max_num_queries(FRAME + 2):
            assert len(client.get(reverse("scores:editions")).context["rows"]) == 1
        assert client.get(reverse("scores:editions"), {"state": "published"}).context["rows"] == []

    def test_a_refused_week_says_why_and_keeps_what_was_typed(self, cast, edition):
        data = {"week": "2026-11-18", "reason": "补录数据"}
        answer = cast.client("supervisor").post(reverse("scores:compute"), data, HTTP_ACCEPT_LANGUAGE="en")
        assert answer.status_code == 422
        said = answer.content.decode()
        assert "Only a week that is over" in said and "补录数据" in said
        assert "<title>Error: " in said

    def test_a_withdrawal_without_a_reason_is_refused_beside_its_field(self, cast, edition):
        publish(edition)
        url = reverse("scores:step", args=[edition.pk, "withdraw"])
        answer = cast.client("supervisor").post(url, {"withdraw-state_version": "1", "withdraw-note": ""})
        assert answer.status_code == 422
        assert Edition.objects.published().exists()

    def test_reasons_for_a_withdrawal_that_somebody_else_made_stay_to_be_copied(self, cast, edition):
        publish(edition)
        seen = Edition.objects.get(pk=edition.pk).state_version
        given = {"note": "补录数据"}
        actions.take_edition_step(supervisor(), edition.pk, "withdraw", given, state_version=seen)
        url = reverse("scores:step", args=[edition.pk, "withdraw"])
        typed = {"withdraw-state_version": str(seen), "withdraw-note": "口径有误"}
        answer = cast.client("supervisor").post(url, typed)
        assert answer.status_code == 422 and "口径有误" in answer.content.decode()

    def test_a_made_up_week_has_no_ranking_and_says_so(self, cast):
        assert "No week has been ranked yet" in text(cast.client("supervisor"), "ranking")


class TestCasesBehind:
    """The list shows what the figure counted, by the same conditions."""

    def test_the_cases_that_cost_the_points_are_as_many_as_were_counted(self, cast):
        from approvals.cases.models import Case
        from portal.core.statistics import measure_sets, rebuild
        from portal.people.actors import actor_of

        clerk = actor_of(cast.person("clerk"), Role.CLERK)
        item = factories.item(dept=cast.department)
        with driven_clock(factories.moment("2026-11-02 10:00")):
            made = [factories.accepted(clerk, on=item) for _n in range(6)]
        for n, case in enumerate(made):
            day = WEEK.replace(day=10)
            Case.objects.filter(pk=case.pk).update(
                decided_on=day, ended_on=day, outcome="approved", state="approved", visits=0 if n else 1,
                promised_due_on=WEEK.replace(day=9) if n < 2 else WEEK.replace(day=10) if n < 3 else WEEK.replace(day=20),
            )  # fmt: skip
        rebuild(measure_sets()["cases"])
        actions.compute(actions.rankings.PORTAL, WEEK)
        row = Row.objects.get(span="week", department=cast.department)
        client = cast.client("supervisor")

        def listed(code):
            return len(client.get(reverse("scores:behind", args=[row.pk, code])).context["rows"])

        for code, lost in (("overdue", 2), ("early", 3), ("online", 1)):
            part = row.part(code)
            good = code in {"early", "online"}
            missing = part["denominator"] - part["numerator"] if good else part["numerator"]
            assert listed(code) == missing == lost, code


class TestVersions:
    def test_the_pages_of_versions_cost_a_fixed_number(self, cast, edition, django_assert_max_num_queries):
        client = cast.client("supervisor")
        with django_assert_max_num_queries(FRAME + 4):
            client.get(reverse("scores:versions"))
        pk = Scheme.objects.get().pk
        with django_assert_max_num_queries(FRAME + 5):
            client.get(reverse("scores:version", args=[pk]))
        with django_assert_max_num_queries(FRAME + 32):
            rows = client.get(reverse("scores:version-try", args=[pk])).context["rows"]
        assert len(rows) == 14

    def drafted(self, cast):
        client = cast.client("supervisor")
        client.post(reverse("scores:version-new"))
        return client, Scheme.objects.get(number=2)

    def fields(self, client, scheme):
        """What a browser would send back of the form as it was shown."""
        form = client.get(reverse("scores:version-edit", args=[scheme.pk])).context["form"]
        found = {name: form[name].value() for name in form.fields}
        return {
            name: value for name, value in found.items() if value is not None and value is not False and value != ""
        }

    def test_a_draft_sent_back_unchanged_stays_what_it_was(self, cast):
        client, scheme = self.drafted(cast)
        before = list(scheme.indicators.values_list("code", "weight", "target", "sample", "source"))
        answer = client.post(reverse("scores:version-edit", args=[scheme.pk]), self.fields(client, scheme))
        assert answer.status_code == 302
        assert list(scheme.indicators.values_list("code", "weight", "target", "sample", "source")) == before

    def test_weights_that_are_not_a_hundred_are_refused_with_everything_kept(self, cast):
        client, scheme = self.drafted(cast)
        data = {**self.fields(client, scheme), "1-weight": "17", "reason": "提高网办权重"}
        answer = client.post(reverse("scores:version-edit", args=[scheme.pk]), data, HTTP_ACCEPT_LANGUAGE="en")
        said = answer.content.decode()
        assert answer.status_code == 422
        assert "now they are 107" in said and 'value="17"' in said and "提高网办权重" in said

    def test_an_indicator_is_left_out_by_its_box_and_another_written_into_a_spare_place(self, cast):
        client, scheme = self.drafted(cast)
        data = self.fields(client, scheme) | {
            "1-dropped": "on", "10-code": "extended", "10-figure": "approvals.extended", "10-title": "延期件数",
            "10-weight": "10", "10-target": "0", "10-floor": "20", "10-minimum": "0",
        }  # fmt: skip
        assert client.post(reverse("scores:version-edit", args=[scheme.pk]), data).status_code == 302
        codes = list(scheme.indicators.values_list("code", flat=True))
        assert "online" not in codes and codes[-1] == "extended"

    def test_a_half_filled_place_is_said_beside_its_field(self, cast):
        client, scheme = self.drafted(cast)
        data = {**self.fields(client, scheme), "10-title": "延期件数", "2-target": "abc"}
        answer = client.post(reverse("scores:version-edit", args=[scheme.pk]), data)
        assert answer.status_code == 422
        assert {"10-code", "10-figure", "10-weight", "2-target"} <= set(answer.context["form"].errors)


class TestSuggestions:
    @pytest.fixture
    def proposal(self, cast, edition):
        row = Row.objects.get(edition=edition, span="week", department=cast.department)
        url = reverse("scores:ask", args=[row.pk, "overdue"])
        answer = cast.client("supervisor").post(url, {"asked": "请说明超期原因。", "days": "5"})
        assert answer.status_code == 302
        return Proposal.objects.get()

    def test_the_pages_cost_a_fixed_number(self, cast, proposal, django_assert_max_num_queries):
        client = cast.client("department_head")
        with django_assert_max_num_queries(FRAME + 3):
            client.get(reverse("scores:proposals"))
        with django_assert_max_num_queries(FRAME + 6):
            client.get(reverse("scores:proposal", args=[proposal.pk]))

    def test_the_head_answers_and_a_measure_without_its_day_keeps_what_was_typed(self, cast, proposal):
        client, url = cast.client("department_head"), reverse("scores:answer", args=[proposal.pk])
        data = {"answer": "积压所致。", "text-1": "增派人员", "due-1": "", "state_version": "0"}
        refused = client.post(url, data)
        assert refused.status_code == 422 and "积压所致。" in refused.content.decode()
        assert client.post(url, {**data, "due-1": "2026-12-01"}).status_code == 302
        proposal.refresh_from_db()
        assert proposal.state == "answered" and proposal.measures.get().text == "增派人员"

    def test_the_list_is_filtered_by_state_and_by_lateness(self, cast, proposal):
        client = cast.client("supervisor")
        assert len(client.get(reverse("scores:proposals"), {"state": "asked"}).context["rows"]) == 1
        assert client.get(reverse("scores:proposals"), {"state": "late"}).context["rows"] == []
        with driven_clock(factories.moment("2026-12-01 09:00")):
            assert len(client.get(reverse("scores:proposals"), {"state": "late"}).context["rows"]) == 1

    def test_a_request_on_an_indicator_without_loss_is_refused_in_words(self, cast, edition):
        row = Row.objects.get(edition=edition, span="week", department=cast.department)
        url = reverse("scores:ask", args=[row.pk, "late_acceptance"])
        data = {"asked": "请说明", "days": "5"}
        answer = cast.client("supervisor").post(url, data, HTTP_ACCEPT_LANGUAGE="en")
        assert answer.status_code == 422 and "lost no points" in answer.content.decode()


class TestPublicBoard:
    def test_nothing_is_public_before_a_person_published_it(self, client, edition):
        assert "No ranking has been published yet" in text(client, "public")

    def test_everybody_reads_the_published_week(self, client, edition, django_assert_max_num_queries):
        publish(edition)
        with django_assert_max_num_queries(8):
            answer = client.get(reverse("scores:public"), HTTP_ACCEPT_LANGUAGE="en")
        said = answer.content.decode()
        assert "2026-W46" in said and "Bureau D00" in said
        assert "How many of the ratings that people gave were satisfied" in said, "in everyday words"
        assert "grades 3 to 5 ÷ ratings given" in said and "No. 51" in said, "with formula and source"

    def test_a_withdrawn_week_is_gone_for_everybody(self, client, edition):
        edition = publish(edition)
        given = {"note": "数据核对中"}
        actions.take_edition_step(supervisor(), edition.pk, "withdraw", given, state_version=edition.state_version)
        assert client.get(reverse("scores:public")).context["edition"] is None
        assert client.get(reverse("scores:public-data")).status_code == 404

    def test_the_file_has_a_row_for_each_department_span_and_indicator(self, client, edition):
        publish(edition)
        answer = client.get(reverse("scores:public-data"))
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == 14 * 9 * 2
        mine = next(
            one for one in rows
            if one["department_code"] == "SCJG" and one["indicator"] == "overdue" and one["span"] == "week"
        )  # fmt: skip
        assert (mine["week"], mine["value"], mine["numerator"], mine["denominator"]) == ("2026-W46", "50.0", "5", "10")

    def test_the_open_dataset_streams_the_same_rows_and_only_published_ones(self, edition):
        one = datasets.dataset("weekly-ranking")
        span = datasets.Span(WEEK, WEEK)
        assert list(one.rows(span)) == [] and one.changed() is None
        publish(edition)
        rows = list(one.rows(span))
        assert len(rows) == 14 * 9 * 2 and all(len(row) == len(one.columns) for row in rows)
        assert one.changed() is not None


class TestApi:
    def test_published_weeks_are_listed_and_read_by_their_monday(self, edition, django_assert_max_num_queries):
        client = api("indicators:read")
        assert client.get("/api/v1/rankings").json()["results"] == []
        assert client.get("/api/v1/rankings/2026-11-09").status_code == 404
        publish(edition)
        listed = client.get("/api/v1/rankings").json()
        assert [(one["week"], one["first"]) for one in listed["results"]] == [("2026-W46", "2026-11-09")]
        assert client.get("/api/v1/rankings?from=2026-11-10").json()["results"] == []
        with django_assert_max_num_queries(8):
            found = client.get("/api/v1/rankings/2026-11-09").json()
        ranks = [one["rank"] for one in found["rows"] if one["span"] == "week"]
        assert len(ranks) == 14 and ranks.count(None) == 1
        assert client.get("/api/v1/rankings/nonsense").status_code == 404
        assert client.get("/api/v1/rankings?week=1").status_code == 422

    def test_the_list_goes_on_by_cursor(self, edition):
        publish(edition)
        for n in (1, 2):
            week = WEEK - n * (WEEK - WEEK.replace(day=2))
            Edition.objects.create(
                week=week, number=1, scheme=edition.scheme, computed_at=NOW, state="published", published_at=NOW
            )
        client = api("indicators:read")
        first = client.get("/api/v1/rankings?limit=2").json()
        second = client.get(f"/api/v1/rankings?limit=2&cursor={first['next_cursor']}").json()
        assert [one["first"] for one in first["results"] + second["results"]] == [
            "2026-11-09",
            "2026-11-02",
            "2026-10-26",
        ]
        assert second["next_cursor"] is None
