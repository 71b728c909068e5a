"""Pillow and pdqhash: the perceptual hash of `colophon-decode` is theirs, bit for bit.

Pillow decodes and saves, numpy takes the means of large pictures, pdqhash wraps Meta's own code.
The photographs are those of Debian's mate-backgrounds.
"""

import io
import json
import random
import subprocess
from pathlib import Path

import numpy
import pdqhash
import piexif
from checks import FOLDER, colophon, require, run
from PIL import Image, ImageOps

PICTURES = FOLDER / "likeness"
PICTURES.mkdir(exist_ok=True)
PHOTOGRAPHS = sorted(Path("/usr/share/backgrounds/mate/nature").glob("*.jpg"))
SEED = random.SystemRandom().getrandbits(32)
DICE = random.Random(SEED)
FORMS = ["as it is", "rot90", "rot180", "rot270", "flipX", "flipY", "flipPlus1", "flipMinus1"]


def decoded(path, orientation=1):
    """Returns reason, quality and the eight hashes that our program answers."""
    with open(path, "rb") as picture:
        done = subprocess.run(
            ["colophon-decode", "--orientation", str(orientation)], stdin=picture,
            capture_output=True, timeout=30)
    answer = done.stdout
    require(done.returncode == 0 and len(answer) == 264, f"{path}: {done}")
    require(answer[:4] == b"PDQ1" and answer[6:8] == b"\0\0", f"{path}: {answer[:8]}")
    return answer[4], answer[5], [answer[8 + 32 * i:40 + 32 * i].hex() for i in range(8)]


def means(pixels):
    """Returns the 8-bit means of squares, by the smallest factor that gives sides up to 2048."""
    height, width = pixels.shape[:2]
    if width * height <= 2048 * 2048:
        return pixels
    factor = -(-max(width, height) // 2048)
    rows, columns = numpy.arange(0, height, factor), numpy.arange(0, width, factor)
    sums = numpy.add.reduceat(numpy.add.reduceat(pixels.astype(numpy.int64), rows, 0), columns, 1)
    counts = numpy.outer(
        numpy.minimum(rows + factor, height) - rows,
        numpy.minimum(columns + factor, width) - columns)[:, :, None]
    return ((2 * sums + counts) // (2 * counts)).astype(numpy.uint8)


def expected(image):
    """Returns quality and hashes by Pillow, numpy and pdqhash alone."""
    pixels = numpy.ascontiguousarray(means(numpy.asarray(image.convert("RGB"))))
    vectors, quality = pdqhash.compute_dihedral(pixels)
    return quality, [f"{int(''.join(str(int(bit)) for bit in v), 2):064x}" for v in vectors]


def same(path, image=None, orientation=1):
    """Fails unless our program finds what the others find."""
    image = image or Image.open(path)
    reason, quality, hashes = decoded(path, orientation)
    require(reason == 0, f"{path.name}: reason {reason}")
    wanted_quality, wanted = expected(image)
    differing = [
        f"{name} by {bin(int(ours, 16) ^ int(theirs, 16)).count('1')}"
        for name, ours, theirs in zip(FORMS, hashes, wanted) if ours != theirs]
    require(quality == wanted_quality and not differing,
            f"{path.name} (seed {SEED}): {quality}, not {wanted_quality}; {differing}")


def signed(path):
    """Returns the perceptual hashes that `colophon sign` puts into the record of a file."""
    code, _, words = colophon(
        "sign", path, "--key", FOLDER / "berlin.pem", "--issuer", "https://pops.example/berlin",
        "--creator", "Ana", "--title", "Estuary", "--force")
    require(code == 0, f"{path.name}: {words}")
    code, output, words = colophon("show", f"{path}.colophon", "--json")
    require(code == 0, words)
    return json.loads(output)["manifest"]["predicate"].get("perceptualHashes")


def photographs_have_the_same_bits():
    require(len(PHOTOGRAPHS) >= 10, f"{len(PHOTOGRAPHS)} photographs")
    for path in PHOTOGRAPHS:
        same(path)


def saved_in_every_way_they_have_the_same_bits():
    for path in DICE.sample(PHOTOGRAPHS, 3):
        image = Image.open(path).convert("RGB")
        image.thumbnail((1000, 1000))
        ways = [
            ("jpg", {"quality": 50}), ("jpg", {"quality": 97, "subsampling": 0}),
            ("jpg", {"quality": 80, "progressive": True}), ("png", {}),
            ("webp", {"quality": 70}), ("webp", {"lossless": True}),
        ]
        for ending, options in ways:
            copy = PICTURES / f"copy.{ending}"
            image.save(copy, **options)
            same(copy)
        for mode in ["L", "P", "CMYK"]:
            copy = PICTURES / ("copy.jpg" if mode == "CMYK" else "copy.png")
            image.convert(mode).save(copy)
            same(copy)


def large_ones_are_averaged_alike():
    image = Image.open(DICE.choice(PHOTOGRAPHS)).convert("RGB")
    for width, height in [(2048, 2048), (2049, 2048), (4000, 3000), (6001, 4003), (2400, 9001)]:
        copy = PICTURES / "large.jpg"
        image.resize((width, height), Image.Resampling.BICUBIC).save(copy, quality=85)
        same(copy)


def turned_by_exif_they_are_hashed_upright():
    image = Image.open(DICE.choice(PHOTOGRAPHS)).convert("RGB")
    for width, height in [(700, 500), (2600, 1902)]:
        for orientation in range(1, 9):
            copy = PICTURES / "turned.jpg"
            small = image.resize((width, height))
            exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: orientation}})
            small.save(copy, quality=90, exif=exif)
            stored = Image.fromarray(means(numpy.asarray(Image.open(copy))))
            stored.getexif()[0x0112] = orientation
            same(copy, ImageOps.exif_transpose(stored), orientation)


def a_record_states_the_hash_of_the_upright_picture():
    image = Image.open(DICE.choice(PHOTOGRAPHS)).convert("RGB").resize((640, 427))
    for ending in ["jpg", "png", "webp"]:
        for orientation in [1, 6, 8]:
            copy = PICTURES / f"signed.{ending}"
            exif = Image.Exif()
            exif[0x0112] = orientation
            image.save(copy, exif=exif)
            quality, hashes = expected(ImageOps.exif_transpose(Image.open(copy)))
            found = signed(copy)
            wanted = [{"alg": "pdq", "value": hashes[0], "quality": quality, "profile": "pdq-1"}]
            require(found == wanted, f"{ending}, {orientation}: {found}, not {wanted}")


def what_cannot_be_compared_is_refused_by_name():
    image = Image.open(PHOTOGRAPHS[0]).convert("RGB").resize((300, 200))
    whole = io.BytesIO()
    image.save(whole, "JPEG")
    cases = [("cut.jpg", 6, whole.getvalue()[:-2000]), ("note.txt", 2, b"no picture")]
    for ending in ["png", "webp"]:
        animated = io.BytesIO()
        image.save(animated, ending, save_all=True, append_images=[ImageOps.mirror(image)])
        cases.append((f"animated.{ending}", 5, animated.getvalue()))
    for name, reason, content in cases:
        path = PICTURES / name
        path.write_bytes(content)
        found = decoded(path)
        require(found[0] == reason, f"{name}: {found[0]}, not {reason}")


run([
    photographs_have_the_same_bits, saved_in_every_way_they_have_the_same_bits,
    large_ones_are_averaged_alike, turned_by_exif_they_are_hashed_upright,
    a_record_states_the_hash_of_the_upright_picture,
    what_cannot_be_compared_is_refused_by_name,
])
