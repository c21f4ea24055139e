"""What a matrix says of its workflows: names that would be more than names there, and what does not go together."""

from corpus.case import MINIMAL, added, edit, image, whole

_ECR = 'registries: {ecr: {account: "111122223333", region: us-west-2, prefix: p}}\n'
_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
_AXIS = ", ".join(f'"{number}"' for number in range(257))


CASES = (
    *(
        added(f"ci-repository-{name}", f"ci: {{repository: ‸{written}}}\n", "expected a repository on GitHub")
        for name, written in {
            "expression": '"${{ github.token }}/b"',
            "quote": "\"a/b' || true || 'x\"",
            "newline": '"a/b\\n- run: id"',
            "newline-at-the-end": '"a/b\\n"',
            "space": '"a/b c"',
            "three-parts": "a/b/c",
            "one-part": "notebooks",
            "parent": "a/..",
            "wildcard": "'a/*'",
            "owner-ends-in-a-dash": "a-/b",
        }.items()
    ),
    *(
        image(f"runner-{name}", f"runs_on: [‸{written}]", "expected the label of a runner")
        for name, written in {
            "expression": '"${{ secrets.CHART_TOKEN }}"',
            "quote": '"a\'b"',
            "double-quote": "'a\"b'",
            "newline": '"a\\nb"',
            "comma": '"a,b"',
            "space": '"a b"',
            "dash": '"-a"',
            "empty": '""',
            "too-long": "a" * 101,
        }.items()
    ),
    image("runner-twice", "runs_on: ‸[a, a]", "a stands in this list twice"),
    image("runner-none", "runs_on: ‸[]", "expected at least one entry; found none"),
    image("runner-like-a-number", "runs_on: [‸24]", "others read a number"),
    image("runner-alone", "runs_on: ‸ubuntu", "expected a list; found ubuntu"),
    *(
        added(
            f"ci-subject-{name}", f"ci: {{repository: a/b, subject: ‸{written}}}\n", "expected a repository as tokens"
        )
        for name, written in {
            "wildcard": "'a@1/*'",
            "without-numbers": "a/b",
            "environment": "'a@1/b@2:environment:x'",
        }.items()
    ),
    added("ci-machine", "ci: {repository: a/b, machine: ‸level}\n", "Did you mean levels?"),
    added("ci-chart-outside", "ci: {repository: a/b, chart: {repository: a/c, folder: ‸../x}}\n", "expected a path"),
    added("ci-chart-expression", 'ci: {repository: a/b, chart: {repository: a/c, folder: ‸"${{x}}"}}\n', "a path"),
    added("ci-without-a-repository", "‸ci: {}\n", "`repository` is missing here"),
    added("ci-unknown-key", "ci: {repository: a/b, ‸run_on: [a]}\n", "Did you mean runs_on?"),
    added("ci-without-a-key-for-ecr", f"{_ECR}‸ci: {{repository: a/b}}\n", "`signing_key` is missing here"),
    added("ci-key-without-ecr", f"ci: {{repository: a/b, ‸signing_key: {_KEY}}}\n", "there is no registries.ecr"),
    added(
        "ci-key-as-an-alias",
        f"{_ECR}ci: {{repository: a/b, signing_key: ‸alias/proofs}}\n",
        "expected the id of a key of AWS KMS",
    ),
    added("ci-levels-without-ecr", "ci: {repository: a/b, machine: ‸levels}\n", "need a registry that all of them see"),
    whole(
        "ci-too-many-jobs",
        MINIMAL.replace("{from: trixie}", f"{{from: trixie, axes: {{x: [{_AXIS}]}}}}").replace(
            "image: base}", "image: base-x0}"
        )
        + f"{_ECR}ci: {{repository: a/b, machine: ‸levels, signing_key: {_KEY}}}\n",
        "level 0 has 257 variants, and GitHub takes 256 jobs",
    ),
    edit("ci-image-name", "  base: {from", '  ‸"base ${{ github.token }}": {from', "expected a name of", problems=1),
)
