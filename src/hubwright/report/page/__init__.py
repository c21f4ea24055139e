"""The page that tells people of a run and of what stands now: one file that needs nothing else."""

from collections.abc import Mapping

from hubwright.account import Account
from hubwright.report.figures import between, duration, moment
from hubwright.report.page.changes import changes
from hubwright.report.page.document import document, section
from hubwright.report.page.evidence import evidence
from hubwright.report.page.grid import grid
from hubwright.report.page.html import Html, join, tag
from hubwright.report.page.offers import offers
from hubwright.report.page.past import past
from hubwright.report.page.sizes import sizes
from hubwright.report.page.timeline import timeline
from hubwright.report.page.verdict import verdict
from hubwright.report.page.wording import headline_of
from hubwright.report.summary import answer_of
from hubwright.report.troubles import troubles

# A page that can be sent as an attachment: what has passed is left out first, and report.json has all of it.
_ROOM = 2_400_000
_SECTIONS = {
    "offered": "Offered now",
    "changed": "What changed",
    "checks": "Checks",
    "evidence": "Evidence",
    "timeline": "Timeline",
    "sizes": "Sizes",
    "history": "History",
}


def page_html(account: Account, notebooks: Mapping[str, str]) -> str:
    """Return the whole page about the account.

    `notebooks` leads from the path of an executed notebook to that of its page, from where this page will lie.
    """
    others = {
        "offered": offers(account),
        "changed": changes(account),
        "timeline": timeline(account.stretches),
        "sizes": sizes(account),
        "history": past(account),
    }
    behind = evidence(account, notebooks, _ROOM - sum(map(len, others.values())))
    contents = {
        **others,
        "checks": grid(account, behind.anchors, behind.left_out),
        "evidence": behind.content or tag("p", "No start was rehearsed in this run.", class_="quiet"),
    }
    found = troubles(account)
    answer = answer_of(found, account)
    title = f"{headline_of(answer)} - Hubwright"
    main = join(
        verdict(account, found, answer, notebooks, behind.anchors),
        [section(name, heading, contents[name]) for name, heading in _SECTIONS.items()],
    )
    return document(title, header=_header(account), main=main, footer=_footer(account))


def _header(account: Account) -> Html:
    took = between(account.began_on, account.ended_on)
    words = [
        account.command,
        moment(account.ended_on),
        f"took {duration(took)}" if took else "",
        account.registry,
        f"chart {account.chart}" if account.chart else "",
    ]
    links = [tag("li", tag("a", heading, href=f"#{name}")) for name, heading in _SECTIONS.items()]
    return join(
        tag("p", tag("b", "Hubwright"), [tag("span", each) for each in words if each], class_="about"),
        tag("nav", tag("ul", links), aria_label="Sections"),
    )


def _footer(account: Account) -> Html:
    where = "All that is shown here, and what is left out, is in report.json beside this page."
    return tag("p", f"Written by hubwright {account.version}. {where}")
