"""Which tenders, bonds and downloads somebody sees."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.core.models import Event
from procurement.bidders.agents import organisation_ids
from procurement.bidders.policies import may_see_trading
from procurement.models import Method

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.people.models import User
    from procurement.tenders.models import Bond, Download, FailedLot, Project  # noqa: F401 - named in the base classes


# While it stands there, an invited tender is known to its circle only; its result is public like any other.
CIRCLE = ("registered", "sent_back", "reviewed", "announced", "receiving", "closed", "opened", "evaluated")

FOR_ALL = Q(announced_at__isnull=False) & ~Q(method=Method.INVITED, state__in=CIRCLE)


class ProjectQuerySet(QuerySet["Project"]):
    """Reads of tenders. `visible_to` is the same rule as `policies.may_see`."""

    def public(self) -> "ProjectQuerySet":
        """What has been announced: public from then on, whatever becomes of it (tendering regulation, art. 15).

        An invited tender becomes public with its result.
        """
        return self.filter(FOR_ALL)

    def announced(self) -> "ProjectQuerySet":
        """What has its days: published, or sent to the firms that are invited."""
        return self.filter(announced_at__isnull=False)

    def of_invited(self, user: "User | AnonymousUser") -> "ProjectQuerySet":
        """Those to which a firm of the person is invited."""
        return self.filter(method=Method.INVITED, invitations__organisation__in=organisation_ids(user))

    def read_by(self, user: "User | AnonymousUser") -> "ProjectQuerySet":
        """What somebody finds among the announced tenders: what is public, and what one is invited to or runs."""
        return self.announced().visible_to(user)

    def of_party(self, user: "User | AnonymousUser") -> "ProjectQuerySet":
        """Those whose buyer or agency the person acts for."""
        mine = organisation_ids(user)
        return self.filter(Q(buyer__in=mine) | Q(agency__in=mine))

    def visible_to(self, user: "User | AnonymousUser") -> "ProjectQuerySet":
        """What is public or sent to one's firms; the own ones for buyers and agencies; all for who looks after trading."""
        if may_see_trading(user):
            return self
        mine = organisation_ids(user)
        invited = self.model.objects.announced().of_invited(user).values("pk")
        return self.filter(FOR_ALL | Q(pk__in=invited) | Q(buyer__in=mine) | Q(agency__in=mine))

    def managed_by(self, user: "User") -> "ProjectQuerySet":
        """Those whose inner page somebody opens: buyer, agency, trading centre, overseers."""
        return self if may_see_trading(user) else self.of_party(user)

    def were_opened(self) -> "ProjectQuerySet":
        """Those whose bids were opened, whatever became of them since: a failed opening is none."""
        steps = Event.objects.filter(stream="tenders.project", stream_id=OuterRef("pk"), type="tender.open")
        return self.filter(Exists(steps))

    def chosen(self, filters: Mapping[str, str]) -> "ProjectQuerySet":
        """By category, method, threshold and state, as far as they are given."""
        rows = self.filter(**{name: filters[name] for name in ("category", "method", "state") if filters.get(name)})
        return rows.filter(below_threshold=filters["threshold"] == "1") if filters.get("threshold") else rows

    def opening_between(self, first: dt.datetime, last: dt.datetime) -> "ProjectQuerySet":
        """Announced tenders whose bids are opened in the span, the next one first."""
        alive = self.public().filter(state__in=("announced", "receiving", "closed"))
        return alive.filter(deadline_at__range=(first, last)).order_by("deadline_at", "pk")


class BondQuerySet(QuerySet["Bond"]):
    """Reads of bonds. `visible_to` is the same rule as `policies.may_see_bond`."""

    def visible_to(self, user: "User") -> "BondQuerySet":
        """The own firm's; all for who looks after trading. Buyers learn who bid at the opening, not before."""
        return self if may_see_trading(user) else self.filter(organisation__in=organisation_ids(user))

    def waiting(self, project: "Project") -> "BondQuerySet":
        """Those of a tender that are declared and neither confirmed nor refused; not what goes back anyway."""
        return self.filter(lot__project=project, state="declared", ground="")

    def of_firms(self, user: Any) -> "BondQuerySet":
        return self.filter(organisation__in=organisation_ids(user))


class DownloadQuerySet(QuerySet["Download"]):
    """Reads of who took which document. `visible_to` is the same rule as `policies.may_see_download`."""

    def visible_to(self, user: "User") -> "DownloadQuerySet":
        """Those of tenders whose bids are open, for who watches them; never for who acts for buyer or agency."""
        from procurement.tenders.models import Project
        from procurement.tenders.policies import may_watch_downloads

        if not may_watch_downloads(user):
            return self.none()
        own = Project.objects.of_party(user).values("pk")
        return self.filter(project__in=Project.objects.were_opened().exclude(pk__in=own).values("pk"))

    def of_several_firms(self) -> "DownloadQuerySet":
        """Those from an address or a device from which another firm took a document of the same tender, too."""
        others = self.model._default_manager.filter(project=OuterRef("project"), organisation__isnull=False)
        others = others.exclude(organisation=OuterRef("organisation"))
        address = others.filter(sender_blind=OuterRef("sender_blind"))
        device = others.exclude(device="").filter(device=OuterRef("device"))
        return self.filter(Exists(address) | Exists(device), organisation__isnull=False)


class FailedLotQuerySet(QuerySet["FailedLot"]):
    """Reads of failed lots. `visible_to` is the same rule as `policies.may_see_failed_lot`."""

    def visible_to(self, user: "User") -> "FailedLotQuerySet":
        """Those of tenders whose inner page somebody opens: buyer, agency, trading centre, overseers."""
        if may_see_trading(user):
            return self
        mine = organisation_ids(user)
        return self.filter(Q(lot__project__buyer__in=mine) | Q(lot__project__agency__in=mine))

    def late(self, on: dt.date) -> "FailedLotQuerySet":
        """Those that still wait for a decision past their day."""
        return self.filter(state__in=("awaiting", "asked", "approved"), due_on__lt=on)

    def not_tendered_here(self) -> "FailedLotQuerySet":
        """Those that go another way, or were decided on: their tender has no more to do with them."""
        return self.filter(state__in=("approved", "repeated", "direct", "dropped"))
