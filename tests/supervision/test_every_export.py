"""Every list that can be exported: some may ask for it, it names its columns, and each of them can be read."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict

from portal.core.exports import exports
from portal.core.time import driven_clock
from portal.people.models import User
from portal.people.roles import Role
from tests.conftest import as_a_test
from tests.factories import citizen, department, moment, staff
from tests.supervision.test_board_pages import build

pytestmark = pytest.mark.django_db
NOW = "2026-12-10 10:00"


@pytest.fixture(scope="module")
def people(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[User]]:
    """The cases of two departments, and somebody in each role: made once for all lists."""
    with django_db_blocker.unblock(), as_a_test(), driven_clock(moment(NOW)):
        build()
        yield [*(staff(role, department("GA")) for role in Role if role not in {Role.CITIZEN, Role.AGENT}), citizen()]


@pytest.mark.parametrize("code", sorted(exports()))
def test_every_registered_export_can_be_asked_for_and_names_its_columns(people, db, code):
    export = exports()[code]
    people = list(User.objects.filter(pk__in=[person.pk for person in people]))
    with driven_clock(moment(NOW)):
        allowed = [person for person in people if export.policy(person)]
        assert allowed and len(allowed) < len(people), "some may, and not everybody"
        for person in allowed:
            row = export.queryset(person, QueryDict("")).first()
            assert all(str(column.title) for column in export.columns)
            if row is not None:
                if export.prepare is not None:
                    export.prepare(person, QueryDict(""), [row])
                [column.read(row) for column in export.columns]
            export.described(person, QueryDict("q=x"))
