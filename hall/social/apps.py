"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SocialConfig(AppConfig):
    name = "hall.social"
    label = "social"
    verbose_name = _("Social supervision")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.social import registrations

        registrations.connect()
