"""Bidders: the profile, the people behind, certificates with proof of possession, restrictions that explain themselves."""

import base64
import datetime as dt

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.db import connection
from django.utils.translation import override

from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.models import Notification
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from procurement.bidders import actions, policies, signatures
from procurement.bidders.actions import ProfileDraft, RestrictionDraft
from procurement.bidders.models import Bidder, BidderPerson, Restriction
from procurement.bidders.standing import Blocked, blocks_of, check_may_bid
from tests import factories
from tests.bidders.objects import certificate
from tests.factories import moment
from tests.tenders.objects import bidder, credit_code, firm, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(moment("2026-11-20 10:00")):
        yield


def restriction(uscc: str, **more) -> RestrictionDraft:
    values = {
        "uscc": uscc, "name": "海州失信建设有限公司", "kind": "blacklist", "ground": "拖欠农民工工资",
        "source": "人社监〔2026〕3号", "authority": "市人力资源和社会保障局", "starts_on": dt.date(2026, 11, 1),
        "ends_on": dt.date(2026, 11, 30), "appeal": "六十日内申请行政复议",
    }  # fmt: skip
    return RestrictionDraft(**{**values, **more})


def test_a_firm_registers_once_and_changes_its_data_later():
    profile, agent = bidder()
    draft = ProfileDraft(contact_name="赵敏", phone="13900001111", bank_name="海州银行", bank_account="6222 0200 1111")
    again = actions.save_profile(agent, profile.organisation_id, draft)
    assert (again.pk, again.contact_name, again.bank_account) == (profile.pk, "赵敏", "622202001111")


def test_account_and_numbers_are_not_readable_in_the_database():
    profile, agent = bidder()
    actions.add_person(agent, profile.pk, kind="legal_person", name="李四", identity=factories.resident_number(7))
    with connection.cursor() as cursor:
        cursor.execute("SELECT bank_account, phone FROM bidders_bidder")
        stored = cursor.fetchone()
        cursor.execute("SELECT identity FROM bidders_bidderperson")
        stored += cursor.fetchone()
    assert not any("6222020011112222" in one or "13812345678" in one or "110105" in one for one in stored)
    assert Bidder.objects.filter(bank_account_blind__matches="6222020011112222").get() == profile


@pytest.mark.parametrize(
    ("more", "field"),
    [({"phone": "12"}, "phone"), ({"bank_account": "12ab"}, "bank_account"), ({"bank_name": ""}, "bank_name")],
)
def test_a_profile_that_cannot_be_is_refused_beside_its_field(more, field):
    organisation, agent = firm()
    values = {
        "contact_name": "王芳",
        "phone": "13812345678",
        "bank_name": "海州银行",
        "bank_account": "6222020011112222",
    }
    with pytest.raises(Invalid) as refused:
        actions.save_profile(agent, organisation.pk, ProfileDraft(**{**values, **more}))
    assert field in refused.value.fields


def test_nobody_touches_somebody_elses_bidder():
    profile, _agent = bidder()
    _other, stranger = firm()
    with pytest.raises(NotFound):
        actions.save_profile(stranger, profile.organisation_id, ProfileDraft(contact_name="王芳", phone="13812345678"))
    with pytest.raises(NotFound):
        actions.add_person(stranger, profile.pk, kind="manager", name="李四", identity=factories.resident_number(7))


def test_a_shareholder_may_be_a_person_or_a_firm_and_others_are_persons():
    profile, agent = bidder()
    actions.add_person(
        agent, profile.pk, kind="shareholder", name="李四", identity=factories.resident_number(7), share_bp=4000
    )
    actions.add_person(
        agent, profile.pk, kind="shareholder", name="海州投资有限公司", identity=credit_code(77), share_bp=6000
    )
    with pytest.raises(Invalid):
        actions.add_person(agent, profile.pk, kind="manager", name="海州投资有限公司", identity=credit_code(78))
    with pytest.raises(Invalid) as twice:
        actions.add_person(agent, profile.pk, kind="shareholder", name="李四", identity=factories.resident_number(7))
    assert "identity" in twice.value.fields
    with pytest.raises(Invalid):
        actions.add_person(
            agent, profile.pk, kind="manager", name="李四", identity=factories.resident_number(8), share_bp=1
        )
    assert BidderPerson.objects.filter(identity_blind__matches=credit_code(77)).count() == 1


