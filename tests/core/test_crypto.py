"""Sealing and blind index, without a database."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.core import crypto

K1 = "k1:" + base64.b64encode(bytes(range(32))).decode()
K2 = "k2:" + base64.b64encode(bytes(range(32, 64))).decode()
PLACE = "people_citizen.phone|6f1c"


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FIELD_KEYS = [K1]
    settings.BLIND_KEYS = [K1]


def test_a_sealed_value_opens_at_its_place_and_shows_nothing_of_itself():
    token = crypto.seal("13800138000", place=PLACE)
    assert token.startswith("g1.k1.")
    assert "13800138000" not in token
    assert crypto.unseal(token, place=PLACE) == "13800138000"


def test_the_same_value_sealed_twice_looks_different():
    assert crypto.seal("张三", place=PLACE) != crypto.seal("张三", place=PLACE)


def test_a_value_moved_to_another_place_does_not_open():
    token = crypto.seal("13800138000", place=PLACE)
    with pytest.raises(crypto.SealBroken, match="changed, or it was moved"):
        crypto.unseal(token, place="people_citizen.phone|6f1d")


def test_every_single_changed_byte_is_noticed():
    token = crypto.seal("13800138000", place=PLACE)
    head, body = token[:6], base64.urlsafe_b64decode(token[6:] + "=" * (-len(token[6:]) % 4))
    for position in range(len(body)):
        changed = bytearray(body)
        changed[position] ^= 1
        forged = head + base64.urlsafe_b64encode(bytes(changed)).rstrip(b"=").decode()
        with pytest.raises(crypto.SealBroken):
            crypto.unseal(forged, place=PLACE)


@pytest.mark.parametrize("junk", ["", "g1", "g1.k1", "g1.k1.", "g1.k1.AA", "g1.k1.!!!!", "13800138000", "g2.k1.AAAA"])
def test_what_was_written_past_the_portal_does_not_open(junk):
    with pytest.raises(crypto.SealBroken):
        crypto.unseal(junk, place=PLACE)


def test_the_key_id_itself_is_bound(settings):
    settings.FIELD_KEYS = [K1, "k9" + K1[2:]]  # the same key under another name
    token = crypto.seal("x", place=PLACE)
    with pytest.raises(crypto.SealBroken):
        crypto.unseal(token.replace("g1.k1.", "g1.k9."), place=PLACE)


def test_an_old_key_still_opens_and_a_removed_one_says_so(settings):
    token = crypto.seal("x", place=PLACE)
    settings.FIELD_KEYS = [K2, K1]
    assert crypto.unseal(token, place=PLACE) == "x"
    assert crypto.seal("x", place=PLACE).startswith("g1.k2.")
    settings.FIELD_KEYS = [K2]
    with pytest.raises(crypto.KeyMissing, match="'k1', which is not in FIELD_KEYS"):
        crypto.unseal(token, place=PLACE)


@pytest.mark.parametrize(
    "entries",
    [[], ["k1"], ["k1:c2hvcnQ="], ["K 1:" + K1[3:]], [K1, K1], ["k1:" + "é" * 44]],
)
def test_a_bad_keyring_is_refused_with_a_sentence_and_without_the_key(settings, entries):
    settings.FIELD_KEYS = entries
    with pytest.raises(ImproperlyConfigured) as refused:
        crypto.field_keys()
    assert "FIELD_KEYS" in str(refused.value)
    assert K1[3:] not in str(refused.value)


def test_a_keyring_does_not_print_its_keys():
    assert repr(crypto.field_keys()) == "<Keyring k1>"


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("phone", "13800138000", "+86 138-0013-8000"),
        ("phone", "13800138000", "0086 13800138000"),
        ("phone", "13800138000", "１３８００１３８０００"),
        ("resident_number", "11010519491231002X", " 11010519491231002x"),
        ("email", "Wang@Example.cn", "wang@example.CN "),
    ],
)
def test_the_blind_index_forgives_how_a_value_is_typed(kind, one, other):
    assert crypto.blind(kind, one) == crypto.blind(kind, other)


def test_the_blind_index_keeps_values_and_kinds_apart():
    digests = {
        crypto.blind_now("phone", "13800138000"),
        crypto.blind_now("phone", "13800138001"),
        crypto.blind_now("email", "13800138000"),
    }
    assert len(digests) == 3


def test_the_blind_index_is_searched_under_every_key(settings):
    old = crypto.blind_now("phone", "13800138000")
    settings.BLIND_KEYS = [K2, K1]
    assert old in crypto.blind("phone", "13800138000")
    assert crypto.blind_now("phone", "13800138000").startswith("k2:")
