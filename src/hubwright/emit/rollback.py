"""Which image a profile can go back to: decided from what was proven of it, and nothing else."""

import re
from collections.abc import Iterable, Sequence

from hubwright.emit.choose import counts
from hubwright.errors import SelectionError, UsageError
from hubwright.frozen import dataclass
from hubwright.model import Profile
from hubwright.offering import Evidence, ProfileEntry
from hubwright.words import escape, listed, short_digest

_DIGITS = re.compile(r"(?:sha256:)?([0-9a-f]{12,64})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """An image that is proven for some starts of a profile, by their names; `on` is when that was shown last."""

    digest: str
    on: str
    starts: frozenset[str]


def known_images(profile: Profile, evidence: Iterable[Evidence]) -> tuple[Known, ...]:
    """Return the images with a proof that counts for the profile, the newest first."""
    found: dict[str, Known] = {}
    for each in evidence:
        for proven in (each.today, *each.past):
            if proven and counts(proven, profile.policy):
                before = found.get(proven.digest)
                found[proven.digest] = Known(
                    digest=proven.digest,
                    on=max(proven.on, before.on if before else ""),
                    starts=(before.starts if before else frozenset()) | {each.offer.name},
                )
    return tuple(sorted(found.values(), key=lambda known: (known.on, known.digest), reverse=True))


def previous_image(entry: ProfileEntry, known: Sequence[Known]) -> Known:
    """Return the newest image that is older than the one offered now, or SelectionError where there is none such.

    Of those, the ones come first that leave the most of the starts that are offered now.
    """
    slug = entry.profile.slug
    offered = sorted({start.proven.digest for start in entry.starts})
    if len(offered) > 1:
        told = listed(map(short_digest, offered), conjunction="and")
        msg = f"{slug} has {told} now; say with --to which image all of it is to have.{_what_there_is(known)}"
        raise SelectionError(msg)
    places = [place for place, each in enumerate(known) if each.digest in offered]
    older = known[places[0] + 1 :] if places else known
    if not older:
        than = f"older than {short_digest(offered[0])}" if offered else "at all"
        msg = f"nothing {than} is proven for {slug}, so there is nothing to go back to.{_what_there_is(known)}"
        raise SelectionError(msg)
    starts = {start.offer.name for start in entry.starts}
    return max(older, key=lambda each: (len(each.starts & starts), each.on, each.digest))


def named_image(profile: Profile, known: Sequence[Known], text: str) -> Known:
    """Return the image that a digest, or the first twelve digits of one or more, names."""
    digits = _DIGITS.fullmatch(text)
    if digits is None:
        msg = f"{escape(text)} is no digest; expected sha256: and its hexadecimal digits, or at least twelve of them"
        raise UsageError(msg)
    meant = [each for each in known if each.digest.startswith(f"sha256:{digits[1]}")]
    if len(meant) == 1:
        return meant[0]
    why = (
        f"names {len(meant)} images; give more of its digits"
        if meant
        else f"has no proof that counts for {profile.slug}, so it is not offered"
    )
    msg = f"{text} {why}.{_what_there_is(known)}"
    raise SelectionError(msg)


def _what_there_is(known: Sequence[Known]) -> str:
    if not known:
        return " Nothing is proven for it yet; `hubwright build` rehearses it"
    lines = (
        f"\n  {each.digest}, last on {each.on[:10]}, for {listed(sorted(each.starts), conjunction='and')}"
        for each in known
    )
    return " What is proven:" + "".join(lines)
