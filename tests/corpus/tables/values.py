"""Scalars that are written in a way some reader takes for something else."""

from corpus.case import Case, added, edit, image, profile

_CPUS = "expected a number of CPUs such as 2 or 0.5"
_MEMORY = "expected an amount of memory such as 512M or 16G"


def _cpu(name: str, written: str, says: str = _CPUS) -> Case:
    return profile(f"cpu-{name}", f"cpu: ‸{written}", says)


def _memory(name: str, written: str, says: str = _MEMORY) -> Case:
    return profile(f"memory-{name}", f"memory: ‸{written}", says)


def _uid(name: str, written: str) -> Case:
    return profile(f"uid-{name}", f"uid: ‸{written}", "expected a whole number from 0 to 2000000000")


_VERSIONS = (
    edit("version-quoted", "version: 1", 'version: ‸"1"', 'expected a whole number from 1 to 1; found "1"'),
    edit("version-two", "version: 1", "version: ‸2", "found 2"),
    edit("version-float", "version: 1", "version: ‸1.0", "found 1.0"),
    edit("version-hexadecimal", "version: 1", "version: ‸0x1", "found 0x1"),
    edit("version-octal", "version: 1", "version: ‸01", "found 01"),
    edit("version-signed", "version: 1", "version: ‸+1", "found +1"),
    edit("version-underscored", "version: 1", "version: ‸1_0", "found 1_0"),
    edit("version-true", "version: 1", "version: ‸true", "found true"),
    edit("version-in-other-digits", "version: 1", "version: ‸\u0661", "found \u0661"),
    edit("version-huge", "version: 1", f"version: ‸{'1' * 4_000}", "found 1111"),
    edit("version-exponent", "version: 1", "version: ‸1e0", "found 1e0"),
    edit("chart-unknown", '"4.4.0"', '‸"4.4.99"', "chart 4.4.99 is not known; the supported releases are 3.3.8"),
    edit("chart-cut-short", '"4.4.0"', "‸4.4", "chart 4.4 is not known"),
    edit("chart-with-a-v", '"4.4.0"', "‸v4.4.0", "a version such as"),
    edit("chart-range", '"4.4.0"', '‸">=4"', "a version such as"),
    edit("chart-with-a-newline", '"4.4.0"', '‸"4.4.0\\n"', "a version such as"),
)

_CPU_COUNTS = (
    _cpu("quoted", '"2"', f'{_CPUS}, at most 1024; found "2"'),
    _cpu("millis", "500m", "KubeSpawner takes CPUs as a number; write 0.5 for 500m"),
    _cpu("millis-quoted", '"1500m"', 'write 1.5 for "1500m"'),
    _cpu("zero", "0"),
    _cpu("zero-point-zero", "0.0"),
    _cpu("negative", "-1"),
    _cpu("too-many", "1025"),
    _cpu("exponent", "1e2"),
    _cpu("not-a-number", ".nan"),
    _cpu("infinite", ".inf"),
    _cpu("point-first", ".5"),
    _cpu("point-last", "2."),
    _cpu("octal", "010"),
    _cpu("hexadecimal", "0x10"),
    _cpu("underscore", "1_0"),
    _cpu("sexagesimal", "1:30"),
    _cpu("comma", '"0,5"'),
    _cpu("word", "two"),
    _cpu("true", "true"),
    _cpu("list-of-one", "[2]", "expected [guarantee, limit]; found a list of 1"),
    _cpu("list-of-three", "[1, 2, 3]", "found a list of 3"),
    _cpu("list-of-none", "[]", "found a list of 0"),
    _cpu("reversed", "[4, 2]", "the guarantee is larger than the limit; write [guarantee, limit]"),
    profile("cpu-one-end-wrong", "cpu: [1, ‸2Gi]", _CPUS),
    profile("cpu-one-end-null", "cpu: [‸null, 2]", _CPUS),
    _cpu("digits-without-end", "1." + "0" * 4_000),
)

_MEMORY_AMOUNTS = (
    _memory("gibi", "16Gi", "write 16G for 16Gi"),
    _memory("gigabytes", "16GB", "write 16G for 16GB"),
    _memory("lower-case", "16g", "write 16G for 16g"),
    _memory("with-a-space", '"16 G"', 'write 16G for "16 G"'),
    _memory("mebibytes", "512MiB", "write 512M for 512MiB"),
    _memory("bytes", "17179869184"),
    _memory("fraction", "1.5G"),
    _memory("zero", "0G"),
    _memory("negative", "-1G"),
    _memory("octal-looking", "010G"),
    _memory("exabytes", "1E"),
    _memory("more-than-a-double-holds", "99999T"),
    _memory("a-thousand-tebibytes", "1000T"),
    _memory("exponent", "1e3"),
    _memory("milli", "1000m", "write 1000M for 1000m"),
    _memory("with-a-newline", '"1G\\n"'),
    _memory("word", "lots"),
    _memory("true", "true"),
    _memory("reversed", "[4G, 1G]", "the guarantee is larger than the limit"),
    _memory("reversed-across-units", "[2000M, 1G]", "the guarantee is larger than the limit"),
    _memory("mapping", "{limit: 4G}"),
)

_IDS = (
    _uid("quoted", '"1000"'),
    _uid("negative", "-1"),
    _uid("octal", "01000"),
    _uid("hexadecimal", "0x3e8"),
    _uid("float", "1000.0"),
    _uid("name", "jovyan"),
    _uid("too-large", "2000000001"),
    _uid("far-too-large", "9" * 300),
    _uid("true", "true"),
    profile("gid-quoted", 'gid: ‸"100"', "expected a whole number"),
    profile("fs-gid-negative", "fs_gid: ‸-1", "expected a whole number"),
)

