"""What the evaluation asks of bonds and prices before a bid can win: every bond settled, no price over the limit."""

import pytest

from portal.core.errors import WrongState
from portal.core.time import driven_clock
from procurement.bids.models import OpenedBid
from procurement.evaluation import actions
from procurement.evaluation.models import EvaluatedBid, Rejection
from procurement.experts.models import Panel
from procurement.tenders import actions as tendering
from procurement.tenders.actions import LotDraft
from procurement.tenders.actions.bonds import BondDraft
from procurement.tenders.models import Bond, Project
from tests.bids.objects import bid, book_of, closed, opened, receiving, three
from tests.evaluation.objects import MOMENT, REVIEWS, SCORED, Committee, seat, sheet_draft, with_sheet
from tests.factories import moment
from tests.tenders.objects import bidder, officer

pytestmark = pytest.mark.django_db
TAKING, AFTER = "2026-12-01 10:00", "2026-12-14 11:00"
LOTS = [LotDraft(name="一标段", budget_fen=100_000_000, control_price_fen=98_000_000, bond_fen=1_000_000)]


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.DATA_DIR = tmp_path / "data"


def ready_to_begin() -> tuple[Project, list[Bond]]:
    """Opened with three bids whose bonds were declared and never confirmed, and a complete committee."""
    officers = three()
    tender = receiving(officers, lots=LOTS)
    bonds = []
    for n in range(3):
        profile, agent = who = bidder()
        with driven_clock(moment(TAKING)):
            draft = BondDraft(kind="transfer", reference=f"ZZ{n}")
            bonds.append(tendering.declare_bond(agent, book_of(tender).lot_id, profile.organisation_id, draft))
        bid(tender, who)
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    with_sheet(tender.lots.get())
    panel = Panel.objects.create(project=tender, complete_at=moment("2026-12-14 10:00"))
    for n in range(3):
        seat(panel, expert=n < 2)
    return tender, bonds


def settle(bond: Bond, code: str, **inputs: str) -> None:
    tendering.settle_bond(officer(), bond.pk, code, inputs, state_version=None)


def test_a_bond_that_was_only_declared_wins_nothing():
    tender, bonds = ready_to_begin()
    chief = officer()
    with driven_clock(moment(AFTER)):
        settle(bonds[0], "confirm", evidence="流水 0001")
        with pytest.raises(WrongState) as refused:
            actions.begin(chief, tender.pk)
        assert "1/2, 1/3" in str(refused.value)  # lot and receipt, no names
        assert not any(bond.organisation.name in str(refused.value) for bond in bonds)
        settle(bonds[1], "confirm", evidence="流水 0002")
        settle(bonds[2], "reject", note="保函系伪造")
        actions.begin(chief, tender.pk)  # also before the job of the refusal has run
    assert EvaluatedBid.objects.count() == 2
    out = OpenedBid.objects.get(bidder__organisation=bonds[2].organisation)
    assert out.finding == "no_bond"
    assert not EvaluatedBid.objects.filter(bid=out).exists()


def test_a_lot_whose_bonds_were_all_refused_has_failed():
    tender, bonds = ready_to_begin()
    with driven_clock(moment(AFTER)):
        for bond in bonds:
            settle(bond, "reject", note="款项未到账")
        session = actions.begin(officer(), tender.pk)
    assert session.evaluations.get().failure == "no_bids"


@pytest.mark.parametrize(
    ("category", "control", "fen", "over"),
    [
        ("construction", 98_000_000, 98_000_001, True),
        ("construction", 98_000_000, 98_000_000, False),
        ("construction", None, 100_000_001, False),
        ("government", None, 100_000_001, True),
    ],
)
def test_a_corrected_price_over_the_limit_is_a_ground_to_reject(category, control, fen, over):
    with driven_clock(MOMENT):
        by_committee = sheet_draft(criteria=(REVIEWS[1], *SCORED))  # the buyer qualifies before, where it does
        committee = Committee((900_000, 950_000, 940_000, 930_000), by_committee, category=category, seats=5)
        committee.project.lots.update(control_price_fen=control)
        committee.seated()
        actions.correct(
            committee.chair,
            committee.one().pk,
            committee.bid(0).pk,
            ground="sum",
            corrected_fen=fen,
            note="清单第 12 项",
        )
        committee.answered(0, "", accepted=True)
        assert Rejection.objects.filter(ground="over_limit").exists() is over
        if over:
            committee.reviewed()
            committee.voted(0, reject=True)
            assert committee.bid(0).rejected
