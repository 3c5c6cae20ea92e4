"""The accounts that the sign-in page shows in demo mode; who makes them registers how to list them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demo city: the role in words, the user name, the password."""

    role: str
    username: str
    password: str


_providers: dict[str, Callable[[], Sequence[DemoAccount]]] = {}


def register_demo_accounts(key: str, provider: Callable[[], Sequence[DemoAccount]]) -> None:
    _providers[key] = provider


def demo_accounts() -> list[DemoAccount]:
    """Nothing at all outside demo mode."""
    if not settings.DEMO:
        return []
    return [account for provider in _providers.values() for account in provider()]