def test_who_left_stays_on_record():
    profile, agent = bidder()
    one = actions.add_person(agent, profile.pk, kind="manager", name="李四", identity=factories.resident_number(7))
    actions.end_person(agent, profile.pk, one.pk)
    with pytest.raises(NotFound):
        actions.end_person(agent, profile.pk, one.pk)
    assert BidderPerson.objects.get(pk=one.pk).ended_at is not None


@pytest.mark.parametrize("kind", ["ecdsa", "ed25519"])
def test_a_certificate_counts_once_its_holder_signed_the_challenge(kind):
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ecdsa" else ed25519.Ed25519PrivateKey.generate()
    profile, agent = bidder()
    one = actions.add_certificate(agent, profile.pk, certificate(key))
    message = one.challenge.encode()
    signature = key.sign(message, ec.ECDSA(hashes.SHA256())) if kind == "ecdsa" else key.sign(message)
    for wrong in ("nonsense", base64.b64encode(b"x" * 64).decode()):
        with pytest.raises(Invalid):
            actions.prove_certificate(agent, profile.pk, one.pk, signature=wrong)
    proved = actions.prove_certificate(agent, profile.pk, one.pk, signature=base64.b64encode(signature).decode())
    assert proved.proved_at is not None
    with pytest.raises(Invalid):
        actions.add_certificate(agent, profile.pk, one.pem.encode())


def test_what_is_no_certificate_or_has_run_out_or_holds_a_private_key_is_refused():
    key = ec.generate_private_key(ec.SECP256R1())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (b"", b"hello", secret, certificate(key, days=3), b"-----BEGIN CERTIFICATE-----\nx"):
        with pytest.raises(Invalid):
            signatures.read(content)


def test_a_block_names_ground_source_end_and_how_to_object_and_ends_by_itself():
    profile, agent = bidder("海州失信建设有限公司")
    uscc = profile.organisation.uscc
    actions.restrict(officer(), restriction(uscc))
    with override("zh-hans"), pytest.raises(Blocked) as blocked:
        check_may_bid(uscc, dt.date(2026, 11, 30), "construction")
    for part in ("拖欠农民工工资", "人社监〔2026〕3号", "市人力资源和社会保障局", "2026年11月30日", "行政复议"):
        with override("zh-hans"):
            assert part in blocked.value.message
    check_may_bid(uscc, dt.date(2026, 12, 1), "construction")
    check_may_bid(uscc, dt.date(2026, 10, 31), "construction")
    assert Notification.objects.filter(user=agent.user, template="bidders.restricted").count() == 1


def test_a_restriction_of_one_category_leaves_the_others_open():
    uscc = credit_code(501)
    actions.restrict(officer(), restriction(uscc, category="government"))
    day = dt.date(2026, 11, 20)
    assert blocks_of(uscc, day, "government") and not blocks_of(uscc, day, "construction")


def test_a_lifted_restriction_holds_no_more_and_is_lifted_once():
    uscc = credit_code(502)
    one = actions.restrict(officer(), restriction(uscc, ends_on=None))
    with pytest.raises(Invalid):
        actions.lift(officer(), one.pk, note=" ")
    actions.lift(officer(), one.pk, note="信用修复完成")
    assert not blocks_of(uscc, dt.date(2026, 11, 20)) and blocks_of(uscc, dt.date(2026, 11, 19))
    with pytest.raises(WrongState):
        actions.lift(officer(), one.pk, note="再次")
    with pytest.raises(NotAllowed):
        actions.restrict(bidder()[1], restriction(uscc))


def test_a_decision_without_its_ground_or_with_a_wrong_code_is_not_recorded():
    with pytest.raises(Invalid) as refused:
        actions.restrict(officer(), restriction("123", ground="", ends_on=dt.date(2026, 10, 1)))
    assert set(refused.value.fields) == {"uscc", "ground", "ends_on"}


def test_the_policies_see_exactly_what_the_lists_find():
    profile, agent = bidder()
    one = actions.restrict(officer(), restriction(profile.organisation.uscc))
    people = [agent.user, factories.citizen(), *(factories.staff(role) for role in (Role.CLERK, Role.SUPERVISOR))]
    for person in people:
        person = User.objects.get(pk=person.pk)
        assert Bidder.objects.visible_to(person).exists() == policies.may_see_bidder(person, profile)
        assert Restriction.objects.visible_to(person).exists() == policies.may_see_restriction(person, one)
