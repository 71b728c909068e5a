"""Pillow, piexif, tifffile and exiftool: what they write we read, and what we read they read too.

Each check writes files with one of them, or takes those that our own tests keep, signs them, and
holds the times and places in the records to what the other program says.
"""

import base64
import json
import logging
import random
import subprocess
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy
import piexif
import pillow_heif
import tifffile
from checks import FOLDER, colophon, require, run
from PIL import Image

PICTURES = FOLDER / "pictures"
PICTURES.mkdir(exist_ok=True)
KEPT = Path(__file__).parents[2] / "Tests" / "FuzzTests" / "Corpus" / "picture.txt"
SEED = random.SystemRandom().getrandbits(32)
DICE = random.Random(SEED)
ORIGINAL, OFFSET = piexif.ExifIFD.DateTimeOriginal, piexif.ExifIFD.OffsetTimeOriginal
pillow_heif.register_heif_opener()
# It warns of what pictures without a picture lack.
logging.getLogger("tifffile").setLevel(logging.CRITICAL)


def sign(path, *flags):
    """Returns the predicate that `colophon sign` makes of a file."""
    code, _, words = colophon(
        "sign", path, "--key", FOLDER / "berlin.pem", "--issuer", "https://pops.example/berlin",
        "--creator", "Ana", "--title", "Estuary", "--force", *flags)
    require(code == 0, f"{path.name}: {words}")
    record = path.with_name(path.name + ".colophon")
    code, output, words = colophon("show", record, "--json")
    require(code == 0, words)
    return json.loads(output)["manifest"]["predicate"]


def some_time():
    return datetime(1980, 1, 6) + timedelta(seconds=DICE.randrange(60 * 365 * 86400))


def some_zone():
    minutes = DICE.randrange(-12 * 4, 14 * 4 + 1) * 15
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def spelled(time):
    return time.strftime("%Y:%m:%d %H:%M:%S")


def taken(path, at, clock, *flags):
    """Fails unless this is the time that is taken from the file."""
    found = sign(path, *flags).get("capturedAt")
    require(found == {"at": at, "clock": clock}, f"{path.name} (seed {SEED}): {found}, not {at}")


def block(original=None, offset=None, gps=None):
    """A block of EXIF as piexif writes it, with much that must not be taken."""
    exif = {piexif.ExifIFD.BodySerialNumber: b"4711", piexif.ExifIFD.SubSecTimeOriginal: b"99"}
    if original:
        exif[ORIGINAL] = original.encode()
    if offset:
        exif[OFFSET] = offset.encode()
    return piexif.dump({"0th": {piexif.ImageIFD.Make: b"Maker"}, "Exif": exif, "GPS": gps or {}})


def satellites(time):
    return {
        piexif.GPSIFD.GPSLatitudeRef: b"N", piexif.GPSIFD.GPSLatitude: ((52, 1), (31, 1), (0, 1)),
        piexif.GPSIFD.GPSDateStamp: time.strftime("%Y:%m:%d").encode(),
        piexif.GPSIFD.GPSTimeStamp: ((time.hour, 1), (time.minute, 1), (time.second * 100, 100))}


def what_pillow_and_piexif_write_is_read():
    image = Image.new("RGB", (32, 16), (10, 20, 30))
    for suffix in ["jpg", "png", "webp", "tif", "heic", "avif"]:
        time, zone = some_time(), some_zone()
        path = PICTURES / f"pillow.{suffix}"
        if suffix == "tif":
            # Pillow writes directories into a TIFF only from its own form.
            exif = image.getexif()
            exif.load(block(spelled(time), zone))
            exif.get_ifd(0x8769)
            image.save(path, exif=exif, tiffinfo=exif)
        else:
            image.save(path, exif=block(spelled(time), zone))
        taken(path, time.isoformat() + zone, "device")


def times_without_a_zone_give_way_to_satellites():
    image = Image.new("RGB", (8, 8))
    for suffix in ["jpg", "png", "heic"]:
        time, utc, zone = some_time(), some_time(), some_zone()
        path = PICTURES / f"no-zone.{suffix}"
        image.save(path, exif=block(spelled(time), gps=satellites(utc)))
        taken(path, utc.isoformat() + "Z", "gnss")
        taken(path, time.isoformat() + zone, "device", "--exif-zone=" + zone)
        image.save(path, exif=block(spelled(time)))
        require("capturedAt" not in sign(path), "a time without a zone")


