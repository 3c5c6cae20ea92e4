"""Tags for the pages on which applicants upload."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def upload_limit() -> int:
    """The size that one file may have, in MB."""
    return int(settings.UPLOAD_MAX_BYTES // (1024 * 1024))
