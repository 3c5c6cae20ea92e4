"""People, items with forms, and packages for the tests of packages."""

import datetime as dt
import io
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.cases.catalogue_memory import forget
from approvals.cases.models import Case
from approvals.catalogue.models import FormVersion, Item, ItemVersion, Material
from approvals.packages import actions
from approvals.packages.draft import MATERIALS, Draft
from approvals.packages.models import Package, PackageFiling
from portal.core import files
from portal.core.actors import Actor
from portal.core.jobs import run_due_jobs
from portal.people.actors import actor_of
from portal.people.models import Department, User
from portal.people.roles import Role
from tests import factories

_serial = itertools.count(1)


def field(code: str, type_: str = "text", label: str = "", **rest: Any) -> dict[str, Any]:
    return {"code": code, "type": type_, "label": label or code, **rest}


def section(code: str, *fields: dict[str, Any], title: str = "", **rest: Any) -> dict[str, Any]:
    return {"code": code, "title": title or code, "fields": list(fields), **rest}


APPLICANT = section(
    "applicant",
    field("name", label="姓名", label_en="Name", prefill="name"),
    field("phone", "phone", "联系电话", label_en="Phone", prefill="phone"),
    title="申请人信息",
    title_en="About you",
)


def online_item(
    code: str = "",
    *,
    sections: Sequence[Mapping[str, Any]] = (APPLICANT,),
    materials: Sequence[tuple[Any, ...]] = (("idc", "居民身份证"),),
    dept: Department | None = None,
    name: str = "",
    **version: Any,
) -> Item:
    """A published item with a form; `materials` are (code, name[, kind[, required]])."""
    forget()
    code = code or f"ONLINE-{next(_serial)}"
    values = {"legal_days": 20, "promised_days": 10, "review_steps": 1, "fee_fen": 0, "visits": 0, "online": True}
    values |= version
    made = Item.objects.create(
        code=code, name=name or f"事项{code}", name_en=f"Item {code}", department=dept or factories.department()
    )
    form = (
        FormVersion.objects.create(item=made, number=1, definition={"sections": list(sections)}) if sections else None
    )
    current = ItemVersion.objects.create(item=made, number=1, form=form, **values)
    for n, (key, title, *rest) in enumerate(materials):
        kind, required = [*rest, "electronic", True][:2] if len(rest) != 1 else (rest[0], True)
        Material.objects.create(version=current, order=n, code=key, name=title, kind=kind, required=required)
    publish_item(made, current)
    return Item.objects.select_related("current", "department").get(pk=made.pk)


def publish_item(item: Item, version: ItemVersion) -> None:
    """Put a version in force; the one before it ends."""
    if version.form is not None:
        version.form.state = "published"
        version.form.save()
    if item.current is not None:
        item.current.state = "retired"
        item.current.save()
    version.state, version.valid_from = ItemVersion.State.PUBLISHED, dt.date(2020, 1, 1)
    version.published_at = factories.moment("2020-01-01 09:00")
    version.save()
    item.current, item.status = version, Item.Status.PUBLISHED
    item.save()


