"""Keys that do not exist, are missing, or hold another kind of thing than they should."""

from corpus.case import MINIMAL, a_profile, added, edit, image, profile, whole

_MISSING = (
    whole("missing-everything", "‸x: 1\n", "`version` is missing here", problems=6),
    whole("missing-version", MINIMAL.replace("version: 1\n", "‸"), "`version` is missing here"),
    edit("missing-hub", 'version: 1\nhub: {chart: "4.4.0"}', "‸version: 1", "`hub` is missing here"),
    edit("missing-chart", 'hub: {chart: "4.4.0"}', "‸hub: {}", "`chart` is missing here: Release of"),
    edit("missing-from", "base: {from: trixie}", "‸base: {}", "`from` is missing here: The foundation or image"),
    edit("missing-slug", "{slug: lab, d", "‸{d", "`slug` is missing here: Stable key of the profile"),
    edit("missing-display-name", "{slug: lab, display_name: Lab, ", "‸{slug: lab, ", "`display_name` is missing here"),
    edit("missing-name-and-slug", "{slug: lab, display_name: Lab, ", "‸{", "`display_name` is missing", problems=2),
    added("missing-storage-claim", "storage: {shared: {‸a: {path: /a}}}\n", "`claim` is missing here"),
    added("missing-ecr-fields", "registries: {‸ecr: {}}\n", "`account` is missing here: AWS account", problems=3),
    added("missing-rule-reason", 'rules: [‸{when: {a: "1"}, require: {b: "1"}}]\n', "`because` is missing here"),
)

_UNKNOWN = (
    added("unknown-top-level-key", "‸image: {}\n", "`image` is not a key here. Did you mean images?"),
    added("unknown-key-of-another-tool", "‸services: {}\n", "The keys are ci, foundations, hub"),
    added("unknown-key-extension", "‸x-common: {}\n", "`x-common` is not a key here"),
    image("unknown-image-key", "‸dockerFile: Dockerfile", "Did you mean dockerfile?"),
    image("unknown-image-key-of-the-types", "‸from_: trixie", "`from_` is not a key here. Did you mean from?"),
    image("unknown-image-key-commands", '‸run: "curl example.org | sh"', "`run` is not a key here"),
    image("unknown-key-with-an-escape", '‸"\\\\x1b[2K": 1', "`\\x1b[2K` is not a key here"),
    profile("unknown-override", "‸kubespawner_override: null", "Write its keys directly"),
    profile("unknown-cmd", "‸cmd: null", "The image's own start command is used"),
    profile("unknown-start-timeout", "‸startTimeout: 1200", "`startTimeout` is not a key here"),
    profile("unknown-node-selector-in-camel-case", "‸nodeSelector: {a: b}", "Did you mean node_selector?"),
    profile("unknown-mem-limit", "‸mem_limit: 16Gi", "Write `memory: [guarantee, limit]`"),
    profile("unknown-cpu-limit", '‸cpu_limit: "2"', "Write `cpu: [guarantee, limit]`"),
    profile("unknown-resource-limits", "‸extra_resource_limits: {nvidia.com/gpu: 1}", "Write `resources:`"),
    profile("unknown-resource-guarantees", "‸extra_resource_guarantees: {nvidia.com/gpu: 1}", "as limits only"),
    profile("unknown-volumes", "‸volumes: {a: b}", "Write `storage:` at the top"),
    profile("unknown-volume-mounts", "‸volume_mounts: []", "Write `storage:` at the top"),
    profile("unknown-init-containers", "‸init_containers: []", "`init_containers` is not a key here"),
    profile("unknown-extra-pod-config", "‸extra_pod_config: {hostNetwork: true}", "is not a key here"),
    profile("unknown-privileged", "‸privileged: true", "`privileged` is not a key here"),
    added("unknown-registry", "registries: {‸docker-hub: {}}\n", "`docker-hub` is not a key here"),
    added("unknown-embedded-option", "registries: {embedded: {‸port: 5000}}\n", "`port` is not a key here"),
    added("unknown-source-password", "sources: {a: {‸password: x}}\n", "`password` is not a key here"),
    edit("unknown-hub-version", '{chart: "4.4.0"}', '{chart: "4.4.0", ‸jupyterhub: "5.5.0"}', "`jupyterhub` is not a"),
)

