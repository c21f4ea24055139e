"""The page around the sections: its head, the one style and the one script, and a policy that allows nothing else."""

import base64
import hashlib
from importlib.resources import files

from hubwright.report.page.html import Child, Html, raw, tag

# A page of the output of others: their colours stand in attributes, and their images in the page itself.
_QUIET = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def document(title: str, *, header: Child, main: Child, footer: Child) -> str:
    """Return the whole page. It loads nothing, and runs nothing but the script that is in it."""
    style, script = _read("page", "style.css"), _read("page", "script.js")
    allowed = f"style-src {_source(style)}; script-src {_source(script)}"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    return _whole(
        title,
        policy,
        style,
        tag("a", "Skip to the verdict", class_="skip", href="#verdict"),
        tag("header", header),
        tag("main", main),
        tag("footer", footer),
        tag("script", raw(script)),
    )


def quiet_document(title: str, *, main: Child) -> str:
    """Return a page that runs nothing at all."""
    return _whole(title, _QUIET, _read("rendering", "notebook.css"), tag("main", main))


def _whole(title: str, policy: str, style: str, *body: Child) -> str:
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", raw(style)),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', body), lang='en')}\n"


def section(identifier: str, heading: str, *children: Child) -> Html:
    """Return a part of the page that has a name, for eyes and for those who go from landmark to landmark."""
    return tag(
        "section",
        tag("h2", heading, id=f"{identifier}-heading"),
        *children,
        id=identifier,
        aria_labelledby=f"{identifier}-heading",
    )


def _read(package: str, name: str) -> str:
    return files(f"hubwright.report.{package}").joinpath(name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
