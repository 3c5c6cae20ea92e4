"""Trusted certification authorities: only what they have signed counts, on the days on which they are trusted."""

import base64
import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.time import driven_clock
from portal.people.actors import actor_of
from portal.people.history import history_of
from portal.people.roles import Role
from procurement.bidders import actions, demo_authority, issuers
from procurement.bidders.models import Certificate, TrustedIssuer
from procurement.bidders.standing import AuthorityEnded, CertificateNotTrusted, check_certificate
from tests import factories
from tests.bidders.objects import Authority
from tests.factories import moment
from tests.tenders.objects import bidder, officer

pytestmark = pytest.mark.django_db
NOW = "2026-11-20 10:00"


@pytest.fixture(autouse=True)
def _friday():
    with driven_clock(moment(NOW)), override("en"):
        yield


class Firm:
    """A bidder with the key of a certificate."""

    def __init__(self):
        self.profile, self.agent = bidder()
        self.key = ed25519.Ed25519PrivateKey.generate()

    def add(self, authority: Authority) -> Certificate:
        return actions.add_certificate(self.agent, self.profile.pk, authority.issue(self.key))

    def prove(self, one: Certificate) -> Certificate:
        signature = base64.b64encode(self.key.sign(one.challenge.encode())).decode()
        return actions.prove_certificate(self.agent, self.profile.pk, one.pk, signature=signature)


def again(one):
    return type(one).objects.get(pk=one.pk)


def signed_in(user):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user, backend="portal.people.backends.AccountBackend")
    return client


