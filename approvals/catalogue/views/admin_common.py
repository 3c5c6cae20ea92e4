"""What the administrator's pages share: who acts, which items and drafts they may open."""

from typing import Any

from django.http import HttpRequest

from approvals.catalogue import policies
from approvals.catalogue.models import Item, ItemVersion
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.forms import PortalForm
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.models import Department
from portal.people.roles import Role

guarded = allowed_to(policies.works_on_catalogue)
administrators = allowed_to(policies.can_administer)


def actor_of_page(request: HttpRequest) -> Actor:
    """The signed-in person in the highest role that opens these pages to them."""
    user: Any = request.user
    roles = user.access.roles
    role = next((r for r in (Role.ADMINISTRATOR, Role.DEPARTMENT_HEAD, Role.REVIEWER) if r in roles), Role.CITIZEN)
    return actor_for(request, role)


def managed_item(request: HttpRequest, item_id: int) -> Item:
    """The item, for those who manage it. Raises NotFound."""
    rows = Item.objects.managed_by(request.user).select_related("department", "current__form")
    item: Item | None = rows.filter(pk=item_id).first()
    if item is None:
        raise NotFound()
    return item


def open_draft(request: HttpRequest, version_id: int) -> ItemVersion:
    """A draft that the reader may write. Raises NotFound, and NotAllowed for those who only approve."""
    items = Item.objects.managed_by(request.user)
    rows = ItemVersion.objects.select_related("item__department", "form")
    version: ItemVersion | None = rows.filter(pk=version_id, state="draft", item__in=items).first()
    if version is None:
        raise NotFound()
    if not policies.can_edit(request.user, version.item):
        raise NotAllowed()
    return version


def own_departments(request: HttpRequest, *, beside: int | None = None) -> Any:
    """Departments that the reader may make items for; `beside` is one that is shown whatever it is."""
    user: Any = request.user
    rows = Department.objects.all()
    if not user.access.has(Role.ADMINISTRATOR):
        rows = rows.filter(pk__in=user.access.departments(*policies.AUTHORS))
    return (rows.filter(closed_on__isnull=True) | rows.filter(pk=beside or 0)).order_by("level", "code")


def refused(form: PortalForm, error: Any) -> None:
    """Words of an action beside its fields, or on top."""
    if isinstance(error, Invalid):
        form.add_domain_error(error)
    else:
        form.add_error(None, error.message)
