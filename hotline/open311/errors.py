"""What the interface refuses: an array of codes and descriptions, as GeoReport v2 writes it."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Refused(Exception):
    """`status` is the answer's; `descriptions` are sentences for the reader."""

    def __init__(self, status: int, *descriptions: Text) -> None:
        self.status, self.descriptions = status, list(descriptions)
        super().__init__(str(status))

    def rows(self) -> list[dict[str, Any]]:
        return [{"code": self.status, "description": str(text)} for text in self.descriptions]


def missing(names: Iterable[str]) -> Refused:
    """400 that names each parameter that is missing."""
    return Refused(400, *(_("%(name)s was not provided.") % {"name": name} for name in names))


UNKNOWN_SERVICE = _("service_code %(code)s was not found.")
UNKNOWN_REQUEST = _("service_request_id %(number)s was not found.")
UNKNOWN_TOKEN = _("token was not found.")
UNKNOWN_JURISDICTION = _("jurisdiction_id %(code)s was not found.")
NO_KEY = _("api_key is missing, is not valid, or is not for sending requests.")
TOO_MANY = _("This api_key has asked too often in this minute. Please wait.")
OF_ONE_NUMBER = _(
    "Very many requests came from this telephone number within an hour. Please wait an hour and send it again, or call"
    " 12345."
)
UNREADABLE = _("A parameter holds characters that cannot be read.")
