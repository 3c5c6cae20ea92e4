"""Each sign of one lot: a tender in which it is seen, and one in which it is not."""

import datetime as dt
import math

import pytest

from portal.core.models import DatedRule
from portal.core.rules import forget
from portal.core.time import driven_clock
from procurement.oversight import screening
from procurement.oversight.models import LotFigures, Sign
from procurement.oversight.signs import REGISTRY
from procurement.oversight.signs.prices import SIDES
from procurement.tenders.models import Bond, Document, Download, Lot
from tests import factories
from tests.oversight.objects import (
    OPENED,
    PLAIN,
    bidder,
    bidders,
    bids,
    codes,
    names,
    opened,
    person,
    screened,
    uploaded,
)

pytestmark = pytest.mark.django_db


def test_an_ordinary_tender_has_no_sign():
    assert codes(opened()) == set()


# --- what bidders share -------------------------------------------------------------------------------------------------


def test_one_person_who_sends_two_bids_is_one_agent():
    lot, agent = opened(), factories.user()
    for one in bids(lot)[:2]:
        uploaded(one, f"10.0.0.{one.pk % 250}", agent)
    uploaded(bids(lot)[2], "10.9.9.9")
    sign = screened(lot)["same_agent"]
    assert names(sign) == {one.bidder.organisation.name for one in bids(lot)[:2]}
    assert (sign.kind, sign.basis) == ("finding", "deemed")
    assert sign.source == "《中华人民共和国招标投标法实施条例》第四十条第（二）项"
    assert "same_address" not in screened(lot)


def test_who_took_the_documents_for_two_bidders_is_one_agent_too():
    lot, agent = opened(), factories.user()
    document = Document.objects.create(
        project=lot.project, kind="tender", added_at=OPENED,
        file=factories_file(),
    )  # fmt: skip
    for one in bids(lot)[:2]:
        Download.objects.create(
            document=document, project=lot.project, organisation=one.bidder.organisation, user=agent, at=OPENED,
            sender=f"10.1.0.{one.pk % 250}",
        )  # fmt: skip
    assert codes(lot) == {"same_agent"}


def factories_file():
    from portal.core.models import StoredFile

    return StoredFile.objects.create(
        sha256="a" * 64, size=1, name="招标文件.pdf", mime="application/pdf", kind="x", owner_name="", created_at=OPENED
    )


def test_a_download_and_an_upload_from_one_address_are_a_circumstance_no_verdict():
    lot = opened()
    document = Document.objects.create(project=lot.project, kind="tender", added_at=OPENED, file=factories_file())
    one, other, third, _fourth = bids(lot)
    Download.objects.create(
        document=document, project=lot.project, organisation=one.bidder.organisation, user=factories.user(), at=OPENED,
        sender="58.222.10.7",
    )  # fmt: skip
    uploaded(other, "58.222.10.7")
    uploaded(third, "58.222.10.8")
    sign = screened(lot)["same_address"]
    assert sign.basis == "circumstance" and names(sign) == {x.bidder.organisation.name for x in (one, other)}
    assert {line["where"] for line in sign.figures["evidence"]} == {"download", "upload"}
    assert "58.222" not in str(sign.figures), "an address stands in no figure"


def test_one_browser_that_sends_two_bids_is_a_circumstance():
    lot = opened()
    one, other, third, _fourth = bids(lot)
    uploaded(one, "58.222.10.1", device="a" * 64)
    uploaded(other, "58.222.10.2", device="a" * 64)
    uploaded(third, "58.222.10.3", device="b" * 64)
    sign = screened(lot)["same_device"]
    assert sign.basis == "circumstance" and names(sign) == {x.bidder.organisation.name for x in (one, other)}


def test_a_browser_keeps_its_mark_and_only_the_digest_is_stored(client):
    from django.http import HttpResponse
    from django.test import RequestFactory

    from procurement.bidders import devices

    first = RequestFactory().post("/")
    told, answered = devices.device_of(first), HttpResponse()
    devices.remember(first, answered)
    again = RequestFactory().post("/")
    again.COOKIES[devices.COOKIE] = answered.cookies[devices.COOKIE].value
    assert devices.device_of(again) == told != answered.cookies[devices.COOKIE].value
    assert answered.cookies[devices.COOKIE]["httponly"]
    forged = RequestFactory().post("/")
    forged.COOKIES[devices.COOKIE] = "<script>"
    assert devices.device_of(forged) != told


def test_an_address_of_somebody_who_did_not_bid_says_nothing():
    lot = opened()
    document = Document.objects.create(project=lot.project, kind="tender", added_at=OPENED, file=factories_file())
    Download.objects.create(
        document=document, project=lot.project, organisation=bidder().organisation, user=factories.user(), at=OPENED,
        sender="58.222.10.7",
    )  # fmt: skip
    uploaded(bids(lot)[0], "58.222.10.7")
    assert codes(lot) == set()


