"""The part of `matrix.yaml` that says where all of it happens without anybody watching."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from hubwright.matrix import names
from hubwright.matrix.mapping import MAPPING, UNIQUE, distinct
from hubwright.matrix.scalars import OneOf
from hubwright.model import Machine

Labels = Annotated[tuple[names.RunnerLabel, ...], Field(min_length=1, max_length=16), AfterValidator(distinct), UNIQUE]


class ChartFolder(BaseModel):
    """Where the values of the chart live; a release opens a pull request there."""

    model_config = MAPPING

    repository: Annotated[names.GitHubRepository, Field(description="Repository on GitHub, as owner/name.")]
    folder: Annotated[names.RelativePath, Field(description="Folder in it that everything goes into that a hub reads.")]


class Ci(BaseModel):
    """What `hubwright ci` derives workflows from, besides the images."""

    model_config = MAPPING

    repository: Annotated[
        names.GitHubRepository,
        Field(description="This repository on GitHub, as owner/name; nights and releases happen nowhere else."),
    ]
    subject: Annotated[
        names.GitHubSubject | None,
        Field(description="The same as GitHub's tokens spell it, where that has numbers: owner@1/name@2."),
    ] = None
    machine: Annotated[
        Annotated[str, OneOf(*Machine)],
        Field(description="Whether one machine publishes everything, or one for each variant, level by level."),
    ] = Machine.ONE.value
    runs_on: Annotated[Labels, Field(description="Labels of the runner of nights and releases.")] = ("ubuntu-24.04",)
    signing_key: Annotated[
        names.KmsKey | None,
        Field(description="Key of AWS KMS that signs proofs at Amazon ECR, in its account and region, by its id."),
    ] = None
    chart: Annotated[
        ChartFolder | None, Field(description="Where the chart's values live; no pull request, if left out.")
    ] = None
