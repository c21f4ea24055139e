"""Paths in the matrix that lead out of the repository, or into an option of something."""

from corpus.case import Case, added, edit, image

_PATH = "expected a path below the matrix's folder"
_ABSOLUTE = "expected an absolute path such as /home/jovyan"


def _folder(name: str, written: str, says: str = _PATH) -> Case:
    return image(f"folder-{name}", f"folder: ‸{written}", says)


def _home(name: str, written: str) -> Case:
    return added(f"home-{name}", f"storage: {{home: ‸{written}}}\n", _ABSOLUTE)


_FOLDERS = (
    _folder("parent", ".."),
    _folder("up-and-out", "../outside"),
    _folder("up-and-out-from-below", "images/../../outside"),
    _folder("up-and-back", "images/../images/base"),
    _folder("ending-in-two-dots", "images/.."),
    _folder("here", "."),
    _folder("here-first", "./images/base"),
    _folder("here-inside", "images/./base"),
    _folder("absolute", "/etc"),
    _folder("absolute-twice", "//etc"),
    _folder("double-slash", "images//base"),
    _folder("trailing-slash", "images/base/"),
    _folder("backslashes", '"..\\\\outside"'),
    _folder("percent-encoded", '"%2e%2e/outside"'),
    _folder("fullwidth-dots", '"\uff0e\uff0e/outside"'),
    _folder("two-dot-leader", '"\u2025/outside"'),
    _folder("division-slash", '"..\u2215outside"'),
    _folder("leading-dash", "-rf"),
    _folder("dash-in-a-later-piece", "images/--build-arg"),
    _folder("space", '"images/my base"'),
    _folder("leading-space", '" images/base"'),
    _folder("trailing-newline", '"images/base\\n"'),
    _folder("newline-inside", '"images/base\\n../outside"'),
    _folder("home-of-the-user", '"~"'),
    _folder("home-of-the-user-spelt", '"~/outside"'),
    _folder("variable", '"$HOME/outside"'),
    _folder("variable-in-braces", '"${SHOULD_NOT_BE_EXPANDED}"'),
    _folder("substitution", '"`id`"'),
    _folder("glob", '"images/*"'),
    _folder("question-mark", '"images/bas?"'),
    _folder("colon", '"c:/windows"'),
    _folder("url", "https://example.org/context.git"),
    _folder("git-url", '"git@example.org:a/b"'),
    _folder("tarball-on-stdin", '"-"'),
    _folder("empty", '""'),
    _folder("seventeen-levels", "/".join(["a"] * 17)),
    _folder("thousands-of-levels", "a/" * 2_000 + "a"),
    _folder("thousands-of-dots", "../" * 1_300 + "etc"),
    _folder("boolean", "true", 'so write "true"'),
    _folder("number", "1e3", 'so write "1e3"'),
    _folder("list", "[images, base]"),
    _folder("number-as-a-mapping", "{a: b}"),
    _folder("quoted-nul", '"images\\0base"', "the character \\x00 is not allowed, not even escaped"),
)

_DOCKERFILES = (
    image("dockerfile-outside", "dockerfile: ‸../../../outside/Dockerfile", _PATH),
    image("dockerfile-absolute", "dockerfile: ‸/etc/passwd", _PATH),
    image("dockerfile-on-stdin", 'dockerfile: ‸"-"', _PATH),
    image("dockerfile-option", "dockerfile: ‸--help", _PATH),
    image("dockerfile-here", "dockerfile: ‸./Dockerfile", _PATH),
    image("dockerfile-shell", 'dockerfile: ‸"Dockerfile;id"', _PATH),
    image("dockerfile-two-lines", "dockerfile: ‸'Dockerfile\n\n    x'", _PATH),
    image("dockerfile-empty", 'dockerfile: ‸""', _PATH),
)

_HOMES = (
    _home("relative", "home/jovyan"),
    _home("root", "/"),
    _home("with-two-dots", "/home/../etc"),
    _home("ending-in-two-dots", "/home/.."),
    _home("with-a-dot", "/home/./jovyan"),
    _home("double-slash", "//home"),
    _home("trailing-slash", "/home/jovyan/"),
    _home("space", '"/home/jo vyan"'),
    _home("braces", '"/home/{username}"'),
    _home("newline", '"/home/jovyan\\n"'),
    _home("empty", '""'),
    added("shared-path-relative", "storage: {shared: {a: {path: ‸shared, claim: c}}}\n", _ABSOLUTE),
    added("shared-path-outside", "storage: {shared: {a: {path: ‸/home/../../etc, claim: c}}}\n", _ABSOLUTE),
    added("shared-claim-of-a-template", 'storage: {shared: {a: {path: /a, claim: ‸"{username}"}}}\n', "a name of"),
)

