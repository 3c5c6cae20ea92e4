"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RatingsConfig(AppConfig):
    name = "hall.ratings"
    label = "ratings"
    verbose_name = _("Ratings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from hall.ratings import exchange, exports, measures, registrations, scores

        measures.connect()
        exchange.connect()
        registrations.connect()
        scores.connect()
        exports.register()
