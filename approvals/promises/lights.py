"""The light of a flagged promise: how long the department has for its reply."""

from collections.abc import Callable

from django.utils.translation import ngettext, npgettext, pgettext

from approvals.cases.lights import Light
from approvals.promises.models import Finding
from portal.core.calendar import workdays
from portal.core.time import today


def lamp() -> Callable[[Finding], Light]:
    """A function that says the light of each row of a list, by today's date and calendar."""
    index, day = workdays(), today()

    def light(finding: Finding) -> Light:
        if finding.state != "asked":
            if finding.replied_late:
                return Light("red", pgettext("flagged promise", "Replied late"))
            return Light("green", pgettext("flagged promise", "Replied in time"))
        if day > finding.reply_due_on:
            late = max(1, index.between(finding.reply_due_on, day))
            return Light("red", ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late})
        left = index.between(day, finding.reply_due_on)
        if not left:
            return Light("amber", pgettext("flagged promise", "Reply due today"))
        words = npgettext("flagged promise", "%(n)s working day to reply", "%(n)s working days to reply", left)
        return Light("amber" if day >= finding.amber_on else "green", words % {"n": left})

    return light
