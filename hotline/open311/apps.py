"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Open311Config(AppConfig):
    name = "hotline.open311"
    label = "open311"
    verbose_name = _("Open311 interface")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hotline.open311.keys import WRITE
        from portal.people.clients import register_scope

        register_scope(WRITE, _("Send requests by Open311"))
