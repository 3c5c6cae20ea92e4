"""What people are told about instant approval: a check that broke, loudly."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.notifications import Template, notify, register
from portal.core.time import now
from portal.people.models import Posting, User
from portal.people.roles import Role

BROKEN = register(
    Template(
        "instant.broken",
        _("A check of instant approval has switched itself off: %(check)s"),
        _(
            "The check %(check)s failed: %(error)s. Until it is switched on again, people decide what depends on it."
            " Please have it mended."
        ),
        {"check", "error"},
    )
)


def tell_broken(code: str, error: str) -> None:
    """Administrators and supervisors, in their inbox and by e-mail."""
    words, path = {"check": code, "error": error}, reverse("instant:rules")
    rows = Posting.objects.in_force().filter(role__in=(Role.ADMINISTRATOR, Role.SUPERVISOR))
    people = User.objects.filter(pk__in=rows.values("user_id"), is_active=True)
    for person in people:
        key = f"instant.broken:{code}:{now().isoformat()}:{person.pk}"
        notify(person, BROKEN.code, words, channels=("in_app", "email"), path=path, key=key)
