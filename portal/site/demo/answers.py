"""Fills in forms as their definitions ask: the applicant's own facts where a field knows them, plausible words elsewhere."""

import datetime as dt
import random
from collections.abc import Callable, Mapping
from typing import Any

from approvals.catalogue.formdef import FormField, Section
from portal.site.demo.names import Namer

TEXTS: dict[str, tuple[str, ...]] = {
    "reason": (
        "因工作调动需要办理，情况属实。",
        "原证件即将到期，申请办理。",
        "本人符合规定条件，现按要求提出申请。",
        "因经营需要申请办理。",
    ),
    "scope": (
        "预包装食品销售；热食类食品制售。",
        "道路普通货物运输；仓储服务。",
        "建筑装饰装修工程；市政工程施工。",
        "日用百货、五金交电销售。",
    ),
    "situation": (
        "家庭收入来源单一，主要劳动力因病在家休养。",
        "现居住地无自有住房，符合申请条件。",
        "情况与所附材料一致。",
    ),
    "change": ("变更经营场所，其他登记事项不变。", "变更法定代表人。", "增加经营范围。"),
    "content": ("社区文化活动，含演出、游园和作品展览。", "桃花节开幕演出及非遗展示。"),
    "建设内容和规模": (
        "新建厂房一栋及配套道路、绿化工程。",
        "改造原有车间并增设环保设施。",
        "新建住宅三栋、地下车库一层。",
    ),
    "facts": ("对方作出的处理决定未告知救济途径，申请人认为事实认定不清。", "双方就劳动报酬发生争议，协商未果。"),
    "request": ("请求依法撤销原处理决定。", "请求依法调解并给予法律帮助。"),
    "members": ("配偶一人参加经营。",),
    "departments": ("内科、外科、口腔科。", "中医科；康复医学科。"),
    "radiation_list": ("牙科X射线机1台。",),
    "third_party_names": ("下游农业灌溉用户，已书面表示无异议。",),
    "plates": ("拟购厢式货车，车型待定。",),
    "note": ("原证遗失，申请补办。", "无其他需要说明的情况。"),
    "foreign_note": ("外籍演出人员二人，均持有有效签证。",),
    "shop_name": ("老街面馆", "海味小厨", "桃溪奶茶", "望海快餐", "苍梧包子铺"),
    "platform": ("美味外卖平台",),
    "second_name": ("海州好邻居便利店", "海州优选商行"),
    "company": ("海州同创科技有限公司", "海州瑞丰商贸有限公司"),
    "institution": ("海州望海口腔门诊部", "海州苍梧中医诊所"),
    "employer": ("海州恒泰物流有限公司", "海州港务集团"),
    "school": ("海州市实验小学", "海州市新河中学"),
    "present_school": ("海州市机关幼儿园",),
    "project": ("滨海大道改造工程", "苍梧绿苑三期", "智慧港口一期工程"),
    "title": ("望海社区文化节", "桃花节开幕演出", "临街店招设置"),
    "river": ("盐河", "桃溪河"),
    "bank": ("中国银行海州分行", "中国农业银行海州港城支行", "海州农村商业银行"),
    "danger_class": ("第3类 易燃液体",),
    "against": ("海州远航物流有限公司",),
    "guardian_note": ("祖父",),
    "purpose_text": ("参加招标投标",),
}
NUMBERS = {
    "area": (30, 400), "staff": (2, 40), "kitchen_area": (8, 80), "beds": (5, 60), "chairs": (0, 6),
    "professionals": (2, 20), "well_depth": (20, 150), "volume": (1, 80), "vehicles": (1, 12), "drivers": (2, 20),
    "land_area": (800, 40000), "floor_area": (500, 60000), "members": (1, 6), "copies": (1, 3), "people": (50, 2000),
}  # fmt: skip
NAMES = {"manager", "landlord", "head", "spouse_name", "account_owner", "person_name", "child_name", "agent_name"}
TO_COME = {"start", "paid_until", "expires_on"}
MONEY = {"capital": (50_000, 5_000_000), "amount": (2_000, 300_000), "investment": (1_000_000, 90_000_000)}


