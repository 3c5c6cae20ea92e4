"""The portal of a government service centre: ground (core, people) and roof (site, supervision)."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
