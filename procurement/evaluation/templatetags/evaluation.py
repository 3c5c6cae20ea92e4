"""Points and shares as pages write them."""

from decimal import Decimal

from django import template

from portal.core.templatetags.portal import DASH

register = template.Library()


@register.filter
def plain(points: Decimal | None) -> str:
    """Without zeros that say nothing: 40.00 → 40, 12.50 → 12.5; a dash for none."""
    return DASH if points is None else f"{Decimal(points).normalize():f}"


@register.filter
def percent_of(share: Decimal) -> str:
    """0.055 → 5.5 %."""
    return f"{(share * 100).normalize():f}%"
