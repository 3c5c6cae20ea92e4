"""What social supervisors, managers and supervisors are told. An undercover visit is never named to a department."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from hall.patrols.lifecycle import FINDING as FINDING_LIFE
from hall.patrols.models import Finding
from hall.patrols.notices import managers
from hall.social.models import Seat, SocialSupervisor, Visit
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role


def _template(code: str, subject: Any, body: Any, *placeholders: str, urgent: bool = False) -> Template:
    return register(Template(f"social.{code}", subject, body, set(placeholders), urgent=urgent))


INVITED = _template(
    "invited",
    _("You have been drawn for a visit to the service centre"),
    _("You have been drawn as a social supervisor: %(kind)s on %(day)s. Please answer by %(answer_by)s."),
    "kind", "day", "answer_by",
)  # fmt: skip
PUT_OUT = _template(
    "put_out",
    _("You need not come to the visit of the service centre"),
    _("Your place in the visit on %(day)s has been given up. Reason: %(why)s."),
    "day", "why",
)  # fmt: skip
APPOINTED = _template(
    "appointed",
    _("You have been appointed a social supervisor"),
    _("You are a social supervisor of the service centre from %(starts)s to %(ends)s (%(letter)s). Your visits stand"
      " under “My visits”."),
    "starts", "ends", "letter",
)  # fmt: skip
RELEASED = _template(
    "released", _("Your office as a social supervisor has ended"),
    _("Your office as a social supervisor has ended on %(day)s. Reason: %(note)s"), "day", "note",
)  # fmt: skip
SEED_WANTED = _template(
    "seed_wanted",
    _("Seal a seed for the draw of social supervisors: %(number)s"),
    _("The pool for visit %(number)s is frozen. Centre and supervisor each seal a seed; the draw follows when both are"
      " revealed."),
    "number",
)  # fmt: skip
REVEAL_WANTED = _template(
    "reveal_wanted",
    _("Reveal your seed for the draw of social supervisors: %(number)s"),
    _("Both seeds for visit %(number)s are sealed. Please reveal yours by %(until)s, or the visit is called off."),
    "number", "until",
)  # fmt: skip
FAILED = _template(
    "failed",
    _("The visit of social supervisors is called off: %(number)s"),
    _("Visit %(number)s is called off. Reason: %(note)s. A new one can be planned."),
    "number", "note",
)  # fmt: skip
SHORT = _template(
    "short",
    _("No reserve is left for the visit: %(number)s"),
    _("A place of visit %(number)s cannot be filled: %(note)s."),
    "number", "note",
)  # fmt: skip
REPORTED = _template(
    "reported",
    _("A social supervisor has reported: %(number)s"),
    _("A report on visit %(number)s has come in; its findings (%(findings)s) went to the units."),
    "number", "findings",
)  # fmt: skip

FINDING = _template(
    "finding",
    _("Your finding: %(state)s"),
    _("Finding %(number)s at %(unit)s: %(state)s. The reply stands on the page of your visit."),
    "state", "number", "unit",
)  # fmt: skip


def words(label: Any) -> Words:
    """A choice's label in both languages, as a stored context keeps it."""
    with override("zh-hans"):
        chinese = str(label)
    with override("en"):
        return Words(chinese, str(label))


def supervisors() -> list[User]:
    rows = Posting.objects.in_force().filter(role=Role.SUPERVISOR, user__is_active=True)
    return list({row.user_id: row.user for row in rows.select_related("user")}.values())


def tell_invited(seat: Seat) -> None:
    visit = seat.visit
    values = {"kind": words(Visit.Kind(visit.kind).label), "day": visit.visit_on, "answer_by": seat.answer_by}
    _tell_seat(seat, INVITED, values, f"visit-seat:{seat.pk}:invited")


def tell_put_out(seat: Seat) -> None:
    values = {"day": seat.visit.visit_on, "why": words(Seat.Why(seat.why).label)}
    _tell_seat(seat, PUT_OUT, values, f"visit-seat:{seat.pk}:out")


def _tell_seat(seat: Seat, template: Template, values: dict[str, Any], key: str) -> None:
    path = reverse("social:seat", args=[seat.pk])
    notify(seat.supervisor.user, template.code, values, about=("social.seat", seat.pk), path=path, key=key)


def tell_appointed(one: SocialSupervisor) -> None:
    values = {"starts": one.starts_on, "ends": one.ends_on, "letter": one.letter}
    key = f"social:{one.pk}:{one.letter}"
    notify(one.user, APPOINTED.code, values, about=_about(one), path=reverse("social:mine"), key=key)


def tell_released(one: SocialSupervisor) -> None:
    values = {"day": one.released_on, "note": one.release_note}
    key = f"social:{one.pk}:{one.letter}:released"
    notify(one.user, RELEASED.code, values, about=_about(one), path=reverse("social:mine"), key=key)


def tell_author(finding: Finding, key: str) -> None:
    seat = finding.on_visit.seat
    unit = finding.department
    values = {
        "state": words(FINDING_LIFE.states[finding.state].label), "number": finding.number,
        "unit": Words(unit.name, unit.name_en or unit.name),
    }  # fmt: skip
    _tell_seat(seat, FINDING, values, f"visit-finding:{finding.pk}:{key}")


def _about(one: SocialSupervisor) -> tuple[str, int]:
    return ("social.socialsupervisor", one.pk)


def tell_seed_wanted(visit: Visit) -> None:
    _tell_of_visit(visit, SEED_WANTED, [*managers(), *supervisors()], {}, "seed")


def tell_reveal_wanted(visit: Visit) -> None:
    people = [one.committed_by for one in visit.seeds.select_related("committed_by")]
    _tell_of_visit(visit, REVEAL_WANTED, people, {"until": visit.reveal_by}, "reveal")


def tell_failed(visit: Visit) -> None:
    _tell_of_visit(visit, FAILED, managers(), {"note": visit.note}, "failed")


def tell_short(visit: Visit) -> None:
    _tell_of_visit(visit, SHORT, managers(), {"note": visit.short_of}, f"short:{len(visit.gone)}")


def tell_reported(seat: Seat, findings: int) -> None:
    _tell_of_visit(seat.visit, REPORTED, managers(), {"findings": findings}, f"reported:{seat.pk}")


def _tell_of_visit(visit: Visit, template: Template, people: list[User], values: dict[str, Any], key: str) -> None:
    known = {"number": visit.number, **values}
    for one in {person.pk: person for person in people}.values():
        notify(
            one, template.code, {name: known[name] for name in template.placeholders}, about=("social.visit", visit.pk),
            channels=("in_app",), path=reverse("social:visit", args=[visit.number]), key=f"visit:{visit.pk}:{key}",
        )  # fmt: skip
