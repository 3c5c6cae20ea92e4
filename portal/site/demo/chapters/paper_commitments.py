"""Commitments that are printed and signed by hand at the window (告知承诺), scanned there, decided and checked."""

import datetime as dt

from approvals.cases.models import Case
from approvals.catalogue.models import Item, Material
from approvals.counter import actions as counter
from approvals.pledges import actions
from approvals.pledges.actions.commitments import signer_of
from approvals.pledges.models import Commitment, CommitmentText
from portal.core.actors import Actor
from portal.core.time import driven_clock
from portal.site.demo.chapters import City
from portal.site.demo.chapters.counter import Visits, stops_at_the_end
from portal.site.demo.chapters.lanes import KEPT
from portal.site.demo.year import work_off

ORDER = 76  # behind the texts of the commitments
DAYS_AGO = (24, 5, 33, 17, 11, 2)  # the first is checked already, the second waits for its check
TITLE = "告知承诺书（签字原件扫描）"


def live(city: City) -> None:
    """People who would rather sign on paper, at the windows of the items that have a text."""
    visits = Signing(city, city.chance("paper-commitments"))
    items = [one for one in visits.items if one.code in _with_text()]
    for place, days in enumerate(DAYS_AGO[:2] if city.small else DAYS_AGO):
        if items:
            with stops_at_the_end():
                visits.sign(
                    items[place % len(items)], city.end.date() - dt.timedelta(days=days), checked=place % 2 == 0
                )
    with driven_clock(city.end):
        work_off()


def _with_text() -> set[str]:
    return set(CommitmentText.objects.filter(state="in_force").values_list("item__code", flat=True))


class Signing(Visits):
    """A visit on which the commitment is signed in front of the clerk; what it stands for is not brought."""

    def sign(self, item: Item, day: dt.date, *, checked: bool) -> None:
        """From the card to the decision at once; and, where the time has come, to the check."""
        hours, team = self.city.stage.hours, self.city.people.teams[item.department_id]
        self.at = hours.on(self.chance, day, dt.datetime.combine(day, dt.time(9), self.city.end.tzinfo))
        case = self._take_in(team.clerks[0], item, self.chance.choice(self.everybody))
        if case is None:
            return
        self._later(0)
        with driven_clock(self.at):
            work_off()
            signed = Commitment.objects.get(case=case)
            case = Case.objects.get(pk=case.pk)
            actions.decide_at_once(
                team.clerks[0], signed.pk, text="依据告知承诺，准予办理。", state_version=case.state_version
            )
            work_off()
        if checked and team.reviewers:
            self._later(8)
            with driven_clock(self.at):
                signed.refresh_from_db()
                actions.keep(team.reviewers[0], signed.pk, KEPT, state_version=signed.state_version)
                work_off()

    def _fill_in(self, clerk: Actor, case: Case, facts: dict[str, str]) -> None:
        super()._fill_in(clerk, case, facts)
        text = CommitmentText.objects.get(item=case.item_id, state="in_force")
        scan = self.city.stage.papers.hand_in(clerk, code="commitment", title=TITLE)
        actions.certify_paper(clerk, case.pk, text.pk, scan, name=signer_of(case), before_my_eyes=True)

    def _note(self, clerk: Actor, case: Case, material: Material) -> counter.Noted:
        if material.committable:
            return counter.Noted("")  # the signed paper stands in for it
        return super()._note(clerk, case, material)
