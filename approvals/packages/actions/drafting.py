"""What an applicant does before filing a package: the guide, a draft saved at every step, the papers with it."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.cases.answers import RAW
from approvals.cases.models import ApplicantType, Channel
from approvals.cases.principals import Principal
from approvals.packages import policies
from approvals.packages.guide import evaluate, questions_of, valid_answers
from approvals.packages.merging import AUTHORITY
from approvals.packages.models import (
    Package,
    PackageFiling,
    PackagePaper,
    PackagePart,
    PackagePrincipal,
    PackageVersion,
    principal_of,
)
from approvals.packages.signing import erase_signatures
from portal.core import db, files
from portal.core.actions import action
from portal.core.actors import Actor
from portal.core.errors import Invalid, NotAllowed, NotFound, WrongState, type_of_message
from portal.core.events import stream_of
from portal.core.models import StoredFile
from portal.people.models import Organisation, User

FILES_A_MATERIAL = 20


@action
def begin(
    actor: Actor,
    package_id: int,
    answers: Mapping[str, str],
    *,
    without: Collection[str] = (),
    organisation: Organisation | None = None,
    principal: Principal | None = None,
) -> PackageFiling:
    """A draft with the items that the answers pick, less those `without` (item codes); or the one that is there already,
    with its parts chosen anew: one for oneself, one for each organisation and one for each principal.

    Raises NotFound, NotAllowed for an organisation the person does not act for, WrongState for a package that is not
    open, Invalid for unanswered questions, when nothing is left, and for a principal with faults or of an organisation.
    """
    if actor.user is None:
        raise NotAllowed()
    if organisation is not None and organisation.pk not in actor.user.acting_for:
        raise NotAllowed(_("You are not registered as an agent of this organisation."))
    package = Package.objects.visible_to(actor.user).select_related("current").filter(pk=package_id).first()
    if package is None:
        raise NotFound()
    version = open_version(package)
    principal = whom(principal, actor.user, organisation)
    filing = draft_for(actor.user, package, organisation, Channel.ONLINE, principal)
    choose(filing, version, answers, without)
    keep_principal(filing, principal)
    return filing


def whom(principal: Principal | None, agent: User, organisation: Organisation | None) -> Principal | None:
    """The principal with everything normalised. Raises Invalid."""
    if principal is None:
        return None
    if organisation is not None:
        raise Invalid(_("An organisation is applied for by its registered agents, without a power of attorney."))
    return principal.checked(agent)


def draft_for(
    person: User,
    package: Package,
    organisation: Organisation | None,
    channel: str,
    principal: Principal | None = None,
) -> PackageFiling:
    """The draft of this person (and organisation, or principal) for the package, locked; or a new one that is not saved
    yet. What was begun at home and what is taken in at a window are two drafts, as with single cases."""
    db.lock_row(User.objects.all(), person.pk)  # a double click makes one draft
    found = PackageFiling.objects.filter(
        applicant=person, package=package, organisation=organisation, state="draft", channel=channel
    )
    if principal is None:
        found = found.filter(principal__isnull=True)
    else:
        found = found.filter(principal__resident_blind__matches=principal.resident_number)
    if (filing := found.first()) is not None:
        return db.lock_row(PackageFiling.objects.select_related("intake", "principal"), filing.pk)
    return PackageFiling(
        package=package,
        department_id=package.department_id,
        applicant=person,
        organisation=organisation,
        applicant_type=ApplicantType.ORGANISATION if organisation else ApplicantType.PERSON,
        applicant_name=_named(person, organisation, principal),
        channel=channel,
    )


def _named(person: User, organisation: Organisation | None, principal: Principal | None) -> str:
    if organisation is not None:
        return organisation.name
    return principal.name if principal is not None else person.name


def keep_principal(filing: PackageFiling, principal: Principal | None) -> None:
    """Write whom the draft is for; what was typed last holds."""
    if principal is None:
        return
    principal.write(principal_of(filing) or PackagePrincipal(filing=filing)).save()
    if filing.applicant_name != principal.name:
        filing.applicant_name = principal.name
        filing.save(update_fields=["applicant_name"])


@action
def answer_guide(
    actor: Actor, filing_id: int, answers: Mapping[str, str], *, without: Collection[str] = ()
) -> PackageFiling:
    """Go through the questions again, by the version of the package that is in force now; what was typed is kept.

    Raises NotFound, WrongState, Invalid.
    """
    filing = editable(actor, filing_id)
    choose(filing, open_version(filing.package), answers, without)
    return filing


def open_version(package: Package) -> PackageVersion:
    """The version in force. Raises WrongState for a package that is not open."""
    version = package.current
    if version is None or not package.is_open:
        raise WrongState(
            _("This package is not open at present. Each of its items can be applied for on its own."),
            code="package_closed",
        )
    return version


def choose(
    filing: PackageFiling, contents: PackageVersion, answers: Mapping[str, str], without: Collection[str]
) -> None:
    """Take the answers over and hang in the parts that they pick. Parts that stay keep the version they were seen in.

    Raises Invalid for unanswered questions and when nothing is left.
    """
    given = valid_answers(contents, answers)
    wrong: dict[str, type_of_message] = {
        one.code: _("Please choose one of the answers.") for one in questions_of(contents) if one.code not in given
    }
    if wrong:
        raise Invalid(fields=wrong)
    verdicts = evaluate(contents, contents.entries.select_related("item__current"), given)
    applying = [one.entry for one in verdicts if one.applies and one.entry.item.code not in without]
    wanted = [
        (one, version)
        for one in applying
        if (version := one.item.current) is not None and one.item.is_open_to_filing and version.online
    ]
    if not wanted:
        raise Invalid(_("With these answers no item of the package is left to file."), code="nothing_left")
    filing.version, filing.guide = contents, given
    filing.save()
    seen = dict(filing.parts.values_list("item_id", "item_version_id"))
    filing.parts.all().delete()
    PackagePart.objects.bulk_create(
        PackagePart(
            filing=filing,
            item=entry.item,
            item_version_id=seen.get(entry.item_id, version.pk),
            order=entry.order,
        )
        for entry, version in wanted
    )
    _forget_signatures(filing)


def _forget_signatures(filing: PackageFiling) -> None:
    """What was signed for a part that is left out binds nobody; it is signed anew if the part comes back."""
    erase_signatures(filing.signatures.exclude(item__in=filing.parts.values("item")))


def locked(
    actor: Actor, filing_id: int, *, may: Callable[[Any, PackageFiling], bool] = policies.is_applicant
) -> PackageFiling:
    """A filing, locked, with all that its pages name: the applicant's own, or whose else `may` says. Raises NotFound,
    also for everybody else's."""
    rows = PackageFiling.objects.select_related(
        "package__current", "version", "department", "organisation", "applicant__citizen", "intake", "principal"
    )
    try:
        filing = db.lock_row(rows, filing_id)
    except PackageFiling.DoesNotExist:
        raise NotFound() from None
    if actor.user is None or not may(actor.user, filing):
        raise NotFound()
    return filing


