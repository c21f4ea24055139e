"""Statements that say something else than they have to, each properly signed."""

from forged.making import OTHER, Row, noted, saying, spelled, stated, subjects
from hubwright.proof.decide import Answer
from hubwright.proof.statement import Result
from proofs import TESTS


def statements() -> tuple[Row, ...]:
    strict, ours, spelling = "not strict JSON", "not one of ours", "not spelled"
    return (
        Row(name="no JSON, properly signed", bundle=spelled(lambda _: b"PASSED"), why=strict),
        Row(name="nothing, properly signed", bundle=spelled(lambda _: b""), why=strict),
        Row(name="a list, properly signed", bundle=spelled(lambda p: b"[" + p + b"]"), why="no in-toto"),
        Row(name="UTF-16", bundle=spelled(lambda p: p.decode().encode("utf-16")), why=strict),
        Row(name="a byte order mark", bundle=spelled(lambda p: b"\xef\xbb\xbf" + p), why=strict),
        Row(name="bytes that are not UTF-8", bundle=spelled(lambda p: p.replace(b"linux", b"\xff")), why=strict),
        Row(
            name="the result twice",
            bundle=spelled(lambda p: p.replace(b'"result":', b'"result":"FAILED","result":')),
            why=strict,
        ),
        Row(
            name="the subject twice",
            bundle=spelled(lambda p: p.replace(b'"subject":', b'"subject":[],"subject":')),
            why=strict,
        ),
        Row(name="not a number", bundle=spelled(lambda p: p.replace(b'"result":', b'"x":NaN,"result":')), why=strict),
        Row(name="a fraction", bundle=spelled(lambda p: p.replace(b'"result":', b'"x":1.5,"result":')), why=strict),
        Row(
            name="a number of 5,000 digits",
            bundle=spelled(lambda p: p.replace(b'"result":', b'"x":' + b"9" * 5000 + b',"result":')),
            why=strict,
        ),
        Row(
            name="nested 20 levels deep",
            bundle=spelled(lambda p: p.replace(b'"result":', b'"x":' + b"[" * 20 + b"]" * 20 + b',"result":')),
            why="deeper",
        ),
        Row(name="nested 50,000 levels deep", bundle=spelled(lambda _: b"[" * 50_000 + b"]" * 50_000), why=strict),
        Row(
            name="a statement beyond the limit",
            bundle=saying(url="https://example.org/" + "x" * 2**17),
            why="at most 131,072",
        ),
        Row(name="a line end behind it", bundle=spelled(lambda p: p + b"\n"), why=spelling),
        Row(name="a space in it", bundle=spelled(lambda p: p.replace(b":", b": ", 1)), why=spelling),
        Row(name="a surrogate alone", bundle=spelled(lambda p: p.replace(b'"home"', rb'"\ud800"')), why=ours),
        Row(
            name="a letter spelled as an escape",
            bundle=spelled(lambda p: p.replace(b'"home"', rb'"\u0068ome"')),
            why=spelling,
        ),
        Row(name="an unknown field", bundle=stated(lambda s: s.update(more="")), why=spelling),
        Row(
            name="an unknown field in the predicate",
            bundle=stated(lambda s: s["predicate"].update(more="")),
            why=spelling,
        ),
        Row(name="an unknown annotation", bundle=noted(more=""), why=spelling),
        Row(name="another schema", bundle=noted(schema="2"), why=spelling),
        Row(name="hardware neither yes nor no", bundle=noted(hardware="maybe"), why=spelling),
        Row(name="a canary neither caught nor missed", bundle=noted(canaries="python3=fine"), why=spelling),
        Row(name="a time that is none", bundle=noted(finishedOn="yesterday"), why="is not a time"),
        Row(
            name="an annotation missing",
            bundle=stated(lambda s: s["predicate"]["configuration"][0]["annotations"].pop("shape")),
            why=ours,
        ),
        Row(name="no configuration", bundle=stated(lambda s: s["predicate"].update(configuration=[])), why=ours),
        Row(name="no smoke set", bundle=stated(lambda s: s["predicate"]["configuration"].pop(0)), why=ours),
        Row(
            name="a test that is no text",
            bundle=stated(lambda s: s["predicate"].update(passedTests=[["home"], "server"])),
            why=ours,
        ),
        Row(
            name="a test named twice",
            bundle=stated(lambda s: s["predicate"].update(passedTests=["home", "home", "server"])),
            why=spelling,
        ),
        Row(
            name="tests in another order",
            bundle=stated(lambda s: s["predicate"].update(passedTests=["server", "home"])),
            why=spelling,
        ),
        Row(name="a digest of another image", bundle=saying(digest=f"sha256:{OTHER}"), why="it is about"),
        Row(
            name="the same digest under another name",
            bundle=saying(image="hubwright/cuda"),
            why="about hubwright/cuda",
        ),
        Row(name="a name that begins like ours", bundle=saying(image="hubwright/base-evil"), why="it is about"),
        Row(name="two subjects", bundle=subjects({}, {"name": "hubwright/cuda"}), why="2 subjects"),
        Row(name="the same subject twice", bundle=subjects({}, {}), why="2 subjects"),
        Row(name="no subject", bundle=subjects(), why="0 subjects"),
        Row(name="a subject without a name", bundle=stated(lambda s: s["subject"][0].pop("name")), why=ours),
        Row(name="a subject without a digest", bundle=stated(lambda s: s["subject"][0].pop("digest")), why=ours),
        Row(name="a digest in capitals", bundle=stated(lambda s: _upper(s["subject"][0]["digest"])), why=ours),
        Row(name="a digest cut short", bundle=stated(lambda s: _cut(s["subject"][0]["digest"])), why=ours),
        Row(
            name="a second digest",
            bundle=stated(lambda s: s["subject"][0]["digest"].update(sha512="0" * 128)),
            why=spelling,
        ),
        Row(name="another smoke set", bundle=saying(smoke_set=OTHER), why="smoke set aaaaaaaaaaaa"),
    )


