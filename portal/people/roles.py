"""The roles of the portal and what the law and the centre call them."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a person may be in the portal. The first two need no posting; the others are held by a posting."""

    CITIZEN = "citizen", pgettext_lazy("role", "Citizen")
    AGENT = "agent", pgettext_lazy("role", "Agent of an organisation")
    CLERK = "clerk", pgettext_lazy("role", "Window clerk")
    REVIEWER = "reviewer", pgettext_lazy("role", "Reviewer")
    DEPARTMENT_HEAD = "department_head", pgettext_lazy("role", "Head of department")
    GOVERNMENT_HEAD = "government_head", pgettext_lazy("role", "Head of government")
    HALL_MANAGER = "hall_manager", pgettext_lazy("role", "Hall manager")
    SUPERVISOR = "supervisor", pgettext_lazy("role", "Supervisor")
    HOTLINE_OPERATOR = "hotline_operator", pgettext_lazy("role", "Hotline operator")
    HOTLINE_DISPATCHER = "hotline_dispatcher", pgettext_lazy("role", "Hotline dispatcher")
    PROCUREMENT_OFFICER = "procurement_officer", pgettext_lazy("role", "Procurement officer")
    AUDITOR = "auditor", pgettext_lazy("role", "Auditor")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator")


# Roles that look over the whole centre; the others act for the department of their posting.
CENTRE_WIDE = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.GOVERNMENT_HEAD})
STAFF = frozenset(Role) - {Role.CITIZEN, Role.AGENT}
# What a posting as a dispatcher of the hotline is when its department stands below the city: it dispatches within that
# district only. No posting names it and nobody chooses it; `Access` reads it out of where the person is posted.
DISTRICT_DISPATCHER = "district_dispatcher"
HOTLINE = frozenset({Role.HOTLINE_OPERATOR.value, Role.HOTLINE_DISPATCHER.value})
# Those who see who works in the centre, with every change; only the administrator changes it.
OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
