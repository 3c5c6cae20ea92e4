"""What happens later: the trial of a draft, and the look at rules whose department has closed."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils.translation import override

from hotline.routing.actions.books import TRY
from hotline.routing.loading import wrong_with
from hotline.routing.models import Rule, RuleBook
from hotline.routing.trial import try_on_past
from portal.core.jobs import Job, Later, job
from portal.core.time import ZONE, today
from portal.people.models import Department

CHECK = "routing.check"


@job(TRY)
def run_trial(payload: dict[str, Any], _job: Job) -> None:
    """Try the draft as it stood when it was asked for; an edited one is not written over."""
    book = RuleBook.objects.filter(pk=payload["book"], state=RuleBook.State.DRAFT).first()
    if book is None or book.state_version != payload["version"]:
        return
    with override(settings.LANGUAGE_CODE):
        result = try_on_past(book)
    RuleBook.objects.filter(pk=book.pk, state_version=payload["version"], tried_version=payload["version"]).update(
        trial=result
    )


@job(CHECK, steps=True)
def check_rules(payload: dict[str, Any], _job: Job) -> None:
    """On the day of a department's closing, take the rules out of use that send tickets there."""
    from hotline.routing.actions.broken import disable_broken

    department = Department.objects.filter(pk=payload["stream_id"]).first()
    if department is None or department.closed_on is None:
        return  # the closing was taken back
    if department.closed_on > today():
        raise Later(dt.datetime.combine(department.closed_on, dt.time(0, 1), ZONE))
    live = Rule.objects.filter(book__state=RuleBook.State.LIVE, department=department, disabled_at__isnull=True)
    with override(settings.LANGUAGE_CODE):
        for rule in live.select_related("department", "category"):
            disable_broken(rule.pk, wrong_with(rule))