def editable(actor: Actor, filing_id: int) -> PackageFiling:
    """The same for whoever fills it in, as long as it is a draft. Raises WrongState afterwards."""
    filing = locked(actor, filing_id, may=policies.may_fill_in)
    if not filing.is_draft:
        raise WrongState(_("This package has been filed and can no longer be changed."))
    return filing


@action
def save_page(actor: Actor, filing_id: int, page: str, answers: Mapping[str, Any], *, done: bool) -> PackageFiling:
    """Keep what was typed on one page. `done` keeps it as answers; else as it was typed, faults and all.

    Answers of the page to questions that are not asked now are kept too: they count again when their item comes back.
    Raises NotFound, WrongState.
    """
    filing = editable(actor, filing_id)
    kept = json.loads(filing.answers or "{}")
    if done:
        kept.pop(RAW + page, None)
        kept[page] = dict(answers)
    else:
        kept[RAW + page] = dict(answers)
    filing.answers = json.dumps(kept, ensure_ascii=False, default=str)
    finished = set(filing.pages_done)
    filing.pages_done = sorted(finished | {page} if done else finished - {page})
    filing.save()
    return filing


@action
def leave_out(actor: Actor, filing_id: int, part_id: int) -> PackageFiling:
    """File without this part; what was typed for it is kept. Raises NotFound, WrongState, Invalid for the last one."""
    filing = editable(actor, filing_id)
    part = filing.parts.filter(pk=part_id).first()
    if part is None:
        raise NotFound()
    if filing.parts.count() == 1:
        raise Invalid(_("This is the only part that is left. Please delete the draft instead."), code="last_part")
    part.delete()
    _forget_signatures(filing)
    return filing


