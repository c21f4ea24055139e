"""Parents, axes, rules, and what they multiply to."""

from corpus.case import Case, added, edit, image, images

_LAB = "profiles:\n  - {slug: lab, display_name: Lab, image: base}\n"


def _chain(length: int, last: str) -> str:
    """Return a chain of images below `base`, each on the one before; `last` is what the first stands on."""
    lines = [f"i{number}: {{from: i{number - 1}}}" for number in range(1, length)]
    return "\n".join([f"i0: {{from: {last}}}", *lines])


def _comb() -> str:
    """Return fifty images on one another, and a thousand on the last."""
    teeth = [f"t{number}: {{from: {'‸' * (number == 0)}i48}}" for number in range(1_000)]
    return "\n".join([_chain(49, "base"), *teeth])


def _axes(count: int, values: int) -> str:
    listed = ", ".join(f"v{value}" for value in range(values))
    return ", ".join(f"a{axis}: [{listed}]" for axis in range(count))


def _facts(written: str) -> str:
    return ", ".join(f"f{number}: {written}" for number in range(8))


def _rules(count: int, when: str, require: str) -> str:
    return "rules:\n" + "".join(
        f'  - {{when: {{{when}: ">=0"}}, require: {{{require}: "{number}"}}, because: r{number}}}\n'
        for number in range(1, count + 1)
    )


_LONG_CHAIN = _chain(2_400, "base").replace("from: i48}", "from: ‸i48}")
_V100 = ", ".join(f"v{number}" for number in range(100))
_WIDE = '">=1,<2,1,1,1"'

_PARENTS = (
    edit("parent-missing", "from: trixie", "from: ‸nowhere", "there is no foundation or image named nowhere."),
    edit("parent-misspelt", "from: trixie", "from: ‸trixy", "Did you mean trixie?"),
    edit("parent-itself", "from: trixie", "from: ‸base", "a cycle: base -> base"),
    images("parent-cycle-of-two", "a: {from: ‸b}\nb: {from: a}", "a cycle: a -> b -> a"),
    images("parent-cycle-of-three", "a: {from: ‸b}\nb: {from: c}\nc: {from: a}", "a cycle: a -> b -> c -> a"),
    images("parent-cycle-with-a-tail", "t: {from: a}\na: {from: ‸b}\nb: {from: a}", "a cycle: a -> b -> a"),
    images("parent-cycles-apart", "a: {from: ‸a}\nb: {from: c}\nc: {from: b}", "a cycle: a -> a", problems=2),
    images("parent-cycle-of-thousands", _chain(2_400, "‸i2399"), "a cycle: i0 -> i2399 -> i2398"),
    images("parent-chain-with-a-missing-root", _chain(40, "‸nowhere"), "named nowhere"),
    images("parent-chain-of-thousands", _LONG_CHAIN, "i49 stands on 50 images; at most 49"),
    images("parent-comb-of-thousands", _comb(), "stands on 50 images; at most 49", problems=100),
    images(
        "parents-missing-by-the-thousand",
        "\n".join(f"i{number}: {{from: {'‸' if number == 0 else ''}image-{number}}}" for number in range(2_400)),
        "named image-0.",
        problems=100,
    ),
    images("parent-is-a-variant", "a: {from: base, axes: {x: [y]}}\nb: {from: ‸a-xy}", "named a-xy. There are trixie"),
    images("parent-is-a-variant-in-capitals", 'a: {from: base, axes: {x: ["1.0"]}}\nb: {from: ‸"a-x1.0"}', "a name of"),
)

_CHAINS = (
    images(
        "chain-that-ends-in-two-devices",
        _chain(40, "base").replace("i0: {from: base}", "i0: {from: base, accelerator: nvidia}")
        + "\nlast: {from: i39, accelerator: ‸neuron}",
        "i0 computes on nvidia devices, and last stands on it",
    ),
    images(
        "chain-that-repeats-an-axis",
        _chain(40, "base").replace("i0: {from: base}", "i0: {from: base, axes: {a: [b]}}")
        + "\nlast: {from: i39, axes: {‸a: [c]}}",
        "i0 has the axis a already",
    ),
    images(
        "chain-of-axes-with-names-too-long",
        "\n".join(
            f"{'‸' if number == 24 else ''}i{number}: {{from: {f'i{number - 1}' if number else 'base'}, "
            f"axes: {{a{number}: [b]}}}}"
            for number in range(25)
        ),
        "is longer than 114 characters",
    ),
)

