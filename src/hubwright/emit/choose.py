"""Which image each start of a profile is offered with: today's, the last good, or the one that somebody pinned.

Decided from values alone. What is offered has a proof for exactly this image and this start; there is no other way in.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from hubwright.emit.grid import full_grid
from hubwright.errors import NothingOfferedError
from hubwright.frozen import dataclass
from hubwright.model import Needs, Offer, OnWithheld, Policy, Profile
from hubwright.offering import Basis, Evidence, Pin, ProfileEntry, Proven, Start, Withheld
from hubwright.words import short_digest

_NOT_ON_HARDWARE = (
    "proven without hardware, and this profile needs hardware (say `needs: software` where that is enough)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Candidate:
    """One start, and the proof that counts for each image; `why_not` says why today's is none, if it is none."""

    evidence: Evidence
    proofs: Mapping[str, Proven]
    why_not: str

    @property
    def offer(self) -> Offer:
        return self.evidence.offer

    def start(self, proven: Proven, basis: Basis, reason: str) -> Start:
        return Start(offer=self.offer, repository=self.evidence.repository, basis=basis, proven=proven, reason=reason)


def choose(profile: Profile, evidence: Sequence[Evidence], *, pin: Pin | None, today: str) -> ProfileEntry:
    """Return the profile as it is offered; `evidence` is about each of its starts, `today` a day as 2026-11-21.

    Of a profile whose policy is `fail` only what is proven today is offered; `failures` says what is missing.
    """
    about = {each.offer.name: each for each in evidence}
    if pin:
        chosen = [_pinned(_any_age(about[offer.name], profile.policy), profile, pin) for offer in profile.offers]
    else:
        candidates = [_candidate(about[offer.name], profile.policy, today) for offer in profile.offers]
        chosen = [each for group in _groups(profile, candidates) for each in _group(group)]
    starts = {each.offer.name: each for each in chosen if isinstance(each, Start)}
    grid = full_grid(profile, starts.keys())
    withheld = {each.offer.name: each for each in chosen if isinstance(each, Withheld)}
    for name, because in grid.because.items():
        withheld[name] = Withheld(offer=starts[name].offer, reason=f"it is proven, but {because}")
    return ProfileEntry(
        profile=profile,
        starts=tuple(starts[offer.name] for offer in profile.offers if offer.name in grid.kept),
        withheld=tuple(withheld[offer.name] for offer in profile.offers if offer.name not in grid.kept),
    )


def is_settled(profile: Profile, evidence: Sequence[Evidence], *, pin: Pin | None, today: str, unread: str) -> bool:
    """Return whether no further proof could change how these starts are offered: those that have one variant.

    Known is all that was ever said about today's image, about the pinned one, and about each image of which any proof
    is newer than `unread`. What all starts can share is taken, the newest of it: the rest can only be older.
    """
    if pin:
        return True
    candidates = [_candidate(each, profile.policy, today) for each in evidence]
    shared = set.intersection(*(set(each.proofs) for each in candidates))
    return any(
        all(each.evidence.digest == digest or each.proofs[digest].on > unread for each in candidates)
        for digest in shared
    )


def failures(entries: Iterable[ProfileEntry]) -> NothingOfferedError | None:
    """Return what keeps the entries from being written: nothing is offered, or a start that must not be missing."""
    entries = list(entries)
    missing = [
        f"{withheld.offer.name}: {withheld.reason}"
        for entry in entries
        if entry.profile.policy.on_withheld is OnWithheld.FAIL
        for withheld in entry.withheld
    ]
    if missing:
        told = "\n".join(f"  {each}" for each in missing)
        return NothingOfferedError(f"what says `on_withheld: fail` must not be missing, and is withheld:\n{told}")
    if not any(entry.starts for entry in entries):
        reasons = [f"\n  {withheld.offer.name}: {withheld.reason}" for entry in entries for withheld in entry.withheld]
        return NothingOfferedError("no profile can be offered" + "".join(reasons))
    return None


def counts(proven: Proven, policy: Policy) -> bool:
    """Return whether the proof is one of those that the profile asks for."""
    return proven.hardware or policy.needs is Needs.SOFTWARE


