"""What promises hang into other rooms' pages: navigation, a panel in the catalogue."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import pgettext_lazy

from approvals.catalogue.models import Item
from approvals.promises import policies
from portal.core.registries import HANDLING, STAFF, register_nav, register_panel

READERS = {"reviewer", "department_head", "supervisor", "auditor", "administrator"}


def connect() -> None:
    """Called once, in the app's ready()."""
    register_nav(STAFF, pgettext_lazy("menu", "Promises"), "promises:items", READERS, order=46, group=HANDLING)
    register_panel("catalogue.admin.item", "promises", item_panel, order=30)


def item_panel(request: HttpRequest, item: Item) -> str:
    """The way from an item of the catalogue to its simulator."""
    version = item.current
    promised = version is not None and version.kind == "promise" and version.promised_days is not None
    if not promised or not policies.may_see(request.user, item):
        return ""
    return render_to_string("promises/panel_item.html", {"item": item, "version": version}, request=request)
