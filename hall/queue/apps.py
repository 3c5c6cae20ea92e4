"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QueueConfig(AppConfig):
    name = "hall.queue"
    label = "queue"
    verbose_name = _("Queue")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.queue import exports, measures, notices, panels, rules  # noqa: F401 - notices registers its templates
        from portal.core import access
        from portal.core.registries import HALL, PUBLIC, STAFF, register_nav
        from portal.core.rule_book import TITLES
        from portal.core.rules import name_values
        from portal.people.clients import register_scope
        from portal.people.roles import Role

        TITLES.update({rule.code: rule.title for rule in rules.RULES})
        name_values(rules.WORDS)
        access.register_purposes({"queue": pgettext_lazy("purpose", "Queue")})
        access.register_words({"phone (masked)": _("Mobile number, masked"), "phone": _("Mobile number")})
        measures.connect()
        panels.connect()
        readers = {Role.HALL_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR, Role.GOVERNMENT_HEAD}
        register_nav(STAFF, _("Calling"), "queue:desk", {Role.CLERK.value}, order=12, group=HALL)
        register_nav(STAFF, _("Hall queues"), "queue:overview", {role.value for role in readers}, order=54, group=HALL)
        register_nav(PUBLIC, _("Hall numbers"), "queue:halls", order=60, group=HALL)
        register_scope("hall:queue", _("Take numbers of the hall and read its screens"))
        register_scope("hall:call", _("Call numbers at windows of the hall"))
        exports.register()
