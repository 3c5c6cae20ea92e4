"""How signs become leads: plain functions under the passes and actions; the caller holds the lock of the signs.

The signs of a tender that weigh enough go into its open lead, or into a new one; a sign across tenders is a lead of
its own. A lead that is closed keeps what it had: a sign that is found later opens another.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.core import db
from portal.core.actors import Actor
from portal.core.events import record
from portal.core.numbers import next_number
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
    loose: dict[int | str, list[Sign]] = defaultdict(list)
    rows = Sign.objects.filter(scope, lead__isnull=True).standing()
    for sign in rows.select_related("project").prefetch_related("firms").order_by("pk"):
        loose[sign.project_id or f"across:{sign.pk}"].append(sign)
    held = _open_leads([pk for pk in loose if isinstance(pk, int)])
    least = rule(LEAD_POINTS, today()).days
    for place, signs in loose.items():
        lead = held.get(place) if isinstance(place, int) else None
        if lead is None and points_of(signs) < least and not SERIOUS & {sign.basis for sign in signs}:
            continue
        if lead is None:
            lead = open_lead(PORTAL, signs)
        else:
            attach(PORTAL, lead, signs)
        touched.discard(lead.pk)
    for pk in touched:
        weigh(db.lock_row(Lead.objects.all(), pk))


def _open_leads(projects: Sequence[int]) -> dict[int, Lead]:
    """The open lead of each of these tenders, where there is one. Two queries."""
    signs = Sign.objects.filter(project__in=projects, lead__isnull=False).exclude(lead__state="closed")
    pairs = list(signs.order_by("-lead").values_list("project_id", "lead_id").distinct())
    leads = Lead.objects.in_bulk({lead for _project, lead in pairs})
    return {project: leads[lead] for project, lead in pairs if project is not None}


def open_lead(actor: Actor, signs: Sequence[Sign], title: str = "") -> Lead:
    """A new lead of these signs; its number is taken last."""
    lead = Lead(title=title or title_of(signs), opened_at=now(), opened_on=today())
    _set_weight(lead, signs)
    lead.number = next_number(PREFIX, CENTRE, today())
    lead.save()
    Sign.objects.filter(pk__in=[sign.pk for sign in signs]).update(lead=lead)
    record(lead, "lead.opened", actor, to_state=lead.state, data={"codes": _codes(signs), "priority": lead.priority})
    return lead


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
