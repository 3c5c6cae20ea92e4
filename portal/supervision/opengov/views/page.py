"""The open page: live figures, nine answers, the course of a year, registers, and ways to the data."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portal.core.datasets import dataset, datasets
from portal.core.middleware import ELDER_COOKIE
from portal.core.time import today
from portal.supervision.opengov.answers import answers, charts, live
from portal.supervision.opengov.figures import Figures, read_figures
from portal.supervision.opengov.registers import Registers, read_registers

FIGURES_SECONDS, REGISTERS_SECONDS = 60, 600
RANKING = "weekly-ranking"  # the dataset of the room of scores, once that publishes


def _kept(name: str, seconds: int, read: Callable[[], Any]) -> tuple[str, Any]:
    """What was read less than `seconds` ago, with a mark of that reading."""
    key = f"opengov:{name}:{today()}"
    found: Any = cache.get_or_set(key, lambda: (uuid4().hex, read()), seconds)
    mark, value = found
    return mark, value


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """For everybody; two groups of queries, each kept for a while, and an ETag for strangers."""
    figures_mark, figures = _kept("figures", FIGURES_SECONDS, read_figures)
    registers_mark, registers = _kept("registers", REGISTERS_SECONDS, read_registers)
    if request.user.is_authenticated:
        return render(request, "opengov/page.html", _context(figures, registers))
    tag = _tag(request, figures_mark, registers_mark)
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        unchanged["ETag"] = tag
        return unchanged
    response = render(request, "opengov/page.html", _context(figures, registers))
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    return response


def _tag(request: HttpRequest, *marks: str) -> str:
    """Changes with the figures, and with all that the page's frame shows of its reader."""
    frame = [get_language(), *(request.COOKIES.get(name, "") for name in (ELDER_COOKIE, settings.CSRF_COOKIE_NAME))]
    text = "\n".join(str(part) for part in (*marks, *frame))
    return f'"{hashlib.blake2b(text.encode(), digest_size=15).hexdigest()}"'


def _context(figures: Figures, registers: Registers) -> dict[str, Any]:
    codes = {one.code for one in datasets()}
    return {
        "figures": figures,
        "live": live(figures),
        "answers": [(one, one.dataset in codes) for one in answers(figures)],
        "charts": charts(figures),
        "registers": registers,
        "ledger_rows": [row for row in registers.ledger.rows() if row[2]],
        "red": registers.side("red"),
        "blue": registers.side("blue"),
        "dataset_count": len(codes),
        "ranking_url": _ranking_url(),
    }


def _ranking_url() -> str:
    """The page of the published ranking, else its data; empty while its room publishes neither."""
    try:
        return reverse("scores:public")
    except NoReverseMatch:
        return reverse("opengov:dataset", args=[RANKING]) if dataset(RANKING) else ""
