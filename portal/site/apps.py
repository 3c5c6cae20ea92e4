"""The roof's app: home page and the citizens' navigation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.core.registries import (
    OWN,
    PUBLIC,
    STAFF,
    SUPERVISION,
    SYSTEM,
    register_health,
    register_home_section,
    register_nav,
)


class SiteConfig(AppConfig):
    name = "portal.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.core.serving import announce_at_start
        from portal.people import roles
        from portal.people.demo import register_demo_accounts
        from portal.site.demo.accounts import announced, city_accounts
        from portal.site.sections import in_the_hall
        from portal.site.views.health import beat

        register_health("beat", beat)
        register_demo_accounts("city", city_accounts)
        announce_at_start(announced)
        register_home_section("site.hall", in_the_hall, order=50)
        register_nav(PUBLIC, _("Home"), "site:home", order=10)
        register_nav(PUBLIC, _("Track progress"), "cases:track", order=30)
        register_nav(PUBLIC, _("My applications"), "cases:mine", order=40, group=OWN)
        register_nav(PUBLIC, _("Help"), "site:help", order=90)
        # The ground floor knows no navigation: the roof shows its pages.
        staff = frozenset(role.value for role in roles.STAFF)
        register_nav(STAFF, _("Calendar"), "core:calendar", staff, order=70, group=SYSTEM)
        register_nav(STAFF, _("Rules"), "core:rules", staff, order=75, group=SYSTEM)
        register_nav(
            STAFF, _("Access log"), "core:access-log", {"auditor", "administrator"}, order=80, group=SUPERVISION
        )
        register_nav(STAFF, _("Retention"), "core:retention", {"auditor", "administrator"}, order=82, group=SYSTEM)
        register_nav(STAFF, _("Background work"), "core:jobs", {"administrator"}, order=85, group=SYSTEM)
