import pytest

from hubwright.words import did_you_mean, escape, listed, nearest, one_line, resized, shorten, sized


@pytest.mark.parametrize(
    "text, escaped",
    [
        ("plain text, ünïcode and 😀", "plain text, ünïcode and 😀"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("\U000e0041", "\\U000e0041"),
        ("line\nbreak\ttab\0", "line\\nbreak\\ttab\\x00"),
        ("\udcff", "\\udcff"),
    ],
)
def test_escape_spells_out_what_could_mislead(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_one_line_is_one_line_whatever_the_text_is() -> None:
    assert one_line(" a\tb\r\n\n c\x85d\u2028e \x1b[31m\u202e ") == "a b c d e \\x1b[31m\\u202e"


@pytest.mark.parametrize(
    "word, known, expected",
    [
        ("smoek", ["smoke", "sources"], "smoke"),
        ("nodeSelector", ["node_selector", "image"], "node_selector"),
        ("Base", ["base"], "base"),
        ("zzz", ["base"], None),
        ("", ["base"], None),
        ("x" * 100_000, ["base"], None),
    ],
)
def test_nearest(word: str, known: list[str], expected: str | None) -> None:
    assert nearest(word, known) == expected


@pytest.mark.parametrize(
    "words, expected",
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a or b"),
        (["a", "b", "c"], "a, b or c"),
        ([str(n) for n in range(30)], ", ".join(str(n) for n in range(24)) + " and 6 more"),
    ],
)
def test_listed(words: list[str], expected: str) -> None:
    assert listed(words) == expected


def test_did_you_mean_is_silent_without_a_near_word() -> None:
    assert did_you_mean("plna", ["plan"]) == " Did you mean plan?"
    assert did_you_mean("plna", ["zebra"]) == ""


def test_shorten_cuts_and_escapes() -> None:
    assert shorten("a" * 61) == "a" * 59 + "…"
    assert shorten("a\x07") == "a\\x07"


@pytest.mark.parametrize(
    "count, told",
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (143_400_000, "143 MB"),
        (999_400_000, "999 MB"),
        (999_500_000, "1.00 GB"),
        (3_642_000_000, "3.64 GB"),
        (9_994_000_000, "9.99 GB"),
        (9_996_000_000, "10.0 GB"),
        (99_940_000_000, "99.9 GB"),
        (99_960_000_000, "100 GB"),
        (1_234_000_000_000, "1,234 GB"),
    ],
)
def test_sizes(count: int, told: str) -> None:
    assert sized(count) == told


def test_sizes_that_moved() -> None:
    told = [resized(1, 1), resized(0, 4_000_000), resized(4_000_000, 0)]
    assert told == ["same size", "+4 MB", "−4 MB"]  # noqa: RUF001 - a minus as wide as a plus
