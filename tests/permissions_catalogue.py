"""What each role gets at the addresses of the catalogue."""

from collections.abc import Mapping
from typing import Any

from approvals.catalogue.models import FormVersion, GuidedPath, Item, ItemVersion, Material
from portal.core.models import StoredFile
from portal.core.time import now
from tests import factories
from tests.permissions import STAFF, Cast, everyone, nothing, only

FORM = {"sections": [{"code": "one", "title": "一", "fields": [{"code": "a", "type": "text", "label": "甲"}]}]}


def _published(cast: Cast) -> Mapping[str, Any]:
    return {"code": factories.item(dept=cast.department).code}


def _item(cast: Cast) -> Item:
    item, _made = Item.objects.get_or_create(code="DRAFT-1", defaults={"name": "草稿", "department": cast.department})
    return item


def _draft(cast: Cast) -> Mapping[str, Any]:
    return {"code": _item(cast).code}


def _item_id(cast: Cast) -> Mapping[str, Any]:
    return {"item_id": _item(cast).pk}


def _version(cast: Cast) -> Mapping[str, Any]:
    item = _item(cast)
    form, _made = FormVersion.objects.get_or_create(item=item, number=1, defaults={"definition": FORM})
    version, _made = ItemVersion.objects.get_or_create(item=item, number=1, defaults={"form": form})
    return {"version_id": version.pk}


def _material(cast: Cast) -> Mapping[str, Any]:
    kwargs = _version(cast)
    row, _made = Material.objects.get_or_create(code="m1", name="材料", **kwargs)
    return {**kwargs, "material_id": row.pk}


def _material_step(cast: Cast) -> Mapping[str, Any]:
    return {**_material(cast), "change": "up"}


def _page(cast: Cast) -> Mapping[str, Any]:
    return {**_version(cast), "section": "one"}


def _field(cast: Cast) -> Mapping[str, Any]:
    return {**_page(cast), "code": "a"}


def _step(name: str) -> Any:
    return lambda cast: {**_item_id(cast), "step": name}


def _guided(cast: Cast) -> GuidedPath:
    tree = {"question": "哪一种？", "answers": [{"label": "甲", "items": ["X"]}, {"label": "乙", "items": ["Y"]}]}
    values = {
        "title": "问题",
        "tree": tree,
        "shown": True,
        "updated_at": now(),
        "updated_by": cast.person("administrator"),
    }
    return GuidedPath.objects.get_or_create(code="which", defaults=values)[0]


def _guide_file(cast: Cast) -> Mapping[str, Any]:
    """A file of the item that no published version names, with its blob."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    item = _item(cast)
    file = StoredFile.objects.create(
        sha256="1" * 64, size=1, name="a.pdf", mime="application/pdf", kind="catalogue.guide", created_at=now(),
        stream="catalogue.item", stream_id=item.pk,
    )  # fmt: skip
    if not default_storage.exists(file.path):
        default_storage.save(file.path, ContentFile(b"x"))
    return {"code": item.code, "file_id": file.pk}


DESK = ("reviewer", "department_head", "administrator")
AUTHORS = ("department_head", "administrator")
# Staff who look over the centre but write nothing here are refused at the door, reviewers inside the draft.
WRITE = only(*AUTHORS)
BROKEN = only(*AUTHORS, status=422)
MOVED = only(*AUTHORS, status=302)
ROWS = [
    ("catalogue:list", nothing, everyone()),
    ("catalogue:guide", _published, everyone()),
    ("catalogue:guide", _draft, {**everyone(404), **dict.fromkeys(STAFF, 200)}),
    ("catalogue:guide-qr", _published, everyone()),
    ("catalogue:guide-qr", _draft, everyone(404)),
    ("catalogue:guide", lambda _cast: {"code": "NO-SUCH"}, everyone(404)),
    ("catalogue:guide-file", _guide_file, {**everyone(404), **dict.fromkeys(DESK, 200)}),
    ("catalogue:guided-list", nothing, everyone()),
    ("catalogue:guided", lambda cast: {"code": _guided(cast).code}, everyone()),
    ("catalogue:guided", lambda _cast: {"code": "no-such"}, everyone(404)),
    ("catalogue:admin-list", nothing, only(*DESK)),
    ("catalogue:admin-new", nothing, WRITE),
    ("catalogue:admin-new", nothing, BROKEN, "post"),
    ("catalogue:admin-item", _item_id, only(*DESK)),
    ("catalogue:admin-facts", _item_id, WRITE),
    ("catalogue:admin-facts", _item_id, BROKEN, "post"),
    ("catalogue:admin-standing", _item_id, MOVED),
    ("catalogue:admin-step", _step("new-version"), everyone(405)),
    ("catalogue:admin-step", _step("new-version"), MOVED, "post"),
    ("catalogue:admin-step", _step("no-such"), only(*DESK, status=404), "post"),
    ("catalogue:admin-version", _version, WRITE),
    ("catalogue:admin-version", _version, BROKEN, "post"),
    ("catalogue:admin-materials", _version, WRITE),
    ("catalogue:admin-material-new", _version, WRITE),
    ("catalogue:admin-material", _material, WRITE),
    ("catalogue:admin-material", _material, BROKEN, "post"),
    ("catalogue:admin-material-change", _material_step, MOVED, "post"),
    ("catalogue:admin-form", _version, WRITE),
    ("catalogue:admin-form-json", _version, WRITE),
    ("catalogue:admin-form-json", _version, BROKEN, "post"),
    ("catalogue:admin-form-schema", _version, WRITE),
    ("catalogue:admin-form-change", _version, only(*AUTHORS, status=404), "post"),
    ("catalogue:admin-form-section-new", _version, WRITE),
    ("catalogue:admin-form-section", _page, WRITE),
    ("catalogue:admin-form-preview", _page, WRITE),
    ("catalogue:admin-form-field-new", _page, WRITE),
    ("catalogue:admin-form-field", _field, WRITE),
    ("catalogue:admin-form-field", _field, BROKEN, "post"),
    ("catalogue:admin-bulk", nothing, only(*DESK)),
    ("catalogue:admin-bulk-export", nothing, only(*DESK)),
    ("catalogue:admin-bulk-upload", nothing, only("administrator")),
    ("catalogue:admin-bulk-upload", nothing, only("administrator", status=422), "post"),
    ("catalogue:admin-guided", nothing, only("administrator")),
    ("catalogue:admin-guided-new", nothing, only("administrator")),
    ("catalogue:admin-guided-new", nothing, only("administrator", status=422), "post"),
    ("catalogue:admin-guided-edit", lambda cast: {"path_id": _guided(cast).pk}, only("administrator")),
    (
        "catalogue:admin-guided-remove",
        lambda cast: {"path_id": _guided(cast).pk},
        only("administrator", status=302),
        "post",
    ),
]
