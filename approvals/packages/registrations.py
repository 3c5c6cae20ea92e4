"""What packages hang into other rooms: navigation, home page, panels of cases, files, history, access log."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.cases import onlookers
from portal.core import access, files, registries
from portal.core.models import StoredFile
from portal.core.registries import HANDLING, STAFF, SYSTEM, register_nav, register_panel
from portal.people.history import register_history

FILE_KIND = "packages.paper"
FILING_STREAM = "packages.packagefiling"
DESK = {"clerk", "reviewer", "department_head", "supervisor", "auditor", "administrator", "government_head"}
EDITORS = {"reviewer", "department_head", "administrator"}
TILES = 8


def connect() -> None:
    """Called once, in the app's ready()."""
    from approvals.packages.lifecycle import FILING

    files.register_policy(FILE_KIND, may_read_paper)
    register_nav(STAFF, pgettext_lazy("menu", "Packages"), "packages:desk", DESK, order=42, group=HANDLING)
    register_nav(
        STAFF, pgettext_lazy("menu", "Contents of packages"), "packages:admin", EDITORS, order=62, group=SYSTEM
    )
    registries.register_home_section("packages", home_section, order=5)
    registries.register_search_source(
        registries.SearchSource(code="packages", label=_("Packages"), find=find_packages, order=5)
    )
    register_panel("cases.case", "packages", desk_panel, order=12)
    register_panel("cases.mine", "packages", mine_panel)
    register_panel("counter.choose", "packages", window_panel)
    onlookers.register("packages", shared_cases)
    access.register_stream(FILING_STREAM, _("Package filed"), link=lambda pk: reverse("packages:list"))
    access.register_words({f"file:{FILE_KIND}": _("Material of a package")})
    register_history(
        {
            "package.made": pgettext_lazy("history", "Package made"),
            "package.edited": pgettext_lazy("history", "Draft of a package edited"),
            "package.version_opened": pgettext_lazy("history", "New version of a package begun"),
            "package.version_discarded": pgettext_lazy("history", "Draft of a package discarded"),
            "package.reviewed": pgettext_lazy("history", "Draft of a package approved"),
            "package.published": pgettext_lazy("history", "Package published"),
            "package.suspended": pgettext_lazy("history", "Package suspended"),
            "package.resumed": pgettext_lazy("history", "Package resumed"),
            "package.due_moved": pgettext_lazy("history", "Day of a package moved"),
            "package.amber": pgettext_lazy("history", "Amber lamp of a package lit"),
            "package.red": pgettext_lazy("history", "Red lamp of a package lit"),
            **{f"package.{code}": step.told for code, step in FILING.transitions.items()},
        }
    )


def shared_cases(departments: Collection[int]) -> "QuerySet[Any, Any]":
    """The cases of the filings that these departments lead or decide a part of."""
    from approvals.packages.models import PackageFiling, PackagePart

    parts = PackagePart.objects.filter(case__isnull=False)
    decided = parts.filter(case__department__in=departments).values("filing")
    led = PackageFiling.objects.filter(department__in=departments).exclude(state="draft").values("pk")
    return parts.filter(Q(filing__in=decided) | Q(filing__in=led)).values("case")


def may_read_paper(user: Any, file: StoredFile) -> bool:
    """The applicant's own copy, at the window also for the clerk; departments read the rows that hang in their cases."""
    from approvals.packages import policies
    from approvals.packages.models import PackageFiling

    filing = PackageFiling.objects.filter(pk=file.stream_id or 0).first()
    return filing is not None and policies.may_fill_in(user, filing)


def home_section() -> registries.HomeSection | None:
    """The packages that can be filed. One query."""
    from approvals.packages.models import Package

    rows = Package.objects.offered().select_related("current").order_by("code")[:TILES]
    tiles = [
        registries.HomeTile(
            one.current.local_name, one.current.local_summary, reverse("packages:package", args=[one.code])
        )
        for one in rows
        if one.current is not None
    ]
    return registries.HomeSection(_("One thing, one filing"), tiles, _("All packages"), reverse("packages:list"))


def find_packages(text: str, _user: Any, limit: int) -> list[registries.ItemReference]:
    """The open packages whose names or summaries have the words. One query."""
    from approvals.packages.models import Package

    words = Q(current__name__icontains=text) | Q(current__name_en__icontains=text) | Q(current__summary__icontains=text)
    rows = Package.objects.offered().filter(words).select_related("current").order_by("code")[:limit]
    return [
        registries.ItemReference(one.code, one.current.local_name, reverse("packages:package", args=[one.code]))
        for one in rows
        if one.current is not None
    ]


# --- pages of cases ---------------------------------------------------------------------------------------------------


def _filing_of(case: Any) -> Any:
    from approvals.packages.models import PackageFiling

    return PackageFiling.objects.filter(parts__case=case).select_related("version", "department").first()


def desk_panel(request: HttpRequest, case: Any) -> str:
    """On a case's page at work: part of which package, and how far the others are."""
    from approvals.packages import policies, reading

    filing = _filing_of(case)
    if filing is None:
        return ""
    context = {
        "filing": filing,
        "light": reading.light(filing),
        "label": reading.state_label(filing),
        "parts": reading.parts_at_work(filing),
        "case": case,
        "may_open": policies.may_see_at_work(request.user, filing),
    }
    return render_to_string("packages/panel_desk.html", context, request=request)


def window_panel(request: HttpRequest, intake: Any) -> str:
    """On the window's page “What is it about?”: the packages that are taken in here, or the draft that was begun."""
    from approvals.packages.models import Package, PackageFiling

    filing = PackageFiling.objects.filter(intake=intake).select_related("version").first() if intake.matter else None
    packages = [] if intake.matter else list(Package.objects.taken_in_by(request.user).select_related("current"))
    if filing is None and not packages:
        return ""
    context = {"intake": intake, "filing": filing, "packages": packages}
    return render_to_string("packages/panel_window.html", context, request=request)


def mine_panel(request: HttpRequest, user: Any) -> str:
    """On “My applications”: the way to drafts and filings of packages, where there are some. One query."""
    from approvals.packages.models import PackageFiling

    if not PackageFiling.objects.of_applicant(user).exists():
        return ""
    return render_to_string("packages/panel_mine.html", {}, request=request)
