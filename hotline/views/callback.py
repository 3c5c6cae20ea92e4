"""The call-back by link: the caller answers without signing in and without JavaScript, once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hotline import actions
from hotline.forms import AnswersForm
from portal.core.errors import Invalid
from portal.people.views.common import posted


@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What the department did, and three questions."""
    link = actions.link_of(token)
    form = AnswersForm(link.ticket, posted(request))
    if form.is_bound and form.is_valid():
        try:
            ticket = actions.answer_link(token, form.answers())
        except Invalid as error:
            form.add_domain_error(error)
        else:
            return render(request, "hotline/answered.html", {"ticket": ticket})
    context = {"form": form, "ticket": link.ticket, "reply": link.ticket.replies.filter(state="sent").last()}
    return render(request, "hotline/answer.html", context, status=422 if form.errors else 200)
