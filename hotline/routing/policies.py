"""Who may do what with the rules of dispatch: pure functions of (user, object)."""

from typing import TYPE_CHECKING

from portal.people.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from hotline.routing.models import RuleBook
    from portal.people.models import User

EDITORS = (Role.HOTLINE_DISPATCHER, Role.ADMINISTRATOR)


def may_edit_rules(user: "User | AnonymousUser") -> bool:
    """Who writes and tries drafts: dispatchers of the hotline and administrators."""
    return bool(user.is_authenticated and any(user.access.has(role) for role in EDITORS))


def may_see_rules(user: "User | AnonymousUser") -> bool:
    """Who reads them: those who write them, operators, and who looks over the centre."""
    return bool(
        user.is_authenticated
        and (may_edit_rules(user) or user.access.has(Role.HOTLINE_OPERATOR) or user.access.centre_wide)
    )


def may_put_live(user: "User", book: "RuleBook") -> bool:
    """A second person: whoever changed anything in the draft does not put it live, whatever roles they hold."""
    return may_edit_rules(user) and not any(one.pk == user.pk for one in book.editors.all())
