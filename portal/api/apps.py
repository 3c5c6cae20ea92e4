"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApiConfig(AppConfig):
    name = "portal.api"
    label = "api"
    verbose_name = _("Interface for other systems")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.api import deliver, exports, fanout, figures, history, openapi, papers  # noqa: F401 - jobs, words, schema
        from portal.core import access
        from portal.core.registries import STAFF, SYSTEM, register_health, register_nav
        from portal.core.retention import Kept, keep
        from portal.core.retention_lines import CREATED, OPERATION

        fanout.connect()
        papers.connect()
        register_health("webhooks", figures.backlog)
        readers = {"administrator", "auditor", "department_head"}
        register_nav(STAFF, _("Other systems"), "api:admin-clients", readers, order=60, group=SYSTEM)
        access.register_purposes(
            {
                "API": pgettext_lazy("purpose", "Interface of another system"),
            }
        )
        access.register_words({"system": _("Other system"), "device": _("Device of the hall")})
        exports.register()
        keep(
            Kept(
                "api.messages", _("Messages to other systems that are over"), CREATED, OPERATION, days=fanout.KEEP_DAYS,
                clear=deliver.purge,
            )
        )  # fmt: skip
