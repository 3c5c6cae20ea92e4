"""The forms of the knowledge base: an article, a remark, the next review."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.knowledge.actions import ArticleDraft
from hotline.knowledge.actions.articles import LONGEST_ANSWER
from hotline.knowledge.models import Feedback, Topic
from hotline.knowledge.policies import WRITERS
from portal.core.forms import DateField, PortalForm
from portal.core.time import today
from portal.people.forms_admin import DepartmentPick, Pick
from portal.people.models import Department


class TopicPick(Pick):
    """A topic in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.display_name)


class ArticleForm(PortalForm):
    """A question, its answer, and how long it holds."""

    state_version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    department = DepartmentPick(Department.objects.none(), label=_("Department"))
    topic = TopicPick(Topic.objects.all(), label=_("Topic"))
    title = forms.CharField(label=_("Question"), max_length=120, help_text=_("As people ask it on the phone."))
    answer = forms.CharField(
        label=_("Answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Operators read it out: the answer first, the conditions after it."),
    )  # fmt: skip
    title_en = forms.CharField(label=_("Question in English"), max_length=200, required=False)
    answer_en = forms.CharField(
        label=_("Answer in English"),
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    keywords = forms.CharField(
        label=_("Everyday words"),
        max_length=200,
        required=False,
        help_text=_("What people say instead of the official words."),
    )
    item_codes = forms.CharField(
        label=_("Codes of items"),
        max_length=600,
        required=False,
        help_text=_("Items of the catalogue that it is about, with commas between."),
    )
    public = forms.BooleanField(
        label=_("Shown to the public among the questions and answers"), required=False, initial=True
    )
    valid_from = DateField(label=_("Valid from"), required=False, help_text=_("Empty: from the day it is written."))
    valid_until = DateField(label=_("Valid until"), required=False, help_text=_("Empty: until it is withdrawn."))
    review_on = DateField(label=_("To be reviewed on"), required=False, help_text=_("Empty: after the usual time."))

    def __init__(self, *args: Any, user: Any, new: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not new:
            del self.fields["department"]
            return
        rows = Department.objects.open_on(today()).filter(pk__in=user.access.departments(*WRITERS))
        self.fields["department"].queryset = rows  # type: ignore[attr-defined]
        if len(rows) == 1:
            self.fields["department"].initial = rows[0].pk

    def draft(self) -> ArticleDraft:
        data = self.cleaned_data
        codes = tuple(code for code in re.split(r"[\s,，、;；]+", data["item_codes"]) if code)
        return ArticleDraft(
            topic_id=data["topic"].pk,
            title=data["title"],
            title_en=data["title_en"],
            answer=data["answer"],
            answer_en=data["answer_en"],
            keywords=data["keywords"],
            item_codes=codes,
            public=data["public"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            review_on=data["review_on"],
        )


def values_of(version: Any) -> dict[str, Any]:
    """What the form shows of a draft."""
    names = ("title", "answer", "title_en", "answer_en", "keywords", "public", "valid_from", "valid_until", "review_on")
    values = {name: getattr(version, name) for name in names}
    codes = ", ".join(version.items.values_list("code", flat=True))
    return {**values, "topic": version.topic_id, "item_codes": codes, "state_version": version.state_version}


class RemarkForm(PortalForm):
    """What an operator says of an article."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("feedback", "Your remark"),
        choices=[one for one in Feedback.Kind.choices if one[0] != "helpful"],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What is wrong or missing"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class MissingForm(PortalForm):
    """There is no article on what somebody asked."""

    department = DepartmentPick(Department.objects.none(), label=_("Department that should answer it"))
    text = forms.CharField(
        label=_("What was asked"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Without names and telephone numbers."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.open_on(today())  # type: ignore[attr-defined]


class ReviewForm(PortalForm):
    """The article still holds; when it is looked at again."""

    review_on = DateField(label=_("Look again on"), required=False, help_text=_("Empty: after the usual time."))
