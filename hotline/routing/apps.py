"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "hotline.routing"
    label = "routing"
    verbose_name = _("Dispatch rules of the hotline")
    default_auto_field = "django.db.models.BigAutoField"
