"""The whole way from the bytes of a matrix to the checked values, stopping at the first stage with findings."""

import itertools

from hubwright.errors import MatrixError
from hubwright.matrix.automated import check_ci, check_levels, read_ci
from hubwright.matrix.charts import CHARTS
from hubwright.matrix.document import Document
from hubwright.matrix.document import Source as WrittenSource
from hubwright.matrix.expand import Expansion
from hubwright.matrix.findings import ENOUGH, raise_findings
from hubwright.matrix.offers import Offers
from hubwright.matrix.profiles import check_profiles
from hubwright.matrix.references import check_references
from hubwright.matrix.rules import BUILT_IN, Rule, hub_rule
from hubwright.matrix.validate import validate
from hubwright.model import AptRepository, EcrRegistry, Foundation, Matrix, Source
from hubwright.written.read import Kind, read_yaml

MATRIX = Kind(name="matrix", error=MatrixError)


def load_matrix(data: bytes, file: str) -> Matrix:
    """Return the matrix, or raise MatrixError with everything that is wrong at the stage it got to."""
    root = read_yaml(data, file, MATRIX)
    document = validate(root)
    if isinstance(document, list):
        raise_findings(document, root, data)
    checks = itertools.chain(check_references(document), check_profiles(document), check_ci(document))
    if findings := list(itertools.islice(checks, ENOUGH)):
        raise_findings(findings, root, data)
    expansion = Expansion(document, _rules(document))
    if expansion.findings:
        raise_findings(expansion.findings, root, data)
    offers = Offers(document, expansion)
    if findings := [*offers.findings, *check_levels(document, expansion.variants.values())]:
        raise_findings(findings, root, data)
    return _matrix(document, expansion, offers)


def _rules(document: Document) -> tuple[Rule, ...]:
    own = tuple(Rule(rule.when, rule.require, rule.because) for rule in document.rules)
    return (*BUILT_IN, hub_rule(CHARTS[document.hub.chart].jupyterhub), *own)


def _matrix(document: Document, expansion: Expansion, offers: Offers) -> Matrix:
    ecr = document.registries.ecr
    return Matrix(
        chart=CHARTS[document.hub.chart],
        ecr=EcrRegistry(account=ecr.account, region=ecr.region, prefix=ecr.prefix) if ecr else None,
        foundations={
            name: Foundation(name=name, pull=written.pull, suite=written.bootstrap.suite if written.bootstrap else None)
            for name, written in document.foundations.items()
        },
        sources={name: _source(name, written) for name, written in document.sources.items()},
        variants=expansion.variants,
        profiles=offers.profiles,
        ci=read_ci(document.ci) if document.ci else None,
    )


def _source(name: str, written: WrittenSource) -> Source:
    apt = written.apt
    return Source(
        name=name,
        index=written.index,
        apt=AptRepository(uri=apt.uri, suite=apt.suite, components=apt.components) if apt else None,
    )
