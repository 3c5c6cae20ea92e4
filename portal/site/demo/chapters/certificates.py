"""Certificates of the demo city: their types, those that the year's cases issued, and what became of some of them."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from approvals.catalogue.models import Item, Material
from approvals.certificates import actions
from approvals.certificates import tasks as certificate_tasks
from approvals.certificates.actions import TypeDraft, VersionDraft
from approvals.certificates.models import Certificate, CertificateType
from portal.core.actors import Actor
from portal.core.documents import make_now
from portal.core.models import Document
from portal.core.time import driven_clock, local_date, today
from portal.people.actors import actor_of
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.people import Applicant, Team
from portal.site.demo.story import Moments, Plan, Stage, Story
from portal.site.demo.year import Casting, work_off

ORDER = 70  # behind the cases' own chapters, before the papers are made
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Kind:
    """One type as the table below has it. `stands_in` names (item, material); years None = no end."""

    code: str
    name: str
    name_en: str
    word: str
    items: tuple[str, ...]
    years: int | None = None
    renewal: str = ""
    stands_in: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()
    layout: str = "portrait"
    on_paper: bool = False
    numbered_forms: bool = False


KINDS = (
    Kind(
        "SPJY", "食品经营许可证", "Food business licence", "食经", ("SCJG-001", "SCJG-003"), 5, "SCJG-003",
        (("SCJG-002", "oldcert"), ("SCJG-003", "oldcert"), ("SCJG-004", "oldcert")),
        (("shop_name", "门店名称", "Name on the sign"), ("premises", "经营场所", "Premises"),
         ("main_form", "主体业态", "Kind of business"), ("items", "经营项目", "Items"),
         ("@legal_person", "法定代表人（负责人）", "Legal representative")),
        "landscape",
    ),
    Kind(
        "YYZZ", "营业执照", "Business licence", "照", ("SCJG-007", "SCJG-010"), None, "",
        (("SCJG-008", "oldcert"), ("SCJG-009", "oldcert"), ("SCJG-011", "oldcert"), ("SCJG-012", "oldcert"),
         ("XFJ-001", "lic"), ("SHUI-001", "lic"), ("SHUI-002", "lic"), ("RSJ-006", "lic"), ("CGJ-001", "lic"),
         ("ZJJ-011", "lic"), ("GJJ-006", "lic"), ("SPJ-005", "lic"), ("JTJ-007", "lic")),
        (("shop_name", "字号名称", "Trade name"), ("company", "企业名称", "Name of the company"),
         ("premises", "经营场所", "Premises"), ("scope", "经营范围", "Scope of business")), "landscape",
    ),
    Kind(
        "WSXK", "公共场所卫生许可证", "Public place sanitary licence", "卫公", ("WJW-007",), 4, "", (),
        (("@legal_person", "法定代表人（负责人）", "Legal representative"),), "landscape",
    ),
    Kind(
        "BDCQ", "不动产权证书", "Real estate title certificate", "不动产", ("ZRZY-001", "ZRZY-002"), None, "",
        (("ZJJ-005", "title"), ("ZRZY-003", "title"), ("ZRZY-004", "title"), ("GJJ-005", "title")), (), "portrait",
        True, True,
    ),
    Kind(
        "SGXK", "建筑工程施工许可证", "Construction permit", "施", ("ZJJ-001",), None, "", (), (), "landscape", True,
    ),
    Kind(
        "JZZ", "居住证", "Residence permit", "居", ("GAJ-004",), 1, "",
        (("GAJ-005", "residence"), ("JYJ-005", "residence"), ("JYJ-004", "residence")),
        (("home", "居住地址", "Address"), ("origin", "户籍地址", "Household registration")),
    ),
    Kind(
        "CJRZ", "残疾人证", "Disability certificate", "残", ("CLJ-001", "CLJ-002"), 10, "CLJ-002",
        (("CLJ-002", "oldcert"), ("CLJ-003", "disabcert"), ("CLJ-004", "disabcert"), ("CLJ-005", "disabcert"),
         ("CLJ-006", "disabcert")),
    ),
    Kind(
        "RLZY", "人力资源服务许可证", "Licence for human resources services", "人社", ("RSJ-015",), 5, "", (),
        (("@legal_person", "法定代表人（负责人）", "Legal representative"),), "landscape",
    ),
    Kind(
        "YCLS", "烟草专卖零售许可证", "Tobacco retail licence", "烟", ("YCJ-001", "YCJ-003"), 5, "YCJ-003",
        (("YCJ-002", "oldcert"), ("YCJ-003", "oldcert"), ("YCJ-004", "oldcert")), (), "landscape",
    ),
    Kind(
        "JHZ", "结婚证", "Marriage certificate", "婚", ("MZJ-001",), None, "",
        (("MZJ-002", "marriage"), ("WJW-011", "marriage"), ("GAJ-007", "marriage"), ("GAJ-009", "marriage"),
         ("YBJ-005", "marriage")), (),
        "portrait", True, True,
    ),
    Kind(
        "PWXK", "排污许可证", "Pollutant discharge permit", "环", ("STHJ-003", "STHJ-009"), 5, "STHJ-009",
        (("STHJ-004", "oldcert"), ("STHJ-009", "oldcert")), (), "landscape",
    ),
)  # fmt: skip
REASONS = ("经核查，登记的经营场所已不再使用，限期整改。", "群众举报属实，责令停业整改期间暂停使用。")
REVOKED = ("申请人以欺骗手段取得许可，依法予以撤销。", "依申请人书面请求，依法予以注销。")
RESTORED = "整改完成，经复查符合要求。"


def found(city: City) -> None:
    """The types whose items are in the catalogue, in force from the first day."""
    boss = actor_of(User.objects.get(username="admin1"), Role.ADMINISTRATOR)
    items = {item.code: item for item in Item.objects.select_related("department")}
    rows = Material.objects.filter(version__item__current=F("version")).values_list("version__item__code", "code")
    materials = set(rows)
    for kind in KINDS:
        own = [code for code in kind.items if code in items]
        if own:
            _make(boss, kind, items[own[0]].department, own, set(items), materials)


def _make(
    boss: Actor, kind: Kind, department: Department, items: list[str], known: set[str], materials: set[tuple[str, str]]
) -> CertificateType:
    version = VersionDraft(
        valid_from=today(), word=kind.word, validity="years" if kind.years else "none", years=kind.years,
        fields=[{"source": source, "label": label, "label_en": label_en} for source, label, label_en in kind.fields],
        layout=kind.layout, on_paper=kind.on_paper, numbered_forms=kind.numbered_forms,
    )  # fmt: skip
    made = actions.make_type(
        boss,
        TypeDraft(
            code=kind.code, name=kind.name, name_en=kind.name_en, department_id=department.pk, version=version,
            renewal_item_code=kind.renewal if kind.renewal in known else "",
        ),
    )  # fmt: skip
    return actions.set_links(
        boss, made.pk, items=items, materials=[pair for pair in kind.stands_in if pair in materials]
    )


def live(city: City) -> None:
    """First what was given as material, then the prints, then what was suspended and revoked, then the sweep of today."""
    city.say("Certificates …")
    chance = city.chance("certificates")
    _give(city, chance, most=2 if city.small else 25)
    _print(city, chance)
    _suspend_some(city, chance, each=1 if city.small else 4)
    with driven_clock(city.end):
        certificate_tasks.sweep()
        visitors = Certificate.objects.filter(holder__username__in=("citizen1", "citizen2"))
        visitors |= Certificate.objects.filter(organisation__memberships__user__username="firm1")
        make_now(Document.objects.filter(pk__in=list(visitors.values_list("document", flat=True))))
        work_off()


# --- given as material --------------------------------------------------------------------------------------------------


class Giving(Story):
    """A filing in which a certificate that the applicant holds takes the place of a paper."""

    def __init__(self, stage: Stage, plan: Plan, certificate: Certificate, material: Material) -> None:
        super().__init__(stage, plan)
        self.certificate, self.material = certificate, material

    def _fill_in(self) -> None:
        super()._fill_in()
        actions.use(self.plan.applicant.actor, self.certificate.pk, self.pk, self.material.pk, consent=True)


def _give(city: City, chance: random.Random, *, most: int) -> None:
    """Holders file for what asks for their certificate, in the last two weeks; each certificate once."""
    casting = Casting(city.stage, city.people, city.seed)
    offers = {offer.item.code: offer for offer in casting.offers if offer.form is not None}
    begin = local_date(city.end) - 14 * ONE_DAY
    holders = {_key(one): one for one in [*city.people.firms, *city.people.citizens]}
    rows = Certificate.objects.filter(state="issued", issued_on__lt=begin).select_related("type").order_by("pk")
    told = 0
    for row in rows:
        ways = [one for one in row.type.material_sources.all() if one.item_code in offers]
        applicant = holders.get((row.organisation_id, None if row.organisation_id else row.holder_id))
        if not ways or applicant is None or told >= most:
            continue
        way = chance.choice(ways)
        offer = offers[way.item_code]
        material = next(one for one in offer.materials if one.code == way.material_code)
        make_now(Document.objects.filter(pk=row.document_id or 0))
        plan = casting.story(offer, begin + chance.randrange(10) * ONE_DAY, applicant=applicant, halt="closed").plan
        _tell(Giving(city.stage, plan, row, material).live(), city.end)
        told += 1


def _key(applicant: Applicant) -> tuple[int | None, int | None]:
    firm = applicant.organisation
    return (firm.pk, None) if firm else (None, applicant.actor.user_id)


def _tell(moments: Moments, end: dt.datetime) -> None:
    """One story by itself, up to the end of the history."""
    at = next(moments, None)
    while at is not None and at < end:
        with driven_clock(at):
            at = next(moments, None)
            work_off()


# --- at the printer -------------------------------------------------------------------------------------------------------


def _print(city: City, chance: random.Random) -> None:
    """What is with its holder has left the printer before; of the others the newest still wait. Some forms were spoiled."""
    waiting = list(Certificate.objects.to_print().select_related("version", "case__delivery").order_by("pk"))
    left = [row for row in waiting if not _is_gone(row)][-3:]
    for number, row in enumerate(row for row in waiting if row not in left):
        make_now(Document.objects.filter(pk=row.document_id or 0), sign=False)
        clerk = chance.choice(city.people.teams[row.department_id].clerks)
        form = f"HZ{row.type_id:02d}{number * 2:06d}"
        with driven_clock(min(city.end, row.issued_at + dt.timedelta(minutes=chance.randint(5, 90)))):
            if row.version.numbered_forms and chance.random() < 0.06:
                actions.mark_printed(clerk, row.pk, form_number=f"HZ{row.type_id:02d}{number * 2 + 1:06d}")
                if not _is_gone(row):
                    actions.mark_spoiled(clerk, row.pk, reason="打印偏移，空白证作废")
                    actions.mark_printed(clerk, row.pk, form_number=form)
            else:
                actions.mark_printed(clerk, row.pk, form_number=form if row.version.numbered_forms else "")


def _is_gone(row: Certificate) -> bool:
    delivery = getattr(row.case, "delivery", None)
    return delivery is not None and delivery.state in {"posted", "delivered"}


# --- suspended and revoked ------------------------------------------------------------------------------------------------


def _suspend_some(city: City, chance: random.Random, *, each: int) -> None:
    """Some suspended, some of these restored, some revoked, one that waits for its second person."""
    rows = Certificate.objects.filter(state="issued", organisation__isnull=False).exclude(
        organisation__memberships__user__username="firm1"
    )
    drawn: Sequence[Certificate] = chance.sample(
        sorted(rows.distinct(), key=lambda one: one.pk), k=min(len(rows), 4 * each)
    )
    for number, row in enumerate(drawn):
        team = city.people.teams[row.department_id]
        moment = min(city.end, row.issued_at + dt.timedelta(days=chance.randint(1, 6)))
        match number % 4:
            case 0:
                _decide(team, row.pk, "suspend", chance.choice(REASONS), moment)
            case 1:
                _decide(team, row.pk, "revoke", chance.choice(REVOKED), moment)
            case 2:
                with driven_clock(city.end):
                    fresh = Certificate.objects.get(pk=row.pk)
                    actions.propose(
                        team.clerks[0], row.pk, "suspend", {"reason": REASONS[0]}, state_version=fresh.state_version
                    )
            case _:
                _decide(team, row.pk, "suspend", REASONS[1], moment)
                _decide(team, row.pk, "restore", RESTORED, min(city.end, moment + 3 * ONE_DAY))


def _decide(team: Team, pk: int, step: str, reason: str, moment: dt.datetime) -> None:
    """Proposed by a clerk, confirmed by the head a little later."""
    if team.head is None:
        return
    with driven_clock(moment):
        seen = Certificate.objects.get(pk=pk).state_version
        row = actions.propose(team.clerks[0], pk, step, {"reason": reason}, state_version=seen)
        actions.decide(team.head, row.pk, confirm=True)
        work_off()
