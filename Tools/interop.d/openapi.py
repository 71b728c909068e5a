"""openapi-spec-validator and schemathesis: Schemas/openapi.json is OpenAPI 3.1, and the server's
answers to whatever it allows are those it promises."""

import json
import subprocess
import sys
from pathlib import Path

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


run([the_document_is_openapi_31, a_damaged_document_is_refused, lists_match_their_schema,
     generated_requests_get_answers_of_the_document])
