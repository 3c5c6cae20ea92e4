"""Who may see what was published: everybody. Pure functions of (user, object), as in every room."""

from typing import TYPE_CHECKING, Any

from procurement.models import Category
from procurement.tenders.policies import may_see

if TYPE_CHECKING:
    from procurement.opendata.models import Process, Release
    from procurement.tenders.models import Project

# Rights of the state are sold here, nothing is bought: such tenders stand in the register of deals only.
SOLD = frozenset({Category.LAND.value, Category.PROPERTY.value})


def is_published(project: "Project") -> bool:
    """Whether a tender is open contracting data at all: announced, and no sale of land or property."""
    return project.announced_at is not None and not project.is_sale and project.category not in SOLD


def may_see_process(user: Any, process: "Process") -> bool:
    """The same rule as `ProcessQuerySet.visible_to`: a process exists only for what is announced."""
    return may_see(user, process.project)


def may_see_release(user: Any, release: "Release") -> bool:
    """The same rule as `ReleaseQuerySet.visible_to`."""
    return may_see(user, release.process.project)
