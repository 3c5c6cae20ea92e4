"""Whoever stood behind a bidder since the notice keeps relatives and himself off the committee."""

import pytest

from portal.core.time import driven_clock
from procurement.bidders import actions as bidding
from procurement.bids.models import OpenedBid
from procurement.experts.avoidance import excluded
from procurement.experts.models import Expert, Kin
from procurement.tenders.models import Lot
from tests import factories
from tests.experts.objects import expert, tender
from tests.factories import moment
from tests.tenders.objects import bidder

pytestmark = pytest.mark.django_db
BOSS = factories.resident_number(901)


@pytest.mark.parametrize(
    ("left_at", "rules"),
    [("2026-12-11 09:00", ["interest", "kinship"]), ("2026-11-17 09:00", [])],
    ids=["after the notice", "before the notice"],
)
def test_a_legal_person_taken_off_the_list_counts_from_the_notice_on(left_at, rules):
    project = tender()
    profile, agent = bidder()
    with driven_clock(moment("2026-11-02 09:00")):
        person = bidding.add_person(agent, profile.pk, kind="legal_person", name="王建国", identity=BOSS)
    with driven_clock(moment(left_at)):
        bidding.end_person(agent, profile.pk, person.pk)
    lot = Lot.objects.create(project=project, number=1, name="一标段", budget_fen=1000)
    OpenedBid.objects.create(lot=lot, bidder=profile, opened_at=moment("2026-12-14 09:40"))
    himself, relative = expert(identity=BOSS), expert()
    Kin.objects.create(
        expert=relative, relation="spouse", name="王建国", identity=BOSS, declared_at=moment("2026-01-01 09:00")
    )
    pair = Expert.objects.filter(pk__in=[himself.pk, relative.pk])
    with driven_clock(moment("2026-12-14 10:00")):
        found = excluded(pair, project, moment("2026-12-14 14:00"))
    assert [found[one.pk] for one in (himself, relative) if one.pk in found] == rules
