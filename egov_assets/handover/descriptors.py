"""What an archive says of itself to machines: a Frictionless data package and RO-Crate metadata."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

TYPES = {"String": "string", "Int32": "integer", "Int64": "integer", "Float64": "number", "Boolean": "boolean"}
MIT = "https://spdx.org/licenses/MIT"
MEDIA = {
    ".csv": "text/csv",
    ".md": "text/markdown",
    ".json": "application/json",
    ".yml": "application/yaml",
    ".html": "text/html",
    ".txt": "text/plain",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".whl": "application/zip",
}


@dataclass(frozen=True)
class Resource:
    """A CSV file of the archive: its path, bytes, SHA-256, columns, and what it is."""

    path: str
    size_bytes: int
    sha256: str
    columns: dg.TableSchema
    description: str


def data_package(tables: Sequence[Resource], title: str) -> str:
    """`datapackage.json` (Frictionless, specs.frictionlessdata.io/data-package) of CSV files."""
    resources = [
        {
            "name": each.path.rpartition("/")[2].removesuffix(".csv"),
            "path": each.path,
            "description": each.description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": each.size_bytes,
            "hash": f"sha256:{each.sha256}",
            "schema": {
                "missingValues": [""],
                "fields": [
                    {"name": column.name, "type": TYPES[column.type], "description": column.description or ""}
                    for column in each.columns.columns
                ],
            },
        }
        for each in tables
    ]
    package = {"profile": "tabular-data-package", "name": "egov-replication", "title": title}
    return _text({**package, "resources": resources})


def ro_crate(files: Mapping[str, tuple[int, str]], title: str, wheel: str, version: str) -> str:
    """`ro-crate-metadata.json` (RO-Crate 1.1, w3id.org/ro/crate/1.1) of all files of the archive but itself.

    files  path in the archive -> bytes, SHA-256
    """
    described = [
        {
            "@id": path,
            "@type": ["File", "SoftwareSourceCode"] if path == wheel else "File",
            "contentSize": str(size),
            "sha256": sha256,
            **({"encodingFormat": MEDIA[ending]} if (ending := _ending(path)) in MEDIA else {}),
            **({"name": "egov_assets", "version": version, "license": {"@id": MIT}} if path == wheel else {}),
        }
        for path, (size, sha256) in files.items()
    ]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": "Replication archive: settings, code, expected tables, and data as far as they may travel.",
        "license": {"@id": MIT},
        "hasPart": [{"@id": path} for path in files],
    }
    about = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    licence = {"@id": MIT, "@type": "CreativeWork", "name": "MIT License"}
    return _text({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [about, root, licence, *described]})


def _ending(path: str) -> str:
    return path[path.rfind(".") :]


def _text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
