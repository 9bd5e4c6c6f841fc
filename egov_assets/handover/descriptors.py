"""What an archive says of itself to machines: a Frictionless data package and RO-Crate metadata."""

import hashlib
import json
from collections.abc import Mapping

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


def data_package(tables: Mapping[str, tuple[bytes, dg.TableSchema, str]], title: str) -> str:
    """`datapackage.json` (Frictionless, specs.frictionlessdata.io/data-package) of CSV files.

    tables  path in the archive -> its bytes, its columns, what it is
    """
    resources = [
        {
            "name": path.rpartition("/")[2].removesuffix(".csv"),
            "path": path,
            "description": description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
            "schema": {
                "missingValues": [""],
                "fields": [
                    {"name": column.name, "type": TYPES[column.type], "description": column.description or ""}
                    for column in columns.columns
                ],
            },
        }
        for path, (content, columns, description) in tables.items()
    ]
    return _text(
        {"profile": "tabular-data-package", "name": "egov-replication", "title": title, "resources": resources}
    )


def ro_crate(files: Mapping[str, bytes], title: str, wheel: str, version: str) -> str:
    """`ro-crate-metadata.json` (RO-Crate 1.1, w3id.org/ro/crate/1.1) of all files of the archive but itself."""
    described = [
        {
            "@id": path,
            "@type": ["File", "SoftwareSourceCode"] if path == wheel else "File",
            "contentSize": str(len(content)),
            "sha256": hashlib.sha256(content).hexdigest(),
            **({"encodingFormat": MEDIA[ending]} if (ending := _ending(path)) in MEDIA else {}),
            **({"name": "egov_assets", "version": version, "license": {"@id": MIT}} if path == wheel else {}),
        }
        for path, content in files.items()
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
