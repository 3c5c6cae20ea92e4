"""The guide of an item leads to the times that can be booked for it."""

import pytest

from tests import factories
from tests.appointments.objects import service

pytestmark = pytest.mark.django_db


def test_the_guide_of_an_item_names_what_can_be_booked_for_it(client):
    item, other = factories.item("SCJG-001"), factories.item("GAJ-001", dept=factories.department("GAJ"))
    service(item_codes=["SCJG-001"], department_id=factories.department().pk)
    assert "/appointments/for/QYDJ/" in client.get(f"/guide/{item.code}/").content.decode()
    assert "/appointments/for/QYDJ/" not in client.get(f"/guide/{other.code}/").content.decode()
