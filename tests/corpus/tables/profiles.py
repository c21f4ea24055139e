"""Profile lists that the chart, KubeSpawner or the API server would stumble over."""

from corpus.case import Case, a_profile, edit, profile

_LAB = "  - {slug: lab, display_name: Lab, image: base}\n"
_OTHER = "slug: lab-2, display_name: Lab 2"
_GPU = "  gpu: {from: base, accelerator: nvidia}\n"
_WORDS = "expected one line of text without < or >"


def _profiles(name: str, block: str, says: str, *, above: str = "", problems: int = 1) -> Case:
    """Return the minimal matrix with more profiles after its own, and more images before."""
    return edit(name, f"profiles:\n{_LAB}", f"{above}profiles:\n{_LAB}{block}", says, problems=problems)


def _gpu(name: str, fields: str, says: str, *, problems: int = 1) -> Case:
    written = f"  - {{{_OTHER}, image: gpu, {fields}}}\n"
    return _profiles(
        name,
        written.replace("image: gpu", "image: ‸gpu") if "‸" not in fields else written,
        says,
        above=_GPU,
        problems=problems,
    )


def _options(name: str, written: str, says: str, *, problems: int = 1) -> Case:
    return profile(name, f"profile_options: {{{written}}}", says, problems=problems)


def _choices(count: int, prefix: str = "c") -> str:
    return ", ".join(f"{prefix}{number}: {{display_name: A}}" for number in range(count))


_SLUGS = (
    _profiles("slug-twice", "  - {slug: ‸lab, display_name: B, image: base}\n", "profile 1 has the slug lab already"),
    _profiles(
        "slugs-by-the-hundred",
        "".join(f"  - {{slug: {'‸' * (number == 0)}lab, display_name: B, image: base}}\n" for number in range(800)),
        "profile 1 has the slug lab already",
        problems=100,
    ),
    a_profile("slug-in-capitals", "{slug: ‸Lab, display_name: Lab, image: base}", "expected a name"),
    a_profile("slug-with-an-underscore", "{slug: ‸my_lab, display_name: Lab, image: base}", "expected a name"),
    a_profile("slug-with-markup", '{slug: ‸"<b>", display_name: Lab, image: base}', "expected a name"),
    a_profile("slug-with-a-quote", """{slug: ‸'a"b', display_name: Lab, image: base}""", "expected a name"),
    a_profile("slug-empty", '{slug: ‸"", display_name: Lab, image: base}', "expected a name"),
    a_profile(
        "slug-true", "{slug: ‸true, display_name: Lab, image: base}", "other readers of YAML take true for a truth"
    ),
    _profiles(
        "default-twice",
        f"  - {{{_OTHER}, image: base, default: true}}\n"
        "  - {slug: lab-3, display_name: C, image: base, default: ‸true}\n",
        "lab-2 is the default already",
    ),
)

_NAMES = (
    a_profile("display-name-stars", '{slug: lab, display_name: ‸"***", image: base}', _WORDS),
    a_profile("display-name-blank", '{slug: lab, display_name: ‸"   ", image: base}', _WORDS),
    a_profile("display-name-empty", '{slug: lab, display_name: ‸"", image: base}', _WORDS),
    a_profile("display-name-script", '{slug: lab, display_name: ‸"<script>alert(1)</script>", image: base}', _WORDS),
    a_profile("display-name-closing-tag", '{slug: lab, display_name: ‸"Lab</label>", image: base}', _WORDS),
    a_profile("display-name-lonely-bracket", '{slug: lab, display_name: ‸"a < b", image: base}', _WORDS),
    a_profile("display-name-two-lines", '{slug: lab, display_name: ‸"Lab\\nimage: evil", image: base}', _WORDS),
    a_profile("display-name-last-newline", '{slug: lab, display_name: ‸"Lab\\n", image: base}', _WORDS),
    a_profile("display-name-escape", '{slug: lab, display_name: ‸"\\e[32mPASSED", image: base}', "the character \\x1b"),
    a_profile("display-name-c1", '{slug: lab, display_name: ‸"\\x9b32m", image: base}', "the character \\x9b"),
    a_profile("display-name-bidi", '{slug: lab, display_name: ‸"\\u202ebal", image: base}', "the character \\u202e"),
    a_profile(
        "display-name-zero-width", '{slug: lab, display_name: ‸"La\\u200bb", image: base}', "the character \\u200b"
    ),
    a_profile("display-name-too-long", f"{{slug: lab, display_name: ‸{'L' * 101}, image: base}}", _WORDS),
    profile("description-markup", 'description: ‸"<img src=x onerror=alert(1)>"', "text without < or >"),
    profile("description-empty", 'description: ‸""', "text without < or >, at most 1,000 characters"),
    profile("description-too-long", f"description: ‸{'d' * 1_001}", "at most 1,000 characters"),
    profile("description-control", 'description: ‸"a\\ab"', "the character \\x07"),
)

