"""What YAML allows and a matrix does not; and text that is no YAML, or no text."""

from corpus.case import MINIMAL, edit, image, profile, whole

_LAUGHS = "a: ‸&a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"{chr(letter + 1)}: &{chr(letter + 1)} [{', '.join([f'*{chr(letter)}'] * 9)}]\n" for letter in range(97, 106)
)
_KEYS = "".join(f"k{number}: v\n" for number in range(4_000))

_REUSE = (
    whole("billion-laughs", _LAUGHS, "the anchor &a; write each value out"),
    whole("aliases-a-million", f"a: ‸&a x\nb: [{'*a,' * 80_000}]\n", "the anchor &a"),
    whole("aliases-without-an-anchor", f"[‸*a{',*a' * 80_000}]\n", "the alias *a; write the value out"),
    edit("alias-as-a-value", "image: base", "image: ‸*base", "the alias *base"),
    edit("alias-as-a-key", "  base: {from", "  ‸*base : {from", "the alias *base"),
    edit("alias-with-a-long-name", "image: base", f"image: ‸*{'a' * 500}", "the alias *aaaa"),
    edit("anchor-on-a-scalar", "from: trixie", "from: ‸&t trixie", "the anchor &t"),
    edit("anchor-on-a-key", "  base: {from", "  ‸&b base: {from", "the anchor &b"),
    edit("anchor-on-a-mapping", "{from: trixie}", "‸&i {from: trixie}", "the anchor &i"),
    edit("anchor-on-a-list", "profiles:\n", "profiles: ‸&p\n", "the anchor &p"),
    edit("anchor-that-holds-itself", "{from: trixie}", "‸&i {from: *i}", "the anchor &i"),
    edit("anchor-on-nothing", "from: trixie", "from: ‸&t", "the anchor &t"),
    image("merge-key", "‸<<: {target: build}", "a merge key; write the values out"),
    image("merge-key-of-lists", "‸<<: [{target: build}]", "a merge key"),
    image("merge-key-in-quotes", '‸"<<": {target: build}', "`<<` is not a key here"),
)

_TAGS = (
    edit("tag-python-object", "from: trixie", "from: ‸!!python/object/apply:os.system [id]", "python/object/apply"),
    edit("tag-python-name", "from: trixie", "from: ‸!!python/name:os.system trixie", "the tag tag:yaml.org"),
    edit("tag-str", "from: trixie", "from: ‸!!str trixie", "the schema decides what a value is"),
    edit("tag-int", "version: 1", "version: ‸!!int 1", "the tag tag:yaml.org,2002:int"),
    edit("tag-non-specific", "from: trixie", "from: ‸! trixie", "the tag !"),
    edit("tag-local", "from: trixie", "from: ‸!include /etc/passwd", "the tag !include"),
    edit("tag-verbatim", "from: trixie", "from: ‸!<tag:evil> trixie", "the tag tag:evil"),
    edit("tag-on-a-mapping", "{from: trixie}", "‸!!map {from: trixie}", "the tag"),
    edit("tag-on-a-list", "profiles:\n", "profiles: ‸!!seq\n", "the tag"),
    edit("tag-on-a-key", "  base: {from", "  ‸!!str base: {from", "the tag"),
    edit("tag-set", "{from: trixie}", "‸!!set {from}", "the tag"),
    edit("tag-binary", "from: trixie", "from: ‸!!binary dHJpeGll", "the tag"),
    edit("tag-with-an-unknown-handle", "from: trixie", "from: ‸!e!x trixie", "undefined tag handle"),
    edit("tag-that-decodes-to-a-control", "from: trixie", "from: ‸!a%1bb trixie", "the tag !a\\x1bb"),
    edit("tag-with-a-broken-escape", "from: trixie", "from: !a%‸zz trixie", "this is not YAML"),
)

_DOCUMENTS = (
    whole("directive-yaml", f"‸%YAML 1.1\n---\n{MINIMAL}", "a % directive; a matrix needs none"),
    whole("directive-yaml-2", f"‸%YAML 2.0\n---\n{MINIMAL}", "incompatible YAML document"),
    whole("directive-tag", f"‸%TAG ! tag:evil,2000:\n---\n{MINIMAL}", "a % directive"),
    whole("directive-unknown", f"‸%HUBWRIGHT strict=no\n---\n{MINIMAL}", "a % directive"),
    whole("directives-many", "‸" + "%A b\n" * 50_000 + f"---\n{MINIMAL}", "a % directive"),
    whole("documents-two", f"{MINIMAL}‸---\n{MINIMAL}", "a second document starts here"),
    whole("documents-two-with-dots", f"{MINIMAL}...\n‸version: 2\n", "expected '<document start>'"),
    whole("documents-second-empty", f"{MINIMAL}‸---\n", "a second document starts here"),
    whole("document-first-empty", f"---\n‸---\n{MINIMAL}", "a second document starts here"),
    whole("text-after-the-end", f"{MINIMAL}...\n‸]\n", "this is not YAML"),
    whole("empty", "‸", "the file is empty; a matrix starts with `version: 1`"),
    whole("empty-but-for-blanks", "\n\n   \n‸", "the file is empty"),
    whole("empty-but-for-a-comment", "# nothing\n‸", "the file is empty"),
    whole("empty-document", "---\n‸", "expected a mapping; found nothing"),
    whole("null-document", "‸null\n", "expected a mapping; found nothing"),
    whole("scalar-document", "‸hello\n", "expected a mapping; found hello"),
    whole("list-document", "‸- version: 1\n", "expected a mapping; found a list"),
    whole("json-list-document", "‸[]\n", "expected a mapping; found a list"),
)

