"""Where Debian's cosign and we differ, with the reason.

COSIGN_TAKES are the forgeries that it accepts with the key that the row names, with our reason to refuse them: each is
one of policy, and none is about a signature or a digest. COSIGN_REFUSES is the other way round.
"""

from collections.abc import Mapping

_ONE = "one spelling for each thing, so that no two readers can differ"


_SCHEMA = "only statements of our own schema"


_ABOUT = "one subject, by its name and digest, as we write them"


_KEY = "what a key may sign, and until when, is in the list of keys"


_VERDICT = "what the statement says decides, and cosign does not look at it"


_OBJECT = "the manifest has to say what it is, and about what"


_SIZE = "no proof is that large"


COSIGN_TAKES: Mapping[str, str] = {
    "r and s side by side": _ONE,
    "the key elsewhere": _KEY,
    "the key lookalike": _KEY,
    "the key provenance": _KEY,
    "the key revoked": _KEY,
    "the key twice": _KEY,
    "the key expired": _KEY,
    "the key early": _KEY,
    "another statement type": _SCHEMA,
    "predicate missing": _SCHEMA,
    "a fraction": _SCHEMA,
    "nested 20 levels deep": _SCHEMA,
    "a statement beyond the limit": _SIZE,
    "a line end behind it": _ONE,
    "a space in it": _ONE,
    "a letter spelled as an escape": _ONE,
    "an unknown field in the predicate": _SCHEMA,
    "an unknown annotation": _SCHEMA,
    "another schema": _SCHEMA,
    "hardware neither yes nor no": _SCHEMA,
    "a canary neither caught nor missed": _SCHEMA,
    "a time that is none": _SCHEMA,
    "an annotation missing": _SCHEMA,
    "no configuration": _SCHEMA,
    "no smoke set": _SCHEMA,
    "a test that is no text": _SCHEMA,
    "a test named twice": _SCHEMA,
    "tests in another order": _SCHEMA,
    "the same digest under another name": _ABOUT,
    "a name that begins like ours": _ABOUT,
    "two subjects": _ABOUT,
    "the same subject twice": _ABOUT,
    "a subject without a name": _ABOUT,
    "a digest in capitals": _ABOUT,
    "a second digest": _ABOUT,
    "another smoke set": _VERDICT,
    "a signed failure": _VERDICT,
    "a signed failure of nothing": _VERDICT,
    "a signed warning": _VERDICT,
    "passed, with a failed test": _VERDICT,
    "passed, with a warning": _VERDICT,
    "passed, with a canary missed": _VERDICT,
    "a test less": _VERDICT,
    "a test more": _VERDICT,
    "no test at all": _VERDICT,
    "the result in small letters": _SCHEMA,
    "no result": _SCHEMA,
    "a compressed bundle": _ONE,
    "a bundle of 5 MiB": _SIZE,
    "another artifact type": _OBJECT,
    "no artifact type": _OBJECT,
    "a manifest about another image": _OBJECT,
    "a manifest that does not say what it is": _OBJECT,
    "a manifest about nothing": _OBJECT,
    "a manifest about something unnamed": _OBJECT,
    "Docker's manifest": _OBJECT,
    "a layer of less than nothing": _OBJECT,
    "a manifest beyond the limit": _SIZE,
}


COSIGN_REFUSES: Mapping[str, str] = {
    "with a key id": "it lets a key id decide, which DSSE forbids",
    "beside a stranger's signature": "it wants exactly one signature, where DSSE allows more",
}
