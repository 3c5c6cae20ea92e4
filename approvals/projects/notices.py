"""What departments, builders and helpers are told about joint review."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.projects.models import Appointment, MeetingTask, OpinionRequest, Project, Rectification, Stage, StageCode
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Membership, Posting, User
from portal.people.roles import Role

DESK = (Role.REVIEWER, Role.DEPARTMENT_HEAD)


def _template(code: str, subject: Any, body: Any, *words: str) -> Template:
    return register(Template(f"projects.{code}", subject, body, {"project", *words}))


ASKED = _template(
    "asked",
    _("Joint review: your opinion on %(project)s"),
    _("%(department)s is asked about “%(project)s”: %(kind)s. Please answer by %(day)s."),
    "department", "kind", "day",
)  # fmt: skip
ASKED_EARLY = _template(
    "asked_early",
    _("Joint review: your preliminary opinion on %(project)s"),
    _(
        "%(department)s is asked for a preliminary opinion on “%(project)s”: %(kind)s. Please answer by %(day)s; it is"
        " confirmed when the precondition is met."
    ),
    "department", "kind", "day",
)  # fmt: skip
AMBER = _template(
    "amber",
    _("Due soon: your opinion on %(project)s"),
    _("The answer of %(department)s about “%(project)s” is due on %(day)s."),
    "department", "day",
)  # fmt: skip
DEEMED = _template(
    "deemed",
    _("No answer counted as consent: %(project)s"),
    _("%(department)s did not answer about “%(project)s” by %(day)s. By the rule this counts as consent, and is on record."),
    "department", "day",
)  # fmt: skip
SILENT = _template(
    "silent",
    _("Overdue: %(project)s waits for a department"),
    _("%(department)s has not answered about “%(project)s” by %(day)s. Silence replaces nothing here: it is waited for."),
    "department", "day",
)  # fmt: skip
ABSENT = _template(
    "absent",
    _("Absence counted as consent: %(project)s"),
    _("Nobody came for %(department)s to the appointment on “%(project)s”. By the rule this counts as consent."),
    "department",
)
LAPSED = _template(
    "lapsed",
    _("A preliminary opinion lapsed: %(project)s"),
    _("The preliminary opinion of %(department)s on “%(project)s” was not confirmed in time. Please ask it again."),
    "department",
)
CONFIRM = _template(
    "confirm",
    _("Please give the final opinion on %(project)s"),
    _("The precondition is met: %(department)s gives its final opinion on “%(project)s” now."),
    "department",
)
WITHDRAWN = _template(
    "withdrawn",
    _("No answer is needed any more: %(project)s"),
    _("The question to %(department)s about “%(project)s” was withdrawn."),
    "department",
)
MOVED = _template(
    "moved",
    _("Another day for your opinion on %(project)s"),
    _("The calendar changed: the answer of %(department)s about “%(project)s” is due on %(day)s."),
    "department", "day",
)  # fmt: skip
ANSWERED = _template(
    "answered",
    _("%(department)s answered about %(project)s"),
    _("%(department)s on “%(project)s”: %(answer)s."),
    "department", "answer",
)  # fmt: skip
REGISTERED = _template(
    "registered",
    _("Your project is registered: %(project)s"),
    _("“%(project)s” is registered under %(code)s. Please give this code with every application for it."),
    "code",
)
STAGE_OPENED = _template(
    "stage_opened",
    _("A stage has begun: %(project)s"),
    _("All departments concerned with “%(project)s” have been asked at the same time. Stage: %(stage)s, due on %(day)s."),
    "stage", "day",
)  # fmt: skip
STAGE_CLOSED = _template(
    "stage_closed",
    _("A stage is closed: %(project)s"),
    _("All departments have spoken on “%(project)s”. Stage: %(stage)s."),
    "stage",
)
COMPLETED = _template(
    "completed", _("Your project is through: %(project)s"), _("All stages of “%(project)s” are closed.")
)
ENDED = _template(
    "ended",
    _("The review was ended: %(project)s"),
    _("The review of “%(project)s” was ended. Reason: %(note)s"),
    "note",
)
KEY = _template(
    "key",
    _("Green channel for %(project)s"),
    _("“%(project)s” is a key project. %(helper)s helps you in all matters."),
    "helper",
)
HELPING = _template(
    "helping",
    _("You help with %(project)s"),
    _("You are the named contact of the key project “%(project)s” (%(code)s)."),
    "code",
)
APPOINTED = _template(
    "appointed",
    _("Appointment for %(project)s"),
    _("%(kind)s for “%(project)s”: %(moment)s, %(place)s. Who stays away without excuse consents by the rule."),
    "kind", "moment", "place",
)  # fmt: skip
POSTPONED = _template(
    "postponed",
    _("Appointment moved: %(project)s"),
    _("%(kind)s for “%(project)s” was moved to %(moment)s, %(place)s. Reason: %(note)s"),
    "kind", "moment", "place", "note",
)  # fmt: skip
CANCELLED = _template(
    "cancelled",
    _("Appointment cancelled: %(project)s"),
    _("%(kind)s for “%(project)s” on %(moment)s does not take place. Reason: %(note)s"),
    "kind", "moment", "note",
)  # fmt: skip
REPORTED = _template(
    "reported",
    _("Report of an appointment: %(project)s"),
    _("The report on “%(project)s” (%(kind)s) is there."),
    "kind",
)
DAY_OFF = _template(
    "day_off",
    _("An appointment lies on a day off: %(project)s"),
    _("The calendar changed: %(kind)s for “%(project)s” on %(moment)s lies on a day off. Please move it."),
    "kind", "moment",
)  # fmt: skip
POINTS = _template(
    "points",
    _("Points to be mended: %(project)s"),
    _("Points to be mended were found on “%(project)s”. Please report each of them when it is done."),
)
MENDED = _template(
    "mended",
    _("Reported as mended: %(project)s"),
    _("The builder of “%(project)s” reports: %(point)s. Please check it."),
    "point",
)
CHECKED = _template("checked", _("Mended: %(project)s"), _("“%(project)s”: %(point)s is in order now."), "point")
AGAIN = _template(
    "again",
    _("Not mended yet: %(project)s"),
    _("“%(project)s”: %(point)s is not in order yet. %(note)s"),
    "point", "note",
)  # fmt: skip
POINT_LATE = _template(
    "point_late",
    _("Overdue: a point to be mended on %(project)s"),
    _("“%(project)s”: %(point)s was to be mended by %(day)s."),
    "point", "day",
)  # fmt: skip
TASK = _template(
    "task",
    _("A task from a coordination meeting on %(project)s"),
    _("%(department)s: %(task)s, by %(day)s (“%(project)s”)."),
    "department", "task", "day",
)  # fmt: skip
TASK_LATE = _template(
    "task_late",
    _("Overdue: a task on %(project)s"),
    _("%(department)s: %(task)s was due on %(day)s (“%(project)s”)."),
    "department", "task", "day",
)  # fmt: skip


def people_of(department_id: int) -> list[User]:
    """Reviewers and heads of a department today."""
    rows = Posting.objects.in_force().filter(department=department_id, role__in=DESK, user__is_active=True)
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("pk")}.values())


def _supervisors() -> list[User]:
    """Who looks over the centre today."""
    rows = Posting.objects.in_force().filter(role=Role.SUPERVISOR, user__is_active=True)
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("pk")}.values())


def builders_of(project: Project) -> list[User]:
    """The agents and the legal person of the builder today."""
    rows = Membership.objects.in_force().filter(
        organisation=project.builder_id, confirmed_at__isnull=False, user__is_active=True
    )
    return list({row.user_id: row.user for row in rows.select_related("user").order_by("pk")}.values())


def _named(thing: Any) -> Words:
    return Words(thing.name, getattr(thing, "name_en", "") or thing.name)


def tell(
    project: Project, template: Template, people: Iterable[User], *, key: str, path: str = "", **words: Any
) -> None:
    """Rows only, in the present transaction; each person once for a key."""
    known: dict[str, Any] = {
        "project": project.name, "code": project.code, "note": project.end_reason,
        "helper": project.helper.name if "helper" in template.placeholders and project.helper else "", **words,
    }  # fmt: skip
    for one in people:
        notify(
            one, template.code, {name: known[name] for name in template.placeholders},
            about=("projects.project", project.pk), channels=("in_app",),
            path=path or reverse("projects:project", args=[project.code]), key=f"projects:{project.pk}:{key}",
        )  # fmt: skip


def tell_builder(
    project: Project,
    template: Template,
    *,
    key: str,
    stage: Stage | None = None,
    visit: Appointment | None = None,
    point: Rectification | None = None,
) -> None:
    """Everybody who acts for the builder, on their own page."""
    words = {**_of_stage(stage), **_of_visit(visit), **_of_point(point)}
    tell(
        project,
        template,
        builders_of(project),
        key=key,
        path=reverse("projects:mine-one", args=[project.code]),
        **words,
    )


def tell_department(
    project: Project,
    template: Template,
    department_id: int,
    *,
    key: str,
    visit: Appointment | None = None,
    point: Rectification | None = None,
) -> None:
    """Reviewers and heads of one department."""
    visit_id = visit.pk if visit else point.appointment_id if point else 0
    path = reverse("projects:appointment", args=[visit_id]) if visit_id else ""
    tell(project, template, people_of(department_id), key=key, path=path, **_of_visit(visit), **_of_point(point))


def tell_asked(one: OpinionRequest) -> None:
    template = ASKED_EARLY if one.preliminary else ASKED
    tell_request(one, template, key=f"asked:{one.pk}")


def tell_request(
    one: OpinionRequest, template: Template, *, key: str, supervisors: bool = False, lead: bool = False
) -> None:
    """The asked department; with `lead` the leading one too, with `supervisors` both and the supervisors."""
    people = people_of(one.department_id)
    if lead or supervisors:
        people += people_of(one.project.lead_id)
    if supervisors:
        people += _supervisors()
    _tell_of_request(one, template, people, key)


def tell_answered(one: OpinionRequest) -> None:
    """Who leads the project hears what a department said."""
    _tell_of_request(one, ANSWERED, people_of(one.project.lead_id), f"answered:{one.pk}:{one.state_version}")


def _tell_of_request(one: OpinionRequest, template: Template, people: Iterable[User], key: str) -> None:
    tell(
        one.project, template, {person.pk: person for person in people}.values(), key=key,
        path=reverse("projects:request", args=[one.pk]), department=_named(one.department),
        kind=OpinionRequest.Kind(one.kind).label, day=one.due_on,
        answer=OpinionRequest.Answer(one.answer).label if one.answer else "—",
    )  # fmt: skip


def tell_appointment(visit: Appointment, template: Template, *, key: str) -> None:
    """Every invited department, the builder, and the named contact of a key project."""
    project = visit.project
    words = _of_visit(visit)
    people: dict[int, User] = {}
    for department_id in visit.invitations.values_list("department_id", flat=True):
        people |= {one.pk: one for one in people_of(department_id)}
    if project.helper_id and project.helper:
        people[project.helper_id] = project.helper
    path = reverse("projects:appointment", args=[visit.pk])
    tell(project, template, people.values(), key=key, path=path, **words)
    tell_builder(project, template, key=key, visit=visit)


def tell_task(task: MeetingTask, template: Template, *, key: str) -> None:
    tell(
        task.project, template, people_of(task.department_id), key=key, department=_named(task.department),
        task=task.text, day=task.due_on,
    )  # fmt: skip


def _of_stage(stage: Stage | None) -> dict[str, Any]:
    return {"stage": StageCode(stage.code).label, "day": stage.due_on} if stage else {}


def _of_visit(visit: Appointment | None) -> dict[str, Any]:
    if visit is None:
        return {}
    return {
        "kind": Appointment.Kind(visit.kind).label,
        "moment": visit.starts_at,
        "place": visit.place,
        "note": visit.note,
    }


def _of_point(point: Rectification | None) -> dict[str, Any]:
    return {"point": point.text, "day": point.due_on, "note": point.check_note} if point else {}
