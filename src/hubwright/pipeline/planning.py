"""What there is to do: the plan as far as the repository can tell, with a registry or without, and what explains it."""

from collections.abc import Callable, Iterable, Mapping

from hubwright.dockerfile import secret_names
from hubwright.errors import DockerfileError, RevisionError, SelectionError
from hubwright.explain import Explained, moves
from hubwright.fingerprint import fingerprints, smoke_set
from hubwright.frozen import dataclass
from hubwright.locks.roots_file import MAX_ROOTS_FILE, read_roots
from hubwright.locks.targets import find_missing
from hubwright.model import Matrix, Variant
from hubwright.notebook import MAX_NOTEBOOK, notebook_path, read_notebook
from hubwright.plan import make_plan, select, with_parents
from hubwright.planned import Fingerprint, Plan, Presence, Recipe, Unasked
from hubwright.rehearse.contract.files import contract_files
from hubwright.repository import MAX_DOCKERFILE, Repository
from hubwright.roots import FOUNDATIONS_LOCK, Roots, require_locked, root_image, why_not_locked
from hubwright.words import did_you_mean, escape

# From the text of a matrix and its name to the matrix, or to what is wrong with it.
MatrixReader = Callable[[bytes, str], Matrix]

_MAX_MATRIX = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """All that planning needs from the repository; the registry and the sources are asked with it in hand."""

    matrix: Matrix
    chosen: frozenset[str]
    roots: Roots
    recipes: Mapping[str, Recipe]
    fingerprints: Mapping[str, Fingerprint]
    smoke_sets: Mapping[str, Fingerprint]
    missing: Mapping[str, str]

    def plan(self, presence: Mapping[str, Presence], unreachable: Mapping[str, str]) -> Plan:
        """Return the plan, given what the registry has of each variant and which sources cannot be had."""
        return make_plan(
            self.matrix,
            chosen=self.chosen,
            fingerprints=self.fingerprints,
            smoke_sets=self.smoke_sets,
            presence=presence,
            unreachable=unreachable,
            unlocked=self.unlocked,
            missing=self.missing,
        )

    @property
    def repositories(self) -> list[str]:
        """Return the names that something may be pushed under: the images, and the foundations they start from."""
        variants = [self.matrix.variants[name] for name in self.fingerprints]
        return sorted({each.image for each in variants} | {root_image(each.foundation) for each in variants})

    @property
    def unlocked(self) -> Mapping[str, str]:
        """The variants on a foundation that has no root to rely on, with the reason for that."""
        return _unlocked(self.matrix, self.roots)

    def require_locked(self) -> None:
        """Raise StaleLockError where something is to be made on a foundation that nothing can be relied on for."""
        for name, reason in self.unlocked.items():
            if name in self.fingerprints:
                require_locked(reason)


def read_matrix(data: bytes, file: str) -> Matrix:
    """Return the matrix that the text comes to, or raise MatrixError with what is wrong; `file` is its name."""
    # What checks one takes longer to load than all else of a plan does, and who keeps one may not need it.
    from hubwright.matrix.load import load_matrix  # noqa: PLC0415 - see above

    return load_matrix(data, file)


def prepare(
    repository: Repository, matrix_file: str, patterns: Iterable[str], *, read: MatrixReader = read_matrix
) -> Prepared:
    """Read the matrix, and what the repository holds for the variants that the patterns choose."""
    matrix = load(repository, matrix_file, read=read)
    chosen = select(matrix, patterns)
    roots = load_roots(repository)
    family = with_parents(matrix, chosen)
    recipes, prints = _read(repository, matrix, family, roots)
    _refuse_secrets(repository, {_recipe_key(matrix.variants[name]) for name in family})
    return Prepared(
        matrix=matrix,
        chosen=chosen,
        roots=roots,
        recipes=recipes,
        fingerprints=prints,
        smoke_sets=_smoke_sets(repository, matrix, chosen),
        missing=find_missing(matrix, repository.holds),
    )


def plan(
    repository: Repository, matrix_file: str, patterns: Iterable[str], *, read: MatrixReader = read_matrix
) -> Plan:
    """Return the plan as far as the repository alone can tell: no registry and no source is asked."""
    prepared = prepare(repository, matrix_file, patterns, read=read)
    return prepared.plan(dict.fromkeys(prepared.fingerprints, Unasked()), {})