class Filler:
    """Answers the questions of a form for one applicant."""

    def __init__(self, chance: random.Random, namer: Namer, day: dt.date, facts: Mapping[str, str]) -> None:
        self.chance, self.namer, self.day, self.facts = chance, namer, day, facts
        self.answers: dict[str, Any] = {}
        self._makers: dict[str, Callable[[FormField], Any]] = {
            "text": self._text,
            "textarea": self._text,
            "number": self._number,
            "money": self._money,
            "date": self._date,
            "choice": lambda q: self.chance.choice(q.choices)[0],
            "multichoice": lambda q: sorted({self.chance.choice(q.choices)[0] for _ in range(2)}),
            "yesno": lambda _q: self.chance.random() < 0.3,
            "phone": lambda _q: facts.get("phone") or namer.mobile(),
            "resident_number": self._resident_number,
            "uscc": lambda _q: facts.get("uscc") or namer.credit_code(),
            "address": lambda _q: facts.get("address") or namer.address(),
        }

    def page(self, section: Section) -> dict[str, Any]:
        """The answers of one page, in the form in which a checked page is kept."""
        page: dict[str, Any] = {}
        for question in section.fields:
            asked = question.show_if is None or question.show_if.holds(self.answers)
            if asked and (question.required or self.chance.random() < 0.6):
                page[question.code] = self.answers[question.code] = self._answer(question)
        return page

    def _answer(self, question: FormField) -> Any:
        known = self.facts.get(str(question.spec.get("prefill", "")))
        return known if known else self._makers[question.type](question)

    def _text(self, question: FormField) -> str:
        longest = int(question.spec.get("max_length", 100))
        label = str(question.spec["label"])
        return self._words(label if label in TEXTS else question.code)[:longest]

    def _words(self, code: str) -> str:
        if code in TEXTS:
            return self.chance.choice(TEXTS[code])
        if code in NAMES or code in {"contact", "name", "legal_person"}:
            return self.facts.get("name") or self.namer.person(female=self.chance.random() < 0.5)
        if code == "vin":
            return "LHZ" + "".join(self.chance.choice("0123456789ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(14))
        if code == "plate":
            return "苏Z" + "".join(self.chance.choice("0123456789ABCDEFGH") for _ in range(5))
        if code == "account":
            return "6299" + "".join(self.chance.choice("0123456789") for _ in range(15))
        year = self.day.year - self.chance.randrange(1, 6)
        return f"HZ{year}{self.chance.randrange(10**6):06d}"

    def _number(self, question: FormField) -> int:
        low, high = NUMBERS.get(question.code, (1, 20))
        return self.chance.randint(max(low, int(question.spec.get("min") or 0)), high)

    def _money(self, question: FormField) -> int:
        low, high = MONEY.get(question.code, (800, 3000))
        return self.chance.randrange(low, high, 100) * 100

    def _date(self, question: FormField) -> str:
        if question.code in self.facts:
            return self.facts[question.code]
        if question.spec.get("future") or question.code in TO_COME:
            return (self.day + dt.timedelta(days=self.chance.randrange(30, 900))).isoformat()
        back = self.chance.randrange(20, 700) if question.spec.get("past") else self.chance.randrange(1, 60)
        return (self.day - dt.timedelta(days=back)).isoformat()

    def _resident_number(self, question: FormField) -> str:
        if question.code == "child_number":
            birth = self.namer.birth(youngest=5, oldest=14, on=self.day)
            return self.namer.resident_number(birth, female=self.chance.random() < 0.5)
        return self.facts.get("resident_number") or self.namer.resident_number(dt.date(1980, 1, 1), female=True)