@pytest.mark.parametrize(
    ("kind", "code", "basis"),
    [
        ("project_leader", "same_staff", "deemed"),
        ("manager", "same_staff", "deemed"),
        ("legal_person", "same_head", "barred"),
    ],
)
def test_one_person_behind_two_bidders(kind, code, basis):
    lot = opened()
    one, other, third, _fourth = bids(lot)
    person(one, kind, 4001)
    person(other, kind, 4001)
    person(third, kind, 4002)
    found = screened(lot)
    assert set(found) == {code} and found[code].basis == basis
    assert names(found[code]) == {one.bidder.organisation.name, other.bidder.organisation.name}


def test_who_had_left_a_firm_before_the_notice_does_not_tie_it_to_another():
    lot = opened()
    one, other, *_rest = bids(lot)
    person(one, "manager", 4001, ended_at=OPENED - dt.timedelta(days=33))
    person(other, "manager", 4001)
    assert codes(lot) == set()


@pytest.mark.parametrize(("share", "basis"), [(6000, "barred"), (2000, "circumstance")])
def test_a_common_shareholder_bars_two_firms_only_when_both_are_controlled(share, basis):
    lot = opened()
    one, other, *_rest = bids(lot)
    person(one, "shareholder", 4003, share_bp=6000)
    person(other, "shareholder", 4003, share_bp=share)
    assert screened(lot)["same_owner"].basis == basis


def test_from_which_share_on_a_shareholder_controls_a_firm_is_a_dated_rule():
    DatedRule.objects.filter(code="oversight.control_share").update(value=0.7)
    lot = opened()
    one, other, *_rest = bids(lot)
    person(one, "shareholder", 4003, share_bp=6000)
    person(other, "shareholder", 4003, share_bp=6000)
    assert screened(lot)["same_owner"].basis == "circumstance"


def test_a_bidder_that_owns_another_bidder_is_found_by_its_credit_code():
    lot = opened()
    one, other, *_rest = bids(lot)
    person(one, "shareholder", 0, identity=other.bidder.organisation.uscc, share_bp=7000)
    sign = screened(lot)["same_owner"]
    assert sign.basis == "barred" and sign.figures["share"] == 0.7
    assert names(sign) == {one.bidder.organisation.name, other.bidder.organisation.name}


@pytest.mark.parametrize(("category", "basis"), [("construction", "circumstance"), ("government", "deemed")])
def test_one_contact_telephone_is_named_by_the_order_for_government_procurement_only(category, basis):
    who = bidders(4)
    who[1].phone = who[0].phone
    who[1].save()
    assert screened(opened(who=who, category=category))["same_phone"].basis == basis


def test_bonds_from_one_account_are_a_finding_and_a_guarantee_is_none():
    who = bidders(4)
    who[1].bank_account = who[0].bank_account
    who[1].save()
    lot = opened(who=who)
    bond = {"lot": lot, "amount_fen": 100, "declared_at": OPENED, "state": "held"}
    Bond.objects.create(organisation=who[0].organisation, kind="transfer", reference="A1", **bond)
    second = Bond.objects.create(organisation=who[1].organisation, kind="guarantee", reference="A2", **bond)
    assert codes(lot) == set()
    Bond.objects.filter(pk=second.pk).update(kind="transfer")
    sign = screened(lot)["same_account"]
    assert sign.basis == "deemed" and sign.source.endswith("第四十条第（六）项")


def test_other_ways_of_government_procurement_have_no_list_that_deems_collusion():
    agent = factories.user()
    lot = opened(category="government", method="negotiation")
    for one in bids(lot)[:2]:
        uploaded(one, f"10.0.0.{one.pk % 250}", agent)
    sign = screened(lot)["same_agent"]
    assert sign.basis == "circumstance" and "第七十四条" in sign.source


# --- regular prices -----------------------------------------------------------------------------------------------------


def test_equal_gaps_are_a_finding_with_prices_and_the_dated_rule():
    sign = screened(opened((900_000, 910_000, 920_000, 930_000)))["equal_gaps"]
    assert sign.figures["spread"] == 0 and sign.figures["mean"] == 1_000_000
    assert (sign.limit, sign.limit_rule) == (0.001, "oversight.regular_within") and sign.limit_from is not None
    assert "equal_gaps" not in codes(opened((900_000, 910_000, 920_500, 930_000)))


def test_equal_ratios_are_a_finding():
    ratios = [round(800_000 * 1.03**n, 2) for n in range(5)]
    assert "equal_ratios" in codes(opened([int(price) for price in ratios]))
    assert "equal_ratios" not in codes(opened((800_000, 824_000, 860_000, 874_000)))


def test_prices_of_a_sale_are_not_screened():
    assert codes(opened((900_000, 910_000, 920_000, 930_000), category="land", method="listing")) == set()


