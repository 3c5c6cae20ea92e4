"""What every installation needs: the dated rules."""

from portal.core.models import DatedRule
from portal.core.seeds import seed
from procurement.oversight.rules import OVERSIGHT_RULES


@seed
def oversight_rules() -> None:
    """Rules that exist stay as they are."""
    held = set(DatedRule.objects.filter(code__in=[one.code for one in OVERSIGHT_RULES]).values_list("code", flat=True))
    names = ("code", "value", "unit", "source", "source_en", "valid_from", "unverified")
    DatedRule.objects.bulk_create(
        DatedRule(**{name: getattr(one, name) for name in names}) for one in OVERSIGHT_RULES if one.code not in held
    )
