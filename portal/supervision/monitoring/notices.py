"""What units and supervisors are told of acts of supervision, and the texts of the alerts."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.events import stream_of
from portal.core.lamps import Lamp
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role
from portal.supervision.monitoring.models import Accountability, Act

LAMP = register(
    Template(
        "monitoring.lamp_reminder",
        _("Reminder: please deal with %(number)s"),
        _("The supervisors remind you: %(kind)s, %(number)s, %(name)s. Please deal with it without delay."),
        frozenset({"kind", "number", "name"}),
    )
)
ISSUED = register(
    Template(
        "monitoring.act_issued",
        _("%(kind)s %(number)s, reply by %(due)s"),
        _("The supervisors have issued: %(kind)s %(number)s, “%(title)s”. Please reply by %(due)s."),
        frozenset({"kind", "number", "title", "due"}),
    )
)
REPLIED = register(
    Template(
        "monitoring.act_replied",
        _("Reply to %(number)s"),
        _("%(unit)s has replied to %(number)s, “%(title)s”. Please judge the reply."),
        frozenset({"number", "title", "unit"}),
    )
)
JUDGED = register(
    Template(
        "monitoring.act_judged",
        _("%(number)s: %(state)s"),
        _("The supervisors have decided on %(number)s, “%(title)s”: %(state)s."),
        frozenset({"number", "title", "state"}),
    )
)
TO_CONFIRM = register(
    Template(
        "monitoring.accountability_proposed",
        _("Accountability to be confirmed: %(number)s"),
        _("A measure of accountability was proposed: %(number)s, %(measure)s, %(unit)s. Please confirm or decline."),
        frozenset({"number", "measure", "unit"}),
    )
)
MEASURE = register(
    Template(
        "monitoring.accountability",
        _("Accountability %(number)s: %(state)s"),
        _("Accountability record %(number)s (%(measure)s, %(unit)s): %(state)s."),
        frozenset({"number", "measure", "unit", "state"}),
    )
)
DIGEST = register(
    Template(
        "monitoring.digest",
        _("Lamps this morning: %(red)s red, %(amber)s amber"),
        _("%(scope)s: %(red)s red and %(amber)s amber lamps. By app: %(apps)s.\n%(worst)s"),
        frozenset({"scope", "red", "amber", "apps", "worst"}),
        sms=_("%(scope)s: %(red)s red and %(amber)s amber lamps this morning."),
    )
)
CROSSED = register(
    Template(
        "monitoring.threshold",
        _("%(figure)s: %(value)s"),
        _("%(scope)s, this month: %(figure)s is %(value)s and has crossed your line of %(limit)s."),
        frozenset({"scope", "figure", "value", "limit"}),
    )
)
IN_APP = ("in_app",)


def heads_of(department_id: int | None) -> "list[User]":
    """The heads of a department today; of what belongs to none (public trading), the procurement officers."""
    rows: QuerySet[Posting] = Posting.objects.in_force()
    if department_id is None:
        rows = rows.filter(role=Role.PROCUREMENT_OFFICER)
    else:
        rows = rows.filter(department=department_id, role=Role.DEPARTMENT_HEAD)
    return list({one.user_id: one.user for one in rows.select_related("user")}.values())


def judges(*, without: Iterable[int | None]) -> "list[User]":
    """Supervisors and heads of government, but for who may not decide this."""
    left_out = set(without)
    rows = Posting.objects.in_force().filter(role__in=(Role.SUPERVISOR, Role.GOVERNMENT_HEAD)).select_related("user")
    return [one for pk, one in {row.user_id: row.user for row in rows}.items() if pk not in left_out]


def with_person(people: "list[User]", person: "User | None") -> "list[User]":
    """The heads, and who is named, each once."""
    known = {one.pk: one for one in people}
    if person is not None:
        known.setdefault(person.pk, person)
    return list(known.values())


def of_lamp(lamp: Lamp, person: "User | None", key: str) -> None:
    """Remind the unit's head and who is responsible."""
    for one in with_person(heads_of(lamp.department_id), person):
        context = {
            "kind": lamp.source.title, "number": lamp.number, "name": Words(lamp.name, lamp.name_en or lamp.name)
        }  # fmt: skip
        notify(one, LAMP.code, context, channels=IN_APP, path=lamp.url, key=key)


def of_act(act: Act, template: Template, people: "Iterable[User]", key: str, **more: object) -> None:
    """Tell people of an act; `more` fills the template."""
    context = {"number": act.number, "title": act.title, **more}
    path, about = reverse("monitoring:act", args=[act.pk]), (stream_of(act), act.pk)
    for one in people:
        notify(one, template.code, context, about=about, channels=IN_APP, path=path, key=key)


def of_record(record: Accountability, template: Template, people: "Iterable[User]", key: str, **more: object) -> None:
    """Tell people of a measure of accountability."""
    unit = Words(record.department.name, record.department.name_en)
    context = {"number": record.number, "measure": Accountability.Measure(record.measure).label, "unit": unit, **more}
    path, about = reverse("monitoring:accountability", args=[record.pk]), (stream_of(record), record.pk)
    for one in people:
        notify(one, template.code, context, about=about, channels=IN_APP, path=path, key=key)
