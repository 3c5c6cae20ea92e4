"""What open data hang into the pages below: on a deal the way to its tender, on a tender the way to its record."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from portal.core.registries import register_panel
from procurement.models import Deal
from procurement.opendata.facts import OWN
from procurement.opendata.models import Process
from procurement.tenders.models import Project


def connect() -> None:
    """Called in `ready()`."""
    register_panel("procurement.deal", "opendata", deal_panel, order=50)
    register_panel("procurement.ways", "opendata", way, order=50)
    register_panel("tenders.tender", "opendata", tender_panel, order=90)


def deal_panel(request: HttpRequest, deal: Deal) -> str:
    """A deal of a tender of this portal: its notices, its award and its record. Two queries, none for others."""
    if deal.source != OWN:
        return ""
    number = deal.external_id.rpartition("/")[0]
    project = Project.objects.public().filter(number=number).first()
    if project is None:
        return ""
    context = {"tender": project, "process": Process.objects.defer("sections").filter(project=project).first()}
    return render_to_string("opendata/_deal.html", context, request=request)


def tender_panel(request: HttpRequest, project: Project) -> str:
    """On the public page of a tender, once anything was published of it."""
    process = Process.objects.defer("sections").filter(project=project).first()
    return render_to_string("opendata/_tender.html", {"process": process}, request=request) if process else ""


def way(request: HttpRequest, _nothing: None) -> str:
    return render_to_string("opendata/_way.html", {}, request=request)
