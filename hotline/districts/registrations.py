"""What the districts hang into other rooms: navigation, the panel of a ticket, scopes, words of the history."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.districts import panels
from portal.core import access
from portal.core.registries import HOTLINE, STAFF, register_nav
from portal.people.clients import register_scope
from portal.people.history import register_history
from portal.people.roles import CENTRE_WIDE, DISTRICT_DISPATCHER, Role

READ, WRITE = "districts:read", "districts:write"


def connect() -> None:
    """Called once, in the app's ready()."""
    overseers = {role.value for role in CENTRE_WIDE} | {Role.HOTLINE_DISPATCHER.value}
    register_nav(STAFF, _("My district"), "districts:desk", {DISTRICT_DISPATCHER}, order=59, group=HOTLINE)
    register_nav(STAFF, _("District platforms"), "districts:platforms", overseers, order=71, group=HOTLINE)
    register_scope(READ, _("Read the tickets of the hotline that were handed over to the district"))
    register_scope(WRITE, _("Sign for tickets of the hotline, return and answer them for the district"))
    access.register_purposes(
        {
            "district platform": pgettext_lazy("purpose", "District platform"),
        }
    )
    access.register_words({DISTRICT_DISPATCHER: pgettext_lazy("role", "Dispatcher of a district")})
    register_history(
        {
            "platform.made": pgettext_lazy("history", "Platform set up"),
            "platform.changed": pgettext_lazy("history", "Platform changed"),
            "platform.secret_renewed": pgettext_lazy("history", "Secret renewed"),
            "platform.paused": pgettext_lazy("history", "Sending paused"),
            "platform.resumed": pgettext_lazy("history", "Sending goes on"),
            "push.sent_again": pgettext_lazy("history", "Sent again"),
            "push.settled": pgettext_lazy("history", "Settled by a person"),
        }
    )
    panels.connect()
