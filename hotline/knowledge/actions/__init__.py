"""What changes the knowledge base: articles with their versions, remarks, and the daily sweep."""

from hotline.knowledge.actions.articles import (
    ArticleDraft,
    begin_version,
    confirm_review,
    save_version,
    take_step,
    write_article,
)
from hotline.knowledge.actions.remarks import answer_remark, remark
from hotline.knowledge.actions.sweeps import expire, light_lamps, remind_of_review

__all__ = [
    "ArticleDraft",
    "answer_remark",
    "begin_version",
    "confirm_review",
    "expire",
    "light_lamps",
    "remark",
    "remind_of_review",
    "save_version",
    "take_step",
    "write_article",
]
