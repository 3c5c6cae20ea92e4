"""What the papers of a case are written from, and the two tongues that they are written in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings

from approvals.cases.models import Case, principal_of
from approvals.cases.papers.kinds import KINDS, PERMIT
from portal.core.actors import Actor
from portal.core.documents import Addressee, Authority, Series
from portal.core.time import today
from portal.people.models import Department

MONTHS = "January February March April May June July August September October November December".split()
LICENSING_LAW = ("《中华人民共和国行政许可法》", "the Administrative Licensing Law of the PRC")
ENDINGS = ("局", "委", "中心", "支队", "街道", "人民政府")


@dataclass(frozen=True)
class Tongue:
    """One language of a paper: picks the words, the Chinese ones first, since they are the law's own."""

    code: str

    def __call__(self, chinese: str, english: str, **values: Any) -> str:
        text = chinese if self.code == "zh" else english
        return text.format(**values) if values else text

    def day(self, value: dt.date | str | None) -> str:
        """2026年11月22日 or 22 November 2026; a dash for no day."""
        if not value:
            return "—"
        day = dt.date.fromisoformat(value) if isinstance(value, str) else value
        return self(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]} {day.year}")

    def name(self, thing: Any, column: str = "name") -> str:
        """A name of the data in this language; the Chinese one where there is no other."""
        return str(self(getattr(thing, column), getattr(thing, f"{column}_en", "") or getattr(thing, column)))


TONGUES = (Tongue("zh"), Tongue("en"))


@dataclass(frozen=True)
class Facts:
    """A case at the moment of a step: the row, what the step said, and who took it."""

    case: Case
    kind: str
    actor: Actor
    said: Mapping[str, Any] = field(default_factory=dict)  # the step's data, inputs and proof

    @property
    def on(self) -> dt.date:
        return today()

    @cached_property
    def department(self) -> Department:
        return self.case.department

    @property
    def is_permit(self) -> bool:
        return self.case.item.type == PERMIT

    @cached_property
    def holder(self) -> Addressee:
        """Whom the paper is for: the organisation, the person filed for, or who filed."""
        principal = principal_of(self.case)
        name = principal.name if principal else self.case.applicant_name
        return Addressee(name, is_person=self.case.organisation_id is None)

    @cached_property
    def agent(self) -> str:
        """Who filed for another person or an organisation; empty for oneself."""
        filer = self.case.applicant
        return filer.name if filer is not None and filer.name != self.holder.name else ""

    @property
    def authority(self) -> Authority:
        return Authority(self.department.name, self.department.name_en or self.department.name)

    @property
    def series(self) -> Series:
        return Series(letters_of(self.department), self.names[2])

    @cached_property
    def names(self) -> tuple[str, str, str]:
        """Title, English title, word of the number."""
        return KINDS[self.kind].named(self.case.item.type)

    # --- phrases ------------------------------------------------------------------------------------------------------

    def you(self, t: Tongue) -> str:
        return t("您" if self.holder.is_person else "你单位", "you")

    def opening(self, t: Tongue) -> str:
        """Which application the paper speaks of."""
        return t(
            "{you}于{day}提出的“{item}”申请（办件编号：{number}）收悉。",
            'This concerns your application of {day} for "{item}" (case number {number}).',
            you=self.you(t), day=t.day(self.case.submitted_on), item=t.name(self.case.item), number=self.case.number,
        )  # fmt: skip

    def basis(self, t: Tongue, article: str, article_en: str) -> str:
        """On what the step rests: the permit law for permits, else the item's own basis."""
        if self.is_permit:
            law, law_en = LICENSING_LAW
            return t(
                "依据{law}{article}的规定", "By {law}, {article}", law=t(law, law_en), article=t(article, article_en)
            )
        own = self.own_grounds()
        if own:
            return t("依据{own}的规定", "By {own}", own=own)
        return t("按照本事项办事指南的规定", "As the guide of this item says")

    def own_grounds(self) -> str:
        """The item's legal grounds, with articles where they are known."""
        grounds = self.case.version.legal_grounds if self.case.version else []
        return "、".join(f"{ground.get('law', '')}{ground.get('article', '')}" for ground in grounds)

    def remedies(self, t: Tongue, what: str = "本决定", what_en: str = "this decision") -> str:
        """Administrative review within 60 days and a lawsuit within six months, and to whom (permit law, article 38)."""
        return t(

"{you}如不服{what}，可以自知道或者应当知道{what}之日起六十日内，"
"依据《中华人民共和国行政复议法》第二十条的规定，"
            "向{review}申请行政复议；也可以自知道或者应当知道{what}之日起六个月内，依据《中华人民共和国行政诉讼法》"
            "第四十六条的规定，向{court}提起行政诉讼。",
            "If you do not agree with {what_en}, you may within 60 days of knowing of it apply to {review} for"

" administrative review (Administrative Reconsideration Law, article 20), or "
"within six months of knowing of"
            " it sue in {court} (Administrative Litigation Law, article 46).",
            you=self.you(t), what=what, what_en=what_en, review=review_body(self.department, t), court=court(t),
        )  # fmt: skip

    def contact(self, t: Tongue) -> tuple[str, ...]:
        phone = self.department.phone
        return (t(f"联系电话：{phone}", f"Telephone: {phone}"),) if phone else ()


def letters_of(department: Department) -> str:
    """The letters of an authority in its numbers (机关代字): 市住建局 → 海住建."""
    short = department.short_name or department.name
    if not short.startswith("市场"):  # 市住建局 is of the city, 市场监管局 is of the market
        short = short.removeprefix("市")
    for ending in ENDINGS:
        short = short.removesuffix(ending) or short
    return f"{getattr(settings, 'DOCUMENT_LETTER', '海')}{short}"[:16]


def review_body(department: Department, t: Tongue) -> str:
    """Who decides on an administrative review (Administrative Reconsideration Law, articles 24 and 27)."""
    if department.name.startswith("国家"):  # led from above
        return t("上一级主管机关", "the next higher authority")
    parent = department.parent
    if parent is not None and "人民政府" in parent.name:
        return t.name(parent)
    return t(
        getattr(settings, "REVIEW_AUTHORITY", "海州市人民政府"),
        getattr(settings, "REVIEW_AUTHORITY_EN", "Haizhou Municipal People's Government"),
    )


def portal_name(t: Tongue) -> str:
    """What the portal is called."""
    return t(
        getattr(settings, "SITE_NAME", "海州市政务服务网"),
        getattr(settings, "SITE_NAME_EN", "Haizhou Government Services"),
    )


def court(t: Tongue) -> str:
    """Which court hears the lawsuit; installations name theirs in the settings."""
    return t(
        getattr(settings, "REVIEW_COURT", "有管辖权的人民法院"),
        getattr(settings, "REVIEW_COURT_EN", "the people's court that has jurisdiction"),
    )
