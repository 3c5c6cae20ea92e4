"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Open311Config(AppConfig):
    name = "hotline.open311"
    label = "open311"
    verbose_name = _("Open311 interface")
    default_auto_field = "django.db.models.BigAutoField"
