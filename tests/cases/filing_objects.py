"""An item with a form and materials of every kind, files to upload, and a browser of an applicant."""

import datetime as dt
import io
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.cases.models import Case
from approvals.catalogue.models import FormVersion, Item, ItemVersion, Material
from portal.people.models import User
from tests import factories

FORM = {
    "sections": [
        {
            "code": "applicant",
            "title": "申请人",
            "title_en": "Applicant",
            "fields": [
                {"code": "name", "type": "text", "label": "姓名", "label_en": "Name", "prefill": "name"},
                {"code": "phone", "type": "phone", "label": "联系电话", "label_en": "Telephone", "prefill": "phone"},
            ],
        },
        {
            "code": "shop",
            "title": "经营场所",
            "title_en": "Premises",
            "fields": [
                {"code": "address", "type": "address", "label": "地址", "label_en": "Address"},
                {
                    "code": "tenure",
                    "type": "choice",
                    "label": "场所产权",
                    "label_en": "Tenure",
                    "choices": [
                        {"value": "own", "label": "自有", "label_en": "Own"},
                        {"value": "rent", "label": "租赁", "label_en": "Rented"},
                    ],
                },
                {
                    "code": "landlord",
                    "type": "text",
                    "label": "出租人",
                    "label_en": "Landlord",
                    "show_if": {"field": "tenure", "equals": "rent"},
                },
                {"code": "area", "type": "number", "label": "面积", "label_en": "Area", "min": 1, "max": 99999},
            ],
        },
    ]
}
APPLICANT = {"name": "张三", "phone": "13812345678"}
SHOP = {"address": "海州市解放路1号", "tenure": "own", "area": "80"}


def shop_permit(code: str = "SHOP-1") -> Item:
    """Electronic plan (required), photo (not required), original of the lease (paper only), and the form above."""
    item = Item.objects.create(
        code=code,
        name="食品经营许可",
        name_en="Food business permit",
        type=Item.Type.PERMIT,
        department=factories.department(phone="0123-12345"),
    )
    publish(item, number=1)
    return item


def publish(item: Item, *, number: int) -> ItemVersion:
    """A new version of the item in force; the one before is retired."""
    if item.current is not None:
        ItemVersion.objects.filter(pk=item.current.pk).update(state=ItemVersion.State.RETIRED)
    form = FormVersion.objects.create(item=item, number=number, definition=FORM)
    version = ItemVersion.objects.create(
        item=item, number=number, legal_days=20, promised_days=10, fee_fen=0, visits=0, online=True, form=form,
        conditions="有固定的经营场所", conditions_en="Fixed premises",
    )  # fmt: skip
    for order, (name, name_en, required, kind) in enumerate(
        [
            ("平面图", "Floor plan", True, Material.Kind.ELECTRONIC),
            ("照片", "Photo", False, Material.Kind.COPY),
            ("租赁合同原件", "Lease, original", True, Material.Kind.ORIGINAL),
        ]
    ):
        Material.objects.create(
            version=version, order=order, code=f"m{order}", name=name, name_en=name_en, required=required, kind=kind
        )
    version.state, version.valid_from = ItemVersion.State.PUBLISHED, dt.date(2020, 1, 1)
    version.published_at = factories.moment("2020-01-01 09:00")
    version.save()
    item.current, item.status = version, Item.Status.PUBLISHED
    item.save()
    return version


def pdf(name: str = "plan.pdf") -> SimpleUploadedFile:
    """A small real PDF."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj%sendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def png(name: str = "photo.png") -> SimpleUploadedFile:
    """A real picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + content, "image/png")


def nonsense(name: str = "virus.exe") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"MZ this is no document", "application/octet-stream")


def signed_in(person: User, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(person, backend="portal.people.backends.AccountBackend")
    return client


def begin(client: Client, item: Item, **data: Any) -> Case:
    """Start a draft through the page."""
    answer = client.post(reverse("cases:apply-start", args=[item.code]), {"eligible": "on", **data})
    assert answer.status_code == 302, answer.content.decode()
    return Case.objects.get(pk=answer.url.rstrip("/").rsplit("/", 1)[1])


def fill(client: Client, case: Case, *, plan: bool = True) -> Case:
    """Every page of the draft, through the pages."""
    for section, data in (("applicant", APPLICANT), ("shop", SHOP)):
        answer = client.post(reverse("cases:draft-section", args=[case.pk, section]), data)
        assert answer.status_code == 302, answer.content.decode()
    if plan:
        answer = client.post(reverse("cases:draft-materials", args=[case.pk]), {plan_field(case): pdf()})
        assert answer.status_code == 302, answer.content.decode()
    return case


def plan_field(case: Case) -> str:
    """The name of the upload field of the floor plan."""
    assert case.version is not None
    return f"material-{case.version.materials.get(code='m0').pk}"


def filed(client: Client, item: Item | None = None) -> Case:
    """A case filed through the pages from the first to the last."""
    case = fill(client, begin(client, item or shop_permit()))
    answer = client.post(reverse("cases:draft-check", args=[case.pk]), {"declared": "on", "state_version": "0"})
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    return case
