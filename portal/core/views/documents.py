"""Papers: the PDF for those who may read it, its reading copy, and the public check for everybody."""

from typing import Any

from axes.helpers import get_client_ip_address
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.core import documents
from portal.core.access import log_view, viewer
from portal.core.documents.checking import Checked, by_file, by_key, by_number, compare, shown
from portal.core.documents.typesetting import spaced
from portal.core.errors import DomainError, NotFound
from portal.core.files import open_file
from portal.core.forms import PortalForm
from portal.core.models import Document, DocumentCopy, Making

COPY = "en"
# A PDF is shown by the browser's own viewer, which a sandbox would forbid; it may load nothing and nobody may frame it.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"


def _readable(request: HttpRequest, pk: int) -> Document:
    found = Document.objects.filter(pk=pk).first() if pk < 2**63 else None
    if found is None or not documents.may_read(request.user, found):  # type: ignore[arg-type]
        raise NotFound()
    return found


@never_cache
@login_required
@require_GET
def document(request: HttpRequest, pk: int) -> Any:
    """The PDF, in the browser or with `?download` as a file; while it is being made, a page that says so."""
    found = _readable(request, pk)
    if found.making == Making.ON_REQUEST:
        found = documents.ask_making(viewer(request), found.pk)
    return _pdf(request, found, found) if found.is_ready else _making(request, found, found)


@never_cache
@login_required
@require_GET
def copy(request: HttpRequest, pk: int) -> Any:
    """The reading copy that somebody asked for."""
    found = _readable(request, pk)
    made = found.copies.filter(language=COPY).first()
    if made is None:
        raise NotFound()
    return _pdf(request, found, made) if made.is_ready else _making(request, found, made)


@login_required
@require_POST
def ask_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the reading copy made."""
    documents.ask_copy(viewer(request), pk, COPY)
    return redirect("core:document-copy", pk)


def _pdf(request: HttpRequest, document: Document, made: Document | DocumentCopy) -> FileResponse:
    if made.file is None:
        raise NotFound()
    content = open_file(made.file)
    log_view(viewer(request), document.stream, document.stream_id, "paper", purpose=document.number)
    response = FileResponse(
        content,
        as_attachment="download" in request.GET,
        filename=made.file.name,
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = PDF_POLICY
    return response


def _making(request: HttpRequest, document: Document, made: Document | DocumentCopy) -> HttpResponse:
    context = {"document": document, "made": made, "may_manage": documents.may_manage(request.user, document)}  # type: ignore[arg-type]
    return render(request, "core/documents/making.html", context)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """One that could not be made is tried once more."""
    documents.make_again(viewer(request), pk)
    messages.success(request, _("The paper is being made once more."))
    return redirect("core:document", pk)


# --- the public check ---------------------------------------------------------------------------------------------------


class CheckForm(PortalForm):
    """Number and check code, as they stand on the paper."""

    number = forms.CharField(
        label=gettext_lazy("Document number"),
        max_length=100,
        help_text=gettext_lazy("For instance 海住建受〔2026〕12号; round or square brackets will do as well."),
    )
    code = forms.CharField(
        label=gettext_lazy("Check code"),
        max_length=20,
        help_text=gettext_lazy("Eight characters, at the foot of the paper."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CompareForm(PortalForm):
    """A file to be compared."""

    file = forms.FileField(
        label=gettext_lazy("The PDF file that you were given"),
        help_text=gettext_lazy("It is compared and not kept."),
    )


def _sender(request: HttpRequest) -> str:
    """The address that a request comes from, as the lock-out of sign-ins sees it, too."""
    return str(get_client_ip_address(request) or "unknown")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form. An unknown number and a wrong code get the same answer."""
    if request.method == "GET":
        return _form(request, CheckForm(initial={"number": request.GET.get("number", "")[:100]}), 200)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return _form(request, form, 422)
    try:
        found = by_number(form.cleaned_data["number"], form.cleaned_data["code"], sender=_sender(request))
    except DomainError as error:
        return _form(request, form, error.status, problem=error.message)
    return redirect("core:checked", found.document.pk, found.document.check_code)


def _form(request: HttpRequest, form: CheckForm, status: int, *, problem: str = "") -> HttpResponse:
    return render(request, "core/documents/check.html", {"form": form, "problem": problem}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def checked(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """What the paper really says, masked; with a file, whether it is the one that was issued."""
    try:
        found = by_key(pk, code, sender=_sender(request))
    except DomainError as error:
        return _form(request, CheckForm(), error.status, problem=error.message)
    form = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    verdict = digest = ""
    if form.is_bound and form.is_valid():
        verdict, digest = compare(found.document, form.cleaned_data["file"])
    return _shown(request, found, form, verdict, digest)


@never_cache
@require_http_methods(["GET", "POST"])
def check_file(request: HttpRequest) -> HttpResponse:
    """A file alone: which paper it is, whether it was altered after signing, whether it is ours at all."""
    form = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "core/documents/check_file.html", {"form": form}, status=status)
    try:
        found = by_file(form.cleaned_data["file"], sender=_sender(request))
    except DomainError as error:
        context = {"form": CompareForm(), "problem": error.message}
        return render(request, "core/documents/check_file.html", context, status=error.status)
    context = {"form": CompareForm(), "found": found, "checked": shown(found.document) if found.document else None}
    return render(request, "core/documents/check_file.html", context)


def _shown(request: HttpRequest, found: Checked, form: CompareForm, verdict: str, digest: str) -> HttpResponse:
    context = {
        "checked": found,
        "document": found.document,
        "code": spaced(found.document.check_code),
        "form": form,
        "verdict": verdict,
        "digest": digest,
    }
    return render(request, "core/documents/checked.html", context, status=422 if form.errors else 200)
