"""openapi-spec-validator and schemathesis: Schemas/openapi.json is OpenAPI 3.1, its examples fit
their schemas, and the server's answers to whatever it allows are those it promises."""

import base64
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cbor2
import jsonschema
from checks import LEDGER, ORIGIN, fetch, require, run
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

FILE = Path(__file__).parents[2] / "Schemas" / "openapi.json"
DOCUMENT = json.loads(FILE.read_text())

# What holds for every answer; that each allowed request succeeds is not among it.
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_headers_conformance", "response_schema_conformance")


def the_document_is_openapi_31():
    validate(DOCUMENT, cls=OpenAPIV31SpecValidator)


def a_damaged_document_is_refused():
    damaged = json.loads(json.dumps(DOCUMENT))
    del damaged["paths"]["/entries/{id}"]["get"]["parameters"]
    require(list(OpenAPIV31SpecValidator(damaged).iter_errors()), "it validates")


def bodies():
    """Yields each body of the document: where it stands, its media type, and what is said of it."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            parts = {"body": operation.get("requestBody", {}), **operation["responses"]}
            for name, part in parts.items():
                for kind, body in part.get("content", {}).items():
                    yield f"{method} {path} {name}", kind, body
    for name, part in DOCUMENT["components"]["responses"].items():
        for kind, body in part.get("content", {}).items():
            yield name, kind, body


def decoded(kind, data):
    """Takes the bytes of an example apart, as their media type says, to the last one."""
    if kind.endswith("json"):
        return json.loads(data)
    if "cbor" not in kind and "cose" not in kind:
        return data
    items, stream = [], io.BytesIO(data)
    while stream.tell() < len(data):
        items.append(cbor2.load(stream))
    require(len(items) == 1 or kind.endswith("-seq"), f"{len(items)} items")
    require("cose" not in kind or items[0].tag == 18, "no COSE_Sign1")
    return items


def every_body_has_an_example_that_fits():
    count = 0
    for place, kind, body in bodies():
        if "example" in body:
            jsonschema.validate(
                body["example"], {**body["schema"], "components": DOCUMENT["components"]})
        else:
            for example in body["examples"].values():
                data = base64.b64decode(example["value"], validate=True)
                require(example["summary"].endswith("base64") and decoded(kind, data), place)
        count += 1
    require(count > 40, f"{count} bodies")


def every_operation_has_one_tag_that_is_explained():
    names = [tag["name"] for tag in DOCUMENT["tags"] if tag["description"]]
    used = [operation["tags"] for methods in DOCUMENT["paths"].values()
            for operation in methods.values()]
    require(all(len(tags) == 1 for tags in used), "an operation has not one tag")
    require(sorted(names) == sorted({tag for tags in used for tag in tags}), f"{names}")


def sphinx_renders_every_route():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "conf.py").write_text("extensions = ['sphinxcontrib.openapi']\n")
        (folder / FILE.name).write_text(FILE.read_text())
        (folder / "index.rst").write_text(
            f"Routes\n======\n\n.. openapi:: {FILE.name}\n   :examples:\n")
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", "-q", "-b", "text", folder, folder / "out"],
            capture_output=True, text=True, timeout=120)
        require(done.returncode == 0, done.stderr[-2000:])
        page = " ".join((folder / "out" / "index.txt").read_text().split())
    for path, methods in DOCUMENT["paths"].items():
        require(f" {path} " in page, f"{path} is not on the page")
        for operation in methods.values():
            require(operation["summary"] in page, f"{operation['summary']} is not on the page")


def lists_match_their_schema():
    entries = json.loads(fetch("/threads?iss=https://pops.example/berlin&limit=500"))
    require(len(entries) > 100, f"{len(entries)} entries")
    jsonschema.validate(
        entries, {"$ref": "#/components/schemas/Entries", "components": DOCUMENT["components"]})


def generated_requests_get_answers_of_the_document():
    root = LEDGER.removesuffix("/" + ORIGIN.partition("/")[2])
    result = subprocess.run(
        [Path(sys.executable).parent / "schemathesis", "run", FILE, "--url", root,
         "--include-method", "GET", "--phases", "examples,fuzzing", "--max-examples", "5",
         "--seed", "1", "--suppress-health-check", "all", "--no-color",
         "--checks", ",".join(CHECKS)],
        capture_output=True, text=True, timeout=300)
    require(result.returncode == 0, result.stdout[-2000:])


run([the_document_is_openapi_31, a_damaged_document_is_refused,
     every_body_has_an_example_that_fits, every_operation_has_one_tag_that_is_explained,
     sphinx_renders_every_route, lists_match_their_schema,
     generated_requests_get_answers_of_the_document])
