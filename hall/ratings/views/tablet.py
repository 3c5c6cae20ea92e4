"""The tablet of a window: waiting, asking, thanking; and the manager's page of devices."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.policies import may_manage_windows, may_see_windows
from hall.ratings import actions
from hall.ratings.actions.tablets import just_served, tablet_of
from hall.ratings.forms import TabletForm, TabletIssueForm
from hall.ratings.links import origin_of
from hall.ratings.models import Channel, Invitation, Tablet
from hall.ratings.reasons import reasons_in_force
from hall.ratings.views.common import role_of
from portal.core.errors import DomainError, Invalid
from portal.core.idempotency import new_key
from portal.core.time import now
from portal.core.views.guards import allowed_to
from portal.people.actors import actor_for
from portal.people.lists import page_of
from portal.people.views.common import form_page, posted

managers = allowed_to(may_manage_windows)
readers = allowed_to(may_see_windows)


# The secret of the device's link is what lets it in, and it has no session whose cookie another page could ride on.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def tablet(request: HttpRequest, secret: str) -> HttpResponse:
    """Waits for the next service that ends at the window, asks for its rating, says thanks."""
    device = tablet_of(secret)
    if request.method == "POST":
        return _take(request, secret)
    asked = just_served(device.window_id)
    if asked is None or request.GET.get("thanks"):
        context = {"device": device, "secret": secret, "thanks": bool(request.GET.get("thanks"))}
        return render(request, "ratings/tablet_wait.html", context)
    return _form(request, secret, asked, TabletForm(reasons=reasons_in_force(now())[1]))


def _take(request: HttpRequest, secret: str) -> HttpResponse:
    form = TabletForm(request.POST, reasons=reasons_in_force(now())[1])
    token, key = request.POST.get("service", ""), request.POST.get("client_key", "")[:64]
    if form.is_valid():
        draft = form.draft(channel=Channel.WINDOW, origin=origin_of(request), client_key=key)
        try:
            actions.rate_at_tablet(secret, token, draft)
        except Invalid as error:
            form.add_domain_error(error)
        except DomainError as error:
            # Late, used or of another window: nothing that whoever stands here could mend.
            messages.info(request, error.message)
            return redirect("ratings:tablet", secret)
        else:
            return redirect(f"{reverse('ratings:tablet', args=[secret])}?thanks=1")
    asked = Invitation.objects.filter(token=token).first()
    if asked is None:
        return redirect("ratings:tablet", secret)
    return _form(request, secret, asked, form, status=422)


def _form(request: HttpRequest, secret: str, asked: Invitation, form: TabletForm, *, status: int = 200) -> HttpResponse:
    key = request.POST.get("client_key") or new_key()
    context = {"form": form, "asked": asked, "secret": secret, "client_key": key}
    return render(request, "ratings/tablet.html", context, status=status)


@never_cache
@require_safe
def tablet_next(request: HttpRequest, secret: str) -> HttpResponse:
    """What the waiting page asks every few seconds: which service may be rated, "" for none."""
    asked = just_served(tablet_of(secret).window_id)
    return JsonResponse({"service": asked.token if asked else ""})


# --- the manager's page ---------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@readers
def tablets(request: HttpRequest) -> HttpResponse:
    """All devices, and a form for a new one; its link is shown once, after it was made."""
    form = TabletIssueForm(posted(request))

    def act() -> HttpResponse:
        data, actor = form.cleaned_data, actor_for(request, role_of(request.user))
        device, secret = actions.issue_tablet(actor, data["window"].pk, data["name"])
        link = request.build_absolute_uri(reverse("ratings:tablet", args=[secret]))
        return render(request, "ratings/tablet_link.html", {"device": device, "link": link})

    page = page_of(Tablet.objects.select_related("window", "issued_by"), "-pk", request.GET.get("cursor", ""))
    context = {"page": page, "rows": page.rows, "may_edit": may_manage_windows(request.user)}
    return form_page(request, form, act, context, template="ratings/tablets.html")


@require_POST
@managers
def tablet_revoke(request: HttpRequest, tablet_id: int) -> HttpResponse:
    actions.revoke_tablet(actor_for(request, role_of(request.user)), tablet_id)
    messages.success(request, _("The link of this tablet no longer works."))
    return redirect("ratings:tablets")


@require_POST
@allowed_to(lambda user: user.is_authenticated and user.access.is_staff)
def ask(request: HttpRequest) -> HttpResponse:
    """A clerk asks whoever sits at the window to rate."""
    actions.ask_at_window(actor_for(request, role_of(request.user)))
    messages.success(request, _("The tablet of your window now asks for a rating."))
    return redirect("ratings:list")
