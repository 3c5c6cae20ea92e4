"""Nobody outside learns of a sign: every role, every page of a tender; the pages and the lists keep one rule."""

import datetime as dt

import pytest

from portal.core.errors import NotFound
from portal.people.models import Membership
from procurement.oversight import actions, policies
from procurement.oversight.models import Lead, Sign
from tests.experts.objects import expert
from tests.oversight.objects import attached, bids, inquired, lead_of, pdf, step, supervisor, suspicious, upload
from tests.permissions import ROLES, Cast
from tests.tenders.objects import firm

pytestmark = pytest.mark.django_db
WATCHERS = {"supervisor", "auditor"}
ROOT = "/trading/oversight/"


@pytest.fixture
def cast() -> Cast:
    return Cast()


def _outsiders(cast, lot):
    """Bidder, buyer, agency and an expert, each with the account of a citizen."""
    agency = firm()[0]
    lot.project.agency = agency
    lot.project.save()
    sides = {
        "bidder": bids(lot)[0].bidder.organisation, "buyer": lot.project.buyer, "agency": agency,
    }  # fmt: skip
    from tests import factories

    people = {}
    for name, organisation in sides.items():
        people[name] = factories.citizen()
        Membership.objects.create(organisation=organisation, user=people[name], starts_on=dt.date(2020, 1, 1))
    people["expert"] = expert().user
    return people


def test_bidders_buyers_agencies_and_experts_find_nothing(cast, client):
    lot = suspicious()
    one = lead_of(lot)
    pages = [
        "", "signs/", "method/", f"leads/{one.number}/", f"leads/{one.number}/notes/new/",
        f"tenders/{lot.project.number}/", f"firms/{bids(lot)[0].bidder.organisation_id}/",
    ]  # fmt: skip
    for name, person in _outsiders(cast, lot).items():
        client.force_login(person, backend="portal.people.backends.AccountBackend")
        for path in pages:
            assert client.get(ROOT + path).status_code == 404, (name, path)
        for path in (f"/tenders/{lot.project.number}/", f"/trading/tenders/{lot.project.number}/"):
            page = client.get(path).content.decode()
            assert "oversight" not in page and one.number not in page, (name, path)
        assert not Sign.objects.visible_to(person).exists() and not Lead.objects.visible_to(person).exists()
        assert client.get("/exports/new/?code=oversight.leads").status_code in (403, 404)


@pytest.mark.parametrize("role", ROLES)
def test_only_watchers_see_the_panel_of_a_tender_and_the_way_in(cast, role):
    lot = suspicious()
    lead_of(lot)
    client = cast.client(role)
    page = client.get(f"/tenders/{lot.project.number}/")
    assert ("/trading/oversight/" in page.content.decode()) == (role in WATCHERS)


def test_a_supervisor_who_acts_for_a_side_sees_nothing_of_it(cast):
    lot = suspicious()
    one = lead_of(lot)
    biased = supervisor()
    Membership.objects.create(
        organisation=bids(lot)[2].bidder.organisation, user=biased.user, starts_on=dt.date(2020, 1, 1)
    )  # fmt: skip
    other = lead_of(suspicious())
    assert list(Lead.objects.visible_to(biased.user)) == [other]
    with pytest.raises(NotFound):
        step(biased, one, "take_up")
    step(biased, other, "take_up")


def test_a_supervisor_who_acts_for_the_buyer_sees_nothing_of_the_tender(cast):
    lot = suspicious()
    lead_of(lot)
    client, person = cast.client("supervisor"), cast.person("supervisor")
    Membership.objects.create(organisation=lot.project.buyer, user=person, starts_on=dt.date(2020, 1, 1))
    assert client.get(f"{ROOT}tenders/{lot.project.number}/").status_code == 404
    assert not client.get(ROOT).context["rows"]


def test_the_rule_of_one_thing_and_of_the_list_is_the_same(cast):
    lots = [suspicious() for _n in range(3)]
    leads = [lead_of(lot) for lot in lots]
    people = [cast.person(role) for role in ROLES[1:]]
    for organisation in (bids(lots[0])[0].bidder.organisation, lots[1].project.buyer):
        for role in ("supervisor", "auditor", "citizen"):
            Membership.objects.create(
                organisation=organisation, user=cast.person(role), starts_on=dt.date(2020, 1, 1)
            )  # fmt: skip
    seen = 0
    for person in [*people, supervisor().user]:
        listed = set(Lead.objects.visible_to(person))
        assert listed == {lead for lead in leads if policies.may_see_lead(person, lead)}
        found = set(Sign.objects.visible_to(person))
        assert found == {sign for sign in Sign.objects.all() if policies.may_see_sign(person, sign)}
        seen += len(listed)
    assert seen == 1 + 1 + 3


def test_files_of_a_lead_are_read_by_watchers_only(cast, client, store):
    chief = supervisor()
    one = inquired(chief)
    file = actions.add_files(chief, one.pk, [upload(chief)])[0].file
    for role in ROLES:
        status = cast.client(role).get(f"/files/{file.pk}/").status_code
        assert (status == 200) == (role in WATCHERS), role


def test_what_was_read_in_documents_shows_in_no_page_of_others(cast, client, store):
    from procurement.oversight import gathering

    lot = suspicious()
    for bid in bids(lot)[:2]:
        attached(bid, pdf(Author="陈工预算室"))
    for bid in gathering.unread(lot.project_id):
        gathering.read_bid(bid)
    lead_of(lot)
    for role in sorted(set(ROLES) - WATCHERS):
        page = cast.client(role).get(f"/tenders/{lot.project.number}/").content.decode()
        assert "陈工预算室" not in page
