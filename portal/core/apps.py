"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        # Imported for what they register: jobs of the ground floor, and the checks at start.
        from portal.core import calendar, checks, exchange, notifications  # noqa: F401
        from portal.core.registries import STAFF, register_nav

        register_nav(STAFF, _("Working days"), "core:calendar", {"administrator", "supervisor"}, order=70)
        register_nav(STAFF, _("Rules"), "core:rules", {"administrator"}, order=71)
        register_nav(STAFF, _("Imports"), "core:imports", {"administrator"}, order=72)
        register_nav(STAFF, _("Jobs and messages"), "core:jobs", {"administrator"}, order=73)
        register_nav(STAFF, _("Access log"), "core:access-log", {"auditor", "administrator"}, order=74)
