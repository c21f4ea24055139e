from hypothesis import given
from hypothesis import strategies as st

from helpers.reading import read
from hubwright.report.page.html import Child, cut, join, raw, readable, tag


@given(st.text(), st.text())
def test_whatever_a_text_holds_it_stays_a_text(inside: str, title: str) -> None:
    page = read(tag("p", inside, title=title))
    assert (page.tags, page.unclosed) == ({"p": 1}, [])
    assert page.attributes == [("p", "title", readable(title))]
    # A parser of HTML reads a lone carriage return as a line's end; `readable` leaves none.
    assert page.text == readable(inside)


def test_children_may_be_elements_texts_lists_of_them_and_nothing() -> None:
    children: list[Child] = [tag("b", "1 < 2"), None, ["&", [raw("<hr>")]]]
    assert tag("p", children, "x") == "<p><b>1 &lt; 2</b>&amp;<hr>x</p>"
    assert join("<", tag("br")) == "&lt;<br/>"


def test_attributes_of_nothing_are_left_out() -> None:
    made = tag("details", id=None, open=True, hidden=False, class_="a", aria_label='"&', tabindex=0)
    assert made == '<details open class="a" aria-label="&quot;&amp;" tabindex="0"></details>'


def test_what_steers_a_terminal_is_gone_and_what_misleads_is_spelled_out() -> None:
    assert readable("\x1b[1;31mred\x1b[0m\x1b]8;;http://x\x1b\\link\x07") == "redlink\\x07"
    assert readable("a\u202eb\x00\ud800") == "a\\u202eb\\x00\\ud800"
    assert readable("one\r\n\ttwo\rthree") == "one\n\ttwo\\rthree"


def test_a_long_text_keeps_both_its_ends() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("a" * 500 + "b" * 5000 + "c" * 500, 1000) == (
        "a" * 500 + "\n[5,000 characters are left out here]\n" + "c" * 500
    )