@action
def renew(actor: Actor, filing_id: int) -> PackageFiling:
    """Move every part to what its item asks for now: answers and files stay, each page is to be checked again.

    Parts whose item is closed stay as they are, to be left out. Raises NotFound, WrongState.
    """
    filing = editable(actor, filing_id)
    moved = 0
    for part in filing.parts.select_related("item__current"):
        current = part.item.current
        if current is not None and part.item.is_open_to_filing and current.pk != part.item_version_id:
            part.item_version = current
            part.save(update_fields=["item_version"])
            moved += 1
    if moved:
        filing.pages_done = []
        filing.save(update_fields=["pages_done"])
    return filing


@action
def add_paper(actor: Actor, filing_id: int, file: StoredFile, *, key: str) -> PackagePaper:
    """Attach a stored file to one of the merged materials, or as power of attorney; it need not follow later then.

    Raises NotFound (also for a power of attorney where nobody is filed for), WrongState, Invalid (too many files).
    """
    filing = editable(actor, filing_id)
    if key == AUTHORITY.key and principal_of(filing) is None:
        raise NotFound()
    came(filing, key)
    if filing.papers.filter(key=key).count() >= FILES_A_MATERIAL:
        raise Invalid(
            _("At most %(n)s files for one material. Please put several pages into one PDF."), n=FILES_A_MATERIAL
        )
    files.attach(file.pk, stream=stream_of(filing), stream_id=filing.pk, owner=actor)
    return PackagePaper.objects.create(filing=filing, key=key, file=file)


@action
def remove_paper(actor: Actor, filing_id: int, paper_id: int) -> None:
    """Take a file out again. Raises NotFound, WrongState."""
    filing = editable(actor, filing_id)
    paper = filing.papers.filter(pk=paper_id).first()
    if paper is None:
        raise NotFound()
    erase([paper])


@action
def discard(actor: Actor, filing_id: int) -> None:
    """Throw a draft away, with everything in it. Raises NotFound, WrongState."""
    filing = editable(actor, filing_id)
    erase_all(filing)


def erase_all(filing: PackageFiling) -> None:
    """The draft with its papers and what was signed in it."""
    erase(list(filing.papers.all()))
    erase_signatures(filing.signatures.all())
    filing.delete()


def came(filing: PackageFiling, key: str) -> None:
    """The material is there: the wish to bring it later falls away."""
    PackagePaper.objects.filter(filing=filing, key=key, follows_by__isnull=False).delete()


def erase(papers: list[PackagePaper]) -> None:
    """The rows and what is known of their files; the contents are swept when nobody else has them."""
    file_ids = [paper.file_id for paper in papers if paper.file_id is not None]
    PackagePaper.objects.filter(pk__in=[paper.pk for paper in papers]).delete()
    StoredFile.objects.filter(pk__in=file_ids).delete()
