"""The demonstration's certification authority and the signer of its key files; nothing of it outside of a demonstration."""

import datetime as dt
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from portal.core.errors import Invalid, NotFound
from portal.core.time import driven_clock
from procurement.bidders import actions, demo_authority, signatures
from procurement.bidders.models import Certificate
from procurement.bidders.signers import signer, signer_of
from procurement.bidders.standing import CertificateOver, CertificateRevoked, check_certificate
from tests.bidders.objects import certificate
from tests.factories import moment
from tests.tenders.objects import bidder

pytestmark = pytest.mark.django_db
NOW = "2026-11-20 10:00"


@pytest.fixture(autouse=True)
def _friday(settings):
    settings.DEMO = True
    with driven_clock(moment(NOW)), override("en"):
        yield


class Key:
    """What the browser makes: a key, and the request signed with it."""

    def __init__(self, organisation):
        self.private = ed25519.Ed25519PrivateKey.generate()
        self.public = self.private.public_key().public_bytes_raw().hex()
        self.request = self.sign(demo_authority.request_text(organisation, self.public))

    def sign(self, text):
        return self.private.sign(text.encode()).hex()


def issued(profile, agent, term="year"):
    key = Key(profile.organisation)
    content = demo_authority.issue(profile.organisation, key.public, key.request, term)
    return actions.add_certificate(agent, profile.pk, content), key


def signed_in(agent):
    client = Client(headers={"Accept": "application/json", "Accept-Language": "en"})
    client.force_login(agent.user, backend="portal.people.backends.AccountBackend")
    return client


def test_a_certificate_names_firm_key_and_authority_and_is_for_signing():
    profile, agent = bidder("海州路桥工程有限公司")
    one, key = issued(profile, agent)
    found = x509.load_pem_x509_certificate(one.pem.encode())
    assert found.subject.rfc4514_string().count(profile.organisation.uscc) == 1
    assert "海州路桥工程有限公司" in one.subject and demo_authority.NAME in one.issuer
    assert found.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    assert (demo_authority.issued(one), signer_of(one)) == (True, signer())
    assert signatures.public_of(one.pem) == key.public


def test_only_who_has_the_key_gets_a_certificate_and_only_for_the_own_firm():
    (mine, _agent), (other, _other) = bidder(), bidder()
    key, strange = Key(mine.organisation), Key(mine.organisation)
    for organisation, public, signature, term in (
        (mine.organisation, key.public, strange.request, "year"),
        (other.organisation, key.public, key.request, "year"),
        (mine.organisation, key.public, key.request, "century"),
        (mine.organisation, "00", key.request, "year"),
    ):
        with pytest.raises(Invalid) as refused:
            demo_authority.issue(organisation, public, signature, term)
        assert "make the key once more" in refused.value.message


def test_the_authority_knows_its_own_by_the_signature_and_not_by_the_name():
    profile, agent = bidder()
    own = actions.add_certificate(agent, profile.pk, certificate(ed25519.Ed25519PrivateKey.generate()))
    assert not demo_authority.issued(own)
    assert signer_of(own) is None


def test_a_certificate_that_has_run_out_and_a_revoked_one_sign_nothing_and_say_why():
    profile, agent = bidder()
    short, _key = issued(profile, agent, "minutes")
    check_certificate(short, moment(NOW))
    with pytest.raises(CertificateOver) as over:
        check_certificate(short, moment(NOW) + dt.timedelta(minutes=11))
    assert "20 November 2026, 10:10" in over.value.message
    revoked = actions.enter_revocation(agent, short.pk, reason="key lost")
    again = actions.enter_revocation(agent, short.pk, reason="another reason")
    assert (revoked.revoked_at, again.revoked_why) == (moment(NOW), "key lost")
    with pytest.raises(CertificateRevoked) as gone:
        check_certificate(revoked, moment(NOW))
    assert "revoked by its authority on 20 November 2026, 10:00 (key lost)" in gone.value.message
    with pytest.raises(NotFound):
        actions.enter_revocation(agent, 10**9, reason="nothing")


def test_without_a_demonstration_there_is_neither_authority_nor_signer(settings):
    profile, agent = bidder()
    one, _key = issued(profile, agent)
    client = signed_in(agent)
    organisation = profile.organisation_id
    assert client.get(reverse("bidders:authority", args=[organisation])).status_code == 200
    for setting in ("", "demo", "nobody"):
        settings.DEMO, settings.BID_SIGNER = False, setting
        assert (signer(), signer_of(one)) == (None, None)
        assert client.get(reverse("bidders:authority", args=[organisation])).status_code == 404
        assert client.post(reverse("bidders:authority-issue", args=[organisation])).status_code == 404
        assert client.post(reverse("bidders:authority-revoke", args=[organisation, one.pk])).status_code == 404
        page = client.get(reverse("bidders:profile", args=[organisation])).content.decode()
        assert "demonstration" not in page
        assert (
            "signing"
            not in client.get(reverse("bidders:certificate-prove", args=[organisation, one.pk])).content.decode()
        )


def test_the_page_issues_revokes_and_refuses_what_is_no_request():
    profile, agent = bidder()
    client, organisation = signed_in(agent), profile.organisation_id
    key = Key(profile.organisation)
    address = reverse("bidders:authority-issue", args=[organisation])
    for body in ("{", "[]", "{}", json.dumps({"public": key.public, "signature": "00", "term": "year"})):
        assert client.post(address, body, content_type="application/json").status_code == 422
    told = {"public": key.public, "signature": key.request, "term": "year"}
    answer = client.post(address, told, content_type="application/json")
    assert answer.status_code == 201
    one = Certificate.objects.get(pk=answer.json()["id"])
    assert one.proved_at is None  # the file is tried first
    assert key.public in client.get(answer.json()["page"]).content.decode()
    client.post(reverse("bidders:authority-revoke", args=[organisation, one.pk]))
    one.refresh_from_db()
    assert one.revoked_at == moment(NOW)
    page = client.get(reverse("bidders:authority", args=[organisation])).content.decode()
    assert "Revoked by its authority" in page


def test_the_authority_revokes_only_what_it_has_issued():
    profile, agent = bidder()
    own = actions.add_certificate(agent, profile.pk, certificate(ed25519.Ed25519PrivateKey.generate()))
    address = reverse("bidders:authority-revoke", args=[profile.organisation_id, own.pk])
    assert signed_in(agent).post(address).status_code == 404
    assert signed_in(bidder()[1]).post(address).status_code == 404


@pytest.mark.parametrize("number", [1, 6])
def test_the_page_of_the_authority_needs_as_many_queries_for_many_as_for_few(number, django_assert_max_num_queries):
    profile, agent = bidder()
    for _n in range(number):
        issued(profile, agent)
    client = signed_in(agent)
    address = reverse("bidders:authority", args=[profile.organisation_id])
    client.get(address)
    with django_assert_max_num_queries(12):
        client.get(address)
