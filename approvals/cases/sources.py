"""Other ways to bring a material than an upload: what rooms above offer beside each material of a draft.

A source gives a piece of page for one material (a certificate that the applicant holds, with the way to give it), or
"" for nothing. It reads only; what it leads to is an action of its own room, which hangs a file into the draft.
"""

from collections.abc import Callable

from django.http import HttpRequest

from approvals.cases.draft import Brought
from approvals.cases.models import Case

Source = Callable[[HttpRequest, Case, Brought], str]
_sources: dict[str, Source] = {}


def register_source(key: str, source: Source) -> None:
    """From now on `source` is asked about each material of a page of uploads. Called in an app's `ready()`."""
    _sources[key] = source


def ways(request: HttpRequest | None, case: Case, row: Brought) -> list[str]:
    """What the rooms above offer for a material; nothing for papers that no item names."""
    if request is None or row.material is None:
        return []
    return [html for _key, source in sorted(_sources.items()) if (html := source(request, case, row))]
