"""What every installation needs for experts: the dated rules and the list of specialities."""

from portal.core.seeds import seed
from procurement.experts.models import Speciality
from procurement.experts.rules import EXPERT_RULES
from procurement.tenders.unverified import plant

SPECIALITIES = (
    ("A01", "房屋建筑工程", "Building construction"),
    ("A02", "公路与市政工程", "Roads and municipal works"),
    ("A03", "水利水运工程", "Water works and ports"),
    ("A04", "园林绿化工程", "Landscaping"),
    ("A05", "机电与消防工程", "Mechanical, electrical and fire works"),
    ("A06", "工程造价", "Construction costs"),
    ("B01", "信息系统与软件", "Information systems and software"),
    ("B02", "网络与信息安全", "Networks and information security"),
    ("B03", "医疗设备", "Medical equipment"),
    ("B04", "教学与办公设备", "Teaching and office equipment"),
    ("C01", "物业与后勤服务", "Property and support services"),
    ("C02", "环保与环卫服务", "Environmental and sanitation services"),
    ("C03", "咨询与监理", "Consulting and supervision"),
    ("D01", "经济与财务", "Economics and finance"),
    ("D02", "法律", "Law"),
)


@seed
def expert_rules() -> None:
    """Rules that exist stay as they are."""
    plant(EXPERT_RULES)


@seed
def specialities() -> None:
    """Names that somebody has changed stay."""
    held = set(Speciality.objects.values_list("code", flat=True))
    Speciality.objects.bulk_create(
        Speciality(code=code, name=name, name_en=name_en) for code, name, name_en in SPECIALITIES if code not in held
    )
