"""Fictional people and firms: names as they sound in a Chinese city, numbers that pass every check and belong to nobody."""

import datetime as dt
import random

from pypinyin import Style, lazy_pinyin
from stdnum.cn import uscc

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程魏苏吕丁沈任姚卢"
COMPOUND = ("欧阳", "上官", "诸葛", "司马")
MALE = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆旭宁龙林睿晨博文轩哲"
FEMALE = "芳娜敏静丽娟艳霞秀燕玲桂莉丹萍红玉兰洁梅琳雪婷慧莹倩颖佳琪悦涵瑶怡欣"
MIDDLE = "建国志文晓小海春玉秀永德子雨思佳家明嘉天一梓世新宏"

# An unassigned division: no resident number and no credit code of a real person or firm can begin like this.
DIVISION = "329901"
# A prefix that the regulator has given to no carrier.
MOBILE_PREFIX = "160"
DISTRICTS = ("港城区", "临江区")
ROADS = (
    "海宁路", "新浦大道", "通灌路", "解放东路", "人民中路", "朝阳路", "滨海大道", "青年路", "桃溪街", "望海巷", "学院路",
    "苍梧路", "港务街", "和平里", "盐河北路", "瀛洲路",
)  # fmt: skip
ESTATES = (
    "金海花园",
    "望海小区",
    "桃源新村",
    "盐河里",
    "港湾家园",
    "东城国际",
    "苍梧绿苑",
    "滨江一号",
    "新河新村",
    "学府苑",
)
TRADES = (
    ("食品有限公司", "Food Co., Ltd."),
    ("餐饮管理有限公司", "Catering Management Co., Ltd."),
    ("建筑工程有限公司", "Construction Co., Ltd."),
    ("物流有限公司", "Logistics Co., Ltd."),
    ("医疗器械有限公司", "Medical Devices Co., Ltd."),
    ("商贸有限公司", "Trading Co., Ltd."),
    ("科技有限公司", "Technology Co., Ltd."),
    ("化工有限公司", "Chemicals Co., Ltd."),
    ("文化旅游发展有限公司", "Culture and Tourism Co., Ltd."),
    ("农业发展有限公司", "Agriculture Co., Ltd."),
    ("水产养殖有限公司", "Aquaculture Co., Ltd."),
    ("环保工程有限公司", "Environmental Engineering Co., Ltd."),
    ("人力资源服务有限公司", "Human Resources Co., Ltd."),
    ("教育咨询有限公司", "Education Consulting Co., Ltd."),
)
FIRM_WORDS = (
    "瀛海", "苍梧", "云台", "桃溪", "锦屏", "盐河", "东磊", "海盛", "恒泰", "瑞丰", "嘉禾", "鼎新", "远航", "同创",
    "天和", "博远", "祥云", "惠民", "金桥", "长青", "启明", "联众", "华茂", "顺达", "永信",
)  # fmt: skip
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Namer:
    """Draws names and numbers; none is drawn twice."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._taken: set[str] = set()
        self._serial = chance.randrange(1000)

    def person(self, *, female: bool) -> str:
        """A name of two or three characters, rarely with a compound surname."""
        while True:
            surname = self.chance.choice(COMPOUND) if self.chance.random() < 0.01 else self.chance.choice(SURNAMES)
            given = self.chance.choice(FEMALE if female else MALE)
            if self.chance.random() < 0.75:
                given = self.chance.choice(MIDDLE) + given
            if (name := surname + given) not in self._taken:
                self._taken.add(name)
                return name

    def firm(self) -> tuple[str, str]:
        """Name, and name in English."""
        while True:
            word, (ending, ending_en) = self.chance.choice(FIRM_WORDS), self.chance.choice(TRADES)
            name = f"海州{word}{ending}"
            if name not in self._taken:
                self._taken.add(name)
                return name, f"Haizhou {romanised_word(word)} {ending_en}"

    def birth(self, *, youngest: int, oldest: int, on: dt.date) -> dt.date:
        return on - dt.timedelta(days=self.chance.randrange(youngest * 366, oldest * 365))

    def resident_number(self, birth: dt.date, *, female: bool) -> str:
        """A resident number with a right check character, in a division that does not exist."""
        self._serial += 1
        order = (self._serial * 2 + (0 if female else 1)) % 1000
        body = f"{DIVISION}{birth:%Y%m%d}{order:03d}"
        total = sum(int(digit) * weight for digit, weight in zip(body, RESIDENT_WEIGHTS, strict=True))
        return body + "10X98765432"[total % 11]

    def credit_code(self) -> str:
        """A unified social credit code with both check characters, in a division that does not exist."""
        self._serial += 1
        organisation = f"MA{self._serial:06d}"
        body = f"91{DIVISION}{organisation}{_organisation_check(organisation)}"
        return body + str(uscc.calc_check_digit(body))

    def mobile(self) -> str:
        self._serial += 1
        return f"{MOBILE_PREFIX}0051{self._serial % 10_000:04d}"

    def address(self) -> str:
        district, number = self.chance.choice(DISTRICTS), self.chance.randrange(1, 290)
        if self.chance.random() < 0.6:
            block, room = self.chance.randrange(1, 30), self.chance.randrange(1, 18) * 100 + self.chance.randrange(1, 5)
            return f"海州市{district}{self.chance.choice(ESTATES)}{block}号楼{room}室"
        return f"海州市{district}{self.chance.choice(ROADS)}{number}号"


def romanised(name: str) -> str:
    """`王建国` → `Wang Jianguo`."""
    cut = 2 if name[:2] in COMPOUND else 1
    return " ".join(romanised_word(part) for part in (name[:cut], name[cut:]))


def romanised_word(text: str) -> str:
    return "".join(lazy_pinyin(text, style=Style.NORMAL)).capitalize()


def _organisation_check(organisation: str) -> str:
    """The check character of an organisation code (GB 11714)."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(alphabet.index(c) * weight for c, weight in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    rest = 11 - total % 11
    return "0" if rest == 11 else "X" if rest == 10 else str(rest)
