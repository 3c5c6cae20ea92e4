"""What never changes again, kept by the process: form and materials of published versions."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from approvals.catalogue.formdef import FormDefinition
from approvals.catalogue.models import ItemVersion, Material

if TYPE_CHECKING:
    from approvals.cases.models import Case

KEPT_VERSIONS = 2000


@dataclass(frozen=True)
class Asked:
    """What a version asks for: its form, if it has one, and its materials in order."""

    definition: FormDefinition | None
    materials: tuple[Material, ...]

    def material(self, code: str) -> Material | None:
        return next((one for one in self.materials if one.code == code), None)


def asked_by(version: ItemVersion) -> Asked:
    """Two queries for a version that this process has not met yet, none afterwards: published versions are frozen."""
    if version.state == ItemVersion.State.DRAFT:
        return _read(version.pk)
    return _remembered(version.pk, version.item_id)


def _read(version_id: int) -> Asked:
    version = ItemVersion.objects.select_related("form").get(pk=version_id)
    definition = FormDefinition.parse(version.form.definition) if version.form else None
    return Asked(definition, tuple(version.materials.order_by("order", "pk")))


@lru_cache(maxsize=KEPT_VERSIONS)
def _remembered(version_id: int, _item_id: int) -> Asked:
    return _read(version_id)


def forget() -> None:
    """For tests, which give numbers twice."""
    _remembered.cache_clear()


def asked_of(case: "Case") -> Asked:
    """The same for a case; nothing where it has no version."""
    return asked_by(case.version) if case.version is not None else Asked(None, ())
