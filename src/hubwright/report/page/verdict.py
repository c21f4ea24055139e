"""The head of the page: is everything fine, and if not, who is affected, what broke, where, and what to do."""

from collections.abc import Mapping, Sequence

from hubwright.account import Account, StartAccount
from hubwright.offering import Basis
from hubwright.report.figures import age, count, day
from hubwright.report.page.evidence import excerpt_of, notebook_link
from hubwright.report.page.html import Child, Html, cut, join, tag
from hubwright.report.page.parts import digest, facts, foreign, more, prose, sign
from hubwright.report.page.wording import headline_of, lede_of, title_of
from hubwright.report.summary import Answer
from hubwright.report.troubles import Tone, Trouble
from hubwright.words import listed

_MOST_NAMES = 6
_SHORT = 300
_SEEN = 1200


def verdict(
    account: Account,
    found: Sequence[Trouble],
    answer: Answer,
    notebooks: Mapping[str, str],
    anchors: Mapping[tuple[str, str], str],
) -> Html:
    """Return the verdict on everything, and a card for each trouble that was found."""
    tone = answer.tone.value
    headline = tag("h1", headline_of(answer), id="verdict-heading")
    lede = tag("p", lede_of(found, account), class_="lede")
    head = tag("div", sign(tone), tag("div", headline, lede), class_=f"verdict is-{tone.replace(' ', '-')}")
    cards = [_card(trouble, account, notebooks, anchors) for trouble in found]
    ended = more("What the run ended with", [foreign(each) for each in account.wrong]) if account.wrong else None
    return tag(
        "section", head, tag("div", cards, class_="cards"), ended, id="verdict", aria_labelledby="verdict-heading"
    )


def _card(
    trouble: Trouble, account: Account, notebooks: Mapping[str, str], anchors: Mapping[tuple[str, str], str]
) -> Html:
    title = tag("h2", sign(trouble.tone.value), title_of(trouble))
    return tag(
        "article",
        title,
        facts(
            (
                ("Who", _who(trouble.starts, account)),
                ("What broke" if trouble.tone is Tone.FAILED else "Why", _what(trouble)),
                ("Where", _where(trouble, notebooks, anchors)),
                ("What to do", prose(trouble.finding.advice) if trouble.finding else None),
            )
        ),
        _excerpts(trouble),
        class_=f"card is-{trouble.tone.value.replace(' ', '-')}",
    )


def _who(starts: Sequence[StartAccount], account: Account) -> Child:
    """Return those who are affected, and what they get instead."""
    if not starts:
        return "Nobody: no start is affected."
    shown = [
        tag("li", tag("b", start.title), f" ({start.name}) ", _instead(start, account))
        for start in starts[:_MOST_NAMES]
    ]
    left = starts[_MOST_NAMES:]
    rest = (
        tag("li", f"and {count(len(left), 'start')} more: ", listed([start.name for start in left], conjunction="and"))
        if left
        else None
    )
    return tag("ul", shown, rest)


def _instead(start: StartAccount, account: Account) -> Child:
    offered = start.offered
    if offered is None:
        return "cannot be started" if start.withheld else "stays as it was: nobody could tell what to offer"
    told = (
        f"of {day(offered.since)}, {age(offered.since, account.ended_on)}"
        if age(offered.since, account.ended_on)
        else ""
    )
    words = "is offered with the image of this run " if offered.basis is Basis.TODAY else "keeps the proven image "
    return join(words, digest(offered.digest), f" {told}")


def _what(trouble: Trouble) -> Child:
    finding = trouble.finding
    if finding is None:
        return _brief(trouble.said)
    others = f" ({count(trouble.more, 'more finding')} in the evidence)" if trouble.more else ""
    expected = cut(finding.expected, _SHORT)
    return (foreign(finding.seen, _SEEN), tag("small", "expected ", tag("q", expected), others))


def _brief(said: str) -> Child:
    first, _, rest = said.partition("\n")
    return join(prose(first), more("All of it", foreign(said)) if rest else None)


def _where(trouble: Trouble, notebooks: Mapping[str, str], anchors: Mapping[tuple[str, str], str]) -> Child:
    if trouble.finding is None:
        return None
    first = trouble.starts[0]
    trial = next(trial for trial in first.trials if trial.name == trouble.trial)
    link = notebook_link(trial, notebooks, trouble.finding.where)
    anchor = anchors.get((first.name, trial.name))
    return join(
        tag("b", trouble.finding.where),
        " · " if anchor or link else None,
        tag("a", "evidence", href=f"#{anchor}") if anchor else None,
        " · " if anchor and link else None,
        tag("a", "notebook as it ran", href=link) if link else None,
    )


def _excerpts(trouble: Trouble) -> Child:
    if not trouble.starts or not trouble.trial:
        return None
    trial = next(trial for trial in trouble.starts[0].trials if trial.name == trouble.trial)
    return [excerpt_of(excerpt) for excerpt in trial.excerpts[:1]]
