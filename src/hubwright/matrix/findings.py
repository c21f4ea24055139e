"""What a check says: a location in the document and a message; positions are looked up once, at the end."""

from collections.abc import Iterable
from typing import NoReturn

from hubwright.errors import ENOUGH_PROBLEMS, MatrixError, Problem
from hubwright.frozen import dataclass
from hubwright.written.nodes import Location, Node, dotted, locate
from hubwright.written.read import decode_leniently, excerpt

# A stage ends here, so that a matrix wrong in thousands of places is answered as fast as another.
ENOUGH = ENOUGH_PROBLEMS


@dataclass(frozen=True, slots=True)
class Finding:
    """`on_key` puts the position on the key instead of its value."""

    location: Location
    message: str
    on_key: bool = False


def raise_findings(findings: Iterable[Finding], root: Node, data: bytes) -> NoReturn:
    """Raise MatrixError with every finding at its place in the file, each once."""
    text = decode_leniently(data)
    problems = {}
    for finding in findings:
        position, there = locate(root, finding.location, key=finding.on_key)
        problems[position, finding.message] = Problem(
            position=position,
            subject=dotted(there),
            message=finding.message,
            excerpt=excerpt(text, position.line),
        )
    raise MatrixError(list(problems.values()))
