"""What this room hangs into the house: listeners, panels, datasets, the scope of the API, navigation."""

from django.utils.translation import gettext_lazy as _

from portal.people.clients import register_scope
from procurement.opendata import datasets, jobs, panels
from procurement.opendata.api import READ


def connect() -> None:
    """Called in `ready()`."""
    jobs.connect()
    panels.connect()
    datasets.connect()
    register_scope(READ, _("Read the deals of public trading"))