_NULLS = (
    edit("null-version", "version: 1", "version:‸ ", "expected a whole number from 1 to 1; found nothing"),
    edit("null-hub", 'hub: {chart: "4.4.0"}', "hub: ‸~", "expected a mapping; found nothing"),
    edit("null-image", "base: {from: trixie}", "base:‸", "expected a mapping; found nothing"),
    edit(
        "null-foundation", "{pull: docker.io/library/debian:trixie-slim}", "‸Null", "expected a mapping; found nothing"
    ),
    edit(
        "null-profiles",
        "profiles:\n  - {slug: lab, display_name: Lab, image: base}\n",
        "profiles: ‸null\n",
        "expected a list; found nothing",
    ),
    edit("null-among-profiles", "profiles:\n", "profiles:\n  -‸\n", "expected a mapping; found nothing"),
    added("null-rules", "rules: ‸~\n", "expected a list; found nothing"),
    added("null-storage", "storage:‸\n", "expected a mapping; found nothing"),
    added("null-registries", "registries: ‸null\n", "expected a mapping; found nothing"),
    added("null-source", "sources: {a:‸ }\n", "expected a mapping; found nothing"),
    image("null-axes", "axes: ‸null", "expected a mapping; found nothing"),
    image("null-axis", "axes: {a: ‸null}", "expected a list; found nothing"),
    image("null-axis-value", "axes: {a: [‸null]}", "expected an axis value"),
    image("null-args", "args: ‸null", "expected a mapping; found nothing"),
    image("null-arg", "args: {A: ‸null}", "expected the value of a build argument, on one line; found nothing"),
    image("null-smoke", "smoke: ‸null", "expected a list; found nothing"),
    image("null-dockerfile", "dockerfile: ‸null", "expected a path below"),
    profile("null-profile-options", "profile_options: ‸null", "expected a mapping; found nothing"),
    profile("null-environment", "environment: ‸null", "expected a mapping; found nothing"),
    profile("null-variable", "environment: {A:‸ }", "expected the value of an environment variable"),
    profile("null-resources", "resources: ‸null", "expected a mapping; found nothing"),
    profile("null-default", "default: ‸null", "expected true or false; found nothing"),
    profile("null-toleration", "tolerations: [‸null]", "expected a mapping; found nothing"),
    profile("null-uid", "uid: ‸null", "expected a whole number from 0 to 2000000000; found nothing"),
    profile("null-option", "profile_options: {a: ‸null}", "expected a mapping; found nothing"),
)