_DUPLICATES = (
    edit("duplicate-top-level-key", "version: 1\n", "version: 1\n‸version: 1\n", "version stands here twice"),
    edit("duplicate-image", "profiles:", "  ‸base: {from: trixie}\nprofiles:", "base stands here twice; first at"),
    image("duplicate-field", "‸from: trixie", "from stands here twice"),
    image("duplicate-in-quotes", '‸"from": trixie', "from stands here twice"),
    image("duplicate-escaped", '‸"fr\\u006fm": trixie', "from stands here twice"),
    profile("duplicate-slug-key", "‸slug: other", "slug stands here twice"),
    image("duplicate-arg", "args: {A: x, ‸A: y}", "A stands here twice"),
    edit("duplicate-among-thousands", "version: 1\n", f"version: 1\n{_KEYS}‸k7: w\n", "k7 stands here twice"),
)

_SYNTAX = (
    whole("syntax-open-mapping", "version: {‸", "this is not YAML"),
    whole("syntax-closed-with-the-wrong-bracket", "version: [1‸}\n", "this is not YAML"),
    whole("syntax-tab-as-indentation", "version: 1\nhub:\n‸\tchart: 4.4.0\n", "this is not YAML"),
    whole("syntax-wrong-indentation", "version: 1\n hub‸: {}\n", "this is not YAML"),
    whole("syntax-two-colons", "version: 1‸: 2\n", "this is not YAML"),
    whole("syntax-open-quote", 'version: "1\n‸', "this is not YAML"),
    whole("syntax-unknown-escape", 'version: "\\‸q"\n', "this is not YAML"),
    whole("syntax-escape-beyond-unicode", 'version: "\\U‸00110000"\n', "a number that is too large"),
    whole("syntax-escape-beyond-any-character", 'version: "\\U‸ffffffff"\n', "a number that is too large"),
    whole("syntax-version-of-thousands-of-digits", f"%YAML ‸{'1' * 5_000}.1\n---\n", "a number that is too large"),
    whole("syntax-at-sign", "version: ‸@1\n", "this is not YAML"),
    whole("syntax-backtick", "version: ‸`id`\n", "this is not YAML"),
    whole("syntax-percent-in-the-text", "version: ‸%1\n", "this is not YAML"),
    whole("syntax-block-scalar-indent-zero", "version: |‸0\n  1\n", "this is not YAML"),
    whole("jinja-instead-of-yaml", "{‸{ version }}\n", "a list or mapping as a key"),
    whole("helm-instead-of-yaml", "{{‸- if .Values.x }}\n", "this is not YAML"),
    whole("html-instead-of-yaml", "‸<!doctype html><html></html>\n", "expected a mapping"),
    whole("json-with-a-comment", '{"version": 1, // no\n"hub"‸: 1}', "expected ',' or '}', but got ':'"),
    whole("merge-conflict", "version: 1\n<<<<<<< HEAD\n‸hub: {}\n", "this is not YAML"),
)

_KEYS_THAT_ARE_NO_WORDS = (
    whole("key-list", "‸[a, b]: c\n", "a list or mapping as a key; a key is a word"),
    whole("key-mapping", "? ‸{a: b}\n: c\n", "a list or mapping as a key"),
    whole("key-nested-mappings", "{‸{a: b}: c}: d\n", "a list or mapping as a key"),
    whole("key-empty", "{?‸ : c}\n", "an empty or broken key"),
    whole("key-empty-quoted", "‸'': c\n", "an empty or broken key"),
    whole("key-of-two-lines", '? ‸"a\\nb"\n: c\n', "an empty or broken key"),
    whole("key-block-scalar", "? ‸|\n  a\n: c\n", "an empty or broken key"),
    whole("key-null", "‸~: c\n", "`~` is not a key here", problems=6),
    whole("key-number", "‸1: c\n", "`1` is not a key here", problems=6),
    whole("key-of-the-checker", '‸"[key]": c\n', "`[key]` is not a key here", problems=6),
)

CASES = (
    *_REUSE,
    *_TAGS,
    *_DOCUMENTS,
    *_DUPLICATES,
    *_SYNTAX,
    *_KEYS_THAT_ARE_NO_WORDS,
)
