import pytest

from hubwright.dockerignore import parse_dockerignore


@pytest.mark.parametrize(
    "text, ignored, kept",
    [
        ("", [], ["a", "a/b"]),
        ("# a comment\n\n  \n", [], ["a", "# a comment"]),
        ("build", ["build", "build/x", "build/x/y"], ["a/build", "builds"]),
        ("/build/", ["build", "build/x"], ["a/build"]),
        ("*.pyc", ["a.pyc"], ["b/a.pyc", "apyc"]),
        ("**/*.pyc", ["a.pyc", "b/a.pyc", "b/c/a.pyc"], ["a.py"]),
        ("**.pyc", ["a.pyc", "b/a.pyc", ".pyc"], ["a.py", "a.pyc.txt"]),
        ("*\n!**.py", ["a", "b"], ["a.py", "b/a.py"]),
        ("**a/b", ["a/b", "xa/b", "x/xa/b", "a/b/c"], ["b", "ab"]),
        ("**a*", ["a", "ab", "b/ab"], ["ba"]),
        ("**", ["a", "a/b"], []),
        ("docs/**", ["docs/a", "docs/a/b"], ["docs", "other"]),
        ("a/**/z", ["a/z", "a/b/z", "a/b/c/z"], ["a/zz", "z"]),
        ("temp?", ["tempa", "temp1"], ["temp", "tempab", "temp/"]),
        ("[ab].txt", ["a.txt", "b.txt"], ["c.txt"]),
        ("[^a].txt", ["b.txt"], ["a.txt"]),
        ("*\n!keep", ["a", "other"], ["keep", "keep/inside"]),
        ("*.md\n!README*.md\nREADME-secret.md", ["x.md", "README-secret.md"], ["README.md", "README-public.md"]),
        ("!keep\n*", ["keep"], []),
        ("a\\*b", ["a*b"], ["axb"]),
        ("a.b+c", ["a.b+c"], ["axb+c", "a.bbc"]),
        ("./x/../y", ["y"], ["x"]),
        (".", [], ["a"]),
        ("\ufefffirst", ["first"], ["second"]),
        ("x\r\ny\r\n", ["x", "y"], ["z"]),
        ("x\x0cy\nz\u2028z", ["x\x0cy", "z\u2028z"], ["x", "y", "z"]),
    ],
)
def test_which_paths_reach_the_build(text: str, ignored: list[str], kept: list[str]) -> None:
    rules = parse_dockerignore(text)
    assert [path for path in ignored + kept if rules.excludes(path)] == ignored


def test_knows_whether_something_may_be_taken_back() -> None:
    assert parse_dockerignore("*\n!keep").has_exceptions
    assert not parse_dockerignore("*").has_exceptions


def test_a_broken_pattern_names_its_line() -> None:
    with pytest.raises(ValueError, match=r"line 2: the pattern \[z-a\] cannot be read"):
        parse_dockerignore("fine\n[z-a]\n")
