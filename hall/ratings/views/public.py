"""What everybody may know: satisfaction by department and window, with the number it rests on."""

import datetime as dt

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hall.ratings.hooks import public_links
from hall.ratings.published import published

KEPT_SECONDS = 300  # a page for everybody does not sum cells at each visit


@require_safe
def satisfaction(request: HttpRequest) -> HttpResponse:
    """The last twelve months; a rate only where enough people said something."""
    from portal.core.time import today

    day = today()
    first = (day.replace(day=1) - dt.timedelta(days=330)).replace(day=1)
    figures = cache.get_or_set(
        f"satisfaction:{day}:{request.LANGUAGE_CODE}", lambda: published(first, day), KEPT_SECONDS
    )
    return render(request, "ratings/public.html", {"figures": figures, "elsewhere": public_links()})
