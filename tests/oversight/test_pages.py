"""The workbench as people use it: bounded queries, a lead from the list to its end, forms that lose nothing."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from portal.core.exports import export_named
from portal.core.models import AccessLog
from procurement.bids.models import OpenedBid
from procurement.oversight import screening
from procurement.oversight.models import Evidence, Lead, Sign
from tests.oversight.objects import (
    bidders,
    bids,
    inquired,
    lead_of,
    opened,
    step,
    supervisor,
    suspicious,
)
from tests.permissions import Cast
from tests.tenders.objects import picture

pytestmark = pytest.mark.django_db
ROOT = "/trading/oversight/"


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def desk(cast) -> Client:
    return cast.client("supervisor")


def me(cast):
    return supervisor(cast.person("supervisor"))


def text(page) -> str:
    return page.content.decode()


# --- lists --------------------------------------------------------------------------------------------------------------


def test_lists_cost_the_same_for_few_and_many(cast, desk, django_assert_max_num_queries):
    who = bidders(4)
    lots = [suspicious(who=who) for _n in range(27)]
    screening.screen_window()
    one = Lead.objects.order_by("-priority", "-pk").first()
    step(me(cast), one, "take_up")
    firm = who[0].organisation_id
    for path, most in (
        ("", 8), ("signs/", 9), ("method/", 7), (f"leads/{one.number}/", 20), (f"tenders/{lots[0].project.number}/", 12),
        (f"firms/{firm}/", 14), (f"firms/{firm}/with/{who[1].organisation_id}/", 17),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert desk.get(ROOT + path).status_code == 200, path


def test_the_heaviest_lead_stands_first_and_the_cursor_reaches_all(desk):
    for _n in range(28):
        lead_of(suspicious())
    quiet = lead_of(opened((500_000, 960_000, 975_000, 981_000, 990_000, 1_000_000), winner=0))
    assert not quiet.has_finding
    first = desk.get(ROOT)
    assert first.context["rows"][0][0].priority >= first.context["rows"][-1][0].priority
    rest = desk.get(ROOT, {"cursor": first.context["page"].next_cursor})
    seen = {row[0].pk for page in (first, rest) for row in page.context["rows"]}
    assert len(seen) == 29


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True), ({"state": "new"}, True), ({"state": "open"}, True), ({"state": "closed"}, False),
        ({"kind": "finding"}, True), ({"code": "equal_gaps"}, True), ({"code": "R030"}, False),
        ({"category": "construction"}, True), ({"category": "government"}, False), ({"mine": "1"}, False),
        ({"first": "2026-11-20", "last": "2026-11-20"}, True), ({"last": "2026-11-19"}, False),
        ({"q": "滨河"}, True), ({"q": "交通局"}, True), ({"q": "甲建设"}, True), ({"q": "无此名"}, False),
        ({"code": "no_such_code"}, True),
    ],
)  # fmt: skip
def test_the_filters_of_the_leads(desk, query, found):
    from tests.tenders.objects import firm

    who = bidders(4)
    who[0].organisation.name = "甲建设有限公司"
    who[0].organisation.save()
    lead_of(suspicious(who=who, title="滨河路工程", buyer=firm("海州市交通局")[0]))
    assert bool(desk.get(ROOT, query).context["rows"]) is found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 2), ({"state": "lead"}, 1), ({"state": "loose"}, 1), ({"state": "withdrawn"}, 0), ({"kind": "finding"}, 1),
        ({"kind": "statistical", "code": "R018"}, 1),
    ],
)  # fmt: skip
def test_the_filters_of_the_signs(desk, query, found):
    for lot in (opened((900_000, 960_000, 1_020_000, 1_080_000)), opened((905_000,))):
        screening.screen_tender(lot.project_id)
    assert len(desk.get(f"{ROOT}signs/", query).context["rows"]) == found


def test_a_sign_beyond_the_fences_says_of_which_figure_and_only_published_flags_show_their_number(desk):
    from procurement.oversight.models import Sign
    from procurement.oversight.views.faces import face

    for lot in (opened((900_000, 960_000, 1_020_000, 1_080_000)), opened((905_000,))):
        screening.screen_tender(lot.project_id)
    single = Sign.objects.get(code="R018")
    assert (face(single).detail, face(single).flag) == ("", "R018")
    single.code, single.figures = "fence", {"cv": 0.4, "low": 0.01, "high": 0.2, "n": 4}
    assert (face(single).detail, face(single).flag) == ("CV", "")


# --- the way of a lead --------------------------------------------------------------------------------------------------


def test_a_lead_goes_its_whole_way_on_the_pages(cast, desk, store):
    lot = suspicious()
    one = lead_of(lot)
    path = f"{ROOT}leads/{one.number}/"
    assert lot.project.title in text(desk.get(ROOT))

    def send(client, code, **more):
        one.refresh_from_db()
        return client.post(path, {"step": code, "state_version": str(one.state_version), **more})

    assert send(desk, "take_up").status_code == 302
    assert send(desk, "inquire").status_code == 302
    sent = {"to_name": "海州第一建设有限公司", "question": "请说明报价构成", "letter": ""}
    refused = desk.post(f"{path}letters/new/", sent)
    assert refused.status_code == 422 and "请说明报价构成" in text(refused)
    assert desk.post(f"{path}letters/new/", {**sent, "letter": "海交监函〔2026〕5号"}).status_code == 302
    letter = one.inquiries.get()
    assert letter.letter in text(desk.get(path))
    assert desk.post(f"{path}letters/{letter.pk}/", {"answer": ""}).status_code == 422
    assert desk.post(f"{path}letters/{letter.pk}/", {"answer": "由同一人编制"}).status_code == 302
    assert desk.post(f"{path}notes/new/", {"text": "核对编制人"}).status_code == 302
    assert desk.post(f"{path}files/new/", {"papers": [picture("复函.png")], "note": "复函"}).status_code == 302
    opinion = {"result": "established", "opinion": "报价呈规律性差异。"}
    assert send(desk, "propose", **{**opinion, "opinion": ""}).status_code == 422
    assert send(desk, "propose", **opinion).status_code == 302
    assert send(desk, "confirm").status_code == 403, "not the same person"
    second = Cast().client("supervisor")
    assert send(second, "confirm").status_code == 302
    page = text(second.get(path))
    for words in ("由同一人编制", "核对编制人", "复函.png", "报价呈规律性差异。"):
        assert words in page


def test_an_established_finding_leads_to_decision_and_penalty_with_the_ground_filled_in(cast, desk):
    lot = suspicious(title="滨河路工程")
    one = lead_of(lot)
    chief = me(cast)
    step(chief, one, "take_up")
    step(chief, one, "propose", result="established", opinion="查实")
    assert desk.get(f"{ROOT}leads/{one.number}/").context["starts"] == []
    step(supervisor(), one, "confirm")
    starts = desk.get(f"{ROOT}leads/{one.number}/").context["starts"]
    assert len(starts) == 4
    _firm, decision, penalty = starts[0]
    form = text(desk.get(f"/trading/decisions/new/{decision}"))
    assert "滨河路工程" in form and "第四十条第（四）项" in form and bids(lot)[0].bidder.organisation.uscc in form
    assert lot.project.number in text(desk.get(f"/trading/penalties/new/{penalty}"))


def test_signs_are_chosen_on_the_list_and_what_is_refused_says_why(desk):
    for lot in (opened((905_000,)), opened((915_000,))):
        screening.screen_tender(lot.project_id)
    first, second = Sign.objects.order_by("pk")
    with translation.override("en"):
        refused = desk.post(f"{ROOT}signs/", {"signs": [first.pk], "lead": "XS-1"}, headers={"accept-language": "en"})
    assert refused.status_code == 422 and 'role="alert"' in text(refused) and 'value="XS-1"' in text(refused)
    assert desk.post(f"{ROOT}signs/", {"signs": [first.pk]}).status_code == 302
    number = Lead.objects.get().number
    assert desk.post(f"{ROOT}signs/", {"signs": [second.pk], "lead": number}).status_code == 302
    assert Lead.objects.get().signs.count() == 2


def test_evidence_is_given_out_as_the_very_text_that_was_hashed(cast, desk):
    import hashlib

    one = inquired(me(cast))
    kept = Evidence.objects.get(lead=one)
    page = desk.get(f"{ROOT}leads/{one.number}/evidence/{kept.pk}/")
    assert hashlib.sha256(page.content).hexdigest() == kept.sha256
    assert "attachment" in page["Content-Disposition"]


def test_a_lead_whose_signs_are_all_withdrawn_says_so(cast, desk):
    lot = suspicious()
    one = lead_of(lot)
    OpenedBid.objects.filter(lot=lot).update(price_fen=None)
    screening.screen_tender(lot.project_id)
    assert desk.get(f"{ROOT}leads/{one.number}/").context["gone"]


def test_a_letter_that_is_overdue_is_red(cast, desk):
    from procurement.oversight import actions
    from procurement.oversight.actions import InquiryDraft

    chief = me(cast)
    one = inquired(chief)
    asked = actions.ask(chief, one.pk, InquiryDraft(to_name="甲", question="乙", letter="丙", days=1))
    path = f"{ROOT}leads/{one.number}/"
    assert "light red" not in text(desk.get(path))
    asked.due_on = asked.due_on.replace(day=1)
    asked.save()
    assert "red" in text(desk.get(path)) and asked.letter in text(desk.get(path))


# --- firms --------------------------------------------------------------------------------------------------------------


def test_the_profile_of_a_firm_and_a_pair_count_company_and_wins(desk):
    who = bidders(3)
    for winner in (0, 1, 0):
        opened((905_000, 938_000, 951_000), who, winner=winner)
    opened((905_000, 938_000), who[1:], winner=0)
    first, second = who[0].organisation_id, who[1].organisation_id
    page = desk.get(f"{ROOT}firms/{first}/")
    assert page.context["counts"] == {"bids": 3, "wins": 2}
    assert [(row["pk"], row["lots"], row["own"], row["other"]) for row in page.context["company"]] == [
        (second, 3, 2, 1), (who[2].organisation_id, 3, 2, 0),
    ]  # fmt: skip
    pair = desk.get(f"{ROOT}firms/{second}/with/{first}/").context
    assert (pair["lots"], pair["own"], pair["others"]) == (3, 1, 2)
    assert desk.get(f"{ROOT}firms/{first}/with/{first}/").status_code == 404


def test_looking_is_logged(cast, desk):
    lot = suspicious()
    one = lead_of(lot)
    firm = bids(lot)[0].bidder.organisation_id
    for path in (f"leads/{one.number}/", f"tenders/{lot.project.number}/", f"firms/{firm}/"):
        desk.get(ROOT + path)
    logged = set(AccessLog.objects.values_list("what", flat=True))
    assert {"oversight:lead", "oversight:tender", "oversight:firm"} <= logged


def test_the_registry_is_shown_with_the_thresholds_in_force(desk):
    from procurement.oversight.signs import REGISTRY

    page = text(desk.get(f"{ROOT}method/"))
    assert all(f">{code}<" in page for code in REGISTRY) and "Huber" in page


@pytest.mark.parametrize("code", ["oversight.leads", "oversight.signs"])
def test_leads_and_signs_go_into_a_spreadsheet(cast, code):
    one = lead_of(suspicious(title="滨河路工程"))
    reader, asked = cast.person("supervisor"), QueryDict("kind=finding")
    export = export_named(code, cast.person("supervisor"))
    rows = list(export.queryset(reader, asked))
    if export.prepare:
        export.prepare(reader, asked, rows)
    told = [str(column.read(row)) for row in rows for column in export.columns]
    assert "滨河路工程" in told and one.number in told and not export.policy(cast.person("procurement_officer"))
