"""Data of ratings: one file for each aggregate."""

from hall.ratings.models.cells import ItemCell, RateableItemCell, RateableWindowCell, WindowCell
from hall.ratings.models.grievance import Grievance
from hall.ratings.models.invitation import Invitation, SubjectKind
from hall.ratings.models.rating import Channel, Grade, Rating
from hall.ratings.models.reasons import Reason, ReasonList
from hall.ratings.models.rectification import Rectification
from hall.ratings.models.tablet import Tablet

__all__ = [
    "Channel",
    "Grade",
    "Grievance",
    "Invitation",
    "ItemCell",
    "RateableItemCell",
    "RateableWindowCell",
    "Rating",
    "Reason",
    "ReasonList",
    "Rectification",
    "SubjectKind",
    "Tablet",
    "WindowCell",
]