_AXES = (
    image("axes-of-a-million", f"‸axes: {{{_axes(6, 10)}}}", "the axes multiply to 1,000,000 variants"),
    image(
        "axes-beyond-any-number", f"‸axes: {{{_axes(100, 10)}}}", "the axes multiply to more than a billion variants"
    ),
    image("axes-just-too-many", f"‸axes: {{{_axes(1, 2_001)}}}", "the axes multiply to 2,001 variants"),
    images(
        "axes-by-inheritance",
        f"a: {{from: base, axes: {{b: [{_V100}]}}}}\nc: {{from: a, ‸axes: {{d: [{_V100}]}}}}",
        "the axes multiply to 10,000",
    ),
    images(
        "axes-by-many-images",
        "\n".join(f"i{number}: {{from: base, {'‸' * (number == 3)}axes: {{{_axes(3, 8)}}}}}" for number in range(5)),
        "besides 1,537 of other images",
        problems=2,
    ),
    image("axis-twice-the-same", "axes: {spark: ‸[a, b, a]}", "a stands in this list twice"),
    image("axis-twice-in-quotes", 'axes: {spark: ‸["4.1", 4.1]}', "4.1 stands in this list twice"),
    image("axis-value-with-a-dash", 'axes: {spark: [‸"4.1-rc1"]}', "expected an axis value"),
    image("axis-value-with-a-slash", 'axes: {spark: [‸"../x"]}', "expected an axis value"),
    image("axis-value-too-long", f"axes: {{spark: [‸{'v' * 41}]}}", "expected an axis value"),
    image("axis-value-with-a-newline", 'axes: {spark: [‸"4.1\\n"]}', "expected an axis value"),
    image("axis-value-shell", 'axes: {spark: [‸"$(id)"]}', "expected an axis value"),
    image("axis-value-empty", 'axes: {spark: [‸""]}', "expected an axis value"),
    images("axis-of-the-parent", "a: {from: base, axes: {x: [y]}}\nb: {from: a, axes: {‸x: [z]}}", "a has the axis x"),
    images(
        "arg-of-the-axis-of-a-parent",
        "a: {from: base, axes: {my-x: [y]}}\nb: {from: a}\nc: {from: b, args: {‸MY_X: z}}",
        "MY_X carries the axis my-x of a already",
    ),
    images("names-that-collide", "a: {from: base, axes: {b: [c]}}\n‸a-bc: {from: base}", "a-bc is taken already"),
    images(
        "names-that-collide-by-platform",
        "a: {from: base, platforms: [linux/amd64]}\n"
        "c: {from: trixie, platforms: [linux/amd64, linux/arm64]}\n‸c-arm64: {from: base}",
        "is taken already",
    ),
    edit(
        "variant-name-too-long",
        "  base: {from: trixie}",
        "  base: {from: trixie}\n  ‸long: {from: base, axes: {"
        + ", ".join(f"axis{number}: [{'v' * 35}]" for number in range(4))
        + "}}",
        "is longer than 115",
    ),
    edit(
        "variant-name-too-long-behind-a-long-image",
        "  base: {from: trixie}",
        f"  base: {{from: trixie}}\n  ‸{'i' * 39}: {{from: base, axes: {{"
        + ", ".join(f"axis{number}: [{'v' * 35}]" for number in range(3))
        + "}}",
        "is longer than 128",
    ),
)

_EXCLUSIONS = (
    edit(
        "exclude-everything",
        "  base: {from: trixie}",
        '  ‸base: {from: trixie, axes: {a: ["1", "2"]}, exclude: [{a: "1"}, {a: "2"}]}',
        "nothing is left of this",
    ),
    image("exclude-an-unknown-axis", 'axes: {a: ["1"]}, exclude: [{b: ‸"1"}]', "b 1 is no value of an axis of base"),
    image("exclude-an-unknown-value", 'axes: {a: ["1"]}, exclude: [{a: ‸"2"}]', "there is nothing to exclude"),
    image("exclude-without-axes", 'exclude: [{a: ‸"1"}]', "a 1 is no value of an axis"),
    image("exclude-as-another-spelling", 'axes: {a: ["4.10"]}, exclude: [{a: ‸4.1}]', "a 4.1 is no value"),
)

_PLATFORMS = (
    image("platform-unknown", "platforms: [‸linux/arm]", "Did you mean linux/arm64?"),
    image("platform-windows", "platforms: [‸windows/amd64]", "expected linux/amd64 or linux/arm64"),
    image("platform-twice", "platforms: ‸[linux/amd64, linux/amd64]", "stands in this list twice"),
    images(
        "platform-that-the-parent-lacks", "a: {from: base, platforms: [‸linux/arm64]}", "base is not built for linux/a"
    ),
    images(
        "platform-by-default-that-the-parent-lacks",
        "a: {from: trixie, platforms: [linux/arm64]}\nb: ‸{from: a}",
        "a is not built for linux/amd64",
    ),
    image("accelerator-unknown", "accelerator: ‸nvidea", "Did you mean nvidia?"),
    image("accelerator-of-another-maker", "accelerator: ‸amd", "expected nvidia or neuron"),
    images(
        "accelerator-of-the-parent",
        "a: {from: base, accelerator: nvidia}\nb: {from: a, accelerator: ‸neuron}",
        "a computes on nvidia devices",
    ),
)

