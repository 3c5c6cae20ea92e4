"""What the hotline hangs into other rooms' pages: navigation, access log, files, words of the history."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hotline import files
from hotline.lifecycle import TICKET
from portal.core import access
from portal.core import files as core_files
from portal.people.history import register_history


def connect() -> None:
    """Called once, in the app's ready()."""
    core_files.register_policy(files.KIND, files.may_read)
    access.register_stream("hotline.ticket", _("Hotline ticket"), link=lambda pk: reverse("hotline:ticket", args=[pk]))
    access.register_words({"caller": _("Caller of a ticket"), f"file:{files.KIND}": _("Photo of a ticket")})
    register_history({f"ticket.{code}": step.told for code, step in TICKET.transitions.items()})
