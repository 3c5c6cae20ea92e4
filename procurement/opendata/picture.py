"""A tender in the words of the Open Contracting Data Standard 1.1.5: planning, tender, and who takes part.

Only what its public pages show, and less: no contact, no person, no free text of a notice. Written in Chinese.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from portal.people.models import Organisation
from procurement.evaluation.models import Sheet
from procurement.models import Category, Method
from procurement.opendata import results
from procurement.opendata.exact import day_end, midnight, moment, value
from procurement.opendata.facts import Facts, facts_of
from procurement.opendata.models import Process
from procurement.opendata.parties import Parties
from procurement.tenders.actions.papers import last_question_on
from procurement.tenders.models import Document, Notice, Project

Section = dict[str, Any]
METHODS = {
    Method.OPEN: "open", Method.INVITED: "selective", Method.NEGOTIATION: "limited", Method.CONSULTATION: "limited",
    Method.INQUIRY: "limited", Method.SINGLE: "direct",
}  # fmt: skip
CATEGORIES = {Category.CONSTRUCTION: "works", Category.INTERMEDIARY: "services"}
CRITERIA = {
    Sheet.Method.LOWEST: "priceOnly", Sheet.Method.COMPREHENSIVE: "ratedCriteria",
    Sheet.Method.BENCHMARK: "ratedCriteria", Sheet.Method.QUALITATIVE: "qualityOnly",
}  # fmt: skip
STATUS = {
    "awarded": "complete", "contracted": "complete", "completed": "complete", "failed": "unsuccessful",
    "repeated": "unsuccessful", "terminated": "cancelled",
}  # fmt: skip
NOTICES = {
    Notice.Kind.TENDER: "tenderNotice", Notice.Kind.CHANGE: "clarifications", Notice.Kind.CANDIDATES: "awardNotice",
    Notice.Kind.RESULT: "awardNotice", Notice.Kind.CONTRACT: "contractNotice", Notice.Kind.REMEDY: "complaints",
    Notice.Kind.FAILED: "cancellationDetails", Notice.Kind.TERMINATED: "cancellationDetails",
}  # fmt: skip
DOCUMENTS = {Document.Kind.TENDER: "biddingDocuments", Document.Kind.DRAWING: "technicalSpecifications"}


def picture(project: Project) -> Section:
    """All that is public of a tender now, by section of a release."""
    with override("zh-hans"):
        facts = facts_of(project)
        parties = Parties()
        said: Section = {
            "buyer": parties.named(project.buyer, "buyer"),
            "planning": _planning(facts),
            "tender": _tender(facts, parties),
            "bids": results.bids(facts, parties),
            "awards": results.awards(facts, parties),
            "contracts": results.contracts(facts, parties),
            "language": "zh",
            "relatedProcesses": _related(project),
        }
    return {"parties": parties.listed(), **{name: section for name, section in said.items() if section}}


def ceiling_fen(lot: Any) -> int:
    """What savings of a lot are counted from: the control price, else the budget."""
    return lot.control_price_fen if lot.control_price_fen is not None else lot.budget_fen


def _planning(facts: Facts) -> Section:
    project = facts.project
    budget = {"amount": value(project.budget_fen), "project": project.title, "projectID": project.number}
    return {"budget": budget}


def _tender(facts: Facts, parties: Parties) -> Section:
    project = facts.project
    entity: Organisation = project.agency or project.buyer
    tender: Section = {
        "id": project.number,
        "title": project.title,
        "description": project.summary,
        "status": STATUS.get(project.state, "active"),
        "procuringEntity": parties.named(entity, "procuringEntity"),
        "items": [_item(lot) for lot in facts.lots],
        "value": value(sum(ceiling_fen(lot) for lot in facts.lots)),
        "procurementMethod": METHODS.get(Method(project.method)),
        "procurementMethodDetails": project.get_method_display(),
        "mainProcurementCategory": _bought(facts),
        "awardCriteria": _criteria(facts),
        "submissionMethod": ["electronicSubmission"],
        "tenderPeriod": _tender_period(project),
        "enquiryPeriod": _enquiry_period(project),
        "hasEnquiries": facts.answered,
        "eligibilityCriteria": project.qualification,
        "documents": _documents(facts),
        "amendments": [_amendment(one) for one in facts.notices if one.kind == Notice.Kind.CHANGE],
    }
    if facts.opening is not None:
        tenderers = [parties.named(one, "tenderer") for one in _tenderers(facts)]
        # Firms that bid together are one bidder, and each of them is a tenderer.
        tender |= {"numberOfTenderers": len({bid.bidder_id for bid in facts.bids}), "tenderers": tenderers}
    return {name: one for name, one in tender.items() if one not in (None, "", [], {})}


def _item(lot: Any) -> Section:
    """A lot as an item: the standard's core knows no lots, and awards name what they are for by its items."""
    return {
        "id": str(lot.number), "description": lot.name, "quantity": 1,
        "unit": {"name": "标段（包）", "value": value(ceiling_fen(lot))},
    }  # fmt: skip


