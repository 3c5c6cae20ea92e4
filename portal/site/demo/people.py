"""Who lives and works in the demo city: teams of the departments, windows of the hall, citizens and firms."""

import datetime as dt
import random
from dataclasses import dataclass, field

from approvals.catalogue.models import Item
from hall.models import Window, WindowDuty
from portal.core.actors import Actor
from portal.core.time import now
from portal.people.actors import actor_of
from portal.people.models import Citizen, Department, Membership, Organisation, Posting, User
from portal.people.roles import Role
from portal.site.demo import accounts
from portal.site.demo.names import Namer, romanised

AREAS = ("企业综合服务区", "社会事务服务区", "工程建设服务区", "公安服务区", "税务服务区", "出件区")
# Departments with windows of their own; the others share the comprehensive ones.
OWN_WINDOWS = {"SCJG": 4, "GAJ": 5, "RSJ": 3, "SHUI": 3, "GJJ": 2, "YBJ": 2, "ZRZY": 3}
COMPREHENSIVE, ISSUING = 12, 3
VISITORS_FIRM = ("海州望海食品有限公司", "Haizhou Wanghai Food Co., Ltd.")
EMPLOYED_SINCE = dt.timedelta(days=900)


@dataclass
class Team:
    """The people of one department, as actors in their roles."""

    department: Department
    clerks: list[Actor] = field(default_factory=list)
    reviewers: list[Actor] = field(default_factory=list)
    head: Actor | None = None


@dataclass(frozen=True)
class Applicant:
    """Somebody who files, alone or for an organisation, with the facts that forms are filled with."""

    actor: Actor
    organisation: Organisation | None
    facts: dict[str, str]


@dataclass
class People:
    """Everybody whom the year needs."""

    teams: dict[int, Team]
    supervisors: list[Actor]
    citizens: list[Applicant]
    firms: list[Applicant]


class Settlers:
    """Puts the people in place. Accounts for signing in share one password, and so one costly hash of it."""

    def __init__(self, chance: random.Random, namer: Namer) -> None:
        self.chance, self.namer = chance, namer
        self.since = now().date() - EMPLOYED_SINCE
        self._hash = ""

    def employ(self, role: Role, department: Department | None = None, username: str = "") -> Actor:
        """A new member of the staff with a posting; with an account of the demo if `username` is one."""
        user = self._user(username or f"{role.value}.{self._next()}")
        Posting.objects.create(user=user, department=department, role=role, starts_on=self.since)
        return actor_of(user, role)

    def citizen(self, username: str = "") -> Applicant:
        """A citizen with a verified identity."""
        female = self.chance.random() < 0.5
        user = self._user(username or f"resident{self._next()}", female=female, phone=self.namer.mobile())
        birth = self.namer.birth(youngest=19, oldest=74, on=self.since)
        citizen = Citizen.objects.create(
            user=user,
            resident_number=self.namer.resident_number(birth, female=female),
            address=self.namer.address(),
            verified_at=now(),
        )
        facts = {
            "name": user.name,
            "phone": user.phone,
            "resident_number": citizen.resident_number,
            "address": citizen.address,
        }
        return Applicant(actor_of(user), None, facts)

    def firm(self, username: str = "") -> Applicant:
        """A firm with an agent who files for it."""
        agent = self.citizen(username)
        name, name_en = VISITORS_FIRM if username in accounts.ORDER else self.namer.firm()
        firm = Organisation.objects.create(
            uscc=self.namer.credit_code(),
            name=name,
            name_en=name_en,
            legal_person=self.namer.person(female=self.chance.random() < 0.3),
        )
        assert agent.actor.user is not None  # noqa: S101
        Membership.objects.create(organisation=firm, user=agent.actor.user, starts_on=self.since)
        facts = {**agent.facts, "organisation": firm.name, "uscc": firm.uscc, "legal_person": firm.legal_person}
        return Applicant(actor_of(agent.actor.user, Role.AGENT), firm, facts)

    def _next(self) -> int:
        return User.objects.count() + 1

    def _user(self, username: str, *, female: bool | None = None, phone: str = "") -> User:
        if female is None:
            female = self.chance.random() < 0.55
        name = self.namer.person(female=female)
        user = User.objects.create_user(username, None, name=name, name_en=romanised(name), phone=phone)
        if username in accounts.ORDER:
            self._give_password(user)
        return user

    def _give_password(self, user: User) -> None:
        if not self._hash:
            user.set_password(accounts.PASSWORD)
            self._hash = user.password
        user.password = self._hash
        user.save(update_fields=["password"])


