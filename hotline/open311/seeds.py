"""The services that the interface offers at first: what stands in the open, where everybody can see it."""

from typing import Any

from hotline.models import Category
from hotline.open311.models import Attribute, Service
from hotline.seeds import ticket_categories
from portal.core.seeds import seed

# Codes of the first tree of categories; the matters of single persons (wages, papers, relief) are not offered.
OFFERED = (
    "0201", "0202", "0203", "0204", "0205", "0206", "0301", "0303", "0304", "0503", "0504", "0601", "0602", "0603", "0604",
)  # fmt: skip
PLACES = [
    {"key": "road", "name": "车行道", "name_en": "Road"},
    {"key": "pavement", "name": "人行道", "name_en": "Pavement"},
    {"key": "estate", "name": "小区内", "name_en": "Inside an estate"},
]
SOURCES = [
    {"key": "site", "name": "建筑施工", "name_en": "Building site"},
    {"key": "shop", "name": "商铺", "name_en": "Shop"},
    {"key": "dance", "name": "广场舞", "name_en": "Dancing in the square"},
    {"key": "neighbour", "name": "邻里", "name_en": "Neighbours"},
    {"key": "traffic", "name": "交通", "name_en": "Traffic"},
]
FIRST: dict[str, tuple[dict[str, Any], ...]] = {
    "0205": (
        {"code": "where", "datatype": "singlevaluelist", "required": True, "description": "损坏位置",
         "description_en": "Where the damage is", "values": PLACES},
        {"code": "size", "datatype": "number", "required": False, "description": "大小（厘米）",
         "description_en": "Size in centimetres"},
    ),
    "0204": (
        {"code": "lamp", "datatype": "string", "required": False, "description": "灯杆编号",
         "description_en": "Number of the lamp post"},
    ),
    "0601": (
        {"code": "source", "datatype": "multivaluelist", "required": True, "description": "噪声来源",
         "description_en": "Where the noise comes from", "values": SOURCES},
        {"code": "since", "datatype": "datetime", "required": False, "description": "开始时间",
         "description_en": "Since when"},
    ),
}  # fmt: skip


@seed
def open311_services() -> None:
    """Only where there are none: from then on they are the administrators'."""
    if Service.objects.exists():
        return
    ticket_categories()
    for category in Category.objects.filter(code__in=OFFERED):
        service = Service.objects.create(category=category)
        for order, values in enumerate(FIRST.get(category.code, ()), start=1):
            Attribute.objects.create(service=service, order=order, **values)
