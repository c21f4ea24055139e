from typing import Any

import pytest

from hubwright.rehearse.judge.hearing import CHECK_TYPE, Hearing
from hubwright.rehearse.judge.wire import Message


def heard(*messages: tuple[str, dict[str, Any]], hearing: Hearing | None = None) -> Hearing:
    hearing = hearing or Hearing(request="1", displays={})
    for kind, content in messages:
        hearing.take(Message(kind=kind, parent="1", content=content))
    return hearing


def text(words: str, name: str = "stdout") -> tuple[str, dict[str, Any]]:
    return "stream", {"name": name, "text": words}


def display(data: dict[str, Any], name: str | None = None, kind: str = "display_data") -> tuple[str, dict[str, Any]]:
    return kind, {"data": data, "metadata": {}, "transient": {"display_id": name} if name else {}}


def test_streams_are_joined() -> None:
    outputs = heard(text("a"), text("b"), text("c", "stderr"), text("d")).outputs
    assert [(output.name, output.text) for output in outputs] == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_a_long_stream_is_kept_in_pieces_so_that_none_is_written_again_and_again() -> None:
    outputs = heard(*[text("x" * 999 + "\n")] * 200).outputs
    assert "".join(output.text for output in outputs) == ("x" * 999 + "\n") * 200
    assert max(len(output.text) for output in outputs) < 70_000


def test_nothing_is_heard_before_anything_was_said() -> None:
    assert (heard().status, heard().idle, heard().text) == ("nothing", False, "")


def test_the_end_of_a_cell_has_two_parts() -> None:
    both = heard(("execute_reply", {"status": "ok"}), ("status", {"execution_state": "idle"}), ("status", {}))
    assert (both.status, both.idle) == ("ok", True)


@pytest.mark.parametrize(
    "payload, asks",
    [([{"source": "ask_exit"}], True), ([{"source": "page"}, 5], False), ([], False), ("ask_exit", False)],
)
def test_a_cell_may_ask_for_the_end_of_the_kernel(payload: object, asks: bool) -> None:  # noqa: FBT001 - a case
    assert heard(("execute_reply", {"status": "ok", "payload": payload})).asks_to_end is asks
    assert not heard().asks_to_end


def test_what_was_cleared_was_said() -> None:
    for wait in (True, False):
        hearing = heard(text("gone\n"), ("clear_output", {"wait": wait}), text("here\n"), text("too"))
        assert [output.text for output in hearing.outputs] == ["here\ntoo"]
        assert hearing.text == "gone\nhere\ntoo"


def test_streams_share_no_lines() -> None:
    apart = heard(text("a"), text("ERROR: b\n", "stderr"), display({"text/plain": "c"}), text("d"))
    assert apart.text == "ad\nERROR: b\n\nc\n"


def test_a_display_is_changed_by_a_later_cell() -> None:
    first = heard(display({"text/plain": "a"}, "x"))
    later = Hearing(request="2", displays=first.displays)
    heard(display({"text/plain": "b"}, "x", "update_display_data"), hearing=later)
    heard(display({"text/plain": "c"}, "unknown", "update_display_data"), hearing=later)
    assert first.outputs[0].data == {"text/plain": "b"}
    assert later.outputs == []
    assert later.text == "b\nc\n"


def test_evidence_is_only_what_is_displayed() -> None:
    shown = {CHECK_TYPE: {"check": "a"}}
    assert heard(display(shown)).evidence == [{"check": "a"}]
    assert heard(display(shown, "x", "update_display_data")).evidence == []
    assert heard(("execute_result", {"data": shown, "metadata": {}, "execution_count": 1})).evidence == []


def test_errors_are_kept_in_words() -> None:
    errors = [
        ("error", {"ename": name, "evalue": value, "traceback": [1]})
        for name, value in [("E", "v"), ("", "3"), ("", "")]
    ]
    assert heard(*errors).errors == ["E: v", "3", "an error without words"]


def test_other_messages_have_no_part() -> None:
    assert heard(("execute_input", {}), ("comm_open", {"data": 1}), ("whatever", {})) == heard()


@pytest.mark.parametrize(
    "kind, content",
    [
        ("stream", {}),
        ("stream", {"name": "stdout", "text": 5}),
        ("stream", {"name": "elsewhere", "text": ""}),
        ("error", {"ename": "a"}),
        ("error", {"ename": "a", "evalue": "b", "traceback": "c"}),
        ("display_data", {"data": []}),
        ("execute_result", {}),
        ("update_display_data", {"metadata": 1, "data": {}}),
    ],
)
def test_what_is_not_what_it_says_is_refused(kind: str, content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="without what belongs to it"):
        heard((kind, content))
