"""Bid bonds: declared, confirmed by provider or statement, back by the rule of the law with interest, lamps, races."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from portal.core.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, WrongState
from portal.core.jobs import run_due_jobs
from portal.core.models import Notification
from portal.core.numbers import check_character
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from procurement.bidders import actions as bidding
from procurement.bidders.actions import ProfileDraft
from procurement.tenders import actions, policies
from procurement.tenders.actions import LotDraft, bonds
from procurement.tenders.actions.bonds import BondDraft, interest_of
from procurement.tenders.actions.common import PORTAL
from procurement.tenders.models import Bond
from tests import factories
from tests.exports.lists import exported
from tests.factories import moment
from tests.tenders.objects import announced, bidder, closed, firm, officer
from tests.tenders.test_pages import sign_in


@pytest.fixture(autouse=True)
def _friday(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    settings.DEMO = False
    with driven_clock(moment("2026-11-20 10:00")):
        yield


def transfer(reference: str = "GH20261123001") -> BondDraft:
    return BondDraft(kind="transfer", reference=reference)


def declared(project=None, by=None, draft=None) -> Bond:
    profile, agent = by or bidder()
    lot = (project or announced()).lots.get()
    return actions.declare_bond(agent, lot.pk, profile.organisation_id, draft or transfer())


def held(project=None, by=None, draft=None) -> Bond:
    bond = declared(project, by, draft)
    return actions.settle_bond(officer(), bond.pk, "confirm", {"evidence": "流水 0001"}, state_version=0)


pytestmark = pytest.mark.django_db


def test_a_bond_is_declared_for_the_amount_of_its_lot_and_confirmed_by_the_statement():
    bond = held()
    assert (bond.state, bond.amount_fen, bond.held_on) == ("held", 2_000_000, dt.date(2026, 11, 20))
    assert "流水 0001" in bond.verified_by
    assert Notification.objects.filter(template="tenders.bond_held").count() == 1


def test_a_firm_gives_one_bond_a_lot_and_may_try_again_after_a_refusal():
    project, by = announced(), bidder()
    bond = declared(project, by)
    with pytest.raises(WrongState):
        declared(project, by)
    with pytest.raises(Invalid):
        actions.settle_bond(officer(), bond.pk, "reject", {"note": " "}, state_version=0)
    actions.settle_bond(officer(), bond.pk, "reject", {"note": "非基本账户汇出"}, state_version=0)
    assert declared(project, by).pk != bond.pk


def test_a_guarantee_has_to_hold_beyond_the_opening():
    draft = BondDraft(kind="guarantee", reference="BH1", guarantor="海州担保", valid_until=dt.date(2026, 12, 14))
    with pytest.raises(Invalid) as refused:
        declared(draft=draft)
    assert set(refused.value.fields) == {"valid_until"} and "2026" in str(refused.value.fields["valid_until"])
    bond = held(
        draft=BondDraft(kind="guarantee", reference="BH1", guarantor="海州担保", valid_until=dt.date(2027, 3, 1))
    )
    with driven_clock(moment("2027-11-20 10:00")):
        assert interest_of(bond, dt.date(2027, 11, 20)) == 0


def test_the_provider_confirms_what_is_genuine_and_leaves_the_rest_to_the_officer(settings):
    settings.DEMO = True
    project = announced()
    genuine = f"BH2026112300{check_character('BH2026112300')}"
    good, bad = declared(project, draft=transfer(genuine)), declared(project, draft=transfer("BH-unbekannt"))
    run_due_jobs()
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state) == ("held", "declared") and bad.note
    assert actions.confirm_by_provider(good.pk, None) is None


@pytest.mark.parametrize(
    ("category", "due"), [("construction", dt.date(2026, 12, 19)), ("government", dt.date(2026, 12, 21))]
)
def test_bonds_of_a_failed_tender_go_back_within_the_days_of_their_law(category, due):
    chief = officer()
    project = announced(chief, category=category)
    bond = held(project)
    with driven_clock(moment("2026-12-14 09:31")):
        actions.close_due()
        project.refresh_from_db()
        actions.take_step(chief, project.pk, "fail", {"note": "不足三家"}, state_version=project.state_version)
    bond.refresh_from_db()
    assert (bond.state, bond.ground, bond.due_on) == ("due_back", "ended", due)


def test_a_bond_goes_back_with_interest_for_the_days_it_was_held():
    bond = held()
    chief = officer()
    with driven_clock(moment("2027-11-20 10:00")):
        bond = actions.settle_bond(
            chief, bond.pk, "release", {"ground": "contract", "on": "2027-11-19"}, state_version=1
        )
        assert bond.due_on == dt.date(2027, 11, 24)
        with pytest.raises(Stale):
            actions.settle_bond(chief, bond.pk, "give_back", {}, state_version=1)
        bond = actions.settle_bond(chief, bond.pk, "give_back", {}, state_version=2)
    assert bond.state == "returned" and bond.interest_fen == 1000  # 20,000 yuan, a year, 0.05 %


# --- what is decided first --------------------------------------------------------------------------------------------

FIRST = "可以不退还投标保证金，请先决定是否不予退还。"


def marked(bond: Bond) -> Bond:
    with transaction.atomic():
        bonds.mark(Bond.objects.filter(pk=bond.pk), PORTAL, FIRST)
    bond.refresh_from_db()
    return bond


def ended(bond: Bond) -> Bond:
    """The tender ends, and lets its bonds go."""
    with transaction.atomic():
        bonds.release_all(bond.lot.project, "ended", dt.date(2026, 11, 20), PORTAL)
    bond.refresh_from_db()
    return bond


def test_a_bond_that_may_be_forfeited_is_not_released_before_that_is_decided():
    bond, chief = marked(held()), officer()
    for code, inputs in (("release", {"ground": "lost", "on": "2026-11-20"}), ("give_back", {})):
        with pytest.raises(WrongState, match="forfeited|不予退还"):
            actions.settle_bond(chief, bond.pk, code, inputs, state_version=bond.state_version)
    assert (ended(bond).state, bond.ground, bond.due_on) == ("held", "ended", None)
    with pytest.raises(Invalid):
        actions.settle_bond(chief, bond.pk, "spare", {"note": " "}, state_version=bond.state_version)
    bond = actions.settle_bond(chief, bond.pk, "spare", {"note": "系统故障所致"}, state_version=bond.state_version)
    assert (bond.state, bond.undecided, bond.note) == ("due_back", "", "系统故障所致")
    assert bond.due_on == dt.date(2026, 11, 25)
    assert Notification.objects.filter(template="tenders.bond_spared").count() == 1


def test_confirming_a_bond_does_not_decide_whether_it_is_forfeited():
    bond, chief = marked(declared()), officer()
    assert ended(bond).state == "declared"
    bond = actions.settle_bond(chief, bond.pk, "confirm", {"evidence": "流水 2"}, state_version=bond.state_version)
    assert (bond.state, bond.undecided) == ("held", FIRST)
    bond = actions.settle_bond(chief, bond.pk, "forfeit", {"note": "逾期未解密"}, state_version=bond.state_version)
    assert (bond.state, bond.undecided, bond.note) == ("forfeited", "", "逾期未解密")


def test_a_bond_on_its_way_back_stops_until_it_is_decided(client):
    bond, chief = held(), officer()
    bond = actions.settle_bond(chief, bond.pk, "release", {"ground": "lost", "on": "2026-11-20"}, state_version=1)
    due = marked(bond).due_on
    sign_in(client, chief.user)
    assert bond.reference in client.get("/trading/bonds/?state=undecided").content.decode()
    page = client.get(f"/trading/bonds/{bond.pk}/", headers={"accept-language": "en"}).content.decode()
    assert FIRST in page and "Let it go back" in page and "Enter as given back" not in page
    with pytest.raises(WrongState):
        actions.settle_bond(chief, bond.pk, "give_back", {}, state_version=bond.state_version)
    bond = actions.settle_bond(chief, bond.pk, "spare", {"note": "另有原因"}, state_version=bond.state_version)
    assert (bond.state, bond.due_on) == ("due_back", due)
    assert actions.settle_bond(chief, bond.pk, "give_back", {}, state_version=bond.state_version).state == "returned"
    assert bond.reference not in client.get("/trading/bonds/?state=undecided").content.decode()


def test_why_an_old_bond_is_still_here_is_written_down_and_stands_in_the_report_and_its_file(client):
    bond, chief = held(), officer()
    with driven_clock(moment("2027-06-01 10:00")):
        actions.settle_bond(chief, bond.pk, "explain", {"note": "法院冻结，待解除"}, state_version=1)
        sign_in(client, chief.user)
        assert "法院冻结" in client.get("/trading/bonds/old/").content.decode()
        rows = exported(chief.user, "/trading/bonds/old/", "tenders.old_bonds", rows="rows")
    assert [(row["Reference or guarantee number"], row["Note"]) for row in rows] == [
        (bond.reference, "法院冻结，待解除")
    ]


def test_what_is_refused_of_a_step_names_its_field(client):
    bond, chief = held(), officer()
    sign_in(client, chief.user)
    sent = {"step": "forfeit", "state_version": "1", "note": " "}
    answer = client.post(f"/trading/bonds/{bond.pk}/", sent, headers={"accept-language": "en"})
    assert answer.status_code == 422 and "Reason: Please fill this in." in answer.content.decode()


def test_a_refused_release_keeps_the_day_and_the_ground_that_were_typed(client):
    bond, chief = held(), officer()
    sign_in(client, chief.user)
    sent = {"step": "release", "state_version": "1", "ground": "contract", "on": "2026-12-31"}
    answer = client.post(f"/trading/bonds/{bond.pk}/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="2026-12-31"' in page
    assert '<option value="contract" selected>' in page


@pytest.mark.parametrize(("category", "fen"), [("construction", 30), ("government", 28_602)])
def test_interest_follows_the_law_of_the_tender(category, fen):
    """Tendering law: for the days held. Government procurement: none, but for the days past the due day."""
    bond = held(announced(category=category))
    bond.due_on = dt.date(2026, 11, 21)
    assert interest_of(bond, dt.date(2026, 11, 20)) == 0
    late = bond.due_on + dt.timedelta(days=100) if category == "government" else dt.date(2026, 12, 1)
    assert interest_of(bond, late) == fen


def test_a_release_names_a_day_that_has_come():
    bond = held()
    with pytest.raises(Invalid):
        actions.settle_bond(officer(), bond.pk, "release", {"ground": "lost", "on": "2026-12-01"}, state_version=1)


def test_the_lamp_of_a_late_bond_is_told_once():
    chief = officer()
    bond = held()
    actions.settle_bond(chief, bond.pk, "release", {"ground": "withdrawn", "on": "2026-11-20"}, state_version=1)
    with driven_clock(moment("2026-11-25 10:00")):
        assert actions.light_lamps() == 0
    with driven_clock(moment("2026-11-26 10:00")):
        assert (actions.light_lamps(), actions.light_lamps()) == (1, 0)
    assert Notification.objects.filter(template="tenders.bond_late", user=chief.user).count() == 1


def test_no_bond_is_given_after_the_deadline_nor_for_a_lot_without_one():
    with pytest.raises(WrongState):
        declared(closed())
    with pytest.raises(WrongState):
        declared(announced(lots=[LotDraft(name="一", budget_fen=100)]))


def test_who_sees_a_bond_is_the_firm_and_the_trading_centre_but_not_the_buyer():
    buyer, agent = firm()
    project = announced(buyer=buyer)
    by = bidder()
    bond = declared(project, by)
    people = [
        agent.user,
        by[1].user,
        factories.citizen(),
        *(factories.staff(role) for role in (Role.CLERK, Role.AUDITOR)),
    ]
    for person in people:
        person = User.objects.get(pk=person.pk)
        listed = Bond.objects.visible_to(person).filter(pk=bond.pk).exists()
        assert listed == policies.may_see_bond(person, bond)
    assert not policies.may_see_bond(agent.user, bond) and policies.may_see_bond(by[1].user, bond)
    with pytest.raises(NotFound):
        actions.settle_bond(agent, bond.pk, "confirm", {"evidence": "x"}, state_version=0)
    with pytest.raises(NotAllowed):
        actions.settle_bond(by[1], bond.pk, "confirm", {"evidence": "x"}, state_version=0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_agents_at_once_give_one_bond():
    project, by = announced(), bidder()
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def give() -> None:
        try:
            with driven_clock(moment("2026-11-20 11:00")):
                gate.wait(5)
                declared(project, by)
            outcomes.append("given")
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["given", "wrong_state"]
    assert Bond.objects.count() == 1


def test_a_transfer_keeps_the_account_of_its_day_encrypted_and_a_guarantee_none():
    profile, agent = by = bidder()
    bond = declared(by=by)
    later = ProfileDraft(
        contact_name="王芳", phone="13812345678", bank_name="海州银行", bank_account="6230000011112222"
    )
    bidding.save_profile(agent, profile.organisation_id, later)
    assert Bond.objects.get(bank_account_blind__matches="6222020011112222") == bond
    with connection.cursor() as cursor:
        cursor.execute("SELECT bank_account FROM tenders_bond")
        assert "6222020011112222" not in str(cursor.fetchall())
    paper = BondDraft(kind="guarantee", reference="BH1", guarantor="海州担保", valid_until=dt.date(2027, 3, 1))
    assert declared(draft=paper).bank_account == ""
