"""Promising a material of a package for later (容缺受理), by the applicant or by the clerk with the person's word."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from approvals.packages import later
from approvals.packages.actions.drafting import editable
from approvals.packages.draft import Draft
from approvals.packages.models import PackagePaper
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.time import now


@action
def promise_later(actor: Actor, filing_id: int, due_on: dt.date, *, key: str, agreed: bool) -> PackagePaper:
    """Promise in the draft to bring a merged material by a day, for every item that requires it. Saying it again changes
    the day.

    Raises NotFound, WrongState (filed meanwhile; it is there already; an item does not let it follow), Barred, Invalid
    for the day and without the person's word.
    """
    filing = editable(actor, filing_id)
    draft = Draft(filing)
    row = next((one for one in draft.rows() if one.merged.key == key), None)
    if row is None:
        raise NotFound()
    if row.files or row.kept:
        raise WrongState(_("This material is there already. Take it out first if it is to follow later."))
    if not agreed:
        raise Invalid(fields={"agreed": _("Without the applicant’s word nothing may be left for later.")})
    later.check(draft, key, due_on)
    paper = row.promise or PackagePaper(filing=filing, key=key)
    paper.follows_by, paper.authorised_by, paper.authorised_at = due_on, actor.user, now()
    paper.save()
    return paper


@action
def bring_at_once(actor: Actor, filing_id: int, *, key: str) -> None:
    """It comes with the filing after all. Nothing of the wish is kept: a draft promises nothing yet. Raises NotFound."""
    filing = editable(actor, filing_id)
    PackagePaper.objects.filter(filing=filing, key=key, follows_by__isnull=False).delete()
