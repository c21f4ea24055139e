import io

import click
import pytest
from rich.console import Console

from hubwright.report.above import Above


def _above() -> tuple[io.StringIO, Above]:
    stream = io.StringIO()
    return stream, Above(Console(file=stream, force_terminal=True, width=20, _environ={}))


def test_a_line_is_shown_whole_once_it_has_ended() -> None:
    stream, above = _above()
    above.write("one ")
    assert stream.getvalue() == ""
    above.write("line\nanother, which is longer than the terminal\nthe rest")
    assert stream.getvalue() == "one line\nanother, which is longer than the terminal\n"
    above.end()
    above.end()
    assert stream.getvalue().endswith("terminal\nthe rest\n")


def test_click_takes_it_for_the_stream_that_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, above = _above()
    monkeypatch.setattr("sys.stderr", above)
    click.echo("said with ümlauts", err=True)
    assert stream.getvalue() == "said with ümlauts\n"
    assert (above.isatty(), above.writable()) == (True, True)


def test_bytes_are_refused() -> None:
    _, above = _above()
    with pytest.raises(TypeError):
        above.write(b"bytes")  # type: ignore[arg-type] # what a program tries that looks for a stream of bytes
