"""Asking for a rating: once for each subject, inside the transaction that ends the service."""

import datetime as dt

import pytest
from django.db import transaction

from hall.ratings.models import Invitation
from hall.ratings.services import invite
from portal.core.time import driven_clock
from tests import factories


@pytest.mark.django_db
def test_a_subject_is_asked_about_once_and_the_link_lasts_as_the_rule_says():
    place = factories.department()
    with driven_clock(factories.moment("2026-11-20 10:00")), transaction.atomic():
        first = invite(kind="visit", subject="A001", department_id=place.pk)
        again = invite(kind="visit", subject="A001", department_id=place.pk)
        other = invite(kind="case", subject="A001", department_id=place.pk)
    assert first.pk == again.pk != other.pk
    assert first.expires_at - first.served_at == dt.timedelta(days=30)
    assert len(first.token) >= 24 and first.token != other.token
    assert first.served_on == dt.date(2026, 11, 20)


@pytest.mark.django_db(transaction=True)
def test_asking_belongs_into_the_transaction_of_the_service():
    with pytest.raises(RuntimeError):
        invite(kind="visit", subject="A001", department_id=factories.department().pk)
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_an_unknown_kind_of_subject_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="lunch"):
        invite(kind="lunch", subject="1", department_id=factories.department().pk)
