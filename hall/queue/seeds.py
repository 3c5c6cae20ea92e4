"""The first versions of the queue's rules, in the table of all dated rules."""

from hall.queue.rules import RULES
from portal.core.models import DatedRule
from portal.core.seeds import seed


@seed
def queue_rules() -> None:
    """Written once; a version that stands stays as it is."""
    held = set(DatedRule.objects.filter(code__in=[rule.code for rule in RULES]).values_list("code", flat=True))
    DatedRule.objects.bulk_create(
        DatedRule(
            code=rule.code, value=rule.value, unit=rule.unit, source=rule.source, source_en=rule.source_en,
            valid_from=rule.valid_from, unverified=rule.unverified,
        )
        for rule in RULES
        if rule.code not in held
    )  # fmt: skip
