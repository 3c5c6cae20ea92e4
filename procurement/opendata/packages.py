"""Packages of releases and records as text: the releases stand in the database as they are sent, nothing is read anew."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from procurement.opendata.exact import moment, written
from procurement.opendata.models import Process, Release

VERSION = "1.1"
# Details and statistics of bids are not in the standard's core.
BIDS_EXTENSION = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/master/extension.json"
)


def absolute(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path


def _head(uri: str, published: str) -> dict[str, Any]:
    return {
        "uri": uri,
        "version": VERSION,
        "extensions": [BIDS_EXTENSION],
        "publishedDate": published,
        "publisher": {"name": settings.CENTRE_NAME, "uri": absolute("/")},
        "license": settings.OCDS_LICENSE,
        "publicationPolicy": absolute(reverse("opendata:about")),
    }


def _package(head: Mapping[str, Any], name: str, inner: Iterable[str], links: Mapping[str, str]) -> str:
    members = [written(head)[1:-1], f'"{name}":[{",".join(inner)}]']
    if links:
        members.append(f'"links":{written(links)}')
    return "{" + ",".join(members) + "}"


def release_package(uri: str, published: str, releases: Iterable[Release], links: Mapping[str, str]) -> str:
    """Releases as they were written."""
    return _package(_head(uri, published), "releases", (one.body for one in releases), links)


def record_package(uri: str, published: str, records: Iterable[str], links: Mapping[str, str]) -> str:
    return _package(_head(uri, published), "records", records, links)


def release_address(release: Release, ocid: str) -> str:
    """Where a release is found: the package of its process, by the release's own name."""
    return f"{absolute(reverse('opendata:process-releases', args=[ocid]))}#{release.release_id}"


def compiled(process: Process) -> str:
    """The compiled release: the standard's merge of all releases."""
    at = moment(process.changed_at)
    head = {
        "ocid": process.ocid,
        "id": f"{process.ocid}-{at}",
        "date": at,
        "tag": ["compiled"],
        "initiationType": "tender",
    }
    inner = process.sections[1:-1]
    return "{" + ",".join([written(head)[1:-1], *([inner] if inner else [])]) + "}"


def record(process: Process, releases: Iterable[Release], *, whole: bool) -> str:
    """A record: the compiled release, and its releases themselves (`whole`) or where they are found."""
    if whole:
        listed = [one.body for one in releases]
    else:
        listed = [
            written({"url": release_address(one, process.ocid), "date": moment(one.released_at), "tag": one.tag_list})
            for one in releases
        ]
    return f'{{"ocid":{written(process.ocid)},"releases":[{",".join(listed)}],"compiledRelease":{compiled(process)}}}'


def lines(texts: Iterable[str]) -> Iterator[str]:
    """One JSON document a line."""
    for text in texts:
        yield text + "\n"
