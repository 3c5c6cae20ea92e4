"""How signs become leads: plain functions under the passes and actions; the caller holds the lock of the signs.

The signs of a tender that weigh enough go into its open lead, or into a new one; a sign across tenders is a lead of
its own. A lead that is closed keeps what it had: a sign that is found later opens another.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.core import db
from portal.core.actors import Actor
from portal.core.db import copy
from portal.core.events import Record, record, record_new_many, stream_of
from portal.core.numbers import next_numbers
from portal.core.rules import rule
from portal.core.time import now, today
from procurement.oversight.models import Lead, Sign
from procurement.oversight.rules import LEAD_POINTS
from procurement.oversight.signs import REGISTRY

PORTAL = Actor.system("串标线索筛查")
PREFIX, CENTRE = "XS", "JYZX"
SERIOUS = frozenset({Sign.Basis.DEEMED.value, Sign.Basis.BARRED.value})


def points_of(signs: Iterable[Sign]) -> int:
    """The sum of what standing signs weigh; of one family only the heaviest, since they see the same thing."""
    heaviest: dict[tuple[str, int | None], int] = {}
    for sign in signs:
        line = REGISTRY.get(sign.code)
        if line is not None and sign.stands:
            place = (line.family, sign.lot_id)
            heaviest[place] = max(heaviest.get(place, 0), line.points)
    return sum(heaviest.values())


def follow(scope: Q, gone: Sequence[Sign]) -> None:
    """After a pass: standing signs without a lead find theirs, and leads are weighed again."""
    touched = {sign.lead_id for sign in gone if sign.lead_id}
    for sign in gone:
        if sign.lead_id:
            _told(sign.lead_id, "lead.sign_withdrawn", [sign])
    loose = _loose(scope)
    held = _open_leads([pk for pk in loose if isinstance(pk, int)])
    least = rule(LEAD_POINTS, today()).days
    new = []
    for place, signs in loose.items():
        lead = held.get(place) if isinstance(place, int) else None
        if lead is not None:
            attach(PORTAL, lead, signs)
            touched.discard(lead.pk)
        elif weighs_enough(signs, least):
            new.append(signs)
    open_leads(PORTAL, new)
    for pk in touched:
        weigh(db.lock_row(Lead.objects.all(), pk))


def weighs_enough(signs: Sequence[Sign], least: int) -> bool:
    """Whether signs of one tender are a lead by themselves."""
    return points_of(signs) >= least or bool(SERIOUS & {sign.basis for sign in signs})


def waiting(scope: Q) -> set[int]:
    """The tenders whose standing signs without a lead belong to one: a limit was lowered, or a lead was closed."""
    columns = ("project_id", "lot_id", "code", "basis")
    loose: dict[int, list[Sign]] = defaultdict(list)
    for values in Sign.objects.filter(scope, lead__isnull=True).standing().order_by().values_list(*columns):
        loose[values[0]].append(Sign(**dict(zip(columns, values, strict=True))))
    least = rule(LEAD_POINTS, today()).days
    open_ones = Sign.objects.filter(scope, lead__isnull=False).exclude(lead__state="closed").order_by()
    held = set(open_ones.values_list("project_id", flat=True)) if loose else set()
    return {pk for pk, signs in loose.items() if pk in held or weighs_enough(signs, least)}


def _loose(scope: Q) -> dict[int | str, list[Sign]]:
    """The standing signs without a lead, by their tender; each across tenders by itself."""
    needed = ("code", "kind", "basis", "lot_id", "lead_id", "withdrawn_on", "project__title")
    rows = Sign.objects.filter(scope, lead__isnull=True).standing().select_related("project").only(*needed)
    signs = list(rows.order_by("pk"))
    prefetch_related_objects([sign for sign in signs if sign.project_id is None], "firms")
    loose: dict[int | str, list[Sign]] = defaultdict(list)
    for sign in signs:
        loose[sign.project_id or f"across:{sign.pk}"].append(sign)
    return loose


def _open_leads(projects: Sequence[int]) -> dict[int, Lead]:
    """The open lead of each of these tenders, where there is one. Two queries."""
    signs = Sign.objects.filter(project__in=projects, lead__isnull=False).exclude(lead__state="closed")
    pairs = list(signs.order_by("-lead").values_list("project_id", "lead_id").distinct())
    leads = Lead.objects.in_bulk({lead for _project, lead in pairs})
    return {project: leads[lead] for project, lead in pairs if project is not None}


def open_lead(actor: Actor, signs: Sequence[Sign]) -> Lead:
    """A new lead of these signs."""
    return open_leads(actor, [signs])[0]


def open_leads(actor: Actor, groups: Sequence[Sequence[Sign]]) -> list[Lead]:
    """A new lead of each group of signs, the same few statements for one and for hundreds; numbers are taken last."""
    leads = [Lead(title=title_of(signs), opened_at=now(), opened_on=today()) for signs in groups]
    if not leads:
        return []
    for lead, signs, pk in zip(leads, groups, copy.reserve_ids(Lead, len(leads)), strict=True):
        lead.pk = pk
        _set_weight(lead, signs)
    numbers = next_numbers([(PREFIX, CENTRE)] * len(leads), today())
    for lead, number in zip(leads, numbers, strict=True):
        lead.number, lead._state.adding = number, False
    columns = ("id", "number", "title", "state", "priority", "has_finding", "opened_at", "opened_on")
    copy.copy_rows(Lead, columns, [[getattr(lead, name) for name in columns] for lead in leads])
    pairs = [(sign.pk, lead.pk) for lead, signs in zip(leads, groups, strict=True) for sign in signs]
    copy.update_rows(Sign, ("id", "lead_id"), pairs)
    whats = [
        Record(stream_of(Lead), lead.pk, "lead.opened", to_state=lead.state,
               data={"codes": _codes(signs), "priority": lead.priority})
        for lead, signs in zip(leads, groups, strict=True)
    ]  # fmt: skip
    record_new_many(whats, actor)
    return leads


def attach(actor: Actor, lead: Lead, signs: Sequence[Sign]) -> None:
    """Put more signs to an open lead."""
    Sign.objects.filter(pk__in=[sign.pk for sign in signs]).update(lead=lead)
    weigh(lead)
    _told(lead.pk, "lead.sign_added", signs, actor)


def weigh(lead: Lead) -> None:
    """Write the priority anew from the signs that stand."""
    _set_weight(lead, list(Sign.objects.filter(lead=lead.pk)))
    lead.save(update_fields=["priority", "has_finding"])


def _set_weight(lead: Lead, signs: Sequence[Sign]) -> None:
    lead.priority = points_of(signs)
    lead.has_finding = any(sign.stands and sign.kind == Sign.Kind.FINDING for sign in signs)


def title_of(signs: Sequence[Sign]) -> str:
    """The tender, or the firms of a sign across tenders, as the list shows it."""
    first = signs[0]
    if first.project is not None:
        return first.project.title[:300]
    names = "、".join(sorted(firm.name for firm in first.firms.all()))
    with override(settings.LANGUAGE_CODE):
        return (_("%(firms)s: signs across tenders") % {"firms": names})[:300]


def _told(lead_id: int, event: str, signs: Sequence[Sign], actor: Actor = PORTAL) -> None:
    record(Lead(pk=lead_id), event, actor, data={"codes": _codes(signs)})


def _codes(signs: Iterable[Sign]) -> list[str]:
    return sorted({sign.code for sign in signs})
