"""Packages with a part decided on a commitment (告知承诺): signed by a firm in its account, and on paper at the window."""

from functools import partial

from approvals.cases.models import Case
from approvals.counter import actions as counter
from approvals.counter.actions import Visitor
from approvals.packages import actions
from approvals.packages.draft import Draft
from approvals.packages.models import PackageFiling
from approvals.packages.signing import offers, signer_of
from approvals.pledges import actions as pledges
from approvals.pledges.models import Commitment
from portal.core.actors import Actor
from portal.core.time import driven_clock
from portal.site.demo.chapters import City
from portal.site.demo.chapters.package_ways import Ways, answers_of
from portal.site.demo.chapters.packages import paper
from portal.site.demo.people import Applicant
from portal.site.demo.year import work_off

ORDER = 77  # behind the texts of the commitments


def live(city: City) -> None:
    """The first of each is decided at once; the last one waits for the visitor."""
    ways = Committed(city, city.chance("package-commitments"))
    for place, firm in enumerate(city.people.firms[5 : 6 if city.small else 8]):
        ways.filed(3 + 2 * place, partial(ways.in_the_account, firm))
    for place, person in enumerate(city.people.citizens[9 : 10 if city.small else 12]):
        ways.filed(4 + 2 * place, partial(ways.on_paper, person))
    ways.decides = False
    ways.filed(1, partial(ways.on_paper, city.people.citizens[12]))
    with driven_clock(city.end):
        work_off()


class Committed(Ways):
    """Restaurants whose food licence is decided on a commitment; what it stands for is not brought."""

    decides = True

    def in_the_account(self, firm: Applicant) -> PackageFiling | None:
        """Whoever acts for the firm signs with the own name and password."""
        filing, user = self._begun("restaurant", firm.actor, organisation=firm.organisation), firm.actor.user
        if filing is None or user is None:
            return None
        for one in offers(Draft(filing)):
            actions.sign_commitment(
                firm.actor, filing.pk, one.part.pk, one.text.pk, name=signer_of(filing, user), read=True,
                step=Commitment.Step.PASSWORD,
            )  # fmt: skip
        self._fill_in(firm.actor, filing, firm.facts, without=_covered(filing))
        return self._submit(firm.actor, filing)

    def on_paper(self, person: Applicant) -> PackageFiling | None:
        """Printed at the window, signed before the clerk's eyes, scanned."""
        package, user = self.packages.get("restaurant"), person.actor.user
        team = self.city.people.teams.get(package.department_id) if package is not None else None
        if package is None or package.current is None or team is None or not team.clerks or user is None:
            return None
        clerk = team.clerks[0]
        card = Visitor(name=user.name, resident_number=user.citizen.resident_number, phone=user.phone, identity="card")
        intake = counter.begin_intake(clerk, card)
        filing = actions.begin_at_window(clerk, intake.pk, package.pk, answers_of(package))
        for one in offers(Draft(filing)):
            actions.certify_commitment(
                clerk, filing.pk, one.part.pk, one.text.pk, paper(clerk, "告知承诺书（签字原件扫描）"), name=user.name,
                before_my_eyes=True,
            )  # fmt: skip
        self._fill_in(clerk, filing, person.facts, without=_covered(filing))
        return self._submit(clerk, filing, confirmation="paper")

    def _answer(self, clerk: Actor, case: Case) -> None:
        """The part that was committed to is decided at once, the others are accepted."""
        signed = Commitment.objects.filter(case=case).first()
        if signed is None:
            super()._answer(clerk, case)
        elif self.decides:
            pledges.decide_at_once(
                clerk, signed.pk, text="依据告知承诺，准予许可。", state_version=case.state_version
            )  # fmt: skip


def _covered(filing: PackageFiling) -> list[str]:
    return [row.merged.key for row in Draft(filing).rows() if row.covered]
