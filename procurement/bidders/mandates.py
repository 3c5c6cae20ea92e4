"""The authority (授权) of people to act for a bidder: telling the firm and them before it ends, and at its end."""

import datetime as dt

from portal.core import db
from portal.core.actions import action
from portal.core.rules import rule
from portal.core.time import now, today
from portal.people.models import Membership
from procurement.bidders import notices
from procurement.bidders.rules import MANDATE_NOTICE

BATCH = 200


@action
def tell_of_end() -> int:
    """Tell firms and people of an authority that ends soon (dated rule), and again at its end; each once.

    One that a day was missed for is told late, as long as it ended within the days of the rule. Whoever acts for the firm
    by a newer authority is told nothing. Returns how many were looked at; call until nothing is left.
    """
    day, at = today(), now()
    days = dt.timedelta(days=rule(MANDATE_NOTICE, day).days)
    rows = Membership.objects.filter(
        organisation__bidder__isnull=False, confirmed_at__isnull=False, over_told_at__isnull=True
    )
    over = rows.filter(ends_on__lte=day, ends_on__gte=day - days)
    near = rows.filter(ends_on__gt=day, ends_on__lte=day + days, soon_told_at__isnull=True)
    due = list((over | near).order_by("ends_on", "pk").values_list("pk", flat=True)[:BATCH])
    found = db.lock_rows(Membership.objects.select_related("organisation", "user"), due)
    done = 0
    for one in found:
        if one.ends_on is None:  # taken up again while we looked
            continue
        field = "over_told_at" if one.ends_on <= day else "soon_told_at"
        if getattr(one, field) is not None:
            continue
        if not _goes_on(one):
            notices.tell_mandate(one, over=field == "over_told_at")
        setattr(one, field, at)
        one.save(update_fields=[field])
        done += 1
    return done


def _goes_on(one: Membership) -> bool:
    """Whether the person acts for the firm beyond that end, by another authority."""
    others = Membership.objects.in_force().filter(
        organisation=one.organisation_id, user=one.user_id, confirmed_at__isnull=False
    )
    others = others.exclude(pk=one.pk)
    return others.filter(ends_on__isnull=True).exists() or others.filter(ends_on__gt=one.ends_on).exists()
