import json

from hypothesis import given
from hypothesis import strategies as st

from helpers.reading import read
from helpers.written import HOSTILE, OWN, PNG, code, display, error, hostile, markdown, notebook, stream
from hubwright.account import Excerpt
from hubwright.report.rendering import excerpt, notebook_html
from hubwright.report.rendering.notebook import read_executed

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_OUTPUT = st.fixed_dictionaries(
    {},
    optional={
        "output_type": st.sampled_from(["stream", "error", "display_data", "execute_result"]) | _JSON,
        "text": _JSON,
        "data": st.dictionaries(st.sampled_from(["text/html", "text/plain", "image/png", "x/y"]), _JSON) | _JSON,
        "traceback": _JSON,
        "name": _JSON,
    },
)
_CELL = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | _JSON,
        "source": _JSON,
        "outputs": st.lists(_OUTPUT, max_size=3) | _JSON,
        "execution_count": _JSON,
    },
)


def _text(*cells: object) -> str:
    return read(notebook_html("home", notebook(*cells))).text


@given(st.lists(_CELL | _JSON, max_size=3), _JSON)
def test_whatever_a_notebook_holds_it_becomes_a_page(cells: list[object], language: object) -> None:
    page = read(notebook_html("home", notebook(*cells, language=language)))
    assert page.tags["section"] == len(cells)


@given(st.binary(max_size=20) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_what_is_no_notebook_is_told_as_such(content: bytes) -> None:
    assert "It cannot be shown" in notebook_html("home", content)
    assert excerpt(content, 1) is None


def test_json_that_is_too_deep_is_told_as_such() -> None:
    assert "too deep" in notebook_html("home", b"[" * 100_000)


def test_nothing_of_a_hostile_notebook_runs_or_loads() -> None:
    html = notebook_html("home", hostile())
    page = read(html)
    assert len(html.encode()) < 2_000_000
    # Its own style is the only one.
    assert (page.tags["script"], page.tags["style"], page.tags["iframe"]) == (0, 1, 0)
    assert [key for _, key, _ in page.attributes if key.startswith("on")] == []
    assert all(src.startswith("data:image/") for src in page.of("src"))
    assert set(page.of("href")) == {"https://example.org/"}
    assert "9,970,000 characters are left out here" in page.text
    assert page.of("content")[0].startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")


def test_a_cell_has_its_place_and_what_it_leaves_open_ends_with_it() -> None:
    page = read(notebook_html("home", notebook(markdown("<div><b>open"), code("1 + 1", count=7))))
    assert [each for each in page.of("id") if each.startswith("cell-")] == ["cell-1", "cell-2"]
    assert page.unclosed == []
    assert "In\xa0[7]:" in page.text


def test_colours_of_a_terminal_are_colours_and_nothing_else_of_it_is_left() -> None:
    html = notebook_html(
        "home", notebook(code("x", stream("\x1b[31mred\x1b[0m\x1b[38;5;9mpalette\x1b[2Jgone\x1b[1;32mgreen")))
    )
    assert '<span class="ansi-red-fg">red</span>palettegone<span class="ansi-green-intense-fg ansi-bold">green' in html


def test_what_a_progress_bar_has_written_over_is_not_shown() -> None:
    assert "\n100 %\nnext\n" in _text(code("x", stream("10 %\r 50 %\r100 %\r\nnext\n")))


def test_of_several_forms_the_richest_that_is_harmless_is_shown() -> None:
    html = notebook_html(
        "home",
        notebook(
            code("a", display(text_plain="<Figure>", image_png=PNG, text_html="<b>html</b>")),
            code("b", display(text_plain="plain of b", text_html="<b>html of b</b>")),
            code("c", display(text_plain="plain of c", text_html="x" * 200_001)),
            code("d", display(text_plain="plain of d", image_png="A" * 3_000_001)),
            code("e", display(text_plain="plain of e", text_markdown="*marked*")),
            code("f", display(text_latex="$x^2$")),
            code("g", {**display(), "data": {"application/javascript": OWN}}, {**display(), "data": {}}),
            code("h", display(text_plain="plain of h", text_html="<!x" * 50)),
        ),
    )
    page = read(html)
    assert page.of("src") == [f"data:image/png;base64,{PNG}"]
    assert "<b>html of b</b>" in html
    assert "<em>marked</em>" in html
    for said in ("plain of c", "plain of d", "$x^2$", "plain of h", "[nothing to show of application/javascript]"):
        assert said in page.text
    assert "[nothing to show of an empty output]" in page.text
    assert OWN not in page.text


def test_what_is_too_much_is_left_out_with_a_word() -> None:
    many = code("x", *(stream(f"{n}\n") for n in range(250)))
    images = [code("y", *(display(image_png="A" * 2_900_000) for _ in range(3))) for _ in range(2)]
    text = _text(many, *images)
    assert "[50 more outputs are left out here]" in text
    assert "[3 more outputs are left out here]" in text
    assert "2 more cells are left out here." in _text(*[{"cell_type": "raw", "source": "r"}] * 502)


def test_a_cell_that_cannot_be_rendered_is_shown_as_it_is() -> None:
    text = _text(markdown("![x](attachment:nowhere.png)"), markdown("the *next*"))
    assert "[this cell cannot be shown as a notebook shows it: " in text
    assert "![x](attachment:nowhere.png)" in text
    assert "the next" in text


def test_what_is_no_output_is_told_as_such() -> None:
    assert "[this is no output]" in _text(code("x", 3))


def test_the_language_gives_its_colours_where_it_is_one() -> None:
    assert '<span class="k">for</span>' in notebook_html("home", notebook(code("for i in x: pass")))
    assert "for i in x" in read(notebook_html("home", notebook(code("for i in x"), language="no such"))).text
    assert "for i in x" in read(notebook_html("home", notebook(code("for i in x"), language="\x00<b>"))).text


def test_an_excerpt_is_the_cell_as_text() -> None:
    content = notebook(
        code(
            "1/0", stream("\x1b[31mbefore\x1b[0m\n"), display(text_plain="2"), display(image_png=PNG), error("a", "b")
        ),
        markdown(HOSTILE),
    )
    assert excerpt(content, 1) == Excerpt(cell=1, source="1/0", output="before\n\n2\n[an output that is no text]\na\nb")
    assert excerpt(content, 2) == Excerpt(cell=2, source=HOSTILE, output="")
    assert excerpt(content, 3) is None
    long = excerpt(notebook(code("x" * 9000, stream("y" * 9000))), 1)
    assert long is not None
    assert max(len(long.source), len(long.output)) < 4100


def test_what_is_no_cell_keeps_its_number() -> None:
    assert [cell.number for cell in read_executed(notebook(3, markdown("x"), {"cell_type": "code"})).cells] == [1, 2, 3]


def test_cells_are_counted_as_in_the_notebook_that_was_saved() -> None:
    put_in = {**code("small = 1"), "metadata": {"tags": ["injected-parameters"]}}
    content = notebook(markdown("first"), put_in, code("second"))
    page = read(notebook_html("home", content))
    assert [each for each in page.of("id") if each.startswith("cell-")] == ["cell-1", "cell-2"]
    assert "given parameters" in page.text
    assert excerpt(content, 2) == Excerpt(cell=2, source="second", output="")
