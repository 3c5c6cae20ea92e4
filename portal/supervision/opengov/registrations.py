"""What this room hangs into the house: the way to the open page, its datasets, its rules, its job."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hall.rule_seeds import announce
from portal.core.registries import HomeSection, HomeTile, register_home_section
from portal.core.retention import Kept, keep
from portal.core.retention_lines import CREATED, OPERATION
from portal.supervision.opengov import actions, jobs, rules  # noqa: F401 - the job registers itself
from portal.supervision.opengov.datasets import approvals, places, service


def in_the_open() -> HomeSection:
    """The ways to the figures and the data; no query."""
    page = reverse("opengov:page")
    tiles = (
        HomeTile(_("Live figures"), _("Today, this month and this year, with the moment of counting"), f"{page}#live"),
        HomeTile(_("Nine answers"), _("How many, how fast, how satisfied, what is late"), f"{page}#answers"),
        HomeTile(_("Public notices"), _("Tenders, the reform ledger, the red and blue board"), f"{page}#notices"),
        HomeTile(_("Open data"), _("Datasets with a dictionary, free to use"), reverse("opengov:catalogue")),
    )
    return HomeSection(_("Open government"), tiles, _("The whole page"), page)


def connect() -> None:
    """Called in `ready()`."""
    announce(rules.OPEN_RULES)
    keep(
        Kept(
            "opengov.files", _("Files of open data that were prepared for download"), CREATED, OPERATION,
            days=actions.KEEP_DAYS, clear=actions.purge,
        )
    )  # fmt: skip
    register_home_section("opengov", in_the_open, order=60)
    approvals.register()
    service.register()
    places.register()
