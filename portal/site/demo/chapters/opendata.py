"""Open data: a tender that is announced, changed and ended with its releases in their days, then all the others."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.base import ContentFile

from portal.core import files
from portal.core.calendar import workdays
from portal.core.time import ZONE, driven_clock, local_date
from portal.people.actors import actor_of
from portal.people.models import User
from portal.people.roles import Role
from portal.site.demo.chapters import City
from portal.site.demo.papers import sample_pdf
from portal.site.demo.year import work_off
from procurement.opendata.sweeps import sweep
from procurement.tenders import actions, periods
from procurement.tenders.actions import LotDraft, TenderDraft
from procurement.tenders.actions.papers import FILE_KIND
from procurement.tenders.models import Project
from procurement.tenders.periods import Schedule

# After everything that trading does: what the other chapters left is published as it stands at the end.
ORDER = 98
BEGAN = 26  # working days before the end
TITLE = "云台区雨水花园及透水铺装改造工程"
LOTS = (("一标段（云台路以东）", 4_260_000_00), ("二标段（云台路以西）", 3_880_000_00))


def live(city: City) -> None:
    """The tender of this chapter step by step, and the sweep over all the others."""
    first = workdays().add(local_date(city.end), -BEGAN)
    if first > city.first:
        _tender(first)
    with driven_clock(city.end):
        for _key, _release in sweep(everything=True):
            pass


@contextmanager
def _on(day: dt.date) -> Iterator[None]:
    """On a day in the morning; what follows from the step is published before the day is over."""
    with driven_clock(dt.datetime.combine(day, dt.time(9, 50), ZONE)):
        yield
        work_off()


def _tender(first: dt.date) -> None:
    """Two lots, announced, clarified, and ended for a change of the plan."""
    buyer = Project.objects.filter(category="construction").order_by("pk").values_list("buyer__uscc", flat=True).first()
    if buyer is None:
        return
    officer = actor_of(User.objects.get(username="trading1"), Role.PROCUREMENT_OFFICER)
    days = workdays()
    lots = [LotDraft(name=name, budget_fen=fen, control_price_fen=fen * 97 // 100) for name, fen in LOTS]
    draft = TenderDraft(
        category="construction", method="open", title=TITLE,
        summary="改造雨水花园 1.2 万平方米，更换透水铺装 3.6 万平方米。",
        qualification="具有市政公用工程施工总承包三级及以上资质。", contact="工程科　联系电话 0518-80126098",
        buyer_uscc=buyer, sign_in_for_documents=False, lots=lots,
    )  # fmt: skip
    with _on(first):
        project = actions.register(officer, draft)
        paper = ContentFile(sample_pdf(f"{TITLE}：招标文件"), name="招标文件.pdf")
        actions.add_documents(officer, project.pk, [files.store(paper, owner=officer, kind=FILE_KIND)], kind="tender")
    with _on(days.add(first, 1)):
        actions.take_step(officer, project.pk, "pass", {"opinion": "文件编制完整，同意发布。"}, state_version=None)
        earliest = periods.earliest(Project.objects.get(pk=project.pk))
        schedule = Schedule(
            documents_from_on=earliest["documents_from_on"], documents_until_on=earliest["documents_until_on"],
            deadline_at=dt.datetime.combine(earliest["deadline_day"], dt.time(9, 30), ZONE),
        )  # fmt: skip
        actions.announce(officer, project.pk, schedule, place="开标一室", state_version=None)
    with _on(days.add(first, 6)):
        actions.publish_change(
            officer, project.pk, text="补充透水铺装结构层做法详图。", changes_documents=True, state_version=None
        )
    with _on(days.add(first, 11)):
        actions.take_step(
            officer, project.pk, "terminate", {"note": "片区规划调整，本项目不再实施。"}, state_version=None
        )
