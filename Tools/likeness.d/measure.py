"""Prints, in Markdown, how far copies of photographs are from them, and what a hash costs.

Usage: measure.py FOLDER: in FOLDER/packages are the photographs; it may be written to.
"""

import io
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(sys.argv[1])
SHARE = FOLDER / "packages" / "usr" / "share"
# Those of the wallpapers that a camera has made.
NATURE = [
    "Aqua", "Blinds", "Dune", "FreshFlower", "Garden", "GreenMeadow", "LadyBird", "RainDrops",
    "Storm", "TwoWings", "Wood", "YellowFlower"]
PLASMA = [
    "BytheWater", "ColdRipple", "ColorfulCups", "DarkestHour", "EveningGlow", "FallenLeaf", "Grey",
    "Kite", "OneStandsOut", "Path", "summer_1am"]
PHOTOGRAPHS = [SHARE / f"backgrounds/mate/nature/{name}.jpg" for name in NATURE] + [
    SHARE / f"wallpapers/{name}/contents/images/2560x1600.jpg" for name in PLASMA]
# Bounds of `LikenessBand`.
BANDS = [10, 20, 31]


def jpeg(image, quality=90):
    saved = io.BytesIO()
    image.save(saved, "JPEG", quality=quality)
    return saved.getvalue()


def other(image, kind, **options):
    saved = io.BytesIO()
    image.save(saved, kind, **options)
    return saved.getvalue()


def resized(image, share):
    return image.resize(
        (round(image.width * share), round(image.height * share)), Image.Resampling.LANCZOS)


def cropped(image, share):
    width, height = round(image.width * share), round(image.height * share)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def marked(image):
    """A line of white text, half transparent, as wide as a third of the picture."""
    layer = Image.new("RGBA", image.size)
    draw = ImageDraw.Draw(layer)
    size = image.width / 20
    draw.text((image.width * 0.6, image.height * 0.85), "ANA EXAMPLE", (255, 255, 255, 160),
              font_size=size)
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


COPIES = [
    ("saved again as JPEG, quality 90", lambda image: jpeg(image, 90)),
    ("saved again as JPEG, quality 50", lambda image: jpeg(image, 50)),
    ("saved as WebP, quality 75", lambda image: other(image, "WEBP", quality=75)),
    ("halved", lambda image: jpeg(resized(image, 0.5))),
    ("halved, quality 50", lambda image: jpeg(resized(image, 0.5), 50)),
    ("a tenth of the width", lambda image: jpeg(resized(image, 0.1))),
    ("cropped to 95 % of the sides", lambda image: jpeg(cropped(image, 0.95))),
    ("cropped to 80 % of the sides", lambda image: jpeg(cropped(image, 0.8))),
    ("a watermark in a corner", lambda image: jpeg(marked(image))),
    ("grey", lambda image: jpeg(image.convert("L"))),
    ("turned by 90 degrees", lambda image: jpeg(image.transpose(Image.Transpose.ROTATE_90))),
    ("mirrored", lambda image: jpeg(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))),
]


def hashes(content):
    """Returns quality and the eight hashes of a picture, as numbers."""
    path = FOLDER / "picture"
    path.write_bytes(content)
    with open(path, "rb") as picture:
        answer = subprocess.run(
            ["colophon-decode", "--orientation", "1"], stdin=picture, capture_output=True,
            check=True).stdout
    if len(answer) != 264 or answer[4] != 0:
        sys.exit(f"no hash: {answer[:8]}")
    return answer[5], [int.from_bytes(answer[8 + 32 * i:40 + 32 * i], "big") for i in range(8)]


def row(name, distances):
    shares = [sum(distance <= band for distance in distances) for band in BANDS]
    median = round(statistics.median(distances))
    cells = [name, str(min(distances)), str(median), str(max(distances))]
    return "| " + " | ".join(cells + [str(share) for share in shares]) + " |"


def likeness():
    pictures = [Image.open(path).convert("RGB") for path in PHOTOGRAPHS]
    found = [hashes(path.read_bytes()) for path in PHOTOGRAPHS]
    kept = [i for i, (quality, _) in enumerate(found) if quality >= 50]
    print(f"Of {len(found)} photographs {len(kept)} have a hash; the others are too plain.")
    print()
    print("| copy | smallest | median | largest | <= 10 | <= 20 | <= 31 |")
    print("|---|---|---|---|---|---|---|")
    for name, make in COPIES:
        plain, nearest = [], []
        for i in kept:
            _, copy = hashes(make(pictures[i]))
            plain.append((found[i][1][0] ^ copy[0]).bit_count())
            nearest.append(min((found[i][1][0] ^ form).bit_count() for form in copy))
        print(row(name, plain))
        if name.startswith(("turned", "mirrored")):
            print(row(f"{name}, among the copy's eight forms", nearest))
    others = [
        (found[i][1][0] ^ form).bit_count()
        for i in kept for j in kept if i != j for form in found[j][1]]
    print(row("another photograph, in any of its forms", others))
    print()


def cost(command, path):
    """Seconds of the processor, the best of nine runs."""
    best = float("inf")
    for _ in range(9):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(path, "rb") as picture:
            subprocess.run(command, stdin=picture, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, sum(
            getattr(after, name) - getattr(before, name) for name in ("ru_utime", "ru_stime")))
    return best


def costs():
    photograph = Image.open(PHOTOGRAPHS[-2]).convert("RGB").resize((4000, 3000))
    works = FOLDER / "works"
    works.mkdir()
    for number in range(30):
        (works / f"{number:02}.jpg").write_bytes(jpeg(photograph) + bytes([number]))
    path = works / "00.jpg"
    decoding = cost(["djpeg", "-dct", "int", "-outfile", os.devnull], path)
    hashing = cost(["colophon-decode", "--orientation", "1"], path)
    subprocess.run(
        ["colophon", "keygen", "--out", FOLDER / "pop.pem"], check=True, capture_output=True)
    begun = time.monotonic()
    subprocess.run(
        ["colophon", "sign", works, "--key", FOLDER / "pop.pem", "--creator", "Ana",
         "--issuer", "https://pops.example/berlin", "--title", "Estuary"],
        check=True, capture_output=True)
    signing = time.monotonic() - begun
    print(f"A photograph of 12 megapixels takes {hashing / decoding:.2f} times what `djpeg` takes")
    print(f"to decode it (bar: 1.30); 30 of them are signed in {signing:.1f} s (bar: 10 s).")


likeness()
costs()
