"""Who cannot evaluate a tender, and which rule says so: asked when the pool is frozen, at each call, at the door.

A firm takes part if it took the documents, gave a bond, or bid. Before the opening nobody outside learns that: the
reasons stand in the record, which is published with the result.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from portal.core.time import ZONE, local_date
from portal.people.models import Membership, Organisation
from procurement.bidders.models import BidderPerson, Restriction
from procurement.bids.models import ConsortiumMember, OpenedBid
from procurement.experts import terms
from procurement.experts.models import Employment, Expert, Kin, Leave, PanelMember, Standing
from procurement.experts.rules import AVOIDANCES
from procurement.tenders.models import Bond, Download, Project

NOON = dt.time(12)


def slot_of(moment: dt.datetime) -> str:
    """Day and half of the day, in Shanghai: "2026-12-14a"."""
    local = moment.astimezone(ZONE)
    return f"{local.date().isoformat()}{'a' if local.time() < NOON else 'p'}"


def participants(project: Project) -> "QuerySet[Organisation]":
    """The firms that take part as far as the portal knows at this moment."""
    took = Download.objects.filter(project=project, organisation__isnull=False).values("organisation")
    paid = Bond.objects.filter(lot__project=project).values("organisation")
    bid = OpenedBid.objects.filter(lot__project=project).values("bidder__organisation")
    joint = ConsortiumMember.objects.filter(consortium__submissions__opened__lot__project=project)
    members = joint.values("bidder__organisation")
    return Organisation.objects.filter(Q(pk__in=took) | Q(pk__in=paid) | Q(pk__in=bid) | Q(pk__in=members))


@dataclass
class Parties:
    """The names and codes of one side."""

    pks: set[int] = field(default_factory=set)
    usccs: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, organisations: "Collection[Organisation]") -> "Parties":
        return cls(
            {one.pk for one in organisations}, {one.uscc for one in organisations}, {one.name for one in organisations}
        )

    def employs(self, job: "Employment") -> bool:
        """By code where the expert gave one, else by the name as it is written."""
        return job.uscc in self.usccs if job.uscc else job.employer.strip() in self.names


def excluded(experts: "QuerySet[Expert]", project: Project, evaluates_at: dt.datetime) -> dict[int, str]:
    """The code of the first rule that keeps each of these experts away; who is not named may be drawn.

    A fixed number of queries, however many experts there are.
    """
    return Reading(experts, project, evaluates_at).found()


class Reading:
    """One look at some experts for one tender."""

    def __init__(self, experts: "QuerySet[Expert]", project: Project, evaluates_at: dt.datetime) -> None:
        self.project, self.at = project, evaluates_at
        self.day = local_date(evaluates_at)
        self.experts = list(experts.only("pk", "user", "employer", "state", "valid_until", "check_due_on",
                                         "identity_blind"))  # fmt: skip
        self.pks = experts.order_by().values("pk")
        self.users = {one.user_id: one.pk for one in self.experts}
        self.buyer = Parties.of([project.buyer])
        self.agency = Parties.of([project.agency] if project.agency else [])
        self.firms = Parties.of(list(participants(project)))

    def found(self) -> dict[int, str]:
        """Asks the rules in their order; the first that applies is named."""
        left = {one.pk for one in self.experts}
        named: dict[int, str] = {}
        self._read_employments()
        for one in AVOIDANCES:
            hit = getattr(self, f"_{one.code}")() & left
            named.update(dict.fromkeys(hit, one.code))
            left -= hit
        return named

    def _read_employments(self) -> None:
        """Jobs that lie within the years of the rule, the present ones apart; the present employer's name counts too."""
        since = terms.avoids_since(self.day)
        rows = Employment.objects.filter(expert__in=self.pks).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=since))
        self.recent = list(rows)
        self.present = [job for job in self.recent if job.ends_on is None or job.ends_on >= self.day]
        for one in self.experts:
            if one.employer:
                job = Employment(expert_id=one.pk, employer=one.employer, starts_on=self.day)
                self.recent.append(job)
                self.present.append(job)

    def _term(self) -> set[int]:
        return {
            one.pk
            for one in self.experts
            if one.state != "approved"
            or one.valid_until is None
            or one.check_due_on is None
            or min(one.valid_until, one.check_due_on) < self.day
        }

    def _suspended(self) -> set[int]:
        rows = Standing.objects.holding(self.day).filter(expert__in=self.pks)
        return set(rows.values_list("expert", flat=True))

    def _restriction(self) -> set[int]:
        codes = {job.uscc for job in self.present if job.uscc}
        rows = Restriction.objects.filter(uscc__in=codes, starts_on__lte=self.day)
        kept_out = {one.uscc for one in rows if one.holds_on(self.day)}
        return {job.expert_id for job in self.present if job.uscc in kept_out}

    def _own_unit(self) -> set[int]:
        return {job.expert_id for job in self.present if self.buyer.employs(job)}

    def _agency_staff(self) -> set[int]:
        return {job.expert_id for job in self.recent if self.agency.employs(job)}

    def _bidder_staff(self) -> set[int]:
        return {job.expert_id for job in self.recent if self.firms.employs(job)}

    def _employment(self) -> set[int]:
        return {job.expert_id for job in self.recent if self.buyer.employs(job)}

    def _interest(self) -> set[int]:
        sides = self.buyer.pks | self.agency.pks | self.firms.pks
        rows = Membership.objects.filter(organisation__in=sides, user__in=list(self.users)).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=terms.avoids_since(self.day))
        )
        acting = {self.users[user] for user in rows.values_list("user", flat=True)}
        digests = self._digests()
        return acting | {one.pk for one in self.experts if one.identity_blind and one.identity_blind in digests}

    def _kinship(self) -> set[int]:
        rows = Kin.objects.filter(expert__in=self.pks, identity_blind__in=self._digests())
        return set(rows.values_list("expert", flat=True))

    def _digests(self) -> set[str]:
        """Blind indexes of the people behind the firms that take part: all who have stood there since the notice."""
        rows = BidderPerson.objects.filter(bidder__organisation__in=self.firms.pks)
        rows = rows.stood(self.project.announced_at or self.at)
        return {value for value in rows.values_list("identity_blind", flat=True) if value}

    def _leave(self) -> set[int]:
        rows = Leave.objects.filter(expert__in=self.pks, starts_on__lte=self.day, ends_on__gte=self.day)
        return set(rows.values_list("expert", flat=True))

    def _seated(self) -> set[int]:
        """On another committee in the same half of the day."""
        rows = PanelMember.objects.live().filter(slot=slot_of(self.at), user__in=list(self.users))
        rows = rows.exclude(panel__project=self.project)
        return {self.users[user] for user in rows.values_list("user", flat=True)}