class Crew:
    """A package of three items of three departments, and the people around it."""

    def __init__(self, items: Sequence[Item] | None = None, *, promised_days: int = 5, **version: Any) -> None:
        self.department = factories.department()
        self.head_user = factories.staff(Role.DEPARTMENT_HEAD, self.department)
        self.reviewer_user = factories.staff(Role.REVIEWER, self.department)
        self.head = actor_of(self.head_user, Role.DEPARTMENT_HEAD)
        self.reviewer = actor_of(self.reviewer_user, Role.REVIEWER)
        self.administrator = actor_of(factories.staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)
        self.person = factories.citizen(name="李四")
        self.actor = actor_of(self.person)
        self.items = list(items) if items is not None else three_items()
        self.package = self.make(promised_days=promised_days, **version)

    def contents(self, **version: Any) -> actions.VersionDraft:
        values: dict[str, Any] = {
            "name": "新生儿出生一件事",
            "name_en": "A child is born",
            "promised_days": 5,
            "questions": "card: 要办社保卡吗？ | Do you want a card?\n- yes: 要 | Yes\n- no: 不要 | No",
            "items": "\n".join([*(one.code for one in self.items[:-1]), f"{self.items[-1].code} = card=yes"]),
            **version,
        }
        return actions.VersionDraft(**values)

    def make(self, *, code: str = "birth", published: bool = True, **version: Any) -> Package:
        draft = actions.PackageDraft(
            code=code, department_id=self.department.pk, audience="person", version=self.contents(**version)
        )
        package = actions.make_package(self.head, draft)
        if published:
            self.publish(package)
        return Package.objects.select_related("current").get(pk=package.pk)

    def publish(self, package: Package) -> None:
        package = Package.objects.get(pk=package.pk)
        version = package.versions.get(state="draft")
        actions.review(self.reviewer, version.pk, revision=package.revision)
        actions.publish(self.head, version.pk, revision=package.revision)

    def begin(self, answers: Mapping[str, str] | None = None, **more: Any) -> PackageFiling:
        return actions.begin(self.actor, self.package.pk, answers or {"card": "yes"}, **more)

    def filled(self, filing: PackageFiling | None = None, **answers: Any) -> PackageFiling:
        return fill(self.actor, filing or self.begin(), **answers)

    def filed(self, **answers: Any) -> PackageFiling:
        filing = self.filled(**answers)
        return actions.submit(self.actor, filing.pk, state_version=filing.state_version)

    def clerk_of(self, case: Case) -> Actor:
        return actor_of(factories.staff(Role.CLERK, case.department), Role.CLERK)

    def head_of(self, case: Case) -> Actor:
        return actor_of(factories.staff(Role.DEPARTMENT_HEAD, case.department), Role.DEPARTMENT_HEAD)


def three_items() -> list[Item]:
    """Police, social security, medical insurance: they share the applicant's page and the identity card."""
    child = section("child", field("child_name", label="新生儿姓名"), title="新生儿信息")
    police = factories.department("GAJ", name="市公安局", name_en="Police", short_name="公安局")
    social = factories.department("RSJ", name="市人社局", name_en="Social Security", short_name="人社局")
    health = factories.department("YBJ", name="市医保局", name_en="Medical Insurance", short_name="医保局")
    born = (("birthcert", "出生医学证明"), ("idc", "居民身份证"))
    return [
        online_item(
            dept=police, sections=(APPLICANT, child), materials=born, name="出生登记", promised_days=3, review_steps=0
        ),
        online_item(
            dept=health, sections=(APPLICANT, child), materials=born, name="医保参保", promised_days=4, review_steps=0
        ),
        online_item(dept=social, sections=(APPLICANT,), name="社保卡申领", promised_days=5, review_steps=0),
    ]


GOOD: dict[str, Any] = {"name": "李四", "phone": "13800000000", "child_name": "李小宝", "address": "滨河路1号2栋3号"}


def fill(actor: Actor, filing: PackageFiling, **answers: Any) -> PackageFiling:
    """Answer every page and bring every material."""
    filing = PackageFiling.objects.get(pk=filing.pk)
    draft = Draft(filing)
    given = {**GOOD, **answers}
    for page in draft.form.definition.sections if draft.form.definition else ():
        known = {
            one.code: given[one.code.rpartition("_")[0]] for one in page.fields if one.code.rpartition("_")[0] in given
        }
        actions.save_page(actor, filing.pk, page.code, known, done=True)
    have = set(filing.papers.values_list("key", flat=True))
    for one in draft.materials:
        if not one.on_paper_only and one.key not in have:
            actions.add_paper(actor, filing.pk, stored(actor, f"{one.material.name}.pdf"), key=one.key)
    return actions.save_page(actor, filing.pk, MATERIALS, {}, done=True)


def pdf() -> bytes:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


CONTENT = pdf()


def stored(actor: Actor, name: str = "a.pdf") -> Any:
    return files.store(SimpleUploadedFile(name, CONTENT), owner=actor, kind="packages.paper")


def cases(filing: PackageFiling) -> list[Case]:
    return list(
        Case.objects.filter(package_part__filing=filing).select_related("department").order_by("package_part__order")
    )


def work() -> None:
    while run_due_jobs():
        pass


def again(filing: PackageFiling) -> PackageFiling:
    return PackageFiling.objects.select_related("version", "package").get(pk=filing.pk)


def applicant(**more: Any) -> User:
    return factories.citizen(**more)