_BOOLEANS = (
    *(
        profile(f"default-{written}", f"default: ‸{written}", "expected true or false")
        for written in ("yes", "on", "True", "TRUE", "y", "1", "'true'", "[true]")
    ),
    added("read-only-as-no", "storage: {shared: {a: {path: /a, claim: c, read_only: ‸no}}}\n", "expected true or"),
)

_ARGS = (
    image("arg-in-lower-case", "args: {‸mirror: x}", "a build argument in capitals"),
    image("arg-with-a-dash", "args: {‸A-B: x}", "a build argument in capitals"),
    image("arg-with-an-equals-sign", 'args: {‸"A=B": x}', "a build argument in capitals"),
    image("arg-option", 'args: {‸"--SECRET": x}', "a build argument in capitals"),
    image("arg-name-too-long", f"args: {{‸{'A' * 65}: x}}", "a build argument in capitals"),
    image("arg-base", "args: {‸BASE: x}", "BASE carries the parent's digest; it is set for you"),
    image("arg-of-an-axis", "axes: {spark: [a]}, args: {‸SPARK: b}", "SPARK carries the axis spark already"),
    image("arg-of-an-axis-with-a-dash", "axes: {my-ax: [a]}, args: {‸MY_AX: b}", "MY_AX carries the axis my-ax"),
    image("arg-token", "args: {‸GITHUB_TOKEN: x}", "looks like a secret"),
    image("axis-token", 'axes: {‸token: ["1"]}', "use `secrets:`"),
    image("arg-password", "args: {‸PASSWORD: x}", "use `secrets:`"),
    image("arg-api-key", "args: {‸MY_API_KEY: x}", "stay in the image's history"),
    image("arg-access-key", "args: {‸AWS_SECRET_ACCESS_KEY: x}", "looks like a secret"),
    image("arg-credentials", "args: {‸PIP_CREDENTIALS: x}", "looks like a secret"),
    image("arg-passwd", "args: {‸DB_PASSWD: x}", "looks like a secret"),
    image("arg-with-a-newline", 'args: {A: ‸"x\\nRUN id"}', "the value of a build argument, on one line"),
    image("arg-with-an-escape", 'args: {A: ‸"\\e[2J"}', "the character \\x1b is not allowed, not even escaped"),
    image("arg-with-a-workflow-command", 'args: {A: ‸"x\\n::set-output name=a::b"}', "on one line"),
    image("arg-too-long", f"args: {{A: ‸{'x' * 1_025}}}", "the value of a build argument"),
)

_VARIABLES = (
    profile("env-name-with-a-dash", "environment: {‸A-B: x}", "the name of an environment variable"),
    profile("env-name-with-a-digit-first", "environment: {‸1A: x}", "the name of an environment variable"),
    profile("env-name-with-a-space", 'environment: {‸"A B": x}', "the name of an environment variable"),
    profile("env-number", "environment: {A: ‸1}", 'others read a number or boolean here, so write "1"'),
    profile("env-true", "environment: {A: ‸true}", 'so write "true"'),
    profile("env-version", "environment: {A: ‸3.10}", 'so write "3.10"'),
    profile("env-exponent", "environment: {A: ‸1e3}", 'so write "1e3"'),
    profile("env-infinity", "environment: {A: ‸-.inf}", 'so write "-.inf"'),
    profile("env-hexadecimal", "environment: {A: ‸0xff}", 'so write "0xff"'),
    profile("env-list", "environment: {A: ‸[x]}", "found a list"),
    profile("env-brace-shell", 'environment: {A: ‸"${VAR}"}', "KubeSpawner fills in"),
    profile("env-brace-unknown", 'environment: {A: ‸"{user}"}', "not {user}; double the braces to keep them"),
    profile("env-brace-attribute", 'environment: {A: ‸"{username.__class__}"}', "KubeSpawner fills in"),
    profile("env-brace-index", 'environment: {A: ‸"{username[0]}"}', "KubeSpawner fills in"),
    profile("env-brace-conversion", 'environment: {A: ‸"{username!r}"}', "KubeSpawner fills in"),
    profile("env-brace-width", 'environment: {A: ‸"{username:>1000000000}"}', "KubeSpawner fills in"),
    profile("env-brace-empty", 'environment: {A: ‸"{}"}', "KubeSpawner fills in"),
    profile("env-brace-open", 'environment: {A: ‸"{"}', "Double each brace"),
    profile("env-brace-closed", 'environment: {A: ‸"}"}', "Double each brace"),
    profile("env-braces-by-the-thousand", f'environment: {{A: ‸"{"{" * 4_001}"}}', "Double each brace"),
    profile("env-json", """environment: {A: ‸'{"a": 1}'}""", "KubeSpawner fills in"),
    profile("env-jinja-with-a-percent", 'environment: {A: ‸"{% raw %}"}', "KubeSpawner fills in"),
    profile("env-newline", 'environment: {A: ‸"a\\nb"}', "on one line"),
    profile("env-of-the-hub", "environment: {‸JUPYTERHUB_API_TOKEN: x}", "is set by the hub"),
    profile("env-of-the-hub-old", "environment: {‸JPY_API_TOKEN: x}", "is set by the hub"),
    profile("env-all-devices", "environment: {‸NVIDIA_VISIBLE_DEVICES: all}", "devices that it did not ask for"),
    profile("env-too-long", f'environment: {{A: ‸"{"x" * 4_097}"}}', "a text longer than 4,096 characters"),
)

CASES = (*_VERSIONS, *_CPU_COUNTS, *_MEMORY_AMOUNTS, *_IDS, *_BOOLEANS, *_ARGS, *_VARIABLES)
