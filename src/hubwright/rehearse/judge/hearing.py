"""What a kernel says in answer to one request, taken in message by message.

Pure: it is fed, and knows no clock and no connection.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbformat.notebooknode import NotebookNode, from_dict

from hubwright.rehearse.judge.wire import Message

CHECK_TYPE = "application/vnd.hubwright.check+json"
# Every piece that is joined to a text has all of it written anew.
_LONGEST_TEXT = 1 << 16
_OUTPUTS = frozenset({"stream", "display_data", "execute_result", "error"})


@dataclass(kw_only=True)
class Hearing:
    """Everything that was said about one request.

    `outputs` are as a notebook keeps them; `said` is every text by its stream, also what the kernel took back later.
    `displays` is shared by all requests to a kernel: a later cell may change what an earlier one displayed.
    """

    request: str
    displays: dict[str, list[NotebookNode]]
    reply: Mapping[str, Any] | None = None
    idle: bool = False
    outputs: list[NotebookNode] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    evidence: list[object] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=dict)
    _clear_next: bool = False

    @property
    def status(self) -> str:
        return str(self.reply.get("status")) if self.reply else "nothing"

    @property
    def asks_to_end(self) -> bool:
        """Whether the cell asked for the end of the kernel, which then ends after it has answered."""
        payload = self.reply.get("payload") if self.reply else None
        return isinstance(payload, list) and any(
            isinstance(entry, dict) and entry.get("source") == "ask_exit" for entry in payload
        )

    @property
    def text(self) -> str:
        """All that was said, one stream after the other: they share no lines, however they came."""
        return "\n".join("".join(said) for said in self.said.values())

    def take(self, message: Message) -> None:
        """Take in a message that answers this request; ValueError where it is not what its type says."""
        match message.kind:
            case "execute_reply":
                self.reply = message.content
            case "status":
                self.idle = self.idle or message.content.get("execution_state") == "idle"
            case "clear_output":
                if message.content.get("wait") is True:
                    self._clear_next = True
                else:
                    self.outputs.clear()
            case "update_display_data":
                self._update(_output(message, "display_data"), message)
            case kind if kind in _OUTPUTS:
                self._add(_output(message, kind), message)
            case _:
                pass  # what has no part in a verdict: inputs, comms, debugging

    def _add(self, output: NotebookNode, message: Message) -> None:
        if self._clear_next:
            self.outputs.clear()
            self._clear_next = False
        self._say(output)
        if output.output_type == "error":
            # Shells have a number only.
            self.errors.append(": ".join(filter(None, [output.ename, output.evalue])) or "an error without words")
        if output.output_type == "display_data" and CHECK_TYPE in output.data:
            self.evidence.append(output.data[CHECK_TYPE])
        last = self.outputs[-1] if self.outputs else None
        if last and _go_together(last, output):
            last.text += output.text
        else:
            self.outputs.append(output)
            if (name := _display_name(message)) is not None:
                self.displays.setdefault(name, []).append(output)

    def _say(self, output: NotebookNode) -> None:
        self.said.setdefault(output.get("name", ""), []).append(spoken(output))

    def _update(self, output: NotebookNode, message: Message) -> None:
        self._say(output)
        for shown in self.displays.get(_display_name(message) or "", []):
            shown.data, shown.metadata = output.data, output.metadata


def _go_together(last: NotebookNode, output: NotebookNode) -> bool:
    alike = output.output_type == last.output_type == "stream" and output.name == last.name
    return alike and len(last.text) < _LONGEST_TEXT


def spoken(output: NotebookNode) -> str:
    """Return what an output says in plain text."""
    match output.output_type:
        case "stream":
            return str(output.text)
        case "error":
            return ""
        case _:
            return f"{output.data.get('text/plain', '')}\n"


def _output(message: Message, kind: str) -> NotebookNode:
    """Return what a notebook keeps of a message; ValueError where a part of it is missing or of another type."""
    match kind, {"metadata": {}, "traceback": [], **message.content}:
        case "stream", {"name": "stdout" | "stderr" as name, "text": str(text)}:
            return _node(kind, name=name, text=text)
        case "error", {"ename": str(name), "evalue": str(value), "traceback": list(lines)}:
            return _node(kind, ename=name, evalue=value, traceback=[str(line) for line in lines])
        case "display_data", {"data": dict(data), "metadata": dict(metadata)}:
            return _node(kind, data=data, metadata=metadata)
        case "execute_result", {"data": dict(data), "metadata": dict(metadata), **rest}:
            count = rest.get("execution_count")
            return _node(kind, data=data, metadata=metadata, execution_count=count if isinstance(count, int) else None)
        case _:
            msg = f"{kind} without what belongs to it"
            raise ValueError(msg)


def _node(kind: str, **parts: object) -> NotebookNode:
    made: NotebookNode = from_dict({"output_type": kind, **parts})
    return made


def _display_name(message: Message) -> str | None:
    match message.content.get("transient"):
        case {"display_id": str(name)}:
            return name
        case _:
            return None
