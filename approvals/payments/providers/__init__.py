"""Payment providers: the interface, and which ones this installation uses."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from approvals.payments.providers.base import (
    Answer,
    Charge,
    Forged,
    Notice,
    Provider,
    Refused,
    Returned,
    Started,
    StatementLine,
    Unreachable,
)
from approvals.payments.providers.demo import DemoProvider
from portal.core.errors import NotFound

__all__ = [
    "Answer",
    "Charge",
    "Forged",
    "Notice",
    "Provider",
    "Refused",
    "Returned",
    "Started",
    "StatementLine",
    "Unreachable",
    "online_providers",
    "provider_of",
]


def online_providers() -> dict[str, Provider]:
    """By code; in demo mode the demonstration provider is one of them."""
    found = [_made(path) for path in settings.PAYMENT_PROVIDERS]
    if settings.DEMO:
        found.append(DemoProvider())
    return {provider.code: provider for provider in found}


@cache
def _made(path: str) -> Provider:
    made: Provider = import_string(path)()
    return made


def provider_of(code: str) -> Provider:
    """Raises NotFound for a provider that is not in use."""
    try:
        return online_providers()[code]
    except KeyError:
        raise NotFound() from None
