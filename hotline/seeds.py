"""What every installation needs for the hotline: its rules, and a first tree of categories."""

from hall.rule_seeds import plant
from hotline.models import Category
from hotline.rules import HOTLINE_RULES
from portal.core.seeds import seed

# Code, Chinese, English, urgency, asks for a resolution, operators may dispatch it → its parts (code, Chinese, English).
FIRST = (
    ("01", "市场监管", "Market regulation", "normal", True, (
        ("0101", "消费投诉", "Consumer complaints"), ("0102", "食品安全", "Food safety"),
        ("0103", "价格收费", "Prices and fees"), ("0104", "假冒伪劣", "Counterfeit goods"),
        ("0105", "特种设备与电梯", "Lifts and special equipment"),
    )),
    ("02", "城市管理", "City management", "normal", True, (
        ("0201", "占道经营", "Street vending"), ("0202", "违章建筑", "Illegal buildings"),
        ("0203", "环境卫生", "Street cleaning"), ("0204", "路灯照明", "Street lights"),
        ("0205", "井盖与道路破损", "Manholes and damaged roads"), ("0206", "园林绿化", "Parks and trees"),
    )),
    ("03", "公用事业", "Utilities", "pressing", True, (
        ("0301", "供水", "Water supply"), ("0302", "供电", "Power supply"), ("0303", "燃气", "Gas"),
        ("0304", "供热", "Heating"), ("0305", "通信", "Telecommunications"),
    )),
    ("04", "住房城建", "Housing and construction", "long", True, (
        ("0401", "物业管理", "Property management"), ("0402", "房屋质量", "Building quality"),
        ("0403", "公积金", "Housing fund"), ("0404", "老旧小区改造", "Renewal of old estates"),
    )),
    ("05", "交通出行", "Traffic", "normal", True, (
        ("0501", "公共交通", "Public transport"), ("0502", "出租车与网约车", "Taxis and ride hailing"),
        ("0503", "停车", "Parking"), ("0504", "交通信号", "Traffic signals"),
    )),
    ("06", "生态环境", "Environment", "normal", True, (
        ("0601", "噪声扰民", "Noise"), ("0602", "油烟与异味", "Fumes and smells"), ("0603", "水体污染", "Water pollution"),
        ("0604", "扬尘", "Dust"),
    )),
    ("07", "人社医保", "Work and social insurance", "long", True, (
        ("0701", "拖欠工资", "Unpaid wages"), ("0702", "社会保险", "Social insurance"),
        ("0703", "医疗保障", "Health insurance"), ("0704", "就业服务", "Employment services"),
    )),
    ("08", "教育卫生", "Education and health", "normal", True, (
        ("0801", "入学与学籍", "Admission to schools"), ("0802", "校外培训", "Private tutoring"),
        ("0803", "医疗服务", "Medical services"), ("0804", "疫苗接种", "Vaccination"),
    )),
    ("09", "公安民政", "Police and civil affairs", "normal", True, (
        ("0901", "户籍证件", "Household register and papers"), ("0902", "养老服务", "Care of the elderly"),
        ("0903", "低保救助", "Social relief"),
    )),
    ("10", "政策咨询", "Questions about policies", "pressing", False, (
        ("1001", "办事流程", "How to apply"), ("1002", "热线与政务服务", "Hotline and service centre"),
    )),
)  # fmt: skip


@seed
def hotline_rules() -> None:
    """The first version of each rule of the hotline."""
    plant(HOTLINE_RULES)


@seed
def ticket_categories() -> None:
    """A first tree for an installation that has none; afterwards the tree is the administrators'."""
    if Category.objects.exists():
        return
    tops = [
        Category(code=code, name=name, name_en=name_en, grade=grade, asks_resolution=asks, order=order * 10)
        for order, (code, name, name_en, grade, asks, _parts) in enumerate(FIRST, start=1)
    ]
    Category.objects.bulk_create(tops)
    parents = {one.code: one for one in Category.objects.all()}
    Category.objects.bulk_create(
        Category(
            code=code,
            name=name,
            name_en=name_en,
            parent=parents[top],
            grade=grade,
            asks_resolution=asks,
            order=parents[top].order + place,
        )
        for top, _name, _en, grade, asks, parts in FIRST
        for place, (code, name, name_en) in enumerate(parts, start=1)
    )
