"""Which lists can be exported: their columns, their rows for a person and filters, and who may ask."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from portal.core.access import register_words
from portal.core.errors import NotFound
from portal.core.identity import mask_address, mask_name, mask_phone, mask_resident

if TYPE_CHECKING:
    from portal.people.models import User

Text = str | Promise
# text; day; moment in Shanghai; whole number; number with a fraction; money in fen; a share from 0 to 1.
KINDS = ("text", "date", "moment", "integer", "decimal", "money", "percent")
FORMATS = ("xlsx", "csv")  # of every list that names none
MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "identity": mask_resident,
    "address": mask_address,
}
Rows = Callable[["User", QueryDict], "QuerySet[Any]"]
Filters = Callable[["User", QueryDict], Sequence[tuple[Text, Text]]]
Prepare = Callable[["User", QueryDict, "list[Any]"], None]
Total = Callable[["User", QueryDict], Any]


@dataclass(frozen=True)
class Column:
    """One column: its head, where its value comes from, its kind, and the mask of personal data."""

    title: Text
    value: str | Callable[[Any], Any]
    kind: str = "text"
    personal: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.title}: no column is of the kind {self.kind}")
        if self.personal and self.personal not in MASKS:
            raise ValueError(f"{self.title}: no mask is called {self.personal}")

    def read(self, row: Any) -> Any:
        """The value in this row; None where the path breaks off (no clerk yet, no organisation)."""
        if callable(self.value):
            return self.value(row)
        try:
            return attrgetter(self.value)(row)
        except (AttributeError, ObjectDoesNotExist):
            return None

    def masked(self, value: Any) -> Any:
        return MASKS[self.personal](str(value)) if self.personal and value not in (None, "") else value


@dataclass(frozen=True)
class Opening:
    """Who may have personal columns in clear: `offered(user)` shows the choice, `opens(user, row)` decides each row."""

    offered: Callable[["User"], bool]
    opens: Callable[["User", Any], bool]


@dataclass(frozen=True)
class Export:
    """One list that can be exported."""

    code: str
    title: Text
    columns: Sequence[Column]
    queryset: Rows
    policy: Callable[["User"], bool]
    filters: Filters | None = None
    personal: Opening | None = None
    prepare: Prepare | None = None
    formats: Sequence[str] = FORMATS
    total: Total | None = None

    @property
    def has_personal(self) -> bool:
        return any(column.personal for column in self.columns)

    def offers_opening(self, user: "User") -> bool:
        """Whether this person may ask for the personal columns in clear."""
        return self.has_personal and self.personal is not None and self.personal.offered(user)

    def described(self, user: "User", params: QueryDict) -> list[tuple[str, str]]:
        """The filters in words; by default each as it stands in the address."""
        if self.filters is not None:
            return [(str(label), str(value)) for label, value in self.filters(user, params)]
        return [(name, ", ".join(params.getlist(name))) for name in params if params.get(name)]


_exports: dict[str, Export] = {}


def register_export(
    code: str,
    *,
    title: Text,
    columns: Sequence[Column],
    queryset: Rows,
    policy: Callable[["User"], bool],
    filters: Filters | None = None,
    personal: Opening | None = None,
    prepare: Prepare | None = None,
    formats: Sequence[str] = FORMATS,
    total: Total | None = None,
) -> Export:
    """Make a list exportable; registering the code again replaces the entry. See the package for a how-to."""
    _exports[code] = Export(code, title, tuple(columns), queryset, policy, filters, personal, prepare, formats, total)
    register_words({f"export:{code}": title})
    return _exports[code]


def exports() -> dict[str, Export]:
    return dict(_exports)


def export_named(code: str, user: Any) -> Export:
    """The export of this code that the person may ask for. Raises NotFound, for a missing and a forbidden one alike."""
    export = _exports.get(code)
    if export is None or not export.policy(user):
        raise NotFound()
    return export
