"""Open government in a city that has nothing to say yet."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from portal.core.time import driven_clock
from portal.supervision.opengov.answers import answers
from portal.supervision.opengov.figures import read_figures
from tests.factories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november():
    cache.clear()
    with driven_clock(moment("2026-11-20 10:00")), translation.override("en"):
        yield


def test_without_data_every_rate_is_a_dash():
    said = {one.key: one.value for one in answers(read_figures())}
    assert said == {
        "concluded": "0", "late": "0", "days": "— working days", "waiting": "— minutes",
        **dict.fromkeys(("online", "hotline", "on_time", "satisfied", "saved"), "—"),
    }  # fmt: skip


def test_the_pages_say_that_there_is_nothing_yet(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get(reverse("opengov:page")).content.decode()
    for sentence in (
        "No item promises days yet.",
        "No notice has been published yet.",
        "No board has been published yet.",
    ):
        assert sentence in page
    empty = client.get(reverse("opengov:dataset", args=["reform-ledger"])).content.decode()
    assert "There are no rows in this period." in empty