def exiftool(*arguments):
    done = subprocess.run(["exiftool", *map(str, arguments)], capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def what_exiftool_writes_is_read():
    for suffix in ["jpg", "png", "tif", "heic"]:
        path = PICTURES / f"exiftool.{suffix}"
        Image.new("RGB", (8, 8)).save(path)
        time, zone = some_time(), some_zone()
        code, _, words = exiftool(
            "-q", "-overwrite_original", f"-ExifIFD:DateTimeOriginal={spelled(time)}",
            f"-ExifIFD:OffsetTimeOriginal={zone}", "-GPSLatitude=52.5", "-GPSLatitudeRef=N", path)
        require(code == 0, words)
        predicate = sign(path)
        require("geo" not in predicate, "a position from EXIF")
        taken(path, time.isoformat() + zone, "device")
        exiftool("-q", "-overwrite_original", "-ExifIFD:all=", "-GPSDateStamp=2024:02:29",
                 "-GPSTimeStamp=23:59:50.25", path)
        taken(path, "2024-02-29T23:59:50.250Z", "gnss")


def read_by_exiftool(path):
    """Returns the times that exiftool takes from a file, as we write them."""
    _, output, _ = exiftool("-j", "-n", "-DateTimeOriginal", "-OffsetTimeOriginal",
                            "-GPSDateStamp", "-GPSTimeStamp", path)
    found = json.loads(output)[0]
    times = []
    if "DateTimeOriginal" in found and "OffsetTimeOriginal" in found:
        date, clock = found["DateTimeOriginal"].split(" ")
        times.append(f"{date.replace(':', '-')}T{clock}{found['OffsetTimeOriginal']}")
    if "GPSDateStamp" in found and "GPSTimeStamp" in found:
        date, clock = found["GPSDateStamp"].replace(":", "-"), str(found["GPSTimeStamp"])
        hour, minute, second = clock.split(":")
        thousandths = int(Fraction(second) * 1000)
        rest = f".{thousandths % 1000:03}" if thousandths % 1000 else ""
        times.append(f"{date}T{int(hour):02}:{int(minute):02}:{thousandths // 1000:02}{rest}Z")
    return times


def kept():
    """The pictures that our own tests make byte by byte, and those that the fuzzer kept."""
    lines = [line for line in KEPT.read_text().splitlines() if not line.startswith("#")]
    for number, line in enumerate(lines):
        data = base64.b64decode(line)
        suffix = {b"II": "tif", b"MM": "tif", b"\x89P": "png"}.get(data[:2], "jpg")
        suffix = "heic" if data[4:8] == b"ftyp" else suffix
        path = PICTURES / f"kept-{number}.{suffix}"
        path.write_bytes(data)
        yield path


def whatever_time_we_take_exiftool_takes_too():
    count = 0
    for path in kept():
        found = sign(path).get("capturedAt")
        if found:
            count += 1
            times = read_by_exiftool(path)
            require(found["at"] in times, f"{path.name}: {found['at']}, exiftool {times}")
    require(count >= 8, f"a time in only {count} files")


def bounds(tags, size):
    """West, south, east and north of a GeoTIFF, from its tags as tifffile reads them."""
    scale, tie = tags["ModelPixelScale"], tags["ModelTiepoint"]
    half = 0.5 if int(tags.get("GTRasterTypeGeoKey", 1)) == 2 else 0
    west = tie[3] - (tie[0] + half) * scale[0]
    north = tie[4] + (tie[1] + half) * scale[1]
    return [west, north - size[1] * scale[1], west + size[0] * scale[0], north]


def same_place(path):
    """Fails unless tifffile reads the place that we take; returns whether there is one."""
    geo = sign(path).get("geo")
    with tifffile.TiffFile(path) as file:
        tags, page = file.geotiff_metadata, file.pages[0]
        if not tags:
            require(geo is None, f"{path.name}: a place out of nothing")
            return False
        expected = bounds(tags, (page.imagewidth, page.imagelength))
    require(geo is not None, f"{path.name}: no place")
    near = all(abs(a - b) <= 1e-9 * max(1, abs(b)) for a, b in zip(geo["bounds"], expected))
    require(near, f"{path.name} (seed {SEED}): {geo['bounds']}, not {expected}")
    epsg = tags.get("ProjectedCSTypeGeoKey", tags.get("GeographicTypeGeoKey"))
    require(geo["crs"] == f"EPSG:{int(epsg)}", f"{path.name}: {geo['crs']}, not {epsg}")
    return True


def places_of_tifffile_are_read():
    for number in range(8):
        projected = DICE.random() < 0.5
        scale = DICE.uniform(0.01, 2) if projected else DICE.uniform(1e-6, 1e-3)
        tie = ((DICE.uniform(2e5, 8e5), DICE.uniform(1e6, 9e6)) if projected
               else (DICE.uniform(-179, 178), DICE.uniform(-80, 89)))
        keys = [1024, 0, 1, 1 if projected else 2, 1025, 0, 1, DICE.choice([1, 2])]
        keys += [3072, 0, 1, 32600 + DICE.randrange(1, 61)] if projected else [2048, 0, 1, 4326]
        path = PICTURES / f"tifffile-{number}.tif"
        tifffile.imwrite(
            path, numpy.zeros((DICE.randrange(1, 90), DICE.randrange(1, 90)), numpy.uint8),
            bigtiff=number % 2 == 1, byteorder=DICE.choice("<>"), extratags=[
                (33550, "d", 3, (scale, scale, 0.0), False),
                (33922, "d", 6, (0.0, 0.0, 0.0, *tie, 0.0), False),
                (34735, "H", 4 + len(keys), (1, 1, 0, len(keys) // 4, *keys), False)])
        require(same_place(path), path.name)


def whatever_place_we_take_tifffile_takes_too():
    count = 0
    for path in kept():
        if path.read_bytes()[:2] in (b"II", b"MM") and sign(path).get("geo"):
            count += same_place(path)
    require(count >= 2, f"a place in only {count} files")


run([
    what_pillow_and_piexif_write_is_read,
    times_without_a_zone_give_way_to_satellites,
    what_exiftool_writes_is_read,
    whatever_time_we_take_exiftool_takes_too,
    places_of_tifffile_are_read,
    whatever_place_we_take_tifffile_takes_too,
])
