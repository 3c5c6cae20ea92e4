"""Minutes and ranges in words."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def minutes(seconds: int | None) -> str:
    """Seconds as whole minutes, rounded up; nothing as a dash."""
    if seconds is None:
        return "—"
    whole = -(-seconds // 60)
    return ngettext("%(n)d minute", "%(n)d minutes", whole) % {"n": whole}


@register.filter
def wait_range(span: tuple[int, int] | None) -> str:
    """A range of minutes; "unknown" where nothing can be said."""
    if span is None:
        return _("unknown")
    return _("%(low)d–%(high)d minutes") % {"low": span[0], "high": span[1]}
