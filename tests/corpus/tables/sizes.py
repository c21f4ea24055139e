"""More of something than a person writes: bytes, values, levels."""

from corpus.case import Case, image, whole

_KEYS = "".join(f"k{number}: v\n" for number in range(4_999))
_SIMILAR = "".join(f"profile{number}s: v\n" for number in range(4_000))


def _stairs(first: int, last: int) -> str:
    return "".join(f"{' ' * level}a:\n" for level in range(first, last))


_SIZES = (
    whole("size-too-large", f"‸{'# x' * 100_000}\n", "larger than 256 KiB; a matrix is written by hand"),
    Case(name="size-far-too-large", marked="#" * (1 << 20) + "#", says="matrix.yaml: the file is larger", exit_code=4),
    whole("size-exactly-a-mebibyte", f"‸{'#' * (1 << 20)}", "larger than 256 KiB"),
    whole("size-one-long-comment", "#" * (255 << 10) + "\n‸", "the file is empty"),
    whole("size-newlines", "\n" * (255 << 10) + "‸", "the file is empty"),
    whole("size-spaces", " " * (255 << 10) + "‸", "the file is empty"),
    whole("size-one-word", f"‸{'a' * (255 << 10)}", "a text longer than 4,096 characters"),
    whole("size-one-key", f"‸{'a' * 1000}: b\n", "aaaa…` is not a key here", problems=6),
    whole("size-one-key-too-long", f"‸{'a' * 5000}: b\n", "a text longer than 4,096 characters"),
    whole("size-one-quoted-text", f'‸"{"a" * (255 << 10)}"', "a text longer than 4,096 characters"),
    whole("size-one-folded-text", "‸" + "a\n" * 130_000, "a text longer than 4,096"),
    whole("size-one-literal", "‸|\n" + "  a\n" * 60_000, "a text longer than 4,096"),
    whole("size-one-quoted-of-escapes", '‸"' + "\\x41" * 60_000 + '"', "a text longer than 4,096 characters"),
    whole("size-many-values", f"[{'a,' * 9_999}‸a]", "more than 10,000 values"),
    whole("size-many-lists", f"[{'[],' * 9_999}‸[]]", "more than 10,000 values"),
    whole("size-many-keys", f"{_KEYS}a: ‸b\n{_KEYS}", "more than 10,000 values"),
    whole("size-unknown-keys", f"‸{_KEYS}", "`k0` is not a key", problems=100),
    whole("size-similar-unknown-keys", "‸" + _SIMILAR, "Did you mean profiles?", problems=100),
)

_DEPTHS = (
    whole("depth-brackets", f"{'[' * 20}‸{'[' * 199_980}", "nested deeper than 20 levels"),
    whole("depth-closed-brackets", f"{'[' * 20}‸{'[' * 99_980}{']' * 100_000}", "nested deeper than 20 levels"),
    whole("depth-braces", f"{'{a: ' * 19}{{‸{'a: {' * 60_000}", "nested deeper than 20 levels"),
    whole("depth-brackets-as-keys", f"{'{' * 20}‸{'{' * 199_980}", "nested deeper than 20 levels"),
    whole("depth-dashes", f"{'- ' * 20}‸{'- ' * 100_000}a\n", "nested deeper than 20 levels"),
    whole("depth-question-marks", f"{'? ' * 20}‸{'? ' * 100_000}a\n", "nested deeper than 20 levels"),
    whole("depth-indented", f"{_stairs(0, 19)}{' ' * 19}‸{_stairs(19, 600).lstrip()}", "nested deeper than 20 levels"),
    image("depth-within-a-field", f"smoke: {'[' * 17}‸[{']' * 18}", "nested deeper than 20 levels"),
)

CASES = (*_SIZES, *_DEPTHS)
