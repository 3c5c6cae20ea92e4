"""A web process for the kill tests: browsers' requests that file cases and take steps, until somebody kills it.

`python -m tests.cases.case_worker` prints the number of the process that works; when it is killed, another follows.
"""

import os
import random
import sys
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()

from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from approvals.cases.lifecycle import CASE
from approvals.cases.models import Case, Proposal
from approvals.catalogue.models import Item
from portal.core.child import die_with_parent
from portal.core.time import today
from portal.people.models import User

BACKEND = "portal.people.backends.AccountBackend"
# What would end too many cases, and what needs a second department that this city does not have.
MINE = frozenset({"withdraw", "reassign", "involve"})


class Browsers:
    """One signed-in browser for each person of the test's city."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.people = list(User.objects.order_by("pk"))
        self.clients = {person.pk: self._signed_in(person) for person in self.people}
        self.item = Item.objects.order_by("pk")[0]

    def _signed_in(self, person: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(person, backend=BACKEND)
        return client

    def act(self) -> None:
        """One request that writes: a new filing, a step, a proposal, or a decision on one."""
        cases = list(Case.objects.exclude(state__in=["draft", "closed"]).order_by("?")[:1])
        if not cases or self.chance.random() < 0.25:
            self.file()
            return
        case = cases[0]
        person = self.chance.choice(self.people)
        waiting = case.proposals.filter(outcome=Proposal.Outcome.WAITING).first()
        if waiting is not None:
            self.send(
                person,
                reverse("cases:proposal", args=[case.number, waiting.pk]),
                decision=self.chance.choice(["confirm", "confirm", "reject"]),
                note="理由",
                state_version=case.state_version,
            )
            return
        offered = [transition for transition in CASE.offered(case, person) if transition.code not in MINE]
        if offered:
            transition = self.chance.choice(offered)
            address = reverse("cases:step", args=[case.number, transition.code])
            if transition.code == "resubmit":
                address = reverse("cases:supplement", args=[case.number])
            self.send(person, address, **self.answers(transition), state_version=case.state_version, sure="on")

    def file(self) -> None:
        person = self.people[0]
        self.send(person, reverse("cases:apply-start", args=[self.item.code]), eligible="on")
        draft = Case.objects.filter(applicant=person, state="draft").first()
        if draft is not None:
            self.send(person, reverse("cases:draft-materials", args=[draft.pk]))
            address = reverse("cases:draft-check", args=[draft.pk])
            self.send(person, address, declared="on", state_version=draft.state_version)

    def answers(self, transition: Any) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for ask in transition.asks:
            if ask.kind == "days":
                given[ask.name] = self.chance.randint(1, 5)
            elif ask.kind == "choice":
                given[ask.name] = self.chance.choice(ask.choices)[0]
            elif ask.kind == "date":
                given[ask.name] = today()
            elif ask.kind == "text":
                given[ask.name] = "随机"
        return given

    def send(self, person: User, address: str, **data: Any) -> None:
        answer = self.clients[person.pk].post(address, data, headers={"accept-language": "zh-hans"})
        if answer.status_code >= 500:
            sys.stderr.write(f"error {answer.status_code} {address}\n")


def work_until_killed(parent: int) -> None:
    die_with_parent(parent)
    browsers = Browsers(random.Random(os.getpid()))
    while True:
        browsers.act()


def main() -> None:
    settings.ALLOWED_HOSTS = ["*"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}  # nobody ran `collectstatic`
    settings.DEMO = True  # nobody is asked for a second factor
    me = os.getpid()
    while True:  # a killed process is followed by a new one without the seconds of a new interpreter
        child = os.fork()
        if child == 0:
            try:
                work_until_killed(me)
            except OperationalError as error:
                sys.stderr.write(f"error 5 {error}\n")
            os._exit(3)
        os.write(1, f"{child}\n".encode())
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
