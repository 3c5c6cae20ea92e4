"""Awards of tenders that were told from the sealed bid on: what the chapters of bids, experts and evaluation began."""

from portal.core.time import local_date
from portal.site.demo.chapters import City
from portal.site.demo.chapters.awards import Plan, Telling
from portal.site.demo.chapters.awards_people import People
from procurement.evaluation.models import Candidate
from procurement.tenders.models import Project

ORDER = 87
# Tenders whose bids were sealed, opened and evaluated by the chapters before this one: how their story goes on.
FOLLOWED = {
    "开发区产业大道排水改造工程": "performed",
    "港城区口袋公园建设工程": "due",
    "通灌路北延段路面大修工程": "stopped",
}


def live(city: City) -> None:
    """Each goes on from its signed report, by the steps that people take."""
    people = People(city)
    for project in Project.objects.filter(title__in=FOLLOWED, state="evaluated").order_by("pk"):
        Following(city, people, project).tell()


class Following(Telling):
    """A tender that the chapters of bids, experts and evaluation have told: from its signed report on."""

    def __init__(self, city: City, people: People, project: Project) -> None:
        concluded = project.evaluation_sessions.latest("pk").ended_at
        assert concluded is not None  # noqa: S101 - the tender is evaluated
        fate = FOLLOWED[project.title]
        plan = Plan(project.title, project.category, project.method, project.buyer.name, 0, fate, 0)
        super().__init__(city, people, plan)
        self.project, self.buyer, self.agent = project, project.buyer, people.agent(project.buyer)
        self.day = self.evaluated_on = local_date(concluded)

    def _until_the_deadline(self) -> None:
        """Told by the chapters before."""

    def candidate(self, place: int) -> Candidate:
        return Candidate.objects.get(lot__project=self.project, rank=place)

    def performed(self) -> None:
        """Awarded, signed, and the first milestones are on the register."""
        contract, at = self.awarded()
        self.sign(contract, at + 1)
        self._register(contract, at + 2)
