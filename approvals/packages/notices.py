"""What people are told about packages: the applicant at filing and at the end, the leading department by its lamps."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.packages.models import PackageFiling
from portal.core.actors import Actor
from portal.core.notifications import Template, Words, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role

PORTAL = Actor.system("packages")


def _template(code: str, subject: Any, body: Any, *more: str) -> str:
    return register(Template(f"package.{code}", subject, body, frozenset({"name", "number", *more}))).code


FILED = _template(
    "filed",
    _("We have received your package %(number)s"),
    _(
        "“%(name)s” has been filed with %(parts)s parts under the number %(number)s. You follow all of them on one page,"
        " and hear of each part by itself."
    ),
    "parts",
)
ENDS = {
    "granted": _template(
        "granted",
        _("All parts of your package %(number)s have been granted"),
        _("“%(name)s” is concluded: all parts have been granted. You find the documents on the page of the package."),
    ),
    "partly": _template(
        "partly",
        _("Your package %(number)s is concluded: some parts were not granted"),
        _(
            "“%(name)s” is concluded. Some parts were granted, others not; the page of the package says what you can do."
        ),
    ),
    "refused": _template(
        "refused",
        _("Your package %(number)s is concluded: no part was granted"),
        _("“%(name)s” is concluded. No part was granted; the page of the package says why and what you can do."),
    ),
}
LAMPS = {
    "amber": _template(
        "amber",
        _("The package %(number)s is due soon"),
        _("“%(name)s” (%(number)s) is due on %(day)s. Please see which part it waits for."),
        "day",
    ),
    "red": _template(
        "red",
        _("The package %(number)s is overdue"),
        _("“%(name)s” (%(number)s) was due on %(day)s. Please see which part it waits for."),
        "day",
    ),
}


def tell_filed(filing: PackageFiling) -> None:
    """Once for each filing; rows of the present transaction."""
    words = {**_words(filing), "parts": filing.parts_filed}
    _tell_applicant(filing, FILED, words, f"package.filed:{filing.pk}")


def tell_end(filing: PackageFiling) -> None:
    """How it ended, once for each end; nothing for what the applicant withdrew."""
    template = ENDS.get(filing.outcome)
    if template is not None:
        _tell_applicant(filing, template, _words(filing), f"package.end:{filing.pk}:{filing.state_version}")


def tell_lamp(filing: PackageFiling, lamp: str) -> None:
    """Tell the heads of the leading department; of a red lamp the supervisors too."""
    people = _holders(Role.DEPARTMENT_HEAD, filing.department_id)
    if lamp == "red":
        people += [one for one in _holders(Role.SUPERVISOR, None) if one not in people]
    words = {**_words(filing), "day": filing.due_on or filing.stopped_on}
    path = reverse("packages:desk-filing", args=[filing.number])
    for person in people:
        key = f"package.{lamp}:{filing.pk}:{filing.due_on}:{person.pk}"
        notify(person, LAMPS[lamp], words, channels=("in_app",), path=path, key=key)


def _words(filing: PackageFiling) -> dict[str, Any]:
    version = filing.version
    return {"name": Words(version.name, version.name_en or version.name), "number": filing.number}


def _tell_applicant(filing: PackageFiling, template: str, words: dict[str, Any], key: str) -> None:
    path = reverse("packages:filing", args=[filing.number])
    if filing.applicant is None:  # known to the system that sent it in, which tells them
        return
    notify(filing.applicant, template, words, about=("packages.packagefiling", filing.pk), path=path, key=key)


def _holders(role: Role, department_id: int | None) -> list[User]:
    rows = Posting.objects.in_force().filter(role=role)
    if department_id is not None:
        rows = rows.filter(department=department_id)
    return list(User.objects.filter(pk__in=rows.values("user_id"), is_active=True).order_by("pk"))