_RULES = (
    images(
        "rule-spark-and-java",
        'jre: {from: base, facts: {java: "21", python: "3.11"}}\n‸spark: {from: jre, axes: {spark: ["3.5.3"]}}',
        "Spark 3.5 runs on Java 8, 11 and 17",
    ),
    images(
        "rule-spark-and-python",
        'jre: {from: base, facts: {java: "17", python: "3.13"}}\n‸spark: {from: jre, axes: {spark: ["3.5.3"]}}',
        "PySpark 3.5 needs modules",
    ),
    images(
        "rule-cuda-and-driver", '‸g: {from: base, facts: {cuda: "12.8", driver: "470"}}', "CUDA 12 needs driver 525"
    ),
    images("rule-cuda-and-torch", '‸g: {from: base, facts: {cuda: "13.0", torch: "2.8"}}', "from 2.9 on"),
    images("rule-neuron-and-python", '‸sdk: {from: base, facts: {neuron: "2.29", python: "3.13"}}', "from SDK 2.30 on"),
    images("rule-hub-and-server", '‸s: {from: base, facts: {jupyterhub: "4.1.6"}}', "the chart's hub is 5.5.0"),
    images(
        "rules-broken-by-every-variant",
        '‸g: {from: base, axes: {cuda: ["11.8", "12.8"], driver: ["400", "500", "600"]}}',
        "cannot work: CUDA",
        problems=3,
    ),
    edit(
        "rule-of-ones-own",
        "  base: {from: trixie}\nprofiles:",
        '  ‸base: {from: trixie, facts: {a: "1", b: "2"}}\n'
        'rules: [{when: {a: "1"}, require: {b: ">2"}, because: It was tried}]\nprofiles:',
        "cannot work: It was tried",
    ),
    added("rule-with-a-tilde", 'rules: [{when: {a: ‸"~=1"}, require: {b: "1"}, because: r}]\n', "a version or a range"),
    added("rule-with-a-star", 'rules: [{when: {a: ‸"1.*"}, require: {b: "1"}, because: r}]\n', "a version or a range"),
    added("rule-with-words", 'rules: [{when: {a: ‸latest}, require: {b: "1"}, because: r}]\n', "a version or a range"),
    added(
        "rule-with-a-huge-number",
        f'rules: [{{when: {{a: ‸"{"9" * 4_000}"}}, require: {{b: "1"}}, because: r}}]\n',
        "a version or a range",
    ),
    added(
        "rule-with-many-clauses",
        f'rules: [{{when: {{a: ‸"{",".join(["1"] * 2_000)}"}}, require: {{b: "1"}}, because: r}}]\n',
        "a version or a range",
    ),
    added("rule-with-a-newline", 'rules: [{when: {a: ‸">=1\\n"}, require: {b: "1"}, because: r}]\n', "a version or"),
    image("fact-with-a-word", "facts: {cuda: ‸latest}", "a version such as 3.13 or 4.1.1"),
    image("fact-negative", "facts: {cuda: ‸-1}", "a version such as"),
    image("fact-with-a-newline", 'facts: {cuda: ‸"12\\n"}', "a version such as"),
    image("fact-with-a-huge-number", f'facts: {{cuda: ‸"{"1" * 4_000}"}}', "a version such as"),
    image("fact-in-other-digits", 'facts: {cuda: ‸"\u0661\u0662"}', "a version such as"),
)

_PRODUCTS = (
    added(
        "rules-by-the-hundred",
        _rules(500, "x", "x").replace("-", "‸-", 1),
        "at most 32 entries; found 500",
    ),
    added(
        "rule-with-hundreds-of-facts",
        f"rules: [{{when: ‸{{{', '.join(f'f{n}: 1' for n in range(900))}}}, require: {{b: 1}}, because: r}}]\n",
        "at most 8 entries; found 900",
    ),
    edit(
        "product-of-wide-rules-and-variants",
        _LAB,
        f"  ‸g: {{from: base, axes: {{{_axes(2, 40)}}}, facts: {{{_facts('1')}}}}}\n{_LAB}rules:\n"
        + f"  - {{when: {{{_facts(_WIDE)}}}, require: {{f0: 1}}, because: r}}\n" * 31
        + "  - {when: {f0: 1}, require: {f1: 2}, because: r}\n",
        "cannot work",
        problems=100,
    ),
    edit(
        "product-of-rules-and-variants",
        _LAB,
        f"  ‸g: {{from: base, axes: {{x: [{', '.join(str(n) for n in range(1, 1_900))}]}}}}\n"
        + _LAB
        + _rules(32, "x", "x"),
        "cannot work: r2",
        problems=124,
    ),
)

CASES: tuple[Case, ...] = (*_PARENTS, *_CHAINS, *_AXES, *_EXCLUSIONS, *_PLATFORMS, *_RULES, *_PRODUCTS)
