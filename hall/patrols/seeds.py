"""What every installation needs for patrols: the rules, and a first checklist after the chapters of GB/T 36112."""

from hall.patrols.models import Chapter, Checklist, Point
from hall.patrols.rules import PATROL_RULES
from hall.rule_seeds import plant
from portal.core.seeds import seed
from portal.core.time import now, today

TITLE = "政务服务中心现场管理巡查表"
# Chapter → its points, in Chinese and English. The chapters are those of the standard; the points are ours to edit.
FIRST = (
    ("people", "人员管理", "People", (
        ("按规定着装、佩戴工牌，仪容整洁", "Uniform and name badge are worn, appearance is tidy"),
        ("在岗在位，无空岗、串岗、聊天、玩手机现象", "Staff are at their posts; no empty posts, chatting or phones"),
        ("使用文明用语，实行首问负责、一次性告知", "Courteous language, first-contact responsibility, one full notice"),
        ("离岗时按规定摆放去向牌，AB 岗衔接", "Absence is announced on the sign, the substitute has taken over"),
    )),
    ("space", "空间环境", "Space", (
        ("地面、墙面、玻璃干净，无杂物堆放", "Floors, walls and glass are clean, nothing is piled up"),
        ("标识标牌清晰准确、无破损", "Signs are clear, correct and undamaged"),
        ("无障碍通道、母婴室等设施畅通可用", "Barrier-free ways and the nursing room are free and usable"),
        ("照明、温度、通风适宜", "Light, temperature and ventilation are right"),
    )),
    ("order", "现场秩序", "Order", (
        ("取号、等候、叫号秩序良好", "Numbers, waiting and calling are in good order"),
        ("无黄牛揽客、喧哗、吸烟等现象", "No touting, shouting or smoking"),
        ("咨询引导、帮办代办人员到位", "Guides and helpers are in place"),
    )),
    ("goods", "物品管理", "Goods", (
        ("窗口台面物品定位摆放整齐", "Things on the counters are in their places"),
        ("便民物品（老花镜、雨伞、急救箱）齐全有效", "Reading glasses, umbrellas and first-aid box are complete and valid"),
        ("私人物品不外露", "No private things in sight"),
    )),
    ("equipment", "设施设备", "Equipment", (
        ("取号机、叫号屏、评价器运行正常", "Number machines, screens and rating devices work"),
        ("自助终端、打印复印设备可用", "Self-service terminals, printers and copiers work"),
        ("消防器材在位有效，通道畅通", "Fire equipment is in place and valid, escape ways are free"),
        ("监控、网络、电源安全", "Cameras, network and power are safe"),
    )),
    ("documents", "资料管理", "Documents", (
        ("办事指南、示范文本齐全且为现行版本", "Guides and sample forms are complete and current"),
        ("申请材料及时归档，个人信息不外露", "Papers are filed in time, no personal data in sight"),
        ("公示内容（收费、时限、投诉渠道）准确", "Public notices (fees, limits, complaints) are correct"),
    )),
)  # fmt: skip


@seed
def patrol_rules() -> None:
    """Rules that exist stay as they are."""
    plant(PATROL_RULES)


@seed
def first_checklist() -> None:
    """Only where there is none: from then on it is the manager's."""
    if Checklist.objects.exists():
        return
    made = Checklist.objects.create(
        number=1, title=TITLE, state=Checklist.State.PUBLISHED, valid_from=today(), published_at=now()
    )
    for order, (code, name, name_en, points) in enumerate(FIRST):
        chapter = Chapter.objects.create(checklist=made, code=code, name=name, name_en=name_en, order=order)
        Point.objects.bulk_create(
            Point(chapter=chapter, order=n, text=text, text_en=text_en) for n, (text, text_en) in enumerate(points)
        )
