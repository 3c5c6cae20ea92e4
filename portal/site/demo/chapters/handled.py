"""What earlier chapters filed and left with the departments goes on at its clerks' desks: the parts of packages, what the
portal left to a person, what waited for a material.
"""

import datetime as dt
import random
from collections.abc import Iterable

from django.db.models import Max

from approvals.cases.models import Case, Channel
from approvals.catalogue.models import Material
from approvals.instant.models import InstantDecision
from approvals.packages import actions as packages
from approvals.packages.models import PackagePart
from approvals.pledges import actions as pledges
from approvals.pledges.models import Commitment, PromisedMaterial
from portal.core.actors import Actor
from portal.core.errors import DomainError
from portal.core.events import stream_of
from portal.core.models import Event
from portal.core.time import driven_clock, local_date, now
from portal.site.demo.chapters import City
from portal.site.demo.people import Applicant, Team
from portal.site.demo.story import Ended, Moments, Offer, Plan, Story, Temper
from portal.site.demo.year import TEMPERS, Driver, work_off

ORDER = 78  # behind every chapter that files packages and short ways, before what is rated
# Steps of the applicant's account, and those that would need the portal's nights.
NEVER = ("supplement", "withdraw_early", "withdraw", "slow_answer", "wait_for_decision", "unpaid", "extend", "suspend")
LATE = 0.04
UNTOUCHED = 2  # of what was filed last, left for the visitor to see waiting
OPEN = ("submitted", "accepted")
DECIDED = ("approved", "refused", "issued", "delivered")


def live(city: City) -> None:
    """All of it side by side, each case from the last thing that happened to it."""
    stories = [Handled(city, case) for case in sorted(_waiting(city), key=lambda case: case.pk)]
    driver = Driver(list(stories), first=local_date(city.end), until=city.end, begin_day=lambda _day: None)
    driver.live_until(city.end)
    with driven_clock(city.end):
        work_off()
        packages.light_lamps()
        work_off()


def _waiting(city: City) -> Iterable[Case]:
    """The open cases that nobody goes on with, but for those that are meant to stand where they are."""
    found = {one.pk: one for one in _parts(city)}
    left = InstantDecision.objects.filter(outcome="person", case__state="submitted").order_by("-pk")
    found |= {one.case_id: one.case for one in left.select_related("case")[UNTOUCHED:]}
    brought = PromisedMaterial.objects.filter(state="settled", case__state="accepted").select_related("case")
    found |= {one.case_id: one.case for one in brought if not _lacks(one.case_id)}
    return found.values()


def _parts(city: City) -> Iterable[Case]:
    """The parts of packages. One stays of each filing that is told to be late, and one of what visitors filed."""
    parts = PackagePart.objects.filter(case__isnull=False, case__state__in=(*OPEN, *DECIDED))
    by_filing: dict[int, list[Case]] = {}
    for part in parts.select_related("case").order_by("filing", "order"):
        if part.case is not None:
            by_filing.setdefault(part.filing_id, []).append(part.case)
    visitors = {city.people.citizens[0].actor.user_id, city.people.firms[0].actor.user_id}
    for cases in by_filing.values():
        undecided = [one for one in cases if one.state in OPEN]
        if undecided and cases[0].applicant_id in visitors:
            cases = _but_one_in_time(city, cases, undecided)
        elif len(undecided) == 1 and len(cases) > 1 and not Commitment.objects.filter(case__in=cases).exists():
            cases = [one for one in cases if one is not undecided[0]]
        yield from cases


def _but_one_in_time(city: City, cases: list[Case], undecided: list[Case]) -> list[Case]:
    """Without the part that has the longest time left, so that visitors see a package that is going on."""
    longest = max(undecided, key=lambda one: (one.promised_due_on or dt.date.max, one.pk))
    late = longest.promised_due_on is not None and longest.promised_due_on < local_date(city.end)
    return cases if late else [one for one in cases if one is not longest]


def _lacks(case_id: int) -> bool:
    return PromisedMaterial.objects.filter(case=case_id).exclude(state__in=("settled", "void")).exists()


class Handled(Story):
    """The life of a case from where it stands; its package follows every step."""

    def __init__(self, city: City, case: Case) -> None:
        self.case, self.part = case, PackagePart.objects.filter(case=case).exists()
        team = city.people.teams[case.department_id]
        chance = random.Random(f"{city.seed}:handled:{case.number}")  # noqa: S311
        assert case.version is not None  # noqa: S101
        offer = Offer(case.item, case.version, None, list(Material.objects.filter(version=case.version)))
        temper = TEMPERS.get(team.department.code, Temper())
        plan = Plan(
            offer=offer, team=team, temper=Temper(late=LATE, pace=temper.pace),
            applicant=_applicant(city, case, team), channel=str(Channel.COUNTER), filed_at=_last_moment(case),
            chance=chance, fate=dict.fromkeys(NEVER, False),
        )  # fmt: skip
        super().__init__(city.stage, plan)
        self.clerk = next((one for one in team.clerks if one.user_id == case.staff_id), team.clerks[0])
        self.pk = case.pk

    def live(self) -> Moments:
        """What the portal refuses at that moment stays undone: the case waits, as it would for its clerk."""
        try:
            yield from self._life()
        except (Ended, DomainError):
            return

    def _life(self) -> Moments:
        yield self.stage.hours.soon(self.chance, self.plan.filed_at)
        self._look(*OPEN, *DECIDED)
        if self.state == "submitted":
            yield from self._wait(self.chance.choice((0, 0, 1)), "submitted")
            yield from self._first_answer()
        if self.state == "accepted":
            yield from self._until_decided()
        if self.state in ("approved", "refused"):
            yield from self._deliver()

    def _until_decided(self) -> Moments:
        if Commitment.objects.filter(case=self.pk, state="signed").exists():
            raise Ended  # it is decided on the commitment, and waits for that
        if self._at_once():
            yield from self._decide_at_once()
        else:
            yield from self._handle()

    def _length(self) -> int:
        """The days count from the acceptance, which may lie some days back."""
        left = super()._length()
        spent = self.stage.hours.index.between(self.accepted_on or now().date(), local_date(now()))
        return max(0, left - spent)

    def _decide(self, begun: dt.datetime, decide_after: int) -> Moments:
        self._complete()
        yield from super()._decide(begun, decide_after)

    def _complete(self) -> None:
        """What was to follow has come by the time of the decision."""
        for promise in PromisedMaterial.objects.filter(case=self.pk, state="promised"):
            brought = pledges.bring(self.clerk, promise.pk, [], on_paper=True, state_version=promise.state_version)
            pledges.settle(self.clerk, brought.pk, state_version=brought.state_version)
        self._look()

    def _step(self, actor: Actor | None, code: str, **inputs: object) -> None:
        super()._step(actor, code, **inputs)
        if self.part:
            packages.follow_case_now(self.pk)


def _last_moment(case: Case) -> dt.datetime:
    """When something was done with the case last."""
    told = Event.objects.filter(stream=stream_of(Case), stream_id=case.pk).aggregate(at=Max("at"))
    last: dt.datetime = told["at"]
    return last


def _applicant(city: City, case: Case, team: Team) -> Applicant:
    """Whoever filed; where it is nobody of the city, the clerk acts for them with the papers at hand."""
    for one in (*city.people.citizens, *city.people.firms):
        if one.actor.user_id == case.applicant_id:
            return one
    return Applicant(team.clerks[0], None, {"name": case.applicant_name})