# --- the eight figures --------------------------------------------------------------------------------------------------

FIRES = {
    "cv": (950_000, 951_000, 953_500, 957_000, 961_300),
    "spd": (950_000, 953_000, 958_500, 969_000),
    "diffp": (700_000, 900_000, 951_000, 989_000),
    "rd": (850_000, 940_000, 944_000, 951_000, 960_000),
    "rdnor": (850_000, 940_000, 944_000, 951_000, 960_000),
    "rdalt": (850_000, 940_000, 944_000, 951_000, 960_000),
    "skew": (500_000, 960_000, 975_000, 981_000, 1_000_000, 990_000),
    "kurt": (500_000, 960_000, 975_000, 981_000, 1_000_000, 990_000),
}


@pytest.mark.parametrize("name", sorted(SIDES))
def test_a_figure_beyond_its_threshold_is_a_lead_never_a_finding(name):
    sign = screened(opened(FIRES[name]))[name]
    assert (sign.kind, sign.basis) == ("statistical", "figure") and sign.formula == REGISTRY[name].formula
    low = SIDES[name] == "low"
    assert (abs(sign.figures[name]) < sign.limit) == low
    assert name not in codes(opened(PLAIN))


def by_hand(prices):
    """The eight formulas once more, as they stand in the literature, in plain steps."""
    b = sorted(prices)
    n, mean = len(b), sum(b) / len(b)

    def s(values):
        m = sum(values) / len(values)
        return math.sqrt(sum((x - m) ** 2 for x in values) / (len(values) - 1))

    def moment(k):
        return sum((x - mean) ** k for x in b) / n

    skew = moment(3) / moment(2) ** 1.5 * math.sqrt(n * (n - 1)) / (n - 2)
    kurt = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * moment(4) / moment(2) ** 2 - 3 * (n - 1))
    return {
        "cv": s(b) / mean, "spd": (b[-1] - b[0]) / b[0], "diffp": (b[1] - b[0]) / b[0], "rd": (b[1] - b[0]) / s(b[1:]),
        "rdnor": (b[1] - b[0]) / ((b[-1] - b[0]) / (n - 1)), "rdalt": (b[1] - b[0]) / ((b[-1] - b[1]) / (n - 2)),
        "skew": skew, "kurt": kurt,
    }  # fmt: skip


def test_the_figures_of_a_lot_are_kept_and_agree_with_the_formulas_by_hand():
    prices = (905_000, 938_000, 951_000, 989_000, 1_020_000)
    lot = opened(prices)
    screening.screen_tender(lot.project_id)
    kept = LotFigures.objects.get(lot=lot)
    for name, value in by_hand([price * 100 for price in prices]).items():
        assert getattr(kept, name) == pytest.approx(value, rel=1e-9), name
    # The same by the textbook for these five prices, to four places.
    assert kept.cv == pytest.approx(0.04664, abs=1e-5) and kept.rdnor == pytest.approx(4 * 33 / 115, rel=1e-9)


@pytest.mark.parametrize(
    ("prices", "known"),
    [((900_000,), set()), ((900_000, 950_000), {"cv", "spd", "diffp"}),
     ((900_000, 930_000, 950_000), set(SIDES) - {"kurt"}), ((900_000,) * 4, {"cv", "spd", "diffp"})],
)  # fmt: skip
def test_too_few_bids_or_no_spread_give_no_value_and_no_sign_of_a_figure(prices, known):
    lot = opened(prices)
    found = codes(lot)
    kept = LotFigures.objects.get(lot=lot)
    assert {name for name in SIDES if getattr(kept, name) is not None} == known
    assert not found & set(SIDES)


def test_rejected_and_unreadable_bids_stand_in_no_figure():
    lot = opened((905_000, 938_000, 951_000, 989_000, 500_000, None), rejected=(4,))
    assert codes(lot) == set() and LotFigures.objects.get(lot=lot).n == 4


# --- red flags ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "prices", "how", "without"),
    [
        ("R018", (905_000,), {}, ((905_000, 938_000), {})),
        ("R018", (905_000,), {}, ((905_000,), {"method": "single"})),
        ("R024", (905_000, 908_000, 951_000), {"winner": 0}, ((905_000, 938_000, 951_000), {"winner": 0})),
        ("R028", (905_000, 938_000, 938_000), {}, (PLAIN, {})),
        ("R035", (905_000, 938_000, 951_000), {"winner": 2, "rejected": (0, 1)},
         ((905_000, 938_000, 951_000), {"winner": 2, "rejected": (1,)})),
        ("R036", (905_000, 938_000, 951_000), {"winner": 1, "rejected": (0,)},
         ((905_000, 938_000, 951_000), {"winner": 0, "rejected": (2,)})),
        ("R038", PLAIN, {"rejected": (2, 3)}, (PLAIN, {"rejected": (3,)})),
        ("R058", (600_000, 938_000, 951_000), {"winner": 0}, ((905_000, 938_000, 951_000), {"winner": 0})),
    ],
)  # fmt: skip
def test_red_flags_of_a_lot(code, prices, how, without):
    sign = screened(opened(prices, **how))[code]
    assert sign.kind == "statistical" and code in sign.source
    assert code not in codes(opened(without[0], **without[1]))


