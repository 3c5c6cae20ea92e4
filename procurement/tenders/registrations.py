"""What tenders hang into the core's registries: rules, files, search, navigation, words of the history."""

from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import access, files
from portal.core.models import StoredFile
from portal.core.registries import OWN, PUBLIC, STAFF, TRADING, register_nav
from portal.core.retention import Kept, Then, keep
from portal.core.retention_lines import FOR_GOOD
from portal.core.rule_book import TITLES
from portal.core.search import register_index
from portal.people.history import register_history
from portal.people.roles import Role
from procurement import fixed
from procurement.fixed import Fixed
from procurement.tenders import exports, jobs, notices, policies  # noqa: F401 - jobs and templates register themselves
from procurement.tenders.actions.papers import FILE_KIND
from procurement.tenders.lifecycle import BOND, FAILED_LOT, TENDER
from procurement.tenders.models import Document, Notice, Opinion, Project, Question
from procurement.tenders.rules import TENDER_RULES

READERS = {role.value for role in (Role.PROCUREMENT_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)}


def connect() -> None:
    """Called once, in the app's ready()."""
    _fix_rows()
    TITLES.update({one.code: one.title for one in TENDER_RULES})
    register_index("tenders.Project")
    keep(
        Kept(
            "tenders.files", _("Files of tenders: documents, bids, evaluation, contract"), FOR_GOOD,
            _("Government Procurement Law, article 42: at least fifteen years after the procurement"), Then.KEPT,
        )
    )  # fmt: skip
    files.register_policy(FILE_KIND, may_read)
    access.register_stream("tenders.project", _("Tender"))
    access.register_stream("tenders.bond", _("Bid bond"), link=lambda pk: reverse("tenders:bond-one", args=[pk]))
    access.register_stream("tenders.failedlot", _("Failed lot"))
    access.register_stream("tenders.notice", _("Notice of a tender"))
    access.register_words({f"file:{FILE_KIND}": _("Tender document"), "tender:downloads": _("Who took the documents")})
    exports.register()
    register_nav(PUBLIC, _("My tenders"), "tenders:mine", {"agent"}, order=48, group=OWN)
    register_nav(STAFF, _("Tenders"), "tenders:desk", READERS, order=64, group=TRADING)
    register_nav(STAFF, _("Bid bonds"), "tenders:bonds", READERS, order=65, group=TRADING)
    register_nav(STAFF, _("Failed lots"), "tenders:failed-lots", READERS, order=66, group=TRADING)
    register_history(
        {
            "tender.registered": pgettext_lazy("history", "Tender registered"),
            "tender.rewritten": pgettext_lazy("history", "Registration corrected"),
            "tender.documents_added": pgettext_lazy("history", "Documents added"),
            "tender.document_withdrawn": pgettext_lazy("history", "Document taken out"),
            "notice.put_up": pgettext_lazy("history", "Notice published"),
            "tender.asked": pgettext_lazy("history", "Question asked"),
            "bond.declared": pgettext_lazy("history", "Bond declared"),
            "bond.not_needed": pgettext_lazy("history", "Goes back as soon as it is confirmed"),
            "bond.not_decided": pgettext_lazy("history", "Goes back as soon as it is decided on"),
            "bond.needed_again": pgettext_lazy("history", "Needed again"),
            "bond.marked": pgettext_lazy("history", "To be decided before the bond goes back"),
            "bond.not_verified": pgettext_lazy("history", "Bond not recognised by the provider"),
            **{f"tender.{code}": step.told for code, step in TENDER.transitions.items()},
            "tender.lot_failed": pgettext_lazy("history", "Lot failed"),
            "tender.lot_lifted": pgettext_lazy("history", "Lot back in the evaluation"),
            "failed_lot.failed": pgettext_lazy("history", "Lot failed"),
            **{f"failed_lot.{code}": step.told for code, step in FAILED_LOT.transitions.items()},
            **{f"bond.{code}": step.told for code, step in BOND.transitions.items()},
        }
    )


def may_read(user: Any, file: StoredFile) -> bool:
    """Inside: the trading centre, the buyer, the agency. Bidders take documents by their own address, which counts."""
    project = Project.objects.filter(pk=file.stream_id or 0).first()
    return project is not None and policies.may_open(user, project)


def _fix_rows() -> None:
    """What stands still between two steps of a tender; how often a document was taken is no part of it."""
    fixed.register(
        Notice,
        Fixed(columns=("kind", "text", "published_at", "deadline_before", "deadline_after"), number="project__number"),
    )
    of_project: dict[type[Model], tuple[str, ...]] = {
        Document: ("project_id", "kind", "file_id", "file__sha256", "file__name", "added_at", "withdrawn_at"),
        Opinion: ("project_id", "verdict", "text", "by_name", "at"),
        Question: (
            "project_id", "organisation_id", "asked_by_id", "text", "asked_at", "answer", "answered_at",
            "changes_documents",
        ),
    }  # fmt: skip
    for model, columns in of_project.items():
        fixed.register(model, Fixed(columns=columns, number="project__number", stream=Project))
