"""The knowledge base: topics, articles with their versions, and what operators say of them."""

from hotline.knowledge.models.article import Article, ArticleVersion, Topic, VersionItem
from hotline.knowledge.models.feedback import Feedback

__all__ = ["Article", "ArticleVersion", "Feedback", "Topic", "VersionItem"]
