"""The command that moves personal data to new keys, on the real tables."""

import base64
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.core.crypto import KeyMissing
from portal.people.models import Citizen, User
from tests import factories

pytestmark = pytest.mark.django_db
NEW = "n2:" + base64.b64encode(b"n" * 32).decode()


def run(*options):
    out, err = StringIO(), StringIO()
    try:
        call_command("rotate_keys", *options, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), str(error)
    return out.getvalue(), err.getvalue(), ""


@pytest.fixture
def rotated(settings):
    people = [factories.citizen(email=f"user{n}@example.cn") for n in range(3)]
    kept = [(person.phone, person.citizen.resident_number) for person in people]
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    settings.BLIND_KEYS = [NEW, *settings.BLIND_KEYS]
    return kept


def test_after_the_command_the_old_keys_can_go(rotated, settings):
    out, err, error = run()
    assert (err, error) == ("", "")
    assert "people.User.phone: 3 values moved" in out
    assert "people.User.email_blind: 3 values moved" in out
    assert "people.Citizen.resident_number: 3 values moved" in out
    settings.FIELD_KEYS, settings.BLIND_KEYS = [NEW], [NEW]
    for phone, resident in rotated:
        user = User.objects.get(phone_blind__matches=phone)
        assert user.phone == phone
        assert Citizen.objects.get(resident_blind__matches=resident).user == user


def test_without_the_command_they_can_not(rotated, settings):
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(KeyMissing):
        _ = User.objects.first().phone


def test_checking_counts_and_changes_nothing(rotated):
    out, _, error = run("--check")
    assert error == ""
    assert "people.User: 3 rows left under an old key" in out
    assert run("--check")[0] == out


def test_a_broken_row_is_named_and_the_command_fails_so_that_nobody_removes_the_key(rotated):
    broken = User.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_user SET phone = 'g1.t1.AAAA' WHERE id = %s", [broken.pk])
    out, err, error = run()
    assert f"people.User {broken.pk}: people_user.phone" in err
    assert "1 rows are still under an old key" in error
    assert "people.User.phone: 2 values moved" in out