def _bought(facts: Facts) -> str | None:
    """Goods, works or services, where the sheets or the category say so; otherwise nothing is made up."""
    objects = {sheet.object for sheet in facts.sheets}
    return objects.pop() if len(objects) == 1 else CATEGORIES.get(Category(facts.project.category))


def _criteria(facts: Facts) -> str | None:
    found = {CRITERIA[Sheet.Method(sheet.method)] for sheet in facts.sheets}
    return found.pop() if len(found) == 1 else None


def _tender_period(project: Project) -> Section:
    assert project.documents_from_on and project.deadline_at  # noqa: S101 - a check constraint holds it
    return {"startDate": midnight(project.documents_from_on), "endDate": moment(project.deadline_at)}


def _enquiry_period(project: Project) -> Section:
    assert project.announced_at  # noqa: S101 - what is not announced is not published
    return {"startDate": moment(project.announced_at), "endDate": day_end(last_question_on(project))}


def page_of(project: Project) -> str:
    """The absolute address of the tender's public page."""
    return settings.SITE_URL.rstrip("/") + reverse("tenders:tender", args=[project.number])


def _documents(facts: Facts) -> list[Section]:
    """Notices and papers, all at the tender's page: papers are handed out there, and who took them is written down."""
    address = page_of(facts.project)
    papers = [
        {
            "id": f"document-{one.pk}", "documentType": DOCUMENTS.get(Document.Kind(one.kind), "clarifications"),
            "title": one.get_kind_display(), "url": address, "format": one.file.mime, "language": "zh",
            "datePublished": moment(max(one.added_at, facts.project.announced_at or one.added_at)),
        }
        for one in facts.documents
    ]  # fmt: skip
    notices = [
        {
            "id": f"notice-{one.pk}", "documentType": NOTICES[Notice.Kind(one.kind)], "title": one.get_kind_display(),
            "url": address, "format": "text/html", "language": "zh", "datePublished": moment(one.published_at),
        }
        for one in facts.notices
    ]  # fmt: skip
    return papers + notices


def _amendment(notice: Notice) -> Section:
    moved = ""
    if notice.deadline_before and notice.deadline_after:
        moved = f"：投标截止时间由 {moment(notice.deadline_before)} 变更为 {moment(notice.deadline_after)}"
    told = f"{notice.get_kind_display()}{moved}"
    return {"id": f"notice-{notice.pk}", "date": moment(notice.published_at), "description": told}


def _tenderers(facts: Facts) -> list[Organisation]:
    return list({one.pk: one for bid in facts.bids for one in facts.firms(bid.lot_id, bid.bidder)}.values())


def _related(project: Project) -> list[Section]:
    """A repeated tender names the one that failed, wholly or in a lot, and that one names what repeats it."""
    before = project.repeats
    known = getattr(before, "process", None) if before is not None else None
    found = []
    if before is not None and known is not None:
        found.append(_named("1", "unsuccessfulProcess", before, known.ocid))
    following = Process.objects.filter(project__repeats=project).select_related("project").order_by("pk")
    for n, one in enumerate(following, start=1):
        found.append(_named(f"after-{n}", "replacementProcess", one.project, one.ocid))
    return found


def _named(name: str, relationship: str, project: Project, ocid: str) -> Section:
    return {
        "id": name, "relationship": [relationship], "title": project.title, "scheme": "ocid", "identifier": ocid,
    }  # fmt: skip
