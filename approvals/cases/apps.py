"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "approvals.cases"
    label = "cases"
    verbose_name = _("Cases")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.cases import departments, exchange, exports, figures, jobs, measures, ratings, registrations
        from approvals.cases.papers import registrations as papers
        from portal.core.calendar import on_calendar_changed
        from portal.core.registries import HANDLING, STAFF, register_nav

        register_nav(
            STAFF, _("My desk"), "cases:desk", {"clerk", "reviewer", "department_head"}, order=10, group=HANDLING
        )
        jobs.connect()
        departments.connect()
        measures.connect()
        figures.register_home_figures()
        exchange.connect()
        exports.register()
        registrations.connect()
        papers.connect()
        ratings.connect()
        on_calendar_changed(jobs.calendar_changed)
