"""How results reach people: the wish, the delivery with its proof, the demonstration carrier's parcels."""

from approvals.delivery.models.cells import DeliveryCell
from approvals.delivery.models.delivery import Delivery, DemoParcel, Way, Wish

__all__ = ["Delivery", "DeliveryCell", "DemoParcel", "Way", "Wish"]
