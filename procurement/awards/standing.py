"""Who may file which remedy, and until when: every refusal says which way is the right one.

Tendering law: objections (regulation art. 22, 44, 54), complaints art. 60 and 61. Government procurement: queries and
complaints (Government Procurement Law art. 52 to 58; the measures on queries and complaints).
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.core.errors import DomainError
from portal.core.rules import rule
from portal.core.templatetags.portal import day as written
from portal.core.time import local_date
from procurement.awards import limits, rules
from procurement.awards.models import Remedy
from procurement.bids.models import OpenedBid
from procurement.tenders.actions.papers import last_question_on
from procurement.tenders.models import Project

Kind, Stage = Remedy.Kind, Remedy.Stage


class NotAdmissible(DomainError):
    """The remedy cannot be filed so: the sentence says why, and which way is open."""

    code = "not_admissible"
    status = 409


@dataclass(frozen=True)
class Window:
    """From when until when something may be filed, both days included."""

    first: dt.date
    last: dt.date
    source: str


def first_kind(project: Project) -> str:
    """What comes before a complaint."""
    return Kind.QUERY if limits.is_government(project) else Kind.OBJECTION


def check(project: Project, organisation_id: int, kind: str, stage: str, prior: Remedy | None, day: dt.date) -> None:
    """Raises NotAdmissible with the reason and the right way. The tender is locked."""
    if organisation_id in (project.buyer_id, project.agency_id):
        raise NotAdmissible(_("The buyer and its agency answer objections and queries; they cannot file them here."))
    if kind == Kind.COMPLAINT:
        _check_complaint(project, organisation_id, stage, prior, day)
        return
    if kind != first_kind(project):
        raise NotAdmissible(_wrong_law(project))
    _check_concerned(project, organisation_id, stage)
    window = window_of(project, organisation_id, stage)
    if window is None:
        raise NotAdmissible(_not_yet(project, stage))
    _check_days(window, day)


def _wrong_law(project: Project) -> str:
    if limits.is_government(project):
        return _(
            "In government procurement the way is a query (质疑) to the buyer within seven working days, not an objection."
            " Please file a query."
        )
    return _(
        "Under the tendering law the way is an objection (异议) to the tenderer, not a query. Please file an objection."
    )


def _check_concerned(project: Project, organisation_id: int, stage: str) -> None:
    """Bidders; on the documents, and under the tendering law on the result, also who took the documents."""
    bid = OpenedBid.objects.filter(lot__project=project, bidder__organisation=organisation_id).exists()
    took = project.downloads.filter(organisation=organisation_id).exists()
    if stage == Stage.OPENING or (stage == Stage.RESULT and limits.is_government(project)):
        if not bid:
            raise NotAdmissible(
                _("Only firms whose bid was opened can raise this. Your organisation did not bid here.")
            )
    elif not bid and not took:
        raise NotAdmissible(
            _("Only firms that took the documents of this tender or bid for it are concerned and can raise this.")
        )


def _not_yet(project: Project, stage: str) -> str:
    if stage == Stage.OPENING:
        return _("Objections to the opening are raised on the day of the opening itself.")
    if limits.is_government(project):
        return _("The result has not been announced yet. A query on it can be filed as soon as it is.")
    return _("Objections to the result are taken while the candidates are public. They are not public now.")


def _check_days(window: Window, day: dt.date) -> None:
    if day < window.first:
        raise NotAdmissible(_("This can be filed from %(first)s on.") % {"first": written(window.first)})
    if day > window.last:
        raise NotAdmissible(
            _("The time for this ended on %(last)s (%(source)s). What comes later is not taken.")
            % {"last": written(window.last), "source": window.source}
        )


def window_of(project: Project, organisation_id: int | None, stage: str) -> Window | None:
    """The days for an objection or a query; None where nothing can be raised (yet)."""
    if project.announced_on is None or project.deadline_at is None:
        return None
    if limits.is_government(project):
        return _query_window(project, organisation_id, stage)
    opening = local_date(project.deadline_at)
    if stage == Stage.DOCUMENTS:
        found = rule("tender.objection_days", project.announced_on)
        return Window(project.announced_on, last_question_on(project), found.display_source)
    if stage == Stage.OPENING:
        found = rule(rules.T_ANSWER, opening)
        return Window(opening, opening, found.display_source) if project.state in ("closed", "opened") else None
    procedure = getattr(project, "procedure", None)
    if procedure is None or procedure.published_on is None or procedure.stage == procedure.Stage.REOPENED:
        return None
    source = rule(rules.PUBLICITY, procedure.published_on).display_source
    return Window(procedure.published_on, procedure.public_until_on, source)


def _query_window(project: Project, organisation_id: int | None, stage: str) -> Window | None:
    """Seven working days from when the firm knew: it had the documents, saw the opening, or the announcement ended."""
    base: dt.date | None = None
    if stage == Stage.DOCUMENTS:
        taken = (
            project.downloads.filter(organisation=organisation_id).order_by("at").values_list("at", flat=True).first()
        )
        base = local_date(taken) if taken else project.announced_on
    elif stage == Stage.OPENING:
        passed = project.state not in ("announced", "receiving", "registered", "reviewed", "sent_back")
        base = local_date(project.deadline_at) if passed and project.deadline_at else None
    else:
        procedure = getattr(project, "procedure", None)
        announced = procedure.announced_on if procedure else None
        if announced:
            found = rule(rules.G_QUERY, announced)
            last = limits.end_of(rules.G_QUERY, limits.query_base(announced))
            return Window(announced, last, found.display_source)
    if base is None:
        return None
    return Window(base, limits.end_of(rules.G_QUERY, base), rule(rules.G_QUERY, base).display_source)


# --- complaints ---------------------------------------------------------------------------------------------------------


def prior_of(project: Project, organisation_id: int, stage: str) -> Remedy | None:
    """The latest objection or query of the firm on the same thing."""
    rows = Remedy.objects.filter(project=project, organisation=organisation_id, stage=stage)
    return rows.filter(kind=first_kind(project)).exclude(state="withdrawn").order_by("-filed_at", "-pk").first()


def answer_due(remedy: Remedy) -> dt.date:
    """By when an objection or query has, or had, to be answered."""
    code = rules.G_ANSWER if remedy.kind == Kind.QUERY else rules.T_ANSWER
    return limits.end_of(code, remedy.filed_on)


def complaint_window(prior: Remedy, project: Project) -> Window:
    """Tendering law: ten days from the answer, or from the day on which it was due. Government procurement: fifteen
    working days after the time for the answer ended."""
    due = answer_due(prior)
    answered = prior.ended_on if prior.state == "answered" else None
    first = answered or due + dt.timedelta(days=1)
    if limits.is_government(project):
        return Window(first, limits.end_of(rules.G_COMPLAINT, due), rule(rules.G_COMPLAINT, due).display_source)
    base = answered or due
    return Window(first, limits.end_of(rules.T_COMPLAINT, base), rule(rules.T_COMPLAINT, base).display_source)


def _check_complaint(project: Project, organisation_id: int, stage: str, prior: Remedy | None, day: dt.date) -> None:
    if prior is None:
        if limits.is_government(project):
            raise NotAdmissible(
                _("A complaint comes after a query: file a query (质疑) on the same matter with the buyer first.")
            )
        raise NotAdmissible(
            _(
                "A complaint comes after an objection: raise an objection (异议) on the same matter with the tenderer first."
            )
        )
    window = complaint_window(prior, project)
    if prior.state == "filed" and day < window.first:
        raise NotAdmissible(
            _(
                "%(number)s has not been answered yet; the answer is due by %(due)s. Complain if it does not come, or if it"
                " does not content you."
            )
            % {"number": prior.number, "due": written(answer_due(prior))}
        )
    _check_days(window, day)
