"""Two at once publish one tender: the facts are said once, in one release."""

import pytest

from procurement.opendata import actions
from procurement.opendata.models import Process, Release
from tests.awards.objects import evaluated
from tests.bids.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_jobs_that_meet_write_one_release():
    project = evaluated()
    written = at_once(*[lambda: actions.publish(project.pk)] * 4)
    assert sum(one is not None for one in written) == 1
    assert Release.objects.count() == Process.objects.get().releases_written == 1
