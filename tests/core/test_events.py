"""The audit trail: chained, sealed, and honest about every kind of tampering."""

import json
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction

from portal.core.actors import Actor
from portal.core.audit import differences, seal_events
from portal.core.events import erase_personal, events_of, record
from portal.core.hashing import GENESIS, canonical, merkle_root
from portal.core.models import Event, EventPersonal, Seal, SealLeaf, StreamHead
from tests.factories import department

pytestmark = pytest.mark.django_db
PORTAL = Actor.system("test")


@pytest.fixture(autouse=True)
def seals(tmp_path: Path, settings: django_settings) -> Path:
    settings.SEALS_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def trail():
    thing = department()
    with transaction.atomic():
        for n in range(3):
            record(thing, "thing.changed", PORTAL, data={"n": n}, personal={"phone": "13800000000"} if n == 1 else None)
    return thing


def test_events_follow_one_another(trail):
    told = events_of(trail)
    assert [one.data["n"] for one in told] == [0, 1, 2]
    assert told[0].event.previous == GENESIS
    assert told[2].event.previous == told[1].event.hash
    assert list(differences()) == []


def test_an_event_needs_a_transaction(transactional_db):
    with pytest.raises(RuntimeError):
        record(department("X"), "thing.changed", PORTAL)


def test_a_float_has_no_place_in_an_event():
    with pytest.raises(TypeError):
        canonical({"share": 0.1})


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: Event.objects.filter(sequence=2).update(
            body=Event.objects.get(sequence=2).body.replace('"n":1', '"n":9')
        ),
        lambda: Event.objects.filter(sequence=2).update(type="thing.invented"),
        lambda: Event.objects.filter(sequence=2).update(role="auditor"),
        lambda: Event.objects.filter(sequence=2).delete(),
        lambda: Event.objects.filter(sequence=3).delete(),
        lambda: Event.objects.all().delete(),
        lambda: StreamHead.objects.update(sequence=2),
        lambda: EventPersonal.objects.update(salt="0" * 32),
        lambda: SealLeaf.objects.update(hash="0" * 64),
        lambda: Seal.objects.update(root="0" * 64),
    ],
)
def test_tampering_is_found(trail, tamper):
    seal_events()
    assert list(differences()) == []
    tamper()
    assert list(differences())


def test_a_chain_that_is_rewritten_as_a_whole_is_found_by_the_seal(trail):
    from portal.core.hashing import chained

    seal_events()
    previous = GENESIS
    for event in Event.objects.order_by("sequence"):
        body = event.body.replace('"n":2', '"n":7')
        digest = chained(previous, body)
        Event.objects.filter(pk=event.pk).update(body=body, previous=previous, hash=digest)
        previous = digest
    StreamHead.objects.update(hash=previous)
    assert [found for found in differences() if "sealed" in found]


def test_the_exported_seal_convicts_a_rewritten_database(trail, seals):
    seal = seal_events()
    exported = seals / f"seal-{seal.pk:06d}.json"
    kept = json.loads(exported.read_text())
    assert kept["root"] == seal.root
    exported.write_text(json.dumps({**kept, "hash": "0" * 64}))
    assert any("exported" in found for found in differences())


def test_a_night_without_events_needs_no_seal(trail):
    assert seal_events() is not None
    assert seal_events() is None
    with transaction.atomic():
        record(trail, "thing.changed", PORTAL, data={"n": 3})
    second = seal_events()
    assert second.leaves == 1 and second.previous == Seal.objects.first().hash


def test_erasing_personal_data_breaks_no_chain(trail):
    assert erase_personal("people.department", [trail.pk]) == 1
    assert list(differences()) == []


def test_the_command_says_what_is_broken(trail, capsys):
    call_command("verify_audit")
    Event.objects.filter(sequence=1).update(role="auditor")
    with pytest.raises((SystemExit, CommandError)):
        call_command("verify_audit")
    assert "columns do not match" in capsys.readouterr().err


def test_merkle_roots_tell_order_and_number_apart():
    a, b, c = ("aa" * 32, "bb" * 32, "cc" * 32)
    roots = {merkle_root(leaves) for leaves in ([a], [a, b], [b, a], [a, b, c], [a, b, c, c], [])}
    assert len(roots) == 6
