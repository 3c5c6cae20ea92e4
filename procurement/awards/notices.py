"""What bidders, buyers, agencies, officers and supervisors are told after the evaluation."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.models import Event
from portal.core.notifications import Template, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role
from procurement.awards.models import Contract, Payment, Penalty, Procedure, Remedy, ResultNotice
from procurement.bidders.agents import people_of
from procurement.tenders.models import Project
from procurement.tenders.notices import officers, party


def _template(code: str, subject: Any, body: Any, *placeholders: str) -> Template:
    return register(Template(f"awards.{code}", subject, body, {"title", "number", *placeholders}))


PUBLISHED = _template(
    "published",
    _("Candidates of “%(title)s” are public"),
    _("The candidates of %(number)s “%(title)s” are public until %(until)s. Objections are taken until then."),
    "until",
)
WON = _template(
    "won",
    _("Your organisation won “%(title)s”"),
    _("Your organisation won %(lot)s of %(number)s “%(title)s”. Please sign the contract by %(due)s."),
    "lot", "due",
)  # fmt: skip
LOST = _template(
    "lost",
    _("The result of “%(title)s”"),
    _("%(lot)s of %(number)s “%(title)s” went to %(winner)s. Reason for your organisation: %(reason)s"),
    "lot", "winner", "reason",
)  # fmt: skip
TAKEN_BACK = _template(
    "taken_back",
    _("The award of “%(title)s” was taken back"),
    _("The award of %(lot)s in %(number)s “%(title)s” was taken back. Reason: %(reason)s"),
    "lot", "reason",
)  # fmt: skip
FILED = _template(
    "remedy_filed",
    _("%(kind)s on “%(title)s”"),
    _("%(remedy)s has been filed on %(number)s “%(title)s”. Please deal with it by %(due)s."),
    "kind", "remedy", "due",
)  # fmt: skip
ANSWERED = _template(
    "remedy_answered",
    _("%(remedy)s has been answered"),
    _("%(remedy)s on %(number)s “%(title)s” has been answered: %(outcome)s. The whole answer stands on its page."),
    "remedy", "outcome",
)  # fmt: skip
MOVED = _template(
    "remedy_moved",
    _("%(remedy)s: %(step)s"),
    _("%(remedy)s on %(number)s “%(title)s”: %(step)s."),
    "remedy", "step",
)  # fmt: skip
REMEDY_LATE = _template(
    "remedy_late",
    _("Overdue: %(remedy)s"),
    _("%(remedy)s on %(number)s “%(title)s” was to be dealt with by %(due)s."),
    "remedy", "due",
)  # fmt: skip
STAGE_LATE = _template(
    "stage_late",
    _("Overdue: %(stage)s, “%(title)s”"),
    _("%(number)s “%(title)s”: “%(stage)s” was to be done by %(due)s."),
    "stage", "due",
)  # fmt: skip
CONTRACT_LATE = _template(
    "contract_late",
    _("Overdue: the contract of “%(title)s”"),
    _("The contract %(contract)s of %(number)s “%(title)s” was to be signed or published by %(due)s."),
    "contract", "due",
)  # fmt: skip
PAYMENT_LATE = _template(
    "payment_late",
    _("Overdue: a payment of “%(title)s”"),
    _("The payment “%(payment)s” of contract %(contract)s (%(number)s “%(title)s”) was to be made by %(due)s."),
    "payment", "contract", "due",
)  # fmt: skip
CHANGE = _template(
    "contract_change",
    _("A change of the contract of “%(title)s” waits for approval"),
    _("A change of contract %(contract)s of %(number)s “%(title)s” waits for a second person."),
    "contract",
)
PENALTY = register(
    Template(
        "awards.penalty",
        _("A penalty was imposed on your organisation"),
        _(
            "A penalty was imposed on %(firm)s under %(article)s. The decision, and how to contest it, stands on its page."
        ),
        {"firm", "article"},
    )
)
PENALTY_LATE = register(
    Template(
        "awards.penalty_late",
        _("Overdue: the payment of a penalty"),
        _("The penalty of %(firm)s was to be paid by %(due)s."),
        {"firm", "due"},
    )
)


def supervisors() -> list[User]:
    """Who supervises trading today."""
    rows = Posting.objects.in_force().filter(role=Role.SUPERVISOR, user__is_active=True).select_related("user")
    return list({row.user_id: row.user for row in rows}.values())


def tell_published(procedure: Procedure, organisations: Iterable[int]) -> None:
    project = procedure.project
    people = [one for pk in organisations for one in people_of(pk)]
    words = {"until": procedure.public_until_on}
    _tell(project, PUBLISHED, people, f"published:{procedure.published_on}", words, _public(project))


def tell_result(notice: ResultNotice, *, winner: str, contract: Contract) -> None:
    project = notice.lot.project
    words = {
        "lot": notice.lot.name,
        "winner": winner,
        "reason": notice.reason,
        "due": contract.due_on,
    }
    people = people_of(notice.bidder.organisation_id)
    path = reverse("awards:contract", args=[contract.pk]) if notice.won else _public(project)
    channels = ("in_app", "sms", "email")
    _tell(project, WON if notice.won else LOST, people, f"result:{notice.pk}", words, path, channels)


def tell_taken_back(contract: Contract, reason: str, event: Event) -> None:
    project = contract.lot.project
    people = [*people_of(contract.bidder.organisation_id), *party(project), *officers()]
    words = {"lot": contract.lot.name, "reason": reason}
    _tell(project, TAKEN_BACK, people, f"taken-back:{event.pk}", words, _public(project))


def tell_filed(remedy: Remedy) -> None:
    """The buyer and the agency answer objections and queries; supervisors decide complaints."""
    people = supervisors() if remedy.kind == Remedy.Kind.COMPLAINT else party(remedy.project) or officers()
    words = {"kind": remedy.get_kind_display(), "due": remedy.due_on}
    _tell_of(remedy, FILED, people, "filed", words)


def tell_remedy(remedy: Remedy, code: str, told: Any, event: Event) -> None:
    """All sides: who filed it, the buyer and the agency, the trading centre, and for complaints the supervisors."""
    sides = [*people_of(remedy.organisation_id), *party(remedy.project), *officers()]
    if remedy.kind == Remedy.Kind.COMPLAINT:
        sides += supervisors()
    people = [one for one in sides if one.pk != event.actor_id]
    if code in ("answer", "decide"):
        _tell_of(remedy, ANSWERED, people, f"event:{event.pk}", {"outcome": remedy.get_outcome_display()})
    else:
        _tell_of(remedy, MOVED, people, f"event:{event.pk}", {"step": told})


def tell_late_remedy(remedy: Remedy) -> None:
    people = supervisors()
    if remedy.kind != Remedy.Kind.COMPLAINT:
        people = [*people, *party(remedy.project), *officers()]
    _tell_of(remedy, REMEDY_LATE, people, f"late:{remedy.due_on}", {"due": remedy.due_on})


def tell_late_stage(procedure: Procedure) -> None:
    project = procedure.project
    words = {"stage": procedure.get_stage_display(), "due": procedure.due_on}
    people = [*officers(), *party(project)]
    path = reverse("awards:project", args=[project.number])
    _tell(project, STAGE_LATE, people, f"stage:{procedure.stage}:{procedure.due_on}", words, path)


def tell_late_contract(contract: Contract) -> None:
    words = {"contract": contract.number, "due": contract.due_on}
    people = [*officers(), *party(contract.lot.project)]
    _tell_contract(contract, CONTRACT_LATE, people, f"contract:{contract.due_on}", words)


def tell_late_payment(payment: Payment) -> None:
    contract = payment.contract
    words = {"contract": contract.number, "payment": payment.name, "due": payment.due_on}
    people = [*party(contract.lot.project), *officers()]
    _tell_contract(contract, PAYMENT_LATE, people, f"payment:{payment.pk}", words)


def tell_change(contract: Contract, pk: int, but: int | None) -> None:
    people = [one for one in (*party(contract.lot.project), *officers()) if one.pk != but]
    _tell_contract(contract, CHANGE, people, f"change:{pk}", {"contract": contract.number})


def tell_penalty(penalty: Penalty, event: Event) -> None:
    words = {"firm": penalty.organisation.name, "article": penalty.article}
    _penal(penalty, PENALTY, people_of(penalty.organisation_id), f"{event.pk}", words)


def tell_late_penalty(penalty: Penalty) -> None:
    words = {"firm": penalty.organisation.name, "due": penalty.due_on}
    _penal(penalty, PENALTY_LATE, supervisors(), "late", words)


def _penal(penalty: Penalty, template: Template, people: Iterable[User], key: str, words: dict[str, Any]) -> None:
    for one in people:
        notify(
            one, template.code, words, about=("awards.penalty", penalty.pk), channels=("in_app",),
            path=reverse("awards:penalty", args=[penalty.pk]), key=f"penalty:{penalty.pk}:{key}",
        )  # fmt: skip


def _tell_of(remedy: Remedy, template: Template, people: Iterable[User], key: str, words: dict[str, Any]) -> None:
    path = reverse("awards:remedy", args=[remedy.number])
    words = {"remedy": f"{remedy.get_kind_display()} {remedy.number}", **words}
    _tell(remedy.project, template, people, f"remedy:{remedy.pk}:{key}", words, path)


def _tell_contract(
    contract: Contract, template: Template, people: Iterable[User], key: str, words: dict[str, Any]
) -> None:
    path = reverse("awards:contract", args=[contract.pk])
    _tell(contract.lot.project, template, people, f"contract:{contract.pk}:{key}", words, path)


def _public(project: Project) -> str:
    return reverse("awards:result", args=[project.number])


def _tell(
    project: Project,
    template: Template,
    people: Iterable[User],
    key: str,
    words: dict[str, Any],
    path: str,
    channels: tuple[str, ...] = ("in_app",),
) -> None:
    known = {"title": project.title, "number": project.number, **words}
    context = {name: known[name] for name in template.placeholders}
    for one in {person.pk: person for person in people}.values():
        notify(
            one, template.code, context, about=("tenders.project", project.pk), channels=channels, path=path,
            key=f"award:{project.pk}:{key}",
        )  # fmt: skip
