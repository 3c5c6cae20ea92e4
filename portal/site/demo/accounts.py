"""The accounts with which a visitor of the demo signs in: one or more for each role, all with one simple password."""

from django.conf import settings
from django.utils.translation import gettext

from portal.people.demo import DemoAccount
from portal.people.models import User
from portal.people.roles import Role

PASSWORD = "Haizhou-2026"  # noqa: S105 - shown on the sign-in page of the demo, which invents its data
# Who they are: user name → role and department (none for centre-wide roles and applicants).
APPLICANTS = (("citizen1", Role.CITIZEN), ("citizen2", Role.CITIZEN), ("firm1", Role.AGENT))
STAFF = (
    ("clerk.scjg", Role.CLERK, "SCJG"),
    ("reviewer.scjg", Role.REVIEWER, "SCJG"),
    ("head.scjg", Role.DEPARTMENT_HEAD, "SCJG"),
    ("clerk.zjj", Role.CLERK, "ZJJ"),
    ("reviewer.zjj", Role.REVIEWER, "ZJJ"),
    ("head.zjj", Role.DEPARTMENT_HEAD, "ZJJ"),
)
HOTLINE = (
    ("operator1", Role.HOTLINE_OPERATOR),
    ("dispatcher1", Role.HOTLINE_DISPATCHER),
    ("district1", Role.HOTLINE_DISPATCHER),
    ("street1", Role.CLERK),
    ("street2", Role.DEPARTMENT_HEAD),
)
CENTRE = (
    ("supervisor1", Role.SUPERVISOR),
    ("manager1", Role.HALL_MANAGER),
    ("trading1", Role.PROCUREMENT_OFFICER),
    ("mayor1", Role.GOVERNMENT_HEAD),
    ("auditor1", Role.AUDITOR),
    ("admin1", Role.ADMINISTRATOR),
)
# Two more officers, so that three can hold the keys of an opening; the chapter of bids employs them.
OPENERS = (("trading2", Role.PROCUREMENT_OFFICER), ("trading3", Role.PROCUREMENT_OFFICER))
# Of the pool of evaluation experts; their chapter gives them the password.
EXPERTS = ("expert1", "expert2")
# A social supervisor: the journalist who is drawn for every visit of the demo.
SOCIAL = ("social1",)
ORDER = [*(name for name, *_rest in (*APPLICANTS, *STAFF, *HOTLINE, *CENTRE, *OPENERS)), *EXPERTS, *SOCIAL]


def city_accounts() -> list[DemoAccount]:
    """Those of the accounts that are in this database, in the order of the list, described in the reader's language."""
    present = {
        user.username: user
        for user in User.objects.filter(username__in=ORDER, is_active=True).prefetch_related("postings__department")
    }
    applicants = {name: str(role.label) for name, role in APPLICANTS} | dict.fromkeys(EXPERTS, gettext("Expert"))
    applicants |= dict.fromkeys(SOCIAL, gettext("Social supervisor"))
    return [
        DemoAccount(applicants.get(name) or _described(present[name]), name, PASSWORD)
        for name in ORDER
        if name in present
    ]


def announced() -> list[str]:
    """The accounts as lines for the command that starts the portal; none outside demo mode."""
    if not settings.DEMO:
        return []
    return [f"{one.username:<14} {one.password}   {one.role}" for one in city_accounts()]


def _described(user: User) -> str:
    posting = next(iter(user.postings.all()), None)
    if posting is None:
        return user.name
    role = str(Role(posting.role).label)
    return f"{role} · {posting.department.display_short}" if posting.department else role
