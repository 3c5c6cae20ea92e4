"""An opening that nobody changes afterwards: the command names what differs from the event that ended it."""

import pytest
from django.core.management import CommandError, call_command

from procurement.bids.models import OpenedBid, OpenedFile
from tests.bids.objects import bid, closed, opened, receiving, three

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"price_fen": 1}, "is not what the opening left"),
        ({"fields": {"price_fen": 1}}, "is not what the opening left"),
        ({"finding": "restricted"}, "is not what the opening left"),
        (None, "is gone"),
    ],
)
def test_verify_bids_finds_an_opened_bid_that_was_changed_or_taken_away(capsys, values, what):
    officers = three()
    tender = receiving(officers)
    for _n in range(3):
        bid(tender)
    closed(tender)
    opened(tender, (officers[0], officers[1]))
    call_command("verify_bids")
    assert what not in capsys.readouterr().out
    last = OpenedBid.objects.filter(lot__project=tender).order_by("-pk")[:1]
    if values:
        OpenedBid.objects.filter(pk__in=[one.pk for one in last]).update(**values)
    else:
        OpenedFile.objects.filter(bid__in=last).delete()
        OpenedBid.objects.filter(pk__in=[one.pk for one in last]).delete()
    with pytest.raises(CommandError):
        call_command("verify_bids", tender.number)
    assert what in capsys.readouterr().out
