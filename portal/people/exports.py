"""The administrators' lists as files: departments, staff, postings, and who acts for which organisation."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.exports import Column, Opening, register_export
from portal.core.exports.writers import yes_no
from portal.people.models import User
from portal.people.policies import may_administer, may_confirm_memberships, oversees_staff


def _state(person: User) -> str:
    if not person.is_active:
        return str(pgettext_lazy("account", "Deactivated"))
    return str(pgettext_lazy("account", "Locked") if person.locked_at else pgettext_lazy("account", "Active"))


# Numbers and addresses of the staff in clear only for those who keep the accounts.
OPENING = Opening(offered=may_administer, opens=lambda user, _row: may_administer(user))
# The centre compares the licence with the legal person's name; the page shows it, the file only on request.
CLAIMS = Opening(offered=may_confirm_memberships, opens=lambda user, _row: may_confirm_memberships(user))


def register() -> None:
    """Called in `ready()`. The filters are those of the pages."""
    from portal.people.views import departments, organisations, postings, staff

    register_export(
        "people.departments",
        title=_("Departments"),
        columns=[
            Column(_("Code"), "code"),
            Column(_("Name"), "name"),
            Column(_("Name in English"), "name_en"),
            Column(_("Short name"), "short_name"),
            Column(_("Part of"), "parent.name"),
            Column(_("Level"), lambda row: row.get_level_display()),
            Column(_("Enquiry telephone"), "phone"),
            Column(_("Closed on"), "closed_on", "date"),
            Column(_("Made by an import"), lambda row: yes_no(row.provisional)),
        ],
        queryset=lambda _user, params: departments.listed(departments.asked_for(_plain(params))),
        policy=oversees_staff,
    )
    register_export(
        "people.staff",
        title=_("Staff"),
        columns=[
            Column(_("User name"), "username"),
            Column(_("Name"), "name"),
            Column(_("Name in English"), "name_en"),
            Column(_("Mobile number"), "phone", personal="phone"),
            Column(_("State"), _state),
            Column(_("Created"), "created_at", "moment"),
            Column(_("Last sign-in"), "last_login", "moment"),
        ],
        queryset=lambda _user, params: staff.listed(staff.asked_for(_plain(params))),
        policy=oversees_staff,
        personal=OPENING,
    )
    register_export(
        "people.postings",
        title=_("Postings"),
        columns=[
            Column(_("User name"), "user.username"),
            Column(_("Name"), "user.name"),
            Column(_("Role"), lambda row: row.get_role_display()),
            Column(_("Department"), "department.display_name"),
            Column(_("From day"), "starts_on", "date"),
            Column(_("To day"), "ends_on", "date"),
            Column(_("Ended at"), "ended_at", "moment"),
            Column(_("Substitute"), "substitute.name"),
        ],
        queryset=lambda _user, params: postings.listed(postings.asked_for(_plain(params))),
        policy=oversees_staff,
    )
    register_export(
        "people.memberships",
        title=_("Organisations and who acts for them"),
        columns=[
            Column(_("Credit code"), "organisation.uscc"),
            Column(_("Organisation"), "organisation.name"),
            Column(_("Person"), "user.name", personal="name"),
            Column(pgettext_lazy("membership", "As"), lambda row: row.get_kind_display()),
            Column(_("From day"), "starts_on", "date"),
            Column(_("To day"), "ends_on", "date"),
            Column(_("Confirmed at"), "confirmed_at", "moment"),
        ],
        queryset=lambda _user, params: organisations.listed(organisations.asked_for(_plain(params))),
        policy=may_confirm_memberships,
        personal=CLAIMS,
    )


def _plain(params: Any) -> dict[str, str]:
    return {name: str(value) for name, value in params.dict().items()}
