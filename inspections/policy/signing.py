"""Who signs a document before it is issued (签名), and who is still missing. Pure.

Practice and the templates have every enforcement document signed by the two officers whose certificate numbers stand on it,
the record of the site besides by the person in charge there, whose refusal or absence a witness confirms (domain.md §5.3,
§5.4; WSL Art. 68 for the refusal). Which kinds wait for whom is policy (`Numbers`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from inspections.policy.documents import SIGNER_LABELS, DocumentKind, Numbers, Signer

# who may be said not to have signed: the others of a document sign it or are not named
REFUSERS = frozenset({Signer.PERSON_IN_CHARGE, Signer.RECEIVER})
# signatures and refusals under one document: two officers, the enterprise, a witness, and what was tried before
MOST = 20


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who has not signed yet; `id` is the officer's account, "" for the enterprise."""

    signer: Signer
    name: str = ""
    id: str = ""

    @property
    def words(self) -> str:
        """Return whom we wait for, in Chinese."""
        if self.signer == Signer.OFFICER:
            return f"{SIGNER_LABELS[self.signer]}{self.name}"
        return f"{SIGNER_LABELS[self.signer]}(签字,或有见证人的拒签、不在场记录)"

    @property
    def words_en(self) -> str:
        """Return whom we wait for, in English."""
        if self.signer == Signer.OFFICER:
            return f"officer {self.name}"
        return "the person in charge (a signature, or a refusal or absence with its witness)"


def missing(
    kind: DocumentKind, officers: Sequence[Mapping[str, str]], *, persons: Collection[str], firm_answered: bool, policy: Numbers
) -> list[Missing]:
    """Return who has to sign a document of this kind before its issue and has not.

    `officers` as the document names them, `persons` the natural persons among them who signed, `firm_answered`: the
    enterprise's side signed, refused, or was not there.
    """
    found: list[Missing] = []
    if kind in policy.officers_sign_before_issue:
        found = [Missing(Signer.OFFICER, one["name"], one["id"]) for one in officers if one["person"] not in persons]
    if kind in policy.signed_before_issue and not firm_answered:
        found.append(Missing(Signer.PERSON_IN_CHARGE))
    return found


def officer(officers: Iterable[Mapping[str, str]], *, id: str, name: str) -> Mapping[str, str] | None:
    """Return the officer that a signature is said to be of: by account, else by a name that only one of them bears."""
    fit = [one for one in officers if (one["id"] == id if id else one["name"] == name)]
    return fit[0] if len(fit) == 1 else None
