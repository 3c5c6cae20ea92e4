"""Real objects for tests: a small centre with people in every role, an item, and cases."""

import datetime as dt
import itertools
from typing import Any

from approvals.cases import actions
from approvals.cases.models import Case, Kind
from approvals.catalogue.models import Item, ItemVersion, Material
from portal.core.actors import Actor
from portal.core.time import ZONE
from portal.people.actors import actor_of
from portal.people.models import Citizen, Department, Posting, User
from portal.people.roles import CENTRE_WIDE, Role

_serial = itertools.count(1)


def moment(text: str) -> dt.datetime:
    """A moment in Shanghai, from `2026-11-20 09:30`."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def department(code: str = "SCJG", **more: Any) -> Department:
    values = {"name": "市市场监督管理局", "name_en": "Market Regulation Bureau", "short_name": "市场监管局"}
    return Department.objects.get_or_create(code=code, defaults={**values, **more})[0]


def user(username: str = "", *, password: str | None = None, **more: Any) -> User:
    n = next(_serial)
    return User.objects.create_user(username or f"user{n}", password, **{"name": f"张三{n}", **more})


def citizen(username: str = "", **more: Any) -> User:
    """A citizen with a valid, unused resident number."""
    person = user(username, **{"phone": f"138{next(_serial):08d}", **more})
    Citizen.objects.create(user=person, resident_number=resident_number(next(_serial)))
    return person


def resident_number(serial: int, born: str = "19900101") -> str:
    """A resident number with a right check character: a thousand of them for each day of birth."""
    body = f"110105{born}{serial % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def staff(role: Role, dept: Department | None = None, *, username: str = "", **more: Any) -> User:
    """A person with a posting that began long ago."""
    person = user(username, **more)
    Posting.objects.create(
        user=person,
        department=None if role in CENTRE_WIDE else dept or department(),
        role=role,
        starts_on=dt.date(2020, 1, 1),
    )
    return person


def item(code: str = "", *, dept: Department | None = None, materials: int = 2, **version: Any) -> Item:
    """A published item in force since 2020; `version` overrides its days, kind and review steps."""
    code = code or f"ITEM-{next(_serial)}"
    made = Item.objects.create(code=code, name=f"事项{code}", name_en=f"Item {code}", department=dept or department())
    values: dict[str, Any] = {
        "kind": Kind.PROMISE,
        "legal_days": 20,
        "promised_days": 10,
        "review_steps": 1,
        "fee_fen": 0,
        "visits": 0,
        "online": True,
        **version,
    }
    if values["kind"] == Kind.IMMEDIATE:
        values["promised_days"] = 0
    current = ItemVersion.objects.create(item=made, number=1, **values)
    for n in range(materials):
        Material.objects.create(version=current, order=n, code=f"m{n}", name=f"材料{n}", name_en=f"Material {n}")
    current.state = ItemVersion.State.PUBLISHED
    current.valid_from = dt.date(2020, 1, 1)
    current.published_at = moment("2020-01-01 09:00")
    current.save()
    made.current, made.status = current, Item.Status.PUBLISHED
    made.save()
    return made


def submitted(applicant: User | None = None, on: Item | None = None) -> Case:
    """A filed case, by the real actions, at the present (driven) moment."""
    person = applicant or citizen()
    actor = actor_of(person)
    draft = actions.start_draft(actor, on or item())
    return actions.take_step(actor, draft.pk, "submit", state_version=draft.state_version)


def accepted(clerk: Actor, applicant: User | None = None, on: Item | None = None) -> Case:
    case = submitted(applicant, on)
    return actions.take_step(clerk, case.pk, "accept", state_version=case.state_version)
