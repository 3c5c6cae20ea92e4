"""What the staff is told about posts left empty; inside the portal only, for they work here."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hall.attendance.models import EmptyPost
from portal.core.notifications import Template, notify, register
from portal.people.models import Posting, User
from portal.people.roles import Role

WORDS = {"window", "at"}
FOUND = register(
    Template(
        "empty_post.found",
        _("Post left empty: window %(window)s"),
        _("Since %(at)s window %(window)s (%(name)s) has been found empty: %(kind)s."),
        {*WORDS, "name", "kind"},
    )
)
EXPLAIN = register(
    Template(
        "empty_post.explain",
        _("Please explain: window %(window)s was found empty"),
        _("Since %(at)s your window %(window)s has been found empty: %(kind)s. Please explain it."),
        {*WORDS, "kind"},
    )
)
EXPLAINED = register(
    Template(
        "empty_post.explained",
        _("Explained: window %(window)s was empty"),
        _("%(name)s has explained why window %(window)s was empty at %(at)s. Please decide."),
        {*WORDS, "name"},
    )
)
DECIDED = {
    code: register(Template(f"empty_post.{code}", subject, body, WORDS | {"note"}))
    for code, subject, body in (
        (
            "accept",
            _("Your explanation was accepted: window %(window)s"),
            _("Your explanation for window %(window)s at %(at)s was accepted. %(note)s"),
        ),
        (
            "reject",
            _("Your explanation was not accepted: window %(window)s"),
            _("Your explanation for window %(window)s at %(at)s was not accepted. %(note)s"),
        ),
    )
}


def managers() -> list[User]:
    """Who manages the hall today."""
    rows = Posting.objects.in_force().filter(role=Role.HALL_MANAGER, user__is_active=True).select_related("user")
    return list({row.user_id: row.user for row in rows}.values())


def tell_found(post: EmptyPost, people: list[User]) -> None:
    """The managers hear of it, the person is asked to explain; once each."""
    for person in people:
        _send(person, post, FOUND, "found")
    _send(post.staff, post, EXPLAIN, "explain")


def tell_step(post: EmptyPost, code: str) -> None:
    """The managers hear of an explanation, the person of the decision."""
    if code == "explain":
        for person in managers():
            _send(person, post, EXPLAINED, "explained")
    else:
        _send(post.staff, post, DECIDED[code], code)


def _send(to: User, post: EmptyPost, template: Template, key: str) -> None:
    words: dict[str, Any] = {
        "window": post.window.code,
        "at": post.from_at,
        "name": post.staff.name,
        "kind": EmptyPost.Kind(post.kind).label,
        "note": post.note,
    }
    notify(
        to,
        template.code,
        {name: words[name] for name in template.placeholders},
        about=("attendance.emptypost", post.pk),
        channels=("in_app",),
        path=reverse("attendance:empty-post", args=[post.pk]),
        key=f"empty_post:{post.pk}:{key}",
    )
