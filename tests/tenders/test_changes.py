"""Changes of an announced tender: the deadline that they move by rule, and by hand."""

from typing import Any

import pytest
from django.utils.translation import override

from portal.core.errors import Invalid
from portal.core.models import Notification
from portal.core.time import driven_clock
from procurement.tenders import actions
from procurement.tenders.models import Project
from tests.factories import moment
from tests.tenders.objects import announced, bidder, officer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _friday(settings, tmp_path):
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": options}
    with driven_clock(moment("2026-11-20 10:00")):
        yield


def offered(taken_by, project: Project) -> Any:
    """The first document, taken by a bidder on the first day of the offer."""
    profile, actor = taken_by
    document = project.documents.first()
    with driven_clock(moment("2026-11-23 10:00")):
        return actions.take_document(actor, document.pk, organisation_id=profile.organisation_id, sender="10.0.0.7")


def test_a_clarification_that_changes_the_documents_moves_the_deadline_by_rule_and_is_told():
    chief = officer()
    project = announced(chief)
    taken_by = bidder()
    offered(taken_by, project)
    with driven_clock(moment("2026-12-03 15:00")):
        notice = actions.publish_change(
            chief,
            project.pk,
            text="工程量清单有误，已更正",
            changes_documents=True,
            state_version=project.state_version,
        )
    project.refresh_from_db()
    assert project.deadline_at == moment("2026-12-18 09:30") == notice.deadline_after
    assert Notification.objects.filter(template="tenders.changed", user=taken_by[1].user).count() == 1


def test_a_clarification_in_time_or_without_change_leaves_the_deadline():
    chief = officer()
    project = announced(chief)
    before = project.deadline_at
    actions.publish_change(
        chief, project.pk, text="补充图纸", changes_documents=True, state_version=project.state_version
    )
    project.refresh_from_db()
    assert project.deadline_at == before
    with driven_clock(moment("2026-12-10 15:00")):
        made = actions.publish_change(
            chief, project.pk, text="停车说明", changes_documents=False, state_version=project.state_version
        )
    assert made.deadline_after is None


def test_a_deadline_is_never_moved_nearer():
    chief = officer()
    project = announced(chief)
    with pytest.raises(Invalid):
        actions.publish_change(
            chief, project.pk, text="提前", changes_documents=False, new_deadline_at=moment("2026-12-11 09:30"),
            state_version=project.state_version,
        )  # fmt: skip


@pytest.mark.parametrize("documents", [False, True])
def test_a_deadline_moved_by_hand_falls_on_a_working_day_and_the_next_one_is_named(documents):
    chief = officer()
    project = announced(chief)
    before = project.deadline_at

    def move(day):
        return actions.publish_change(
            chief, project.pk, text="延期", changes_documents=documents, new_deadline_at=moment(f"{day} 09:30"),
            state_version=project.state_version,
        )  # fmt: skip

    for sunday_or_saturday in ("2026-12-20", "2026-12-19"):
        with override("en"), pytest.raises(Invalid) as refused:
            move(sunday_or_saturday)
        assert set(refused.value.fields) == {"deadline_at"}
        assert "21 December 2026" in str(refused.value.fields["deadline_at"])
    project.refresh_from_db()
    assert project.deadline_at == before and project.notices.count() == 1
    made = move("2026-12-21")
    assert (made.deadline_after, made.text) == (moment("2026-12-21 09:30"), "延期")
