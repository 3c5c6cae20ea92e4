"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "approvals.projects"
    label = "projects"
    verbose_name = _("Joint review")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals.projects import exports, jobs, registrations
        from approvals.projects.rules import PROJECT_RULES
        from hall.rule_seeds import announce
        from portal.core.calendar import on_calendar_changed

        announce(PROJECT_RULES)
        jobs.connect()
        on_calendar_changed(jobs.calendar_changed)
        registrations.connect()
        exports.register()