def test_r030_a_bid_after_the_deadline_that_won():
    lot = opened(winner=0)
    uploaded(bids(lot)[0], "10.0.0.1", late=True)
    uploaded(bids(lot)[1], "10.0.0.2", late=True)
    found = screened(lot)
    assert names(found["R030"]) == {bids(lot)[0].bidder.organisation.name}
    assert found["R030"].figures == {"late_seconds": 60}
    in_time = opened(winner=0)
    uploaded(bids(in_time)[0], "10.0.0.1")
    assert "R030" not in codes(in_time)


def test_a_winner_who_lets_a_loser_work():
    from procurement.awards.models import Contract, Subcontract

    lot = opened(winner=0)
    winner, loser, *_rest = bids(lot)
    contract = Contract.objects.create(
        lot=lot, bidder=winner.bidder, number="HT-1", award_fen=90_500_000, notified_on=dt.date(2026, 11, 19),
        created_at=OPENED,
    )  # fmt: skip
    part = {"contract": contract, "part": "桥涵", "amount_fen": 100, "signed_on": dt.date(2026, 11, 20)}
    Subcontract.objects.create(uscc=bidder().organisation.uscc, name="他人", **part)
    assert "subcontract" not in codes(lot)
    Subcontract.objects.create(uscc=loser.bidder.organisation.uscc, name="输家", **part)
    sign = screened(lot)["subcontract"]
    assert sign.figures == {"amount_fen": 100}
    assert names(sign) == {winner.bidder.organisation.name, loser.bidder.organisation.name}


def test_r003_a_bid_period_below_the_rule_names_the_rule_of_the_tender():
    short = opened(documents_from_on=dt.date(2026, 11, 5))
    sign = screened(short)["R003"]
    assert (sign.figures["days"], sign.limit, sign.limit_rule) == (14, 20.0, "tender.t.bid_days")
    assert "R003" not in codes(opened(documents_from_on=dt.date(2026, 10, 30)))
    # An inquiry has three working days, not twenty days.
    quick = opened(category="government", method="inquiry", documents_from_on=dt.date(2026, 11, 12))
    assert "R003" not in codes(quick)


# --- fences -------------------------------------------------------------------------------------------------------------


def _many(number: int, **more: object) -> list[Lot]:
    """Tenders whose spread is alike."""
    who = bidders(4)
    return [
        opened([900_000 + n * 700, 930_000 + n * 400, 950_000 + n * 500, 985_000 + n * 300], who, **more)
        for n in range(number)
    ]


def test_a_figure_beyond_the_fences_of_its_category_is_a_lead_with_both_fences():
    _many(12)
    apart = opened((650_000, 930_000, 1_250_000, 1_640_000))
    screening.screen_window()
    fence = list(Sign.objects.filter(code="fence", project=apart.project))
    told = {name for sign in fence for name in SIDES if name in sign.figures}
    assert "diffp" in told
    sign = next(one for one in fence if "diffp" in one.figures)
    assert sign.figures["diffp"] > sign.figures["high"] > sign.figures["low"]
    # The pass over the one tender sees the same.
    before = set(Sign.objects.standing().values_list("key", flat=True))
    screening.screen_tender(apart.project_id)
    assert set(Sign.objects.standing().values_list("key", flat=True)) == before


def test_fences_need_enough_lots_of_the_same_category():
    _many(12, category="other")
    apart = opened((650_000, 930_000, 1_250_000, 1_640_000))
    screening.screen_window()
    assert not Sign.objects.filter(code="fence", project=apart.project).exists()


def test_a_tender_is_measured_by_the_rule_of_the_day_of_its_opening():
    from portal.core.models import DatedRule

    old = DatedRule.objects.get(code="oversight.rejected_share")
    old.valid_to = dt.date(2026, 11, 18)
    old.save()
    DatedRule.objects.create(code=old.code, value=0.9, unit=old.unit, source="新惯例", valid_from=dt.date(2026, 11, 19))
    forget()
    before = opened(rejected=(2, 3), at=factories.moment("2026-11-18 09:40"))
    after = opened(rejected=(2, 3))
    assert screened(before)["R038"].limit == 0.5 and "R038" not in codes(after)
    with driven_clock(factories.moment("2026-12-20 10:00")):
        assert "R038" not in codes(after) and screened(before)["R038"].limit_from == old.valid_from
