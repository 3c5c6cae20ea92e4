"""The catalogue's data: items, their versions with materials and forms, life events, and the reform ledger."""

from approvals.catalogue.models.changes import ItemChange
from approvals.catalogue.models.forms import FormVersion
from approvals.catalogue.models.guided import GuidedPath
from approvals.catalogue.models.items import Item, LifeEvent
from approvals.catalogue.models.versions import ItemVersion, Material

__all__ = ["FormVersion", "GuidedPath", "Item", "ItemChange", "ItemVersion", "LifeEvent", "Material"]