_REFERENCES = (
    edit("pull-without-a-registry", "docker.io/library/debian:trixie-slim", "‸debian", "a full image reference"),
    edit("pull-with-capitals", "docker.io/library/debian:trixie-slim", "‸docker.io/library/Debian", "a full image"),
    edit("pull-of-a-url", "docker.io/library/debian:trixie-slim", "‸https://docker.io/debian", "a full image"),
    edit("pull-of-an-option", "docker.io/library/debian:trixie-slim", "‸--all-tags", "a full image reference"),
    edit("pull-with-a-newline", "docker.io/library/debian:trixie-slim", '‸"docker.io/a/b:1\\nRUN id"', "a full image"),
    edit("pull-with-a-last-newline", "docker.io/library/debian:trixie-slim", '‸"docker.io/a/b:1\\n"', "a full image"),
    edit("pull-of-a-short-digest", "docker.io/library/debian:trixie-slim", '‸"docker.io/a/b@sha256:abc"', "a full"),
    edit("pull-of-another-hash", "docker.io/library/debian:trixie-slim", f'‸"docker.io/a@md5:{"0" * 32}"', "a full"),
    edit("pull-with-a-long-tag", "docker.io/library/debian:trixie-slim", f'‸"docker.io/a:{"t" * 129}"', "a full image"),
    edit("pull-with-a-password", "docker.io/library/debian:trixie-slim", '‸"user:secret@docker.io/a"', "a full image"),
    edit("pull-that-backtracks", "docker.io/library/debian:trixie-slim", f"‸a/{'a-' * 2_000}!", "a full image"),
    edit("pull-that-backtracks-more", "docker.io/library/debian:trixie-slim", f"‸a/{'a__' * 1_300}!", "a full image"),
    added("source-over-http", "sources: {a: {index: ‸http://example.org/simple}}\n", "an https:// address"),
    added("source-on-the-disk", "sources: {a: {index: ‸file:///etc/passwd}}\n", "an https:// address"),
    added("source-with-a-password", 'sources: {a: {index: ‸"https://u:p@example.org/"}}\n', "without a password"),
    added("source-with-a-query", 'sources: {a: {index: ‸"https://example.org/?t=x"}}\n', "an https:// address"),
    added("source-with-a-newline", 'sources: {a: {index: ‸"https://example.org/\\n--extra"}}\n', "an https:// address"),
    added("source-apt-over-http", "sources: {a: {apt: {uri: ‸http://a.example, suite: s}}}\n", "an https:// address"),
    added(
        "source-apt-with-a-password", 'sources: {a: {apt: {uri: ‸"https://u:p@a.example", suite: s}}}\n', "without a"
    ),
    added("source-apt-without-a-suite", "sources: {a: {‸apt: {uri: https://a.example}}}\n", "`suite` is missing"),
    added(
        "source-apt-suite-with-a-newline", 'sources: {a: {apt: {suite: ‸"s\\nTrusted: yes"}}}\n', "a suite or component"
    ),
    added("source-apt-suite-with-a-folder", "sources: {a: {apt: {suite: ‸s/}}}\n", "a suite or component"),
    added(
        "source-apt-suite-with-an-option", 'sources: {a: {apt: {suite: ‸"[trusted=yes] s"}}}\n', "a suite or component"
    ),
    added("source-apt-no-components", "sources: {a: {apt: {suite: s, components: ‸[]}}}\n", "at least one entry"),
    added(
        "source-apt-component-spaced", 'sources: {a: {apt: {suite: s, components: [‸"a b"]}}}\n', "a suite or component"
    ),
    added("source-apt-trusted", "sources: {a: {apt: {suite: s, ‸trusted: yes}}}\n", "`trusted` is not a key here"),
    added("source-apt-as-a-line", 'sources: {a: {apt: ‸"deb https://a.example s main"}}\n', "expected a mapping"),
    added(
        "source-named-like-a-repository", "sources: {a: {apt: {suite: s}}, ‸a-apt: {}}\n", "name this source otherwise"
    ),
    image("source-unknown", "sources: [‸neuron]", "there is no source named neuron."),
    added("ecr-account-short", "registries: {ecr: {account: ‸1234, region: us-west-2, prefix: a}}\n", "12 digits"),
    added(
        "ecr-region-unknown",
        'registries: {ecr: {account: "111122223333", region: ‸oregon, prefix: a}}\n',
        "an AWS region",
    ),
    added(
        "ecr-region-host",
        'registries: {ecr: {account: "111122223333", region: ‸us-west-2.evil.org, prefix: a}}\n',
        "an AWS region",
    ),
    added(
        "ecr-prefix-outside",
        'registries: {ecr: {account: "111122223333", region: us-west-2, prefix: ‸../a}}\n',
        "a repository prefix",
    ),
    added(
        "ecr-prefix-capitals",
        'registries: {ecr: {account: "111122223333", region: us-west-2, prefix: ‸Jupyter}}\n',
        "a repository prefix",
    ),
    added(
        "ecr-prefix-that-backtracks",
        f'registries: {{ecr: {{account: "111122223333", region: us-west-2, prefix: ‸{"a-" * 2_000}/}}}}\n',
        "a repository prefix",
    ),
)

CASES = (*_FOLDERS, *_DOCKERFILES, *_HOMES, *_REFERENCES)