KEYS = {
    "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_certificate_of_a_trusted_authority_counts_whatever_its_key(kind):
    authority, firm = Authority(key=KEYS[kind]()), Firm()
    entered = authority.entered()
    one = firm.prove(firm.add(authority))
    assert (one.authority, one.holds(moment(NOW))) == (entered, True)
    check_certificate(one, moment(NOW))


def test_a_certificate_of_anybody_else_is_refused_with_who_is_trusted():
    firm = Firm()
    with pytest.raises(Invalid) as empty:
        firm.add(Authority())
    assert "No certification authority is trusted here yet" in str(empty.value.fields["file"])
    Authority("江苏可信电子认证有限公司").entered()
    with pytest.raises(Invalid) as refused:
        firm.add(Authority("无名认证公司"))
    assert "无名认证公司" in str(refused.value.fields["file"])
    assert "Trusted are: 江苏可信电子认证有限公司." in str(refused.value.fields["file"])
    assert not Certificate.objects.exists()


def test_the_signature_decides_and_not_the_name():
    Authority("江苏可信电子认证有限公司").entered()
    with pytest.raises(Invalid):
        Firm().add(Authority("江苏可信电子认证有限公司"))


def test_a_row_that_was_pointed_at_another_authority_in_the_database_signs_nothing():
    good, bad, firm = Authority("可信认证"), Authority("另一认证"), Firm()
    good.entered()
    one = firm.prove(firm.add(good))
    Certificate.objects.filter(pk=one.pk).update(authority=bad.entered())
    with pytest.raises(CertificateNotTrusted):
        check_certificate(again(one), moment(NOW))


def test_an_authority_is_trusted_on_its_days_only():
    authority, firm = Authority(), Firm()
    authority.entered(starts_on=dt.date(2026, 11, 20), ends_on=dt.date(2026, 11, 30))
    one = firm.prove(firm.add(authority))
    for at, good in (
        ("2026-11-19 23:59", 0),
        ("2026-11-20 00:00", 1),
        ("2026-11-30 23:59", 1),
        ("2026-12-01 00:00", 0),
    ):
        assert one.holds(moment(at)) == bool(good)
        assert TrustedIssuer.objects.trusted(moment(at)).exists() == bool(good)
        if not good:
            with pytest.raises(CertificateNotTrusted) as refused:
                check_certificate(one, moment(at))
            assert "which is not trusted here now" in refused.value.message


def test_an_ended_authority_signs_nothing_more_and_what_it_issued_stays_readable():
    authority, firm = Authority(), Firm()
    entered = authority.entered()
    proved, waiting = firm.prove(firm.add(authority)), Firm()
    unproved = waiting.add(authority)
    issuers.end_issuer(officer(), entered.pk, reason="许可被吊销")
    with pytest.raises(AuthorityEnded) as over:
        check_certificate(again(proved), moment(NOW))
    assert "20 November 2026, 10:00" in over.value.message and "许可被吊销" in over.value.message
    with override("zh-hans"), pytest.raises(AuthorityEnded) as told:
        check_certificate(again(proved), moment(NOW))
    assert "许可被吊销" in told.value.message
    assert not again(proved).holds(moment(NOW))
    with pytest.raises(Invalid) as refused:
        waiting.prove(unproved)
    assert "许可被吊销" in str(refused.value.fields["signature"])
    with pytest.raises(Invalid):
        Firm().add(authority)
    page = signed_in(firm.agent.user).get(reverse("bidders:profile", args=[firm.profile.organisation_id]))
    assert "Its authority is no longer trusted" in page.content.decode() and "Issued to" in page.content.decode()


def test_an_authority_that_is_entered_again_takes_its_certificates_back_and_no_others():
    authority, firm, namesake = Authority("可信认证"), Firm(), Authority("可信认证")
    first = authority.entered()
    one = firm.prove(firm.add(authority))
    issuers.end_issuer(officer(), first.pk, reason="暂停")
    namesake.entered()
    assert again(one).authority == first
    second = issuers.enter_issuer(officer(), authority.draft())
    assert again(one).authority == second and again(one).holds(moment(NOW))


@pytest.mark.parametrize(
    ("authority", "more", "field", "words"),
    [
        (Authority(), {"name": " "}, "name", "fill this in"),
        (Authority(), {"source": ""}, "source", "fill this in"),
        (Authority(), {"ends_on": dt.date(2026, 10, 1)}, "ends_on", "before the beginning"),
        (Authority(), {"pem": "hello"}, "pem", "no certificate that we can read"),
        (Authority(ca=False), {}, "pem", "does not say that its holder issues certificates"),
        (
            Authority(uses=x509.KeyUsage(*[True, False, False, False, False, False, False, False, False])), {}, "pem",
            "does not say that its holder issues certificates",
        ),
    ],
)  # fmt: skip
def test_what_is_no_authority_is_refused_beside_its_field(authority, more, field, words):
    with pytest.raises(Invalid) as refused:
        issuers.enter_issuer(officer(), authority.draft(**more))
    assert set(refused.value.fields) == {field} and words in str(refused.value.fields[field])
    assert not TrustedIssuer.objects.exists()


def test_a_firms_own_certificate_and_one_that_ran_out_and_the_same_one_twice_are_no_entries():
    authority = Authority()
    leaf = authority.issue(ec.generate_private_key(ec.SECP256R1())).decode()
    with pytest.raises(Invalid):
        issuers.enter_issuer(officer(), authority.draft(pem=leaf))
    with driven_clock(moment("2101-01-01 10:00")), pytest.raises(Invalid) as over:
        issuers.enter_issuer(officer(), authority.draft())
    assert "does not hold today" in str(over.value.fields["pem"])
    issuers.enter_issuer(officer(), authority.draft())
    with pytest.raises(Invalid) as twice:
        issuers.enter_issuer(officer(), authority.draft())
    assert "stands in the list already" in str(twice.value.fields["pem"])


def test_officers_and_administrators_keep_the_list_and_each_change_is_in_its_history():
    authority = Authority()
    for role in (Role.SUPERVISOR, Role.AUDITOR, Role.CLERK):
        with pytest.raises(NotAllowed):
            issuers.enter_issuer(actor_of(factories.staff(role), role), authority.draft())
    boss = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
    made = issuers.enter_issuer(boss, authority.draft())
    with pytest.raises(Invalid):
        issuers.end_issuer(boss, made.pk, reason=" ")
    with pytest.raises(NotAllowed):
        issuers.end_issuer(actor_of(factories.staff(Role.AUDITOR), Role.AUDITOR), made.pk, reason="x")
    with pytest.raises(NotFound):
        issuers.end_issuer(boss, 10**9, reason="x")
    issuers.end_issuer(boss, made.pk, reason="停业")
    with pytest.raises(WrongState):
        issuers.end_issuer(boss, made.pk, reason="停业")
    words = [str(entry.words) for entry in history_of(made)]
    assert words[:2] == ["Authority no longer trusted", "Authority entered as trusted"]


def test_the_demonstrations_authority_counts_in_a_demonstration_only(settings):
    settings.DEMO = True
    entry = demo_authority.stand()
    assert demo_authority.stand() == entry
    assert entry in TrustedIssuer.objects.listed() and entry.is_trusted(moment(NOW))
    settings.DEMO = False
    assert entry not in TrustedIssuer.objects.listed() and not entry.is_trusted(moment(NOW))
    assert not TrustedIssuer.objects.trusted(moment(NOW)).exists()
    with pytest.raises(NotFound):
        issuers.end_issuer(officer(), entry.pk, reason="x")


def test_the_pages_enter_and_end_and_lose_nothing_that_was_typed():
    client, authority = signed_in(officer().user), Authority()
    typed = {"name": authority.name, "pem": authority.pem, "source": "", "starts_on": "2026-11-20"}
    refused = client.post(reverse("bidders:issuer-new"), typed)
    assert refused.status_code == 422 and authority.pem.splitlines()[1] in refused.content.decode()
    done = client.post(reverse("bidders:issuer-new"), {**typed, "source": "ECP-01"})
    made = TrustedIssuer.objects.get()
    assert done.headers["Location"] == reverse("bidders:issuer", args=[made.pk])
    assert authority.name in client.get(reverse("bidders:issuers")).content.decode()
    page = reverse("bidders:issuer", args=[made.pk])
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "许可被吊销"}).status_code == 302
    assert "No longer trusted" in client.get(page).content.decode()
    assert client.post(page, {"reason": "again"}).status_code == 422


def test_the_firm_reads_whose_certificates_are_accepted():
    Authority().entered()
    firm = Firm()
    page = signed_in(firm.agent.user).get(reverse("bidders:certificate-new", args=[firm.profile.organisation_id]))
    assert "江苏测试电子认证有限公司" in page.content.decode()


@pytest.mark.parametrize("number", [1, 6])
def test_the_list_needs_as_many_queries_for_many_as_for_few(number, django_assert_max_num_queries):
    for n in range(number):
        Authority(f"第{n}认证公司").entered()
    client = signed_in(officer().user)
    client.get(reverse("bidders:issuers"))
    with django_assert_max_num_queries(12):
        client.get(reverse("bidders:issuers"))
