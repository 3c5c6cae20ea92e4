"""The pages of ratings that somebody may open, as the tabs on top of each of them."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from hall.policies import may_see_windows
from hall.ratings import policies

register = template.Library()


@register.filter
def rating_pages(user: Any) -> list[tuple[str, str, str]]:
    """(code, label, address) of each."""
    wanted = [
        ("list", _("Ratings"), policies.may_see_ratings(user)),
        ("rectifications", _("Rectifications"), policies.may_see_ratings(user)),
        ("grievances", _("What people say is wrong"), policies.may_take_grievances(user)),
        ("calls", _("Call-backs"), policies.may_call(user)),
        ("tablets", _("Rating tablets"), may_see_windows(user)),
        ("reasons", _("Reasons of ratings"), policies.oversees(user)),
    ]
    return [(code, label, reverse(f"ratings:{code}")) for code, label, allowed in wanted if allowed]


@register.filter
def window_name(window: Any) -> str:
    """Code and name; a name that begins with the code stands alone."""
    name = window.display_name
    return name if name.startswith(window.code) else f"{window.code} {name}"
