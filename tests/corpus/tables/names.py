"""Names that look like others, that other readers take for something else, or that a tag cannot hold."""

from corpus.case import Case, edit, image, images, profile

_NAME = "expected a name of lower-case letters"
_RESERVED = "for a truth value or for nothing; use another word"


def _image_name(name: str, written: str, says: str = _NAME) -> Case:
    return images(f"image-name-{name}", f"‸{written}: {{from: trixie}}", says)


def _from(name: str, written: str, says: str = _NAME) -> Case:
    return edit(f"from-{name}", "from: trixie", f"from: ‸{written}", says)


_LOOKALIKES = (
    _image_name("cyrillic", "b\u0430se", "the key b\\u0430se has letters outside ASCII, and looks like base"),
    _image_name("fullwidth", "\uff42ase", "has letters outside ASCII, and looks like base"),
    _image_name("ligature", "o\ufb03ce", "has letters outside ASCII"),
    _image_name("long-s", "ba\u017fe", "has letters outside ASCII, and looks like base"),
    _image_name("kelvin", "\u212a", "has letters outside ASCII"),
    _image_name("dotless-i", "m\u0131n", "has letters outside ASCII"),
    _image_name("combining-accent", "base\u0301", "has letters outside ASCII, and looks like base"),
    _image_name("soft-hyphen", "ba\u00adse", "has letters outside ASCII, and looks like base"),
    _image_name("joiner", "ba\u200dse", "has letters outside ASCII, and looks like base"),
    _image_name("no-break-space", "base\u00a0", "has letters outside ASCII"),
    _image_name("greek", "b\u03b1se", "has letters outside ASCII, and looks like base"),
    _image_name("emoji", "\U0001f680", "has letters outside ASCII"),
    _image_name("escaped-cyrillic", '"b\\u0430se"', "has letters outside ASCII, and looks like base"),
    _image_name("capitals", "Base"),
    _image_name("all-capitals", "BASE"),
    _image_name("escaped-zero-width", '"ba\\u200Bse"', "the character \\u200b is not allowed, not even escaped"),
    _image_name("escaped-bidi", '"ba\\u202ese"', "the character \\u202e is not allowed, not even escaped"),
    _image_name("escaped-nul", '"base\\0"', "the character \\x00 is not allowed, not even escaped"),
    _image_name("escaped-escape", '"base\\e[2J"', "the character \\x1b is not allowed, not even escaped"),
    _image_name("escaped-next-line", '"base\\N"', "the character \\x85 is not allowed"),
    _image_name("escaped-paragraph-separator", '"base\\P"', "the character \\u2029 is not allowed"),
    _image_name("escaped-tab", '"base\\t"', "the character \\t is not allowed"),
    _image_name("trailing-newline", '"lab\\n"', "an empty or broken key"),
    edit(
        "field-name-in-cyrillic",
        "{from: trixie}",
        "{‸fr\u043em: trixie}",
        "the key fr\\u043em has letters outside ASCII",
    ),
    edit("top-level-name-fullwidth", "version: 1\n", "version: 1\n‸\uff56ersion: 1\n", "looks like version"),
)

_GRAMMAR = (
    _image_name("leading-dash", "-base"),
    _image_name("option-injection", "--privileged"),
    _image_name("trailing-dash", "lab-"),
    _image_name("double-dash", "la--b"),
    _image_name("underscore", "my_lab"),
    _image_name("digit-first", "3lab"),
    _image_name("dot", "lab.gpu"),
    _image_name("slash", "lab/gpu"),
    _image_name("parent-folder", "../lab"),
    _image_name("space", "my lab"),
    _image_name("shell", '"lab;id"'),
    _image_name("substitution", '"$(id)"'),
    _image_name("jinja", '"{{ lab }}"'),
    _image_name("forty-letters", "a" * 40),
    _image_name("four-thousand-letters", "a" * 1_000),
    _image_name("yes", "yes", _RESERVED),
    _image_name("quoted-no", '"no"', _RESERVED),
    _image_name("true", "true", _RESERVED),
    _image_name("null", "null", _RESERVED),
    _image_name("on", "on", _RESERVED),
    _image_name("y", "y", _RESERVED),
    _image_name("zip-bomb-of-dashes", "a" + "-" * 900 + "a"),
)

_REFERENCES = (
    _from("trailing-newline", '"trixie\\n"'),
    _from("leading-space", '" trixie"'),
    _from("capitals", "Trixie"),
    _from("fullwidth", "tr\uff49xie"),
    _from("shell", '"trixie; rm -rf /"'),
    _from("newline-inside", '"trixie\\nRUN id"'),
    _from("dash", "-trixie"),
    _from("no", "no", _RESERVED),
    _from("number", "13"),
    _from("float", "1e3"),
    _from("list", "[trixie]"),
    _from("mapping", "{trixie: x}"),
    _from("null", "~"),
    _from("empty", '""'),
    image("target-with-a-dash-first", "target: ‸--privileged", _NAME),
    image("secret-with-an-option", 'secrets: [‸"id=a,src=/etc/shadow"]', _NAME),
    image("source-that-is-a-url", 'sources: [‸"https://example.org"]', _NAME),
    image("smoke-with-a-suffix", "smoke: [‸home.ipynb]", _NAME),
    image("smoke-in-a-folder", "smoke: [‸sub/home]", _NAME),
    image("smoke-of-another-folder", "smoke: [‸../../etc/passwd]", _NAME),
    image("smoke-twice", "smoke: ‸[home, home]", "home stands in this list twice"),
    image(
        "secret-of-the-host", "secrets: [‸pip-config]", "pip-config is what every build may mount of the host already"
    ),
    image("secrets-twice", 'secrets: ‸[a, b, "a"]', "a stands in this list twice"),
    image("sources-twice", "sources: ‸[a, a]", "a stands in this list twice"),
    image("smoke-list-of-thousands-alike", f"smoke: ‸[{'a, ' * 9_000}a]", "a stands in this list twice"),
    image("axis-name-base", "axes: {‸base: [a]}", "expected an axis name"),
    image("axis-name-in-capitals", "axes: {‸SPARK: [a]}", "expected an axis name"),
    image("axis-name-with-an-equals-sign", "axes: {‸a=b: [c]}", "expected an axis name"),
    profile(
        "slug-of-an-option",
        "profile_options: {‸profile: {display_name: A, choices: {a: {display_name: A}}}}",
        "an option key",
    ),
)

_FOUNDATIONS = (
    edit(
        "foundation-and-image-alike",
        "  base: {from: trixie}",
        "  ‸trixie: {from: trixie}",
        "trixie is a foundation already",
        problems=2,
    ),
    edit("foundation-name-in-capitals", "  trixie:", "  ‸Trixie:", _NAME),
    edit(
        "foundation-without-a-start",
        "trixie: {pull: docker.io/library/debian:trixie-slim}",
        "‸trixie: {}",
        "expected `pull`, `bootstrap` or both; found neither",
    ),
)

CASES = (*_LOOKALIKES, *_GRAMMAR, *_REFERENCES, *_FOUNDATIONS)
