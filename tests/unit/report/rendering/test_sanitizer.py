import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.reading import read
from helpers.written import HOSTILE, PNG
from hubwright.report.rendering.sanitizer import harmless

_NEVER = {"script", "iframe", "object", "embed", "svg", "math", "style", "link", "meta", "base", "form", "button"}
_PIECES = st.one_of(
    st.sampled_from(
        [
            *("<", ">", "/", "=", '"', "'", " ", "<!--", "-->", "<![CDATA[", "<?", "&lt;", "&#60;", "\x00", "\t"),
            *("<script>", "</script>", "<svg>", "</svg>", "<style>", "<math>", "<title>", "<textarea>", "<noscript>"),
            *(
                "<p>",
                "</p>",
                "<table>",
                "<td colspan=2>",
                "<b",
                "<img src=x onerror=y>",
                "<a href=javascript:x>",
                "<b/>",
            ),
            *(" onclick=x", " style='position:fixed'", " style='font-weight:bold'", " class=highlight", " id=x"),
        ]
    ),
    st.text(max_size=5),
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_whatever_is_written_only_what_is_known_comes_out(html: str) -> None:
    page = read(harmless(html))
    assert not page.tags.keys() & _NEVER
    assert page.unclosed == []
    assert {key for _, key, _ in page.attributes} <= {"class", "style", "colspan"}
    assert not any("position" in value for value in page.of("style"))


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_what_is_harmless_already_stays_as_it_is(html: str) -> None:
    once = harmless(html)
    assert harmless(once) == once


def test_nothing_of_a_hostile_page_is_left_but_its_words() -> None:
    page = read(harmless(HOSTILE))
    assert set(page.tags) <= {"div", "a", "p", "b", "span"}
    assert page.of("href") == ["https://example.org/"]
    assert page.of("style") == ["font-weight: 700"]
    assert page.of("class") == ["highlight"]
    assert {key for _, key, _ in page.attributes} == {"href", "rel", "class", "style"}
    # A tag with another one inside of it is words, too.
    assert " ".join(page.text.split()) == (
        '<iframe srcdoc=""> ' + "[image left out: it is not in this notebook]" * 3 + " over all go "
        'scriptscript <a href="data:text/html,">x pagekept bold'
    )


@pytest.mark.parametrize(
    "html, kept",
    [
        (
            f'<img src="data:image/png;base64,{PNG}" alt="a dot">',
            f'<img src="data:image/png;base64,{PNG}" alt="a dot"/>',
        ),
        ("<img src='data:image/bmp;base64,AA' alt=dot>", "<span>[image left out: dot]</span>"),
        ("<TABLE><TR><TD COLSPAN=2 ROWSPAN='1x'>1</TABLE>", '<table><tr><td colspan="2">1</td></tr></table>'),
        ("<td style='text-align: right; color: #abc; FONT-weight: url(x); font-style: italic'>", None),
        ("a <!-- <b> --> b <!doctype html> c <?php d ?> e <!-- f", "a  b  c  e "),
        ("1 < 2 &lt; 3 &amp; 4", "1 &lt; 2 &lt; 3 &amp; 4"),
        ("<p>one</i></p></p>two", "<p>one</p>two"),
        ("<title>x</title><textarea><b></textarea>y<script>never closed", "y"),
        ("</svg>a<svg><svg></svg><b>no</b></svg>b", "ab"),
        ("<br/><hr>", "<br/><hr/>"),
        ("<marquee>slow</marquee>", "slow"),
        ('<a title="a>b" href=https://example.org>x</a>', None),
    ],
)
def test_what_becomes_of_it(html: str, kept: str | None) -> None:
    expected = {
        "<td": '<td style="text-align: right; font-style: italic"></td>',
        "<a ": '<a href="https://example.org" rel="noreferrer noopener nofollow">x</a>',
    }
    assert harmless(html) == (expected[html[:3]] if kept is None else kept)


@pytest.mark.parametrize("opening", ["<div>", "<p><b>", "<ul><li>"])
def test_nobody_nests_deeper_than_a_page_goes(opening: str) -> None:
    made = harmless(opening * 10_000 + "here")
    assert "here" in made
    assert made.count("<") <= 2 * 200
