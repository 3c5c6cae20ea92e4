"""The home page, the way in after signing in, the switches of the page's head, and the help pages."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from portal.core import registries
from portal.core.context import roles_of
from portal.core.middleware import ELDER_COOKIE
from portal.people.roles import Role

ELDER_COOKIE_AGE = 365 * 24 * 3600


@dataclass(frozen=True)
class QuickTile:
    """One of the large ways in below the search box."""

    label: registries.Text
    url_name: str
    icon: str


QUICK_TILES = (
    QuickTile(_("Apply for a service"), "catalogue:list", "file"),
    QuickTile(_("Track an application"), "cases:track", "search"),
    QuickTile(_("My applications"), "cases:mine", "folder"),
)
QUICK_STRANGER = (QuickTile(_("Sign in or register"), "people:sign-in", "user"),)
QUICK_STAFF = (QuickTile(_("Staff workbench"), "site:landing", "inbox"),)
QUICK_HELP = (
    QuickTile(_("Hall and opening hours"), "site:centre", "pin"),
    QuickTile(_("Accessibility"), "site:accessibility", "access"),
    QuickTile(_("Help"), "site:help", "list"),
)

# Where the work of a role begins, the widest role first; the other roles begin at the first page of their bar.
DESKS = (
    (Role.SUPERVISOR, "supervision:board"),
    (Role.GOVERNMENT_HEAD, "supervision:board"),
    (Role.AUDITOR, "supervision:board"),
    (Role.DEPARTMENT_HEAD, "cases:desk"),
    (Role.REVIEWER, "cases:desk"),
    (Role.CLERK, "cases:desk"),
    (Role.PROCUREMENT_OFFICER, "tenders:desk"),
    (Role.HALL_MANAGER, "queue:overview"),
    (Role.HOTLINE_DISPATCHER, "hotline:tickets"),
    (Role.HOTLINE_OPERATOR, "calls:desk"),
    (Role.ADMINISTRATOR, "people:staff"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search, quick tiles, ways in by life event, honest figures."""
    context = {
        "quick": quick_tiles(request),
        "searches": registries.home_searches(),
        "sections": registries.home_sections(),
        "figures": registries.home_figures(),
    }
    return render(request, "site/home.html", context)


def quick_tiles(request: HttpRequest) -> list[dict[str, object]]:
    """Six tiles for this reader: a stranger can sign in, staff find their desk, a citizen gets help."""
    middle: tuple[QuickTile, ...] = QUICK_STRANGER
    if request.user.is_authenticated:
        middle = QUICK_STAFF if registries.nav_for(registries.STAFF, roles_of(request)) else ()
    tiles = (*QUICK_TILES, *middle, *QUICK_HELP)[:6]
    return [{"label": tile.label, "url": reverse(tile.url_name), "icon": tile.icon} for tile in tiles]


@login_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Where people go after signing in: staff to the first page of their bar, everybody else to their applications."""
    return redirect(landing_name(roles_of(request)))


def landing_name(roles: frozenset[str]) -> str:
    """The desk of the widest role; else the first staff page for these roles; else the citizen's own applications."""
    open_pages = [link.url_name for link in registries.nav_for(registries.STAFF, roles) if link.roles]
    desks = [desk for role, desk in DESKS if role in roles and desk in open_pages]
    return next(iter((*desks, *open_pages)), "cases:mine")


@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Switch the large-print version on or off and come back to the same page."""
    response = HttpResponseRedirect(_safe_next(request))
    if request.POST.get("elder") == "1":
        response.set_cookie(
            ELDER_COOKIE, "1", max_age=ELDER_COOKIE_AGE, httponly=True, samesite="Lax", secure=settings.SECURE
        )
    else:
        response.delete_cookie(ELDER_COOKIE, samesite="Lax")
    return response


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("site:home")


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page of text: help, accessibility statement, hall and hours."""
    return render(request, f"site/{name}.html")
