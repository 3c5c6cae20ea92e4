"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "approvals.cases"
    label = "cases"
    verbose_name = _("Cases")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.cases import departments, exchange, figures, jobs, measures, registrations
        from portal.core.calendar import on_calendar_changed
        from portal.core.registries import STAFF, register_nav

        register_nav(STAFF, _("My desk"), "cases:desk", {"clerk", "reviewer", "department_head"}, order=10)
        jobs.connect()
        departments.connect()
        measures.connect()
        figures.register_home_figures()
        exchange.connect()
        registrations.connect()
        on_calendar_changed(jobs.calendar_changed)
