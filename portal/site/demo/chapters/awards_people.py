"""Who acts in the awards of the demo city: officers, judges, buyers and bidders with their agents."""

import datetime as dt

from portal.core.actors import Actor
from portal.people.actors import actor_of
from portal.people.models import Membership, Organisation, User
from portal.people.roles import Role
from portal.site.demo.chapters import City, bids
from portal.site.demo.chapters.experts import Pool
from procurement.bidders.models import Bidder


class People:
    """Who acts: the trading centre, two supervisors, the buyers and the bidders with their agents."""

    def __init__(self, city: City) -> None:
        self.city, self.chance = city, city.chance("awards.evaluation")
        self.pool, self.keys = Pool(city, city.chance("awards.experts")), bids.keys()
        self.officer = actor_of(User.objects.get(username="trading1"), Role.PROCUREMENT_OFFICER)
        self.judges = [
            actor_of(User.objects.get(username=name), Role.SUPERVISOR) for name in ("supervisor1", "supervisor2")
        ]
        self.bidders = list(Bidder.objects.select_related("organisation").order_by("pk")[1:7])
        self.visitor = bids.visitor_of(city)
        self.since = city.first - dt.timedelta(days=300)
        self.serial = 0

    def buyer(self, name: str) -> Organisation:
        return Organisation.objects.filter(name=name, tenders__isnull=False).first() or self._found(name)

    def _found(self, name: str) -> Organisation:
        """A buyer that no tender named before: its code is one of the demonstration's own."""
        from stdnum.cn import uscc

        self.serial += 1
        body = f"11320700MB9{self.serial:06d}"
        made = Organisation.objects.create(uscc=body + uscc.calc_check_digit(body), name=name, legal_person="周立")
        person = User.objects.create_user(f"agent{made.pk}", None, name="孙宁", phone=f"1390518{self.serial:04d}")
        Membership.objects.create(organisation=made, user=person, starts_on=self.since)
        return made

    def agent(self, organisation: Organisation) -> Actor:
        found = Membership.objects.filter(organisation=organisation).select_related("user").order_by("pk")[0]
        return actor_of(found.user, Role.AGENT)
