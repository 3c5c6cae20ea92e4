"""What is new, as Atom: public notices, and changes of the datasets."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.core.centre import centre
from portal.core.datasets import dataset
from portal.supervision.opengov.catalogue import absolute
from portal.supervision.opengov.models import DatasetEdition
from portal.supervision.opengov.registers import latest_notices, notice_url

ENTRIES = 50
KEPT_SECONDS = 300


def _feed(title: str, page: str, own: str) -> Atom1Feed:
    return Atom1Feed(
        title=f"{title} - {centre().site_name}",
        link=absolute(page),
        description="",
        feed_url=absolute(own),
        language="zh-Hans" if (get_language() or "zh").startswith("zh") else "en",
        author_name=centre().centre_name,
    )


def _answer(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def notices(_request: HttpRequest) -> HttpResponse:
    """The last notices of public tenders; one query."""
    feed = _feed(_("Public notices"), reverse("tenders:list"), reverse("opengov:notices"))
    for one in latest_notices(ENTRIES):
        feed.add_item(
            title=_without_controls(f"{one.get_kind_display()}: {one.project.title}"),
            link=absolute(notice_url(one)),
            unique_id=f"{absolute(notice_url(one))}#notice-{one.pk}",
            description=_without_controls(one.text),
            pubdate=one.published_at,
            updateddate=one.published_at,
        )
    return _answer(feed)


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def changes(_request: HttpRequest) -> HttpResponse:
    """The datasets whose rows changed last; one query."""
    feed = _feed(_("Changes of open data"), reverse("opengov:catalogue"), reverse("opengov:changes"))
    for one in _known(DatasetEdition.objects.order_by("-changed_at", "-pk")[:ENTRIES]):
        found = dataset(one.code)
        address = absolute(reverse("opengov:dataset", args=[one.code]))
        feed.add_item(
            title=str(found.title) if found else one.code,
            link=address,
            unique_id=f"{address}#edition-{one.pk}",
            description=str(found.about) if found else "",
            pubdate=one.changed_at,
            updateddate=one.changed_at,
        )
    return _answer(feed)


def _known(rows: Iterable[DatasetEdition]) -> Iterable[DatasetEdition]:
    return (one for one in rows if dataset(one.code) is not None)


def _without_controls(text: str) -> str:
    """XML holds no control characters."""
    return "".join(one for one in text if one in "\t\n\r" or ord(one) >= 32)
