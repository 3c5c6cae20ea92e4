"""What this room hangs into the house: measures, navigation, exports, words of the history."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.registries import STAFF, SUPERVISION, register_nav
from portal.people.history import register_history
from portal.people.roles import CENTRE_WIDE
from portal.supervision.dashboards import exports, measures, steps  # noqa: F401 - the measures register themselves
from portal.supervision.policies import BOARD_ROLES


def connect() -> None:
    """Called in `ready()`."""
    register_nav(STAFF, _("Windows and their figures"), "dashboards:windows", BOARD_ROLES, order=21, group=SUPERVISION)
    register_nav(STAFF, _("Work outside the system"), "dashboards:outside", BOARD_ROLES, order=22, group=SUPERVISION)
    register_nav(STAFF, _("Where cases wait"), "dashboards:process", BOARD_ROLES, order=23, group=SUPERVISION)
    register_nav(STAFF, _("Big screen"), "dashboards:screen", CENTRE_WIDE, order=24, group=SUPERVISION)
    exports.register()
    steps.connect()
    register_history(
        {
            "bigscreen.issued": pgettext_lazy("history", "Big screen issued"),
            "bigscreen.revoked": pgettext_lazy("history", "Big screen revoked"),
        }
    )