_KINDS = (
    edit(
        "kind-images-as-a-list",
        "  base: {from: trixie}",
        "  ‸- {name: base, from: trixie}",
        "expected a mapping; found a list",
    ),
    edit("kind-image-as-text", "{from: trixie}", "‸trixie", "expected a mapping; found trixie"),
    edit("kind-image-as-a-list", "{from: trixie}", "‸[from, trixie]", "expected a mapping; found a list"),
    edit("kind-hub-as-text", 'hub: {chart: "4.4.0"}', 'hub: ‸"4.4.0"', 'expected a mapping; found "4.4.0"'),
    edit(
        "kind-profiles-as-a-mapping",
        "  - {slug: lab, display_name: Lab, image: base}",
        "  ‸lab: {image: base}",
        "expected a list; found a mapping",
    ),
    edit(
        "kind-profile-as-text", "{slug: lab, display_name: Lab, image: base}", "‸lab", "expected a mapping; found lab"
    ),
    edit("kind-profile-as-a-number", "profiles:\n", "profiles:\n  - ‸5\n", "expected a mapping; found 5"),
    edit("kind-profile-nonsense", "profiles:\n", "profiles:\n  - {‸nonsense: 1}\n", "is not a key here", problems=3),
    edit("kind-foundation-as-text", "{pull: docker.io/library/debian:trixie-slim}", "‸debian", "expected a mapping"),
    added("kind-rules-as-a-mapping", "rules: ‸{when: {}}\n", "expected a list; found a mapping"),
    added("kind-rule-when-as-text", 'rules: [{when: ‸spark, require: {b: "1"}, because: x}]\n', "expected a mapping"),
    added("kind-shared-as-a-list", "storage: {shared: ‸[a]}\n", "expected a mapping; found a list"),
    image("kind-smoke-as-text", "smoke: ‸home", "expected a list; found home"),
    image("kind-smoke-as-a-mapping", "smoke: ‸{home: x}", "expected a list; found a mapping"),
    image("kind-axes-as-a-list", "axes: ‸[spark]", "expected a mapping; found a list"),
    image("kind-axis-as-text", 'axes: {spark: ‸"4.1.1"}', 'expected a list; found "4.1.1"'),
    image("kind-axis-value-as-a-list", "axes: {spark: [‸[a]]}", "expected an axis value"),
    image("kind-args-as-a-list", "args: ‸[A=b]", "expected a mapping; found a list"),
    image("kind-arg-as-a-mapping", "args: {A: ‸{b: c}}", "found a mapping"),
    image("kind-platforms-as-text", "platforms: ‸linux/amd64", "expected a list; found linux/amd64"),
    image("kind-exclude-as-a-mapping", "exclude: ‸{a: b}", "expected a list; found a mapping"),
    image("kind-accelerator-as-a-list", "accelerator: ‸[nvidia]", "expected nvidia or neuron; found a list"),
    profile("kind-one-toleration", "tolerations: ‸{key: a}", "expected a list; found a mapping"),
    profile("kind-tolerations-as-text", "tolerations: ‸a", "expected a list; found a"),
    profile("kind-environment-as-a-list", "environment: ‸[{name: A, value: b}]", "expected a mapping; found a list"),
    profile("kind-resources-as-a-list", "resources: ‸[nvidia.com/gpu]", "expected a mapping; found a list"),
    profile("kind-options-as-a-list", "profile_options: ‸[]", "expected a mapping; found a list"),
    profile("kind-option-as-a-number", "profile_options: {cpu: ‸2}", "expected a mapping; found 2"),
    profile(
        "kind-option-override",
        "profile_options: {‸cpu-guarantee: {kubespawner_override: {}}}",
        "`display_name` is missing here",
        problems=3,
    ),
    profile("kind-cpu-as-a-mapping", "cpu: ‸{guarantee: 1}", "found a mapping"),
    a_profile("kind-display-name-as-a-list", "{slug: lab, display_name: ‸[Lab], image: base}", "found a list"),
    a_profile("kind-slug-as-a-mapping", "{slug: ‸{a: b}, display_name: Lab, image: base}", "found a mapping"),
)

_EMPTIES = (
    edit("empty-images", "  base: {from: trixie}\n", "  ‸{}\n", "expected at least one entry; found none"),
    edit(
        "empty-profiles",
        "profiles:\n  - {slug: lab, display_name: Lab, image: base}\n",
        "profiles: ‸[]\n",
        "expected at least one entry; found none",
    ),
    edit(
        "empty-foundations",
        "  trixie: {pull: docker.io/library/debian:trixie-slim}\n",
        "  ‸{}\n",
        "expected at least one entry; found none",
    ),
    image("empty-axis", "axes: {spark: ‸[]}", "expected at least one entry; found none"),
    image("empty-platforms", "platforms: ‸[]", "expected at least one entry; found none"),
    image("empty-exclusion", "exclude: [‸{}]", "expected at least one entry; found none"),
    added("empty-rule", 'rules: [{when: ‸{}, require: {b: "1"}, because: x}]\n', "expected at least one entry"),
    profile("empty-choices", "profile_options: {a: {display_name: A, choices: ‸{}}}", "expected at least one entry"),
)

CASES = (*_MISSING, *_UNKNOWN, *_NULLS, *_KINDS, *_EMPTIES)