def explain(
    repository: Repository, matrix_file: str, name: str, *, against: Repository | None, revision: str | None
) -> Explained:
    """Return what the variant is made of and, with another state of the repository, what moved since then."""
    matrix = load(repository, matrix_file)
    if name not in matrix.variants:
        msg = f"there is no variant named {escape(name)}.{did_you_mean(name, matrix.variants)}"
        raise SelectionError(msg)
    variant, family = matrix.variants[name], with_parents(matrix, frozenset({name}))
    _, now = _read(repository, matrix, family, load_roots(repository))
    if against is None:
        return Explained(variant=variant, fingerprint=now[name])
    # As git spells it: nobody should look for what is wrong there in the files of today.
    at = f"{escape(str(revision))}:"
    then_matrix = load(against, matrix_file, at=at)
    if name not in then_matrix.variants:
        msg = f"{name} is not in the matrix of {revision}; the variants there are {', '.join(then_matrix.variants)}"
        raise RevisionError(msg)
    _, then = _read(against, then_matrix, with_parents(then_matrix, frozenset({name})), load_roots(against, at=at))
    parents = {level: matrix.variants[level].parent for level in family}
    return Explained(
        variant=variant,
        fingerprint=now[name],
        revision=revision,
        before=then[name],
        moves=tuple(moves(name, then, now, parents)),
    )


def load(repository: Repository, matrix_file: str, *, at: str = "", read: MatrixReader = read_matrix) -> Matrix:
    """Return the checked matrix of the repository; in what is wrong with it, `at` stands before its name."""
    return read(repository.read(matrix_file, _MAX_MATRIX), f"{at}{matrix_file}")


def load_roots(repository: Repository, *, at: str = "") -> Roots:
    """Return what foundations are locked as; nothing where there is no lock yet. `at` is as with `load`."""
    if not repository.holds(FOUNDATIONS_LOCK):
        return {}
    return read_roots(repository.read(FOUNDATIONS_LOCK, MAX_ROOTS_FILE), f"{at}{FOUNDATIONS_LOCK}")


def _unlocked(matrix: Matrix, roots: Roots) -> dict[str, str]:
    """Return for each variant on a foundation that has no root to rely on the reason for that."""
    reasons = {
        variant.name: why_not_locked(matrix.foundations[variant.foundation], variant.platform, roots)
        for variant in matrix.variants.values()
        if variant.parent is None
    }
    return {name: reason for name, reason in reasons.items() if reason is not None}


def _read(
    repository: Repository, matrix: Matrix, names: Iterable[str], roots: Roots
) -> tuple[dict[str, Recipe], dict[str, Fingerprint]]:
    """Return the recipes and the fingerprints of the variants, which include everything they stand on."""
    wanted = frozenset(names)
    variants = [variant for variant in matrix.variants.values() if variant.name in wanted]
    folders = {key: repository.recipe(*key) for key in dict.fromkeys(map(_recipe_key, variants))}
    recipes = {variant.name: folders[_recipe_key(variant)] for variant in variants}
    return recipes, fingerprints(variants, recipes, matrix.foundations, roots)


def _recipe_key(variant: Variant) -> tuple[str, str]:
    """Return what the variants of an image have in common: a folder is read once."""
    return variant.folder, variant.dockerfile


def _refuse_secrets(repository: Repository, recipes: Iterable[tuple[str, str]]) -> None:
    found = []
    for path in sorted("/".join(recipe) for recipe in recipes):
        text = repository.read(path, MAX_DOCKERFILE).decode("utf-8", "replace")
        found += [f"{path}:{line}: {word} {name}" for line, word, name in secret_names(text)]
    if found:
        msg = (
            "what looks like a secret would stay in an image's history:\n"
            + "\n".join(f"  {each}" for each in found)
            + "\nname it under `secrets:` in the matrix, and use it in `RUN --mount=type=secret,id=...`"
        )
        raise DockerfileError(msg)


def _smoke_sets(repository: Repository, matrix: Matrix, chosen: frozenset[str]) -> Mapping[str, Fingerprint]:
    names = {notebook for name in chosen for notebook in matrix.variants[name].smoke}
    notebooks = {
        name: read_notebook(name, repository.read(notebook_path(name), MAX_NOTEBOOK)) for name in sorted(names)
    }
    contracts = {name: contract_files(repository, matrix.variants[name], matrix.variants) for name in sorted(chosen)}
    return {
        offer.name: smoke_set(
            offer.shape,
            [notebooks[name] for name in matrix.variants[offer.variant].smoke],
            matrix.chart.version,
            contracts[offer.variant],
        )
        for profile in matrix.profiles
        for offer in profile.offers
        if offer.variant in chosen
    }
