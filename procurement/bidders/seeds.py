"""What every installation needs for bidders: the first versions of the dated rules; a demonstration also its authority."""

from django.conf import settings

from portal.core.models import DatedRule
from portal.core.seeds import seed
from procurement.bidders import demo_authority
from procurement.bidders.rules import BIDDER_RULES

OWN = "没有法律原文可核，数值由交易中心核定后另存新版本。"


@seed
def bidder_rules() -> None:
    """Rules that exist stay as they are."""
    held = set(DatedRule.objects.filter(code__in=[one.code for one in BIDDER_RULES]).values_list("code", flat=True))
    names = ("code", "value", "unit", "source", "source_en", "valid_from", "unverified")
    DatedRule.objects.bulk_create(
        DatedRule(**{name: getattr(one, name) for name in names}, note=OWN)
        for one in BIDDER_RULES if one.code not in held
    )  # fmt: skip


@seed
def demo_issuer() -> None:
    """The demonstration's authority is trusted in a demonstration only."""
    if settings.DEMO:
        demo_authority.stand()
