"""Models of the core, one file for each aggregate."""

from portal.core.models.access import AccessLog
from portal.core.models.files import Scan, StoredFile

__all__ = ["AccessLog", "Scan", "StoredFile"]
