"""Words of the fees for templates."""

from typing import Any

from django import template

from approvals.payments.providers import online_providers

register = template.Library()


@register.filter
def provider_name(code: str) -> Any:
    """The provider's own name; its code where the installation no longer uses it."""
    provider = online_providers().get(code)
    return provider.label if provider is not None else code
