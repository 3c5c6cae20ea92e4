"""The rows of this room, one file for each aggregate."""

from procurement.oversight.models.lead import Evidence, Inquiry, Lead, LeadFile, Note
from procurement.oversight.models.reading import Reading, Trace
from procurement.oversight.models.sign import LotFigures, Sign

__all__ = ["Evidence", "Inquiry", "Lead", "LeadFile", "LotFigures", "Note", "Reading", "Sign", "Trace"]
