"""Which departments and items a window takes in."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import Item
from approvals.counter import policies
from approvals.counter.models import WindowScope
from hall.models import Window
from portal.core import db
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.core.events import record
from portal.core.time import today
from portal.people.models import Department


@action
def set_scope(actor: Actor, window_id: int, *, departments: Iterable[int], item_codes: Iterable[str]) -> Window:
    """Say what the window takes in from now on. Raises NotAllowed, NotFound, WrongState for a closed window, Invalid."""
    if actor.user is None or not policies.may_plan_windows(actor.user):
        raise NotAllowed()
    try:
        window = db.lock_row(Window.objects.all(), window_id)
    except Window.DoesNotExist:
        raise NotFound() from None
    if window.is_closed:
        raise WrongState(_("This window is closed."))
    wanted = set(Department.objects.open_on(today()).filter(pk__in=list(departments)).values_list("pk", flat=True))
    codes = {code.strip().upper() for code in item_codes if code.strip()}
    items = {code.upper(): pk for pk, code in Item.objects.filter(code__in=codes).values_list("pk", "code")}
    if unknown := sorted(codes - items.keys()):
        raise Invalid(fields={"items": _("Unknown item: %(codes)s") % {"codes": ", ".join(unknown)}})
    WindowScope.objects.filter(window=window).delete()
    WindowScope.objects.bulk_create(
        [
            *(WindowScope(window=window, department_id=pk) for pk in sorted(wanted)),
            *(WindowScope(window=window, item_id=pk) for pk in sorted(items.values())),
        ]
    )
    record(window, "window.scope_set", actor, data={"departments": sorted(wanted), "items": sorted(codes)})
    return window
