"""What looks wrong and is not: refusing it would be as much a fault as the opposite."""

import os
from pathlib import Path

from corpus.case import MINIMAL, Case, fine, replaced

_ONE = "1 to build; 1 start to prove"


def _link_inside(root: Path) -> None:
    (root / "images" / "base" / "link").symlink_to("Dockerfile")


def _excluded_fifo(root: Path) -> None:
    (root / "images" / "base" / ".dockerignore").write_text("pipe\n")
    os.mkfifo(root / "images" / "base" / "pipe")


def _odd_names(root: Path) -> None:
    for name in ("-rf", "a b", "$(id)", "line\nbreak", "\x1b[2K", "\u202eb", "*"):
        (root / "images" / "base" / name).touch()


def _two_variants(name: str, values: str, says: str) -> Case:
    return fine(
        name,
        replaced(
            "{from: trixie}", f"{{from: trixie}}\n  x: {{from: trixie, folder: images/base, axes: {{a: {values}}}}}"
        ),
        says,
    )


CASES = (
    fine("fine", MINIMAL, _ONE),
    fine("fine-bom", f"\ufeff{MINIMAL}", _ONE),
    fine("fine-crlf", MINIMAL.replace("\n", "\r\n"), _ONE),
    fine("fine-without-a-last-newline", MINIMAL.rstrip("\n"), _ONE),
    fine("fine-document-start-and-end", f"---\n{MINIMAL}...\n", _ONE),
    fine("fine-comment-after-the-end", f"{MINIMAL}...\n# the end\n", _ONE),
    fine(
        "fine-json",
        '{"version": 1, "hub": {"chart": "4.4.0"}, "foundations": {"t": {"bootstrap": '
        '{"suite": "trixie"}}}, "images": {"base": {"from": "t"}}, "profiles": '
        '[{"slug": "lab", "display_name": "Lab", "image": "base"}]}',
        _ONE,
    ),
    fine("fine-comments-in-any-script", f"# \u4f60\u597d \U0001f680 na\u00efve\n{MINIMAL}", _ONE),
    fine(
        "fine-words-in-any-script",
        replaced("display_name: Lab", 'display_name: "\u5b9e\u9a8c \U0001f469\u200d\U0001f52c"'),
        _ONE,
    ),
    fine(
        "fine-words-like-a-template",
        replaced("display_name: Lab", 'display_name: "{{ 7 * 7 }} ${HOME} & co: - *x"'),
        _ONE,
    ),
    fine("fine-words-like-a-boolean", replaced("display_name: Lab", "display_name: no"), _ONE),
    fine("fine-chart-without-quotes", replaced('"4.4.0"', "4.4.0"), "under chart 4.4.0"),
    fine("fine-link-inside-the-context", MINIMAL, _ONE, arrange=_link_inside),
    fine("fine-fifo-that-is-ignored", MINIMAL, _ONE, arrange=_excluded_fifo),
    fine("fine-odd-names-in-the-context", MINIMAL, _ONE, arrange=_odd_names),
    fine(
        "fine-environment-of-metacharacters",
        replaced(
            "image: base}", 'image: base, environment: {A: "$(id) `id` ; | && \\" \' \\\\ -- %s {{x}} {username}"}}'
        ),
        _ONE,
    ),
    fine("fine-secret-by-name", replaced("{from: trixie}", "{from: trixie, secrets: [github-token]}"), _ONE),
    fine(
        "fine-arg-like-a-secret-but-not",
        replaced("{from: trixie}", "{from: trixie, args: {TOKENIZERS: x, PASSWORDLESS: y}}"),
        _ONE,
    ),
    _two_variants("fine-axis-of-versions", "[3.1, 3.10, 3.100]", "x-a3.10 "),
    _two_variants("fine-axis-of-odd-scalars", "[no, 010, 0x1f, 1e3]", "x-a010 "),
    _two_variants("fine-axis-of-capitals", "[a, A]", "x-aA "),
)
