"""The light of a package: how many working days are left until its promise ends."""

import datetime as dt

from django.utils.translation import ngettext, pgettext

from approvals.cases.lights import Light
from approvals.packages.models import PackageFiling
from portal.core.workdays import WorkdayIndex


def light_of_filing(filing: PackageFiling, index: WorkdayIndex, day: dt.date) -> Light:
    """Before every part is accepted no day is promised; afterwards green, amber, red, or stopped."""
    if filing.ended_on is not None:
        if filing.due_on is None or filing.state != "concluded":
            return Light("none", pgettext("deadline light", "Ended"))
        if filing.ended_on > filing.due_on:
            return Light("red", pgettext("package", "Concluded late"))
        return Light("green", pgettext("package", "Concluded in time"))
    if filing.stopped_on is not None:
        if filing.overdue_from_on is not None:
            return Light("red", pgettext("package", "Overdue when the clock stopped"))
        left = max(0, filing.remaining_days or 0)
        words = ngettext("Clock stopped, %(n)s working day left", "Clock stopped, %(n)s working days left", left)
        return Light("stopped", words % {"n": left})
    if filing.due_on is None:
        return Light("none", pgettext("package", "Not all parts accepted yet"))
    if day > filing.due_on:
        late = max(1, index.between(filing.due_on, day))
        return Light("red", ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late})
    left = index.between(day, filing.due_on)
    if not left:
        return Light("amber", pgettext("package", "Due today"))
    code = "amber" if filing.amber_on is not None and day >= filing.amber_on else "green"
    return Light(code, ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left})
