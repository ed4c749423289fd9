"""The part of Croissant 1.1 that we write and read, and what it must say to be valid."""

import importlib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from algorithms.errors import DatasetError

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


class _Node(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class Reference(_Node):
    """Points at another node."""

    id: str = Field(alias="@id")


class Extract(_Node):
    """Which part of a file."""

    column: str


class Source(_Node):
    """Where a field's values are."""

    fileObject: Reference  # noqa: N815  # Croissant's name
    extract: Extract


class Field_(_Node):  # noqa: N801  # `Field` is pydantic's
    """One column of a record set."""

    name: str
    dataType: str  # noqa: N815
    source: Source


class RecordSet(_Node):
    """Rows."""

    name: str
    field: tuple[Field_, ...] = Field(min_length=1)


class FileObject(_Node):
    """A file; without a hash nobody can tell whether it is the one meant."""

    id: str = Field(alias="@id")
    contentUrl: str  # noqa: N815
    encodingFormat: str  # noqa: N815
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Croissant(_Node):
    """What `croissant.json` must say."""

    context: dict[str, Any] = Field(alias="@context")
    type: Literal["Dataset", "sc:Dataset"] = Field(alias="@type")
    conformsTo: str  # noqa: N815
    name: str
    description: str
    license: str | None = None
    url: str
    distribution: tuple[FileObject, ...]
    recordSet: tuple[RecordSet, ...]  # noqa: N815


def validate(file: Path, content: Any) -> str:
    """Check a `croissant.json`, with mlcroissant where it is installed.

    Returns:
        What checked it.

    Raises:
        DatasetError: It is not valid.
    """
    try:
        Croissant.model_validate(content)
    except ValueError as error:
        raise DatasetError(f"{file}: not valid Croissant: {error}") from error
    try:
        mlcroissant = importlib.import_module("mlcroissant")
    except ModuleNotFoundError:
        return "our own model of Croissant (pip install 'longan[croissant]' for mlcroissant)"
    try:
        mlcroissant.Dataset(jsonld=str(file))
    except mlcroissant.ValidationError as error:
        raise DatasetError(f"{file}: mlcroissant refuses it: {error}") from error
    return "mlcroissant"