def settle_teams(settlers: Settlers, departments: list[Department]) -> dict[int, Team]:
    """Clerks, reviewers and a head for each of the departments, as many as its items need."""
    known = {(role, code): username for username, role, code in accounts.STAFF}
    teams = {}
    for department in departments:
        items = Item.objects.filter(department=department, status=Item.Status.PUBLISHED)
        count = items.count()
        thorough = items.filter(current__review_steps=2).exists()
        team = Team(department)
        wanted = [Role.CLERK] * (1 + (count >= 8) + (count >= 14) + (count >= 20))
        wanted += [Role.REVIEWER] * (2 if thorough else 1)
        wanted.append(Role.DEPARTMENT_HEAD)
        for role in wanted:
            actor = settlers.employ(role, department, known.pop((role, department.code), ""))
            match role:
                case Role.CLERK:
                    team.clerks.append(actor)
                case Role.REVIEWER:
                    team.reviewers.append(actor)
                case _:
                    team.head = actor
        _name_substitutes(team.clerks)
        teams[department.pk] = team
    return teams


def settle_centre(settlers: Settlers) -> dict[str, Actor]:
    """The centre's own people by user name, a second administrator and a second supervisor among them."""
    centre = {name: settlers.employ(role, None, name) for name, role in accounts.CENTRE}
    centre["admin2"] = settlers.employ(Role.ADMINISTRATOR, None, "admin2")
    centre["supervisor2"] = settlers.employ(Role.SUPERVISOR, None, "supervisor2")
    return centre


def _name_substitutes(clerks: list[Actor]) -> None:
    """A/B 岗: each clerk has the next one as substitute."""
    for one, other in zip(clerks, clerks[1:] + clerks[:1], strict=True):
        if one is not other:
            Posting.objects.filter(user=one.user).update(substitute=other.user)


def open_hall(teams: dict[int, Team], since: dt.date) -> None:
    """The windows, and who serves at them."""
    by_code = {team.department.code: team for team in teams.values()}
    comprehensive = [
        _window(f"A{n:02d}", "综合受理窗口", "Comprehensive intake", Window.Kind.COMPREHENSIVE, AREAS[(n - 1) % 3])
        for n in range(1, COMPREHENSIVE + 1)
    ]
    number = 0
    own: dict[int, list[Window]] = {}
    for code, count in OWN_WINDOWS.items():
        if code not in by_code:
            continue
        department = by_code[code].department
        area = {"GAJ": AREAS[3], "SHUI": AREAS[4]}.get(code, AREAS[1])
        for _ in range(count):
            number += 1
            window = _window(
                f"B{number:02d}", f"{department.short_name}窗口", f"Window: {department.name_en}", Window.Kind.DEPARTMENT,
                area, department,
            )  # fmt: skip
            own.setdefault(department.pk, []).append(window)
    for n in range(1, ISSUING + 1):
        _window(f"C{n:02d}", "统一出件窗口", "Issuing", Window.Kind.ISSUING, AREAS[5])
    _window("D01", "“吐槽找茬”窗口", "Complaints", Window.Kind.COMPLAINT, AREAS[0])
    shared = 0
    for team in teams.values():
        for place, clerk in enumerate(team.clerks):
            windows = own.get(team.department.pk)
            if windows is None:
                window, shared = comprehensive[shared % COMPREHENSIVE], shared + 1
            else:
                window = windows[place % len(windows)]
            posting = Posting.objects.get(user=clerk.user, role=Role.CLERK)
            WindowDuty.objects.create(window=window, posting=posting, starts_on=since)


def _window(
    code: str, name: str, name_en: str, kind: Window.Kind, area: str, department: Department | None = None
) -> Window:
    return Window.objects.create(
        code=code, name=f"{code} {name}", name_en=f"{code} {name_en}", kind=kind, area=area, department=department
    )
