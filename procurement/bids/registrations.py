"""What bids hang into the core's registries: rules, files, papers, pages of others, words of the history."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access, documents, files
from portal.core.documents import Shelf
from portal.core.models import StoredFile
from portal.core.registries import STAFF, TRADING, register_nav
from portal.core.rule_book import TITLES
from portal.people.history import register_history
from portal.people.roles import Role
from procurement.bidders.policies import may_manage_trading, may_see_trading
from procurement.bids import faces, jobs, notices, policies  # noqa: F401 - templates register themselves
from procurement.bids.actions.joint import AGREEMENT_KIND
from procurement.bids.actions.submitting import ENVELOPE_KIND
from procurement.bids.lifecycle import OPENING
from procurement.bids.models import Consortium, OpenedBid, Opening
from procurement.bids.querysets import OPEN_STATES
from procurement.bids.reading import DOCUMENT_KIND
from procurement.bids.rules import BID_RULES

STREAM = "bids.opening"
READERS = {role.value for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}


def connect() -> None:
    """Called once, in the app's ready()."""
    TITLES.update({one.code: one.title for one in BID_RULES})
    jobs.connect()
    faces.connect()
    files.register_policy(ENVELOPE_KIND, nobody)
    files.register_policy(DOCUMENT_KIND, may_read_document)
    files.register_policy(AGREEMENT_KIND, may_read_agreement)
    documents.register_shelf(Shelf(STREAM, visible=readable, may_read=may_read_record, may_manage=may_manage_record))
    access.register_stream(STREAM, _("Opening of bids"))
    access.register_words(
        {
            f"file:{DOCUMENT_KIND}": _("Document of an opened bid"),
            f"file:{AGREEMENT_KIND}": _("Agreement of a consortium"),
        }
    )
    register_nav(STAFF, _("Openings"), "bids:openings", READERS, order=66, group=TRADING)
    register_nav(STAFF, _("My opening key"), "bids:keys", {Role.PROCUREMENT_OFFICER.value}, order=67, group=TRADING)
    register_history(
        {
            "opening.named": pgettext_lazy("history", "Opening officers named"),
            "opening.part": pgettext_lazy("history", "Part of the key entered"),
            "opening.bid_opened": pgettext_lazy("history", "Bid opened"),
            "opening.bid_uncovered": pgettext_lazy("history", "Outer layer of a bid opened"),
            "opening.key_given": pgettext_lazy("history", "Bid decrypted by its bidder"),
            "opening.outage": pgettext_lazy("history", "Outage within the decryption window"),
            "opening.judged_anew": pgettext_lazy("history", "Judged anew after the opening"),
            "opening.confirmed": pgettext_lazy("history", "Record confirmed by a bidder"),
            "opening.objected": pgettext_lazy("history", "Objection raised"),
            "opening.answered": pgettext_lazy("history", "Objection answered"),
            "opening_key.registered": pgettext_lazy("history", "Opening key registered"),
            "opening_key.proved": pgettext_lazy("history", "Opening key tried"),
            "opening_key.ended": pgettext_lazy("history", "Opening key given up"),
            "consortium.proposed": pgettext_lazy("history", "Consortium proposed"),
            "consortium.agreement": pgettext_lazy("history", "Agreement handed in"),
            "consortium.agreed": pgettext_lazy("history", "A member agreed"),
            "consortium.declined": pgettext_lazy("history", "A member declined"),
            "consortium.replaced": pgettext_lazy("history", "Replaced by the next version of the agreement"),
            "consortium.dissolved": pgettext_lazy("history", "Consortium dissolved"),
            "bid.submitted": pgettext_lazy("history", "Bid received"),
            "bid.withdrawn": pgettext_lazy("history", "Bid withdrawn"),
            **{f"opening.{code}": step.told for code, step in OPENING.transitions.items()},
        }
    )


def nobody(_user: Any, _file: StoredFile) -> bool:
    """Sealed bids are read by the opening only."""
    return False


def may_read_document(user: Any, file: StoredFile) -> bool:
    rows = OpenedBid.objects.select_related("lot__project__opening", "bidder")
    bid = rows.filter(pk=file.stream_id or 0).first()
    return bid is not None and policies.may_read_bid_documents(user, bid)


def may_read_agreement(user: Any, file: StoredFile) -> bool:
    one = Consortium.objects.select_related("project__opening").filter(pk=file.stream_id or 0).first()
    return one is not None and policies.may_read_agreement(user, one)


def readable(user: Any) -> Any:
    """The openings whose record somebody reads inside; the public reads what it says on the opening's page."""
    rows = Opening.objects.filter(state__in=OPEN_STATES)
    if not may_see_trading(user):
        from procurement.tenders.models import Project

        own = OpenedBid.objects.filter(bidder__organisation__memberships__user=user.pk)
        rows = rows.filter(project__in=Project.objects.of_party(user)) | rows.filter(
            project__in=own.values("lot__project")
        )
    return rows.values("pk")


def may_read_record(user: Any, opening_id: int) -> bool:
    return Opening.objects.filter(pk=opening_id, pk__in=readable(user)).exists()


def may_manage_record(user: Any, _opening_id: int) -> bool:
    return may_manage_trading(user)