def _upper(digest: dict[str, str]) -> None:
    digest["sha256"] = digest["sha256"].upper()


def _cut(digest: dict[str, str]) -> None:
    digest["sha256"] = digest["sha256"][:32]


def verdicts() -> tuple[Row, ...]:
    blocked = Answer.BLOCKED
    home = frozenset({"home"})
    return (
        Row(
            name="a signed failure",
            bundle=saying(result=Result.FAILED, passed=frozenset(), failed=home),
            answer=blocked,
            why="it says FAILED: home",
        ),
        Row(
            name="a signed failure of nothing",
            bundle=saying(result=Result.FAILED, passed=frozenset()),
            answer=blocked,
            why="no test is named",
        ),
        Row(
            name="a signed warning",
            bundle=saying(result=Result.WARNED, warned=home),
            answer=blocked,
            why="it says WARNED: home",
        ),
        Row(
            name="passed, with a failed test",
            bundle=saying(failed=home),
            answer=blocked,
            why="it says PASSED: home",
        ),
        Row(name="passed, with a warning", bundle=saying(warned=home), answer=blocked, why="it says PASSED: home"),
        Row(
            name="passed, with a canary missed",
            bundle=saying(canaries={"bash": False, "python3": True}),
            answer=blocked,
            why="the canary of bash",
        ),
        Row(name="a test less", bundle=saying(passed=home), why="it lacks server"),
        Row(name="a test more", bundle=saying(passed=TESTS | {"gpu"}), why="it has gpu besides"),
        Row(name="no test at all", bundle=saying(passed=frozenset()), why="it lacks home and server"),
        Row(
            name="the result in small letters",
            bundle=stated(lambda s: s["predicate"].update(result="passed")),
            why="not a valid Result",
        ),
        Row(name="no result", bundle=stated(lambda s: s["predicate"].pop("result")), why="not one of ours"),
    )