def _candidate(evidence: Evidence, policy: Policy, today: str) -> _Candidate:
    oldest = (date.fromisoformat(today) - timedelta(days=policy.max_age_days)).isoformat()
    counting = [each for each in evidence.past if counts(each, policy)]
    # Days and times of this form are in the order of their text.
    past = [each for each in counting if each.on >= oldest]
    why_not = _why_not(evidence, policy)
    if policy.on_withheld is not OnWithheld.KEEP_LAST_GOOD:
        past = []
    elif why_not and counting and not past:
        day = counting[0].on[: len(today)]
        why_not += f"; its last good is of {day}, and `max_age` allows {policy.max_age_days} days"
    return _Candidate(evidence=evidence, proofs=_by_digest(evidence, past, policy), why_not=why_not)


def _any_age(evidence: Evidence, policy: Policy) -> _Candidate:
    proofs = _by_digest(evidence, evidence.past, policy)
    return _Candidate(evidence=evidence, proofs=proofs, why_not=_why_not(evidence, policy))


def _by_digest(evidence: Evidence, past: Iterable[Proven], policy: Policy) -> dict[str, Proven]:
    """Return the proof that counts for each image: today's, or else the newest."""
    known = [evidence.today, *past] if evidence.today else past
    proofs: dict[str, Proven] = {}
    for each in known:
        if counts(each, policy):
            proofs.setdefault(each.digest, each)
    return proofs


def _why_not(evidence: Evidence, policy: Policy) -> str:
    if evidence.today is None:
        return evidence.reason
    return "" if counts(evidence.today, policy) else _NOT_ON_HARDWARE


def _pinned(candidate: _Candidate, profile: Profile, pin: Pin) -> Start | Withheld:
    proven = candidate.proofs.get(pin.digest)
    if proven:
        return candidate.start(proven, Basis.PINNED, pin.because)
    evidence = candidate.evidence
    known = [evidence.today, *evidence.past] if evidence.today else evidence.past
    there = any(each.digest == pin.digest for each in known)
    why = _NOT_ON_HARDWARE if there else f"not proven for it; `hubwright history {profile.slug}` shows what is"
    return Withheld(
        offer=candidate.offer, reason=f"it is pinned to {short_digest(pin.digest)} ({pin.because}), which is {why}"
    )


def _groups(profile: Profile, candidates: Iterable[_Candidate]) -> list[list[_Candidate]]:
    """Return the starts that one line of a hub's list gives their image to, together."""
    groups: dict[object, list[_Candidate]] = {}
    for each in candidates:
        groups.setdefault(_brought_by(profile, each.offer), []).append(each)
    return list(groups.values())


def _brought_by(profile: Profile, offer: Offer) -> object:
    """Return the last choice that names an image, or None for the profile; a single option's choices name their own."""
    for option in reversed(profile.options):
        choice = next(each for each in option.choices if each.key == offer.choices[option.key])
        if choice.layer.variant is not None or len(profile.options) == 1:
            return option.key, choice.key
    return None


def _group(group: Sequence[_Candidate]) -> list[Start | Withheld]:
    digests = {digest for each in group for digest in each.proofs}
    shared = max(digests, key=lambda digest: _worth(group, digest), default=None)
    return [_outcome(each, group, shared) for each in group]


def _worth(group: Sequence[_Candidate], digest: str) -> tuple[int, bool, str, str]:
    """Return how good it is to offer the group with this image; its digest decides between equals, to be steady."""
    proofs = [each.proofs[digest] for each in group if digest in each.proofs]
    is_today = any(each.evidence.digest == digest for each in group)
    return len(proofs), is_today, max(proof.on for proof in proofs), digest


def _outcome(candidate: _Candidate, group: Sequence[_Candidate], shared: str | None) -> Start | Withheld:
    proven = candidate.proofs.get(shared) if shared else None
    if proven and proven == candidate.evidence.today:
        return candidate.start(proven, Basis.TODAY, "")
    why_not = candidate.why_not or _of_others(group)
    if proven:
        return candidate.start(proven, Basis.LAST_GOOD, why_not)
    if shared:
        others = f"starts that share its image are offered with {short_digest(shared)}, which is not proven for it"
        why_not = f"{others}; {why_not}"
    return Withheld(offer=candidate.offer, reason=why_not)


def _of_others(group: Sequence[_Candidate]) -> str:
    """Return why a start is not offered with today's image although that is proven for it."""
    other = next(each for each in group if each.why_not)
    return f"{other.offer.name} shares its image, and today's is not proven for that: {other.why_not}"
