"""The grammar of every name in a matrix, each as strict as the strictest thing that will read it."""

from typing import Annotated

from hubwright.matrix.scalars import Text, refuse
from hubwright.words import UNSAFE_CLASS
from hubwright.written.nodes import Written

# Words that a reader of YAML 1.1 or 1.2 turns into something else, wherever it meets them without quotes.
_READ_AS_OTHER = "true|false|null|yes|no|on|off|y|n"
_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_WORD = rf"(?!(?:{_READ_AS_OTHER})$)[a-z](?:[a-z0-9]|-(?=[a-z0-9])){{0,38}}"


class _Word(Text):
    """A name that every reader of YAML takes for text."""

    def accept(self, written: Written) -> object:
        if written in _READ_AS_OTHER.split("|"):
            refuse("other readers of YAML take {word} for a truth value or for nothing; use another word", word=written)
        return super().accept(written)


Name = Annotated[
    str, _Word(_WORD, "a name of lower-case letters, digits and single inner dashes, at most 39 characters long")
]
# The chart's pre-puller joins these to the name of a container; expand checks the length of the whole.
OptionKey = Annotated[
    str,
    _Word(
        rf"(?!profile$){_WORD}",
        "an option key of lower-case letters, digits and single inner dashes (and not `profile`, a field of the form)",
    ),
]
ChoiceKey = Annotated[
    str,
    _Word(
        rf"(?!unlisted-choice$){_WORD}",
        "a choice key of lower-case letters, digits and single inner dashes (and not `unlisted-choice`)",
    ),
]
AxisName = Annotated[
    str,
    _Word(
        rf"(?!base$){_WORD}",
        "an axis name of lower-case letters, digits and single inner dashes (and not `base`, the parent's argument)",
    ),
]
AxisValue = Annotated[
    str,
    Text(
        r"[A-Za-z0-9](?:[A-Za-z0-9._]{0,39})",
        "an axis value of letters, digits, dots and underscores, as a tag takes them",
        bare_numbers=True,
    ),
]
Version = Annotated[str, Text(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}", "a version such as 3.13 or 4.1.1", bare_numbers=True)]
_CLAUSE = r"(?:(?:==|!=|<=|>=|<|>)\s?)?[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}"
Specifier = Annotated[
    str,
    Text(
        rf"{_CLAUSE}(?:\s?,\s?{_CLAUSE}){{0,4}}",
        "a version or a range such as 17, 4.1 or >=3.10,<3.14",
        bare_numbers=True,
    ),
]
VariantName = Annotated[str, Text(r"[a-z][A-Za-z0-9._-]{0,127}", "the name of an image or of one of its variants")]
# No `..`, no leading slash, no leading dash, no spaces: what tree.py opens piece by piece below the root.
RelativePath = Annotated[
    str,
    Text(
        r"(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9._][A-Za-z0-9._+-]*(?:/[A-Za-z0-9._][A-Za-z0-9._+-]*){0,15}",
        "a path below the matrix's folder, such as images/base: no `..`, no leading slash, no spaces",
    ),
]
AbsolutePath = Annotated[
    str, Text(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._-]+){1,16}", "an absolute path such as /home/jovyan, without `..`")
]
ArgName = Annotated[str, Text(r"[A-Z][A-Z0-9_]{0,63}", "a build argument in capitals, such as SPARK_MIRROR")]
ArgValue = Annotated[
    str, Text(rf"[^{UNSAFE_CLASS}]{{0,1024}}", "the value of a build argument, on one line", bare_numbers=True)
]
ImageReference = Annotated[
    str,
    Text(
        r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)+"
        r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
        "a full image reference such as docker.io/library/debian:trixie-slim",
    ),
]
Url = Annotated[
    str,
    Text(
        r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/+-]*)?",
        "an https:// address without a password in it",
    ),
]
# A word of apt's sources: `/` and spaces would mean something else there.
AptWord = Annotated[
    str, Text(r"[a-z0-9][a-z0-9._-]{0,63}", "a suite or component of an apt repository, such as noble or main")
]
Account = Annotated[str, Text(r"[0-9]{12}", "an AWS account of 12 digits", bare_numbers=True)]
Region = Annotated[str, Text(r"[a-z]{2,4}(?:-[a-z]+){1,3}-[0-9]{1,2}", "an AWS region such as us-west-2")]
RepositoryPrefix = Annotated[
    str,
    Text(
        r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*",
        "a repository prefix of lower-case letters and digits, with single `.`, `_`, `-` or `/` between",
    ),
]

# All of these stand in workflows, so they are made of nothing that an expression or a shell would read as its own.
_OWNER, _REPOSITORY = r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}", r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}"
GitHubRepository = Annotated[
    str, Text(rf"{_OWNER}/{_REPOSITORY}", "a repository on GitHub such as example/notebooks: owner and name")
]
GitHubSubject = Annotated[
    str,
    Text(
        rf"{_OWNER}@[0-9]{{1,20}}/[A-Za-z0-9._-]{{1,100}}@[0-9]{{1,20}}",
        "a repository as tokens spell it, such as example@123456/notebooks@456789",
    ),
]
RunnerLabel = Annotated[
    str,
    Text(
        r"[A-Za-z0-9][A-Za-z0-9._/=+-]{0,99}",
        "the label of a runner such as ubuntu-24.04: letters, digits, . _ - + / =",
    ),
]
KmsKey = Annotated[
    str,
    Text(
        r"mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "the id of a key of AWS KMS such as 1234abcd-12ab-34cd-56ef-1234567890ab",
    ),
]

# KubeSpawner's form shows names without escaping them, and a log shows whatever it is given.
Words = Annotated[
    str,
    Text(
        rf"(?=.*[^\s*#_-])[^<>{UNSAFE_CLASS}]{{1,100}}",
        "one line of text without < or >, at most 100 characters",
        bare_numbers=True,
    ),
]
Prose = Annotated[
    str,
    Text(rf"(?:[^<>{UNSAFE_CLASS}]|\n){{1,1000}}", "text without < or >, at most 1,000 characters", bare_numbers=True),
]

_QUALIFIED = rf"(?:{_LABEL}(?:\.{_LABEL}){{0,8}}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{{0,61}}[A-Za-z0-9])?"
LabelKey = Annotated[str, Text(_QUALIFIED, "a label such as karpenter.k8s.aws/instance-family")]
LabelValue = Annotated[
    str,
    Text(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?", "a label's value: at most 63 letters, digits, . _ -"),
]
ResourceName = Annotated[
    str,
    Text(
        rf"{_LABEL}(?:\.{_LABEL}){{1,8}}/[A-Za-z0-9](?:[A-Za-z0-9._-]{{0,61}}[A-Za-z0-9])?",
        "an extended resource such as nvidia.com/gpu (cpu and memory have their own keys)",
    ),
]
EnvironmentName = Annotated[str, Text(r"[A-Za-z_][A-Za-z0-9_]{0,127}", "the name of an environment variable")]
EnvironmentValue = Annotated[
    str, Text(rf"[^{UNSAFE_CLASS}]{{0,4096}}", "the value of an environment variable, on one line")
]
