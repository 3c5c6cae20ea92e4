"""Several processes live the year of the demo city side by side: the departments shared out, the copies joined again."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from portal.core.db.parts import PartChangedRows, copy_database, highest_key, join_databases, number_from, working_in
from portal.people.models import User
from portal.site.demo.crew import shared_out
from tests import factories


def _story(department: int) -> Any:
    """As much of a story as sharing out looks at."""

    class Team:
        pass

    team, plan, story = Team(), Team(), Team()
    team.department, plan.team, story.plan = Team(), team, plan  # type: ignore[attr-defined]
    team.department.pk = department  # type: ignore[attr-defined]
    return story


def test_a_department_is_lived_by_one_process_only() -> None:
    stories = [_story(number) for number, size in enumerate((50, 30, 30, 5, 5)) for _ in range(size)]
    shares = shared_out(stories, 2)
    departments = [Counter(story.plan.team.department.pk for story in share) for share in shares]
    assert not departments[0].keys() & departments[1].keys()
    assert sorted(len(share) for share in shares) == [60, 60]


embedded = pytest.mark.once  # copies are of the embedded database, on which each test runs once


@embedded
@pytest.mark.django_db(transaction=True)
def test_copies_filled_side_by_side_join_into_one_database(tmp_path: Path) -> None:
    before = factories.user("before")
    parts = [tmp_path / "one.sqlite3", tmp_path / "two.sqlite3"]
    start = highest_key()
    for number, part in enumerate(parts):
        copy_database(part)
        with working_in(part):
            number_from(start + number * 100)
            factories.user(f"made{number}")
    assert User.objects.count() == 1
    join_databases(parts)
    assert set(User.objects.values_list("username", flat=True)) == {"before", "made0", "made1"}
    assert factories.user("after").pk > max(User.objects.exclude(username="after").values_list("pk", flat=True))
    assert User.objects.get(username="before").pk == before.pk


@embedded
@pytest.mark.django_db(transaction=True)
def test_a_copy_that_changed_what_was_there_is_refused_whole(tmp_path: Path) -> None:
    before = factories.user("before")
    part = tmp_path / "one.sqlite3"
    copy_database(part)
    with working_in(part):
        factories.user("made")
        User.objects.filter(pk=before.pk).update(name="王五")
    with pytest.raises(PartChangedRows):
        join_databases([part])
    assert list(User.objects.values_list("username", flat=True)) == ["before"]
