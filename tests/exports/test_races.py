"""Clicks at the same moment, on the database that lets them: one job comes of them, and five at most stay open."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from portal.core.exports import actions
from portal.core.models import ExportJob, Job
from portal.people.actors import actor_of
from portal.people.roles import Role
from tests.factories import staff

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("listed")]


def test_eight_clicks_at_once_are_one_job() -> None:
    actor = actor_of(staff(Role.ADMINISTRATOR), Role.ADMINISTRATOR)

    def click(_n: int) -> Any:
        try:
            return actions.ask(actor, "test.departments", QueryDict("code=G"), format="xlsx").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(click, range(8)))
    assert len(set(found)) == 1
    assert ExportJob.objects.count() == Job.objects.filter(name=actions.NAME).count() == 1
