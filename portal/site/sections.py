"""The home page's section of what is no application: coming to the hall, having a say, checking, looking in."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.registries import HomeSection, HomeTile, Text

WAYS: tuple[tuple[Text, Text, str], ...] = (
    (_("Take a number"), _("See how many wait, and queue from your phone"), "queue:halls"),
    (_("Book a visit"), _("Choose a day and a time for the hall"), "appointments:services"),
    (_("12345 hotline"), _("One door for all departments, answered within limits"), "hotline:ask-new"),
    (_("Frequent questions"), _("Answers that the departments keep up to date"), "knowledge:faq"),
    (_("Tell us what is wrong"), _("Complaints and suggestions, answered within days"), "ratings:grievance-new"),
    (_("Satisfaction"), _("How people rated us, with what was put right"), "ratings:public"),
    (_("Red and blue board"), _("Windows and departments, month by month"), "board:public"),
    (_("Our promises"), _("Legal, promised and actual days of each service"), "promises:public"),
    (_("Reform ledger"), _("What was cancelled, merged, added or moved closer to you"), "reform:public"),
    (_("Check a paper"), _("Is a notice or licence of ours genuine?"), "core:check"),
    (_("Tenders"), _("What is being bought and sold now, with documents and openings"), "tenders:list"),
    (_("Public trading"), _("Tenders, land and property: notices and results"), "procurement:deals"),
)


def in_the_hall() -> HomeSection:
    """The ways in that stand in no bar; no query."""
    tiles = [HomeTile(label, note, reverse(name)) for label, note, name in WAYS]
    return HomeSection(_("In the hall and in the open"), tiles)