_IMAGES = (
    a_profile("image-missing", "‸{slug: lab, display_name: Lab}", "`image` is missing here, and no option brings one"),
    a_profile("image-unknown", "{slug: lab, display_name: Lab, image: ‸bases}", "Did you mean base?"),
    a_profile("image-reference", '{slug: lab, display_name: Lab, image: ‸"docker.io/a/b:1"}', "the name of an image"),
    a_profile(
        "image-reference-by-digest", f'{{slug: lab, display_name: Lab, image: ‸"a@sha256:{"0" * 64}"}}', "the name"
    ),
    a_profile("image-foundation", "{slug: lab, display_name: Lab, image: ‸trixie}", "there is no image named trixie"),
    a_profile("image-with-a-newline", '{slug: lab, display_name: Lab, image: ‸"base\\n"}', "the name of an image"),
    edit(
        "image-of-two-variants",
        "{from: trixie}\nprofiles:\n  - {slug: lab, display_name: Lab, image: base}",
        '{from: trixie, axes: {a: ["1", "2"]}}\nprofiles:\n  - {slug: lab, display_name: Lab, image: ‸base}',
        "base has 2 variants; name one of base-a1 or base-a2",
    ),
    _profiles(
        "image-in-one-choice-only",
        f"  - ‸{{{_OTHER}, profile_options: {{a: {{display_name: A, choices: "
        "{x: {display_name: X, image: base}, z: {display_name: Y}}}}}\n",
        "no option brings one with each",
    ),
    _profiles(
        "images-unknown-by-the-hundred",
        "".join(
            f"  - {{slug: s{number}, display_name: S, image: {'‸' * (number == 0)}base-a{number}}}\n"
            for number in range(800)
        ),
        "there is no image named base-a0.",
        problems=100,
        above=f"  many: {{from: base, axes: {{a: [{', '.join(str(n) for n in range(1_500))}]}}}}\n",
    ),
)

_DEVICES = (
    _gpu("device-not-asked-for", "cpu: 2", "add `resources: {nvidia.com/gpu: 1}`"),
    _gpu("device-of-another-maker", "resources: {aws.amazon.com/neuron: 1}", "this asks for none", problems=2),
    a_profile(
        "device-for-a-plain-image",
        "{slug: lab, display_name: Lab, image: ‸base, resources: {nvidia.com/gpu: 1}}",
        "base does not say `accelerator: nvidia`",
    ),
    a_profile(
        "device-slice-for-a-plain-image",
        "{slug: lab, display_name: Lab, image: ‸base, resources: {nvidia.com/mig-1g.5gb: 1}}",
        "asks for nvidia",
    ),
    _gpu("device-count-zero", "resources: {nvidia.com/gpu: ‸0}", "expected a whole number from 1 to 1024"),
    _gpu("device-count-half", "resources: {nvidia.com/gpu: ‸0.5}", "expected a whole number from 1 to 1024"),
    _gpu("device-count-quoted", 'resources: {nvidia.com/gpu: ‸"1"}', "expected a whole number"),
    _gpu("device-count-negative", "resources: {nvidia.com/gpu: ‸-1}", "expected a whole number"),
    _gpu("device-count-huge", "resources: {nvidia.com/gpu: ‸1025}", "expected a whole number"),
    profile("resource-cpu", "resources: {‸cpu: 2}", "cpu and memory have their own keys"),
    profile("resource-memory", "resources: {‸memory: 1}", "an extended resource"),
    profile("resource-without-a-domain", "resources: {‸gpu: 1}", "an extended resource such as nvidia.com/gpu"),
    profile("resource-with-two-slashes", "resources: {‸nvidia.com/gpu/x: 1}", "an extended resource"),
    a_profile(
        "resource-that-is-gone",
        "{slug: lab, display_name: Lab, image: base, resources: {‸aws.amazon.com/neurondevice: 1}}",
        "has not offered it since SDK 2.19",
    ),
    a_profile(
        "selector-of-another-architecture",
        "{slug: lab, display_name: Lab, image: ‸base, node_selector: {kubernetes.io/arch: arm64}}",
        "base is built for linux/amd64",
    ),
    profile("selector-true", "node_selector: {gpu: ‸true}", 'so write "true"'),
    profile("selector-number", "node_selector: {zone: ‸1}", 'so write "1"'),
    profile("selector-with-a-space", 'node_selector: {zone: ‸"a b"}', "a label's value"),
    profile("selector-too-long", f"node_selector: {{zone: ‸{'z' * 64}}}", "a label's value"),
    profile("selector-key-with-a-space", 'node_selector: {‸"my zone": a}', "a label such as"),
    profile("selector-key-of-two-slashes", "node_selector: {‸a/b/c: d}", "a label such as"),
    profile("selector-key-in-capitals-domain", "node_selector: {‸Example.org/a: b}", "a label such as"),
)

