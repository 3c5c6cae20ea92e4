"""Registers the app; its handlers are connected to the core's registries in ready()."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvinceConfig(AppConfig):
    name = "hotline.province"
    label = "province"
    verbose_name = _("Exchange of tickets with other platforms")
    default_auto_field = "django.db.models.BigAutoField"
