"""jsonschema: judges Schemas/manifests as our own checks do, but where a case says why it differs.

Each line of a corpus file is one manifest, as text or in base64, and two verdicts on it: `schema`
is what a standard validator of JSON Schema 2020-12 must say, `colophon` what our checks must say.
They may differ only where the schema language cannot express a rule, which `differs` then names.
"""

import base64
import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[2] / "Schemas"

# Why a validator accepts what we refuse: what stands in the bytes and not in the value they are
# read as, and what holds between members. `-0` and the like are read as integers by Python.
REASONS = {
    "between members", "calendar", "depth", "digest", "duplicate name", "integer range", "key",
    "number form", "origin", "text encoding",
}


def schema_of(corpus):
    """The schema beside a corpus file: of that type, or of all types that are not ours."""
    name = "foreign.schema.json" if corpus.stem == "foreign" else f"{corpus.stem}.v1.schema.json"
    schema = json.loads((SCHEMAS / name).read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def verdict(validator, case):
    """What Python's reader and the validator say; bytes that cannot be read are invalid."""
    data = base64.b64decode(case["base64"]) if "base64" in case else case["manifest"].encode()
    try:
        value = json.loads(data.decode())
    except ValueError:
        return "invalid"
    return "valid" if validator.is_valid(value) else "invalid"


def complaint(validator, case):
    """What is wrong with a case, or None."""
    found = verdict(validator, case)
    if found != case["schema"]:
        return f"jsonschema says {found}"
    agrees = (found == "valid") == (case["colophon"] == "admitted")
    if agrees == ("differs" in case) or case.get("differs", "depth") not in REASONS:
        return f"differs must be given exactly where the verdicts differ: {case.get('differs')}"
    return None


def main():
    failed = total = 0
    for corpus in sorted((SCHEMAS / "manifests").glob("*.jsonl")):
        validator = schema_of(corpus)
        cases = [json.loads(line) for line in corpus.read_text().splitlines()]
        wrong = [(case["name"], words) for case in cases if (words := complaint(validator, case))]
        total += len(cases)
        failed += len(wrong)
        for name, words in wrong:
            print(f"not ok manifests: {corpus.stem}: {name}: {words}")
        if not wrong:
            print(f"ok manifests: {corpus.stem}: jsonschema agrees on {len(cases)} manifests")
    if total < 150:
        print(f"not ok manifests: only {total} cases")
    return 1 if failed or total < 150 else 0


sys.exit(main())