_TOLERATIONS = (
    profile("toleration-exists-with-a-value", "tolerations: [{key: a, operator: Exists, value: ‸b}]", "takes no value"),
    profile("toleration-equal-without-a-key", "tolerations: [‸{operator: Equal, value: b}]", "without a key"),
    profile("toleration-empty", "tolerations: [‸{}]", "Kubernetes takes no toleration without a key"),
    profile("toleration-effect-unknown", "tolerations: [{key: a, effect: ‸NoSchedul}]", "Did you mean NoSchedule?"),
    profile("toleration-operator-unknown", "tolerations: [{key: a, operator: ‸exists}]", "Did you mean Exists?"),
    profile("toleration-value-true", "tolerations: [{key: a, value: ‸true}]", 'so write "true"'),
    profile("toleration-key-number", "tolerations: [{key: ‸7}]", 'so write "7"'),
    profile("selector-key-number", "node_selector: {‸7: a}", 'so write "7"'),
    profile("toleration-key-with-a-space", 'tolerations: [{key: ‸"a b"}]', "a label such as"),
    profile("toleration-seconds", "tolerations: [{key: a, ‸tolerationSeconds: 5}]", "is not a key here"),
)

_OPTIONS = (
    _options("option-key-profile", "‸profile: {display_name: A, choices: {a: {display_name: A}}}", "an option key of"),
    _options(
        "option-key-with-two-dashes", "‸a--b: {display_name: A, choices: {a: {display_name: A}}}", "an option key"
    ),
    _options(
        "option-key-with-an-underscore", "‸my_gpu: {display_name: A, choices: {a: {display_name: A}}}", "an option"
    ),
    _options("option-key-in-capitals", "‸GPU: {display_name: A, choices: {a: {display_name: A}}}", "an option key"),
    _options("option-without-choices", "‸a: {display_name: A}", "`choices` is missing here"),
    _options(
        "option-unlisted-choice-only",
        "a: {display_name: A, choices: {x: {display_name: X}}, ‸unlisted_choice: {enabled: true}}",
        "It would let users start what was never proven",
    ),
    _options(
        "choice-key-unlisted", "a: {display_name: A, choices: {‸unlisted-choice: {display_name: X}}}", "a choice key"
    ),
    _options("choice-key-number", "a: {display_name: A, choices: {‸3.11: {display_name: X}}}", "a choice key"),
    _options("choice-key-underscore", "a: {display_name: A, choices: {‸cuda_12: {display_name: X}}}", "a choice key"),
    _options(
        "choice-key-on", "a: {display_name: A, choices: {‸on: {display_name: X}}}", "other readers of YAML take on"
    ),
    _options("choice-null", "a: {display_name: A, choices: {x: ‸null}}", "expected a mapping; found nothing"),
    _options(
        "choice-default-twice",
        "a: {display_name: A, choices: {x: {display_name: X, default: true}, z: {display_name: Y, default: ‸true}}}",
        "x is the default of this option already",
    ),
    _options(
        "choice-container-name-too-long",
        f"{'o' * 20}: {{display_name: A, choices: {{‸{'c' * 20}: {{display_name: X, image: base}}}}}}",
        "which is longer than 63 characters",
    ),
    _options(
        "choice-override",
        "a: {display_name: A, choices: {x: {display_name: X, ‸kubespawner_override: {}}}}",
        "Write its keys directly",
    ),
    _options(
        "choice-cpu-reversed", "a: {display_name: A, choices: {x: {display_name: X, cpu: ‸[2, 1]}}}", "larger than"
    ),
    _options(
        "choice-variable-with-a-brace",
        'a: {display_name: A, choices: {x: {display_name: X, environment: {A: ‸"{x}"}}}}',
        "KubeSpawner fills in",
    ),
    _options("choice-image-unknown", "a: {display_name: A, choices: {x: {display_name: X, image: ‸nope}}}", "no image"),
    profile(
        "options-beyond-any-number",
        "‸profile_options: {"
        + ", ".join(f"o{number}: {{display_name: A, choices: {{{_choices(10)}}}}}" for number in range(20))
        + "}",
        "more than a billion",
    ),
    profile(
        "options-of-a-thousand-and-one",
        f"‸profile_options: {{a: {{display_name: A, choices: {{{_choices(1_001)}}}}}}}",
        "the options multiply to 1,001 starts to prove",
    ),
    _profiles(
        "options-by-many-profiles",
        "".join(
            f"  - {{slug: s{number}, display_name: S, image: base, {'‸' * (number == 9)}profile_options: {{a: {{display_name: A, "
            f"choices: {{{_choices(100)}}}}}}}}}\n"
            for number in range(10)
        ),
        "the profiles up to this one have 1,001",
    ),
)

CASES = (*_SLUGS, *_NAMES, *_IMAGES, *_DEVICES, *_TOLERATIONS, *_OPTIONS)
