"""The check of works that were made from others: the page says how far they look, as the program
does."""

import json
import subprocess

ONE, OTHER = "A" * 43, "A" * 42 + "E"


def parent(entry, relation="parentOf"):
    return {"entry": entry, "relation": relation}


def apart(entry, distance, **more):
    """An element of `parentDistances` (manifests.md §11)."""
    return {"entry": entry, "alg": "pdq", "profile": "pdq-1", "distance": distance, **more}


def cases():
    """Name, parents, actions, distances, and the distance that is told; None where none is."""
    one, both = [parent(ONE)], [parent(ONE), parent(OTHER)]
    digest = {"sha256": "ab" * 32, "relation": "parentOf"}
    strange = [5, None, "x", [], {}, apart(ONE, 3, alg="x"), apart(ONE, 3, profile="pdq-2"),
               apart(ONE, 257), apart(ONE, -1), apart(ONE, 1.5), apart(5, 1), apart(ONE, "1")]
    yield "no distance", one, [], [], None
    yield "none that is a list", one, [], {"entry": ONE}, None
    yield "alike", one, [], [apart(ONE, 31)], None
    yield "nothing stated", one, [], [apart(ONE, 32)], 32
    yield "nothing stated of what is seen", one, ["c2pa.opened"], [apart(ONE, 256)], 256
    for action, limit in [("c2pa.copied", 0), ("c2pa.saved", 10), ("c2pa.resized", 20),
                          ("c2pa.enhanced", 31)]:
        yield f"{action}, explained", one, [action], [apart(ONE, limit)], None
        yield f"{action}, not explained", one, [action], [apart(ONE, limit + 1)], limit + 1
    yield "cropped", one, ["c2pa.cropped"], [apart(ONE, 256)], None
    yield "of another's vocabulary", one, ["com.example.saved"], [apart(ONE, 256)], None
    yield "the most counts", one, ["c2pa.resized", "c2pa.copied"], [apart(ONE, 20)], None
    yield "the nearest counts", both, [], [apart(ONE, 90), apart(OTHER, 40)], 40
    yield "one distance is not known", both, [], [apart(ONE, 90)], None
    yield "a parent by its digest", [*one, digest], [], [apart(ONE, 90)], None
    yield "a part is no parent", [*one, parent(OTHER, "componentOf")], [], [apart(ONE, 90)], 90
    yield "only parts", [parent(ONE, "inputTo")], [], [apart(ONE, 90)], None
    yield "the first of two", one, [], [apart(ONE, 90), apart(ONE, 3)], 90
    yield "strange ones are passed over", one, [], [*strange, apart(ONE, 90)], 90
    yield "strange ones alone", one, [], strange, None


class Parents:
    """The check; whoever has it has a page, judges and folders, too."""

    def works_far_from_their_parents_are_told_of_as_by_the_program(self):
        world, folder = self.folder / "world", self.folder / "parents"
        folder.mkdir()
        found, told = {}, []
        for number, (name, parents, actions, distances, far) in enumerate(cases()):
            work, predicate = folder / f"{number}.txt", folder / f"{number}.json"
            work.write_text(name)
            predicate.write_text(json.dumps({
                "event": "edit", "parents": parents, "actions": actions,
                "ext": {"parentDistances": distances}}))
            done = subprocess.run(
                [self.judges.program, "sign", work, "--predicate", predicate, "--creator", "Studio",
                 "--key", world / "berlin.pem", "--issuer", "https://pops.example/berlin",
                 "--title", name], capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, f"{name}: {done.stderr}"
            found[name] = work.with_name(f"{work.name}.colophon").read_bytes()
            told.append((name, far))
        page = self.page()
        page.choose("#own-kit", [world / "world.colophon-kit"])
        page.until("document.getElementById('source').textContent.includes('world')")
        pairs = self.judges.records(page, world / "world.colophon-kit", list(found.values()))
        said = [(name, wanted["far"] or None) for name, (_, wanted) in zip(found, pairs)]
        assert said == told, [pair for pair in zip(said, told) if pair[0] != pair[1]]
        return self.agree(page, found, pairs, list(found.values()))
