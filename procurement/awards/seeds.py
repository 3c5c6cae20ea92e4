"""What every installation needs for awards: the first versions of the dated rules."""

from portal.core.models import DatedRule
from portal.core.seeds import seed
from procurement.awards.rules import AWARD_RULES


@seed
def award_rules() -> None:
    """Rules that exist stay as they are."""
    held = set(DatedRule.objects.filter(code__in=[one.code for one in AWARD_RULES]).values_list("code", flat=True))
    names = ("code", "value", "unit", "source", "source_en", "valid_from", "unverified")
    DatedRule.objects.bulk_create(
        DatedRule(**{name: getattr(one, name) for name in names}) for one in AWARD_RULES if one.code not in held
    )
