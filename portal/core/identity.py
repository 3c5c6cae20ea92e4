"""Identity numbers, firm codes, telephone numbers and names: checked, normalised and masked."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as UsccError

from portal.core import time
from portal.core.errors import Invalid

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECK_CHARACTERS = "10X98765432"
_OLDEST = 130  # years; an older birth date is a typing error
# The first two digits: provinces, regions and municipalities, residence permits of Hong Kong, Macao and Taiwan
# residents (81–83), permanent residence of foreigners (9x). Districts below come and go and are not checked.
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91 92 "
    "93 94 95 96 97 98 99".split()
)
_COMPOUND_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
    "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 令狐 百里 呼延 东郭 南门 西门 公西 轩辕 完颜 拓跋 夹谷 谷梁".split()
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}(?:-\d{1,6})?")
_SERVICE = re.compile(r"(?:400|800)\d{7}|9\d{4,5}|1[0-2]\d{1,3}")
_EXTENSION = re.compile(
    r"(?P<main>.*\d)(?:(?:转|分机|ext\.?|x|#)(?P<ext>\d{1,6})|(?<=\d{7})-(?P<tail>\d{1,6}))", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ ·'’().\-\u0300-\u036f\ue000-\uf8ff])+")


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class ResidentNumber:
    """A resident identity number that passed its checks, and what it tells."""

    number: str
    birth: dt.date
    sex: Sex
    division: str  # six digits of the place of first registration, not checked against today's districts

    def age_on(self, day: dt.date) -> int:
        """Completed years of age on `day`."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


def _plain(text: str) -> str:
    """Full-width characters narrowed; blanks and dashes inside dropped."""
    return re.sub(r"[\s\-‐-―−·]", "", unicodedata.normalize("NFKC", text))


def normalise_resident(text: str) -> str:
    """The form that the blind index is made of: no blanks, capital X. Checks nothing."""
    return _plain(text).upper()


def check_resident_number(text: str) -> ResidentNumber:
    """The parts of an 18-character resident number (GB 11643). Raises Invalid with what is wrong with it.

    The check is our own: a library that looks the district up in a list rejects people from districts that were
    merged or renamed. Fifteen-digit numbers of the first generation have not been valid since 2013.
    """
    number = normalise_resident(text)
    if not re.fullmatch(r"\d{17}[\dX]", number) or not number.isascii():
        raise Invalid(_("An identity number has 18 characters: 17 digits and a digit or X."), code="resident_format")
    if number[:2] not in _PROVINCES or number[2:6] == "0000":
        raise Invalid(_("The first digits of this identity number belong to no region."), code="resident_division")
    birth = _birth(number[6:14])
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    if _CHECK_CHARACTERS[total % 11] != number[17]:
        raise Invalid(
            _(
                "This identity number has a typing error: its last character does not fit. Please compare it with the card."
            ),
            code="resident_check",
        )
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return ResidentNumber(number, birth, sex, number[:6])


def _birth(digits: str) -> dt.date:
    today = time.today()
    impossible = Invalid(_("The date of birth in this identity number is not possible."), code="resident_birth")
    try:
        birth = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise impossible from error
    if birth > today or today.year - birth.year > _OLDEST:
        raise impossible
    return birth


def normalise_uscc(text: str) -> str:
    """The form that searches and the unique column use. Checks nothing."""
    return _plain(text).upper()


def check_uscc(text: str) -> str:
    """A unified social credit code (GB 32100), normalised. Raises Invalid."""
    code = normalise_uscc(text)
    if not re.fullmatch(r"[0-9A-HJ-NP-RTUWXY]{18}", code):
        raise Invalid(
            _("A unified social credit code has 18 characters, digits and capital letters without I, O, S, V and Z."),
            code="uscc_format",
        )
    try:
        return str(uscc.validate(code))
    except UsccError as error:
        raise Invalid(
            _("This unified social credit code has a typing error. Please compare it with the business licence."),
            code="uscc_check",
        ) from error


def normalise_phone(text: str) -> str:
    """Digits without country code: `+86 138-0000-1234` → `13800001234`; other countries keep `+`. Checks nothing.

    An extension stays behind a dash: `0512-62345678转801` → `051262345678-801`.
    """
    compact = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    match = _EXTENSION.fullmatch(compact)
    main, extension = (match["main"], match["ext"] or match["tail"]) if match else (compact, "")
    digits = re.sub(r"[^\d+]", "", main)
    national = re.sub(r"^(?:\+86|0086|86(?=1[3-9]\d{9}$))", "", digits)
    if national != digits and not _MOBILE.fullmatch(national) and re.fullmatch(r"(?!400|800)[1-9]\d{8,10}", national):
        national = f"0{national}"  # abroad the area code is written without its 0
    return f"{national}-{extension}" if extension else national


def check_phone(text: str, *, mobile: bool = False) -> str:
    """A telephone number that can be called from the mainland, normalised. Raises Invalid.

    With `mobile` only a number that takes text messages will do.
    """
    number = normalise_phone(text)
    if _MOBILE.fullmatch(number):
        return number
    if mobile:
        raise Invalid(
            _("Enter a mainland mobile number with 11 digits, for instance 13800001234."), code="mobile_format"
        )
    if _LANDLINE.fullmatch(number) or _SERVICE.fullmatch(number) or re.fullmatch(r"\+(?!86)[1-9]\d{6,14}", number):
        return number
    raise Invalid(
        _("Enter a telephone number: 11 digits of a mobile, or area code and number."),
        code="phone_format",
    )


def normalise_name(text: str) -> str:
    """One blank between parts, `·` for every kind of middle dot, full-width letters narrowed."""
    collapsed = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    collapsed = re.sub(r"\s*[·•・‧∙⋅]\s*", "·", collapsed)
    if re.search(r"[\u4e00-\u9fff]", collapsed) and not re.search(r"[A-Za-z]", collapsed):
        collapsed = collapsed.replace(" ", "")
    return collapsed


def check_name(text: str) -> str:
    """A person's name as on the card (rare characters and minority names included), normalised. Raises Invalid."""
    name = normalise_name(text)
    if not 2 <= len(name) <= 50 or not _NAME.fullmatch(name):
        raise Invalid(_("Enter the full name as on the identity card, without digits or signs."), code="name_format")
    return name


def mask_resident(number: str) -> str:
    """`110101199003070011` → `1101**********0011`."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "*" * len(number)


def mask_phone(number: str) -> str:
    """`13800001234` → `138****1234`; a landline keeps its last two digits."""
    if _MOBILE.fullmatch(number):
        return f"{number[:3]}****{number[-4:]}"
    return f"{'*' * (len(number) - 2)}{number[-2:]}" if len(number) > 2 else "*" * len(number)


def mask_name(name: str) -> str:
    """`张三丰` → `张*`: the surname and one star, so that the length says nothing; `John Smith` → `J*`."""
    if not name:
        return ""
    if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES:
        return f"{name[:2]}*"
    return f"{name[0]}*"


def mask_address(address: str) -> str:
    """Keeps what names a street or a village at most: the first six characters."""
    return f"{address[:6]}****" if address else ""
