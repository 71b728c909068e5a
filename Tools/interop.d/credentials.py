"""c2pa-python, the library of the Content Authenticity Initiative: what it writes we name.

It signs pictures of each format, some of them made from others, and says itself which bytes the
manifest store has and what its active manifest is called. The records of `colophon sign` are held
to that.
"""

import hashlib
import io
import json
import subprocess

import c2pa
from checks import FOLDER, colophon, require, run
from PIL import Image

PLACE = FOLDER / "credentials"
PLACE.mkdir(exist_ok=True)
TYPES = {"jpg": "image/jpeg", "png": "image/png", "tif": "image/tiff", "webp": "image/webp"}


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=PLACE, check=True, capture_output=True)


def signer():
    """A certificate of the kind that C2PA asks for, by an authority that nobody trusts."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    (PLACE / "leaf.ext").write_text(
        "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
        "extendedKeyUsage=emailProtection\nsubjectKeyIdentifier=hash\n"
        "authorityKeyIdentifier=keyid\n")
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=Test authority/O=Example",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    openssl("req", "-new", *curve, "-keyout", "leaf.key", "-out", "leaf.csr",
            "-subj", "/CN=Test signer/O=Example")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "1", "-extfile", "leaf.ext", "-out", "leaf.pem")
    chain = (PLACE / "leaf.pem").read_bytes() + (PLACE / "ca.pem").read_bytes()
    return c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(
            alg=b"es256", sign_cert=chain, private_key=(PLACE / "leaf.key").read_bytes(),
            ta_url=None))


def picture(suffix, size=(640, 480)):
    """The bytes of a picture in which every pixel differs: its thumbnail is no small one."""
    image = Image.effect_noise(size, 90).convert("RGB")
    output = io.BytesIO()
    image.save(output, TYPES[suffix].split("/")[1], quality=95)
    return output.getvalue()


def made(suffix, name, parent=None):
    """Writes a picture with Content Credentials; returns its path, and the bytes of the store.

    What is made from a parent carries the parent's manifest, too, and its own behind it.
    """
    content = {"claim_generator_info": [{"name": "interop", "version": "1"}], "title": name}
    source = parent.read_bytes() if parent else picture(suffix)
    if not parent:
        kind = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
        created = {"action": "c2pa.created", "digitalSourceType": kind}
        content["assertions"] = [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}]
    builder = c2pa.Builder(content)
    if parent:
        builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
    path = PLACE / f"{name}.{suffix}"
    with open(path, "w+b") as output:
        store = builder.sign(signer(), TYPES[suffix], io.BytesIO(source), output)
    return path, store


def named(path):
    """Returns the member `c2pa` of the record that `colophon sign` makes of a file."""
    code, _, words = colophon(
        "sign", path, "--key", FOLDER / "berlin.pem", "--issuer", "https://pops.example/berlin",
        "--creator", "Ana", "--title", "Estuary", "--force")
    require(code == 0, f"{path.name}: {words}")
    code, output, words = colophon(
        "show", path.with_name(path.name + ".colophon"), "--json")
    require(code == 0, words)
    return json.loads(output)["manifest"]["predicate"].get("c2pa")


def is_named(path, store):
    """Fails unless the record names this store, and the manifest that the library calls active."""
    active = json.loads(c2pa.Reader(path).json())["active_manifest"]
    wanted = {
        "manifestStoreSha256": hashlib.sha256(store).hexdigest(),
        "manifestURN": active[active.index("urn:"):],
    }
    found = named(path)
    require(found == wanted, f"{path.name}: {found}, not {wanted}")


def the_store_that_c2pa_writes_is_named_in_each_format():
    for suffix in TYPES:
        is_named(*made(suffix, "first"))


def of_a_work_with_a_parent_the_last_manifest_is_named():
    for suffix in TYPES:
        before, _ = made(suffix, "before")
        path, store = made(suffix, "after", before)
        manifests = json.loads(c2pa.Reader(path).json())["manifests"]
        require(len(manifests) == 2, f"{len(manifests)} manifests in {path.name}")
        is_named(path, store)


def a_file_without_or_with_half_a_store_is_signed_without():
    for suffix in TYPES:
        bare = PLACE / f"bare.{suffix}"
        bare.write_bytes(picture(suffix))
        require(named(bare) is None, f"a store in {bare.name}")
        path, _ = made(suffix, "whole")
        file = path.read_bytes()
        place = file.index(b"jumb")
        half = PLACE / f"half.{suffix}"
        half.write_bytes(file[: place + 400])
        require(named(half) is None, f"half a store in {half.name}")


run([
    the_store_that_c2pa_writes_is_named_in_each_format,
    of_a_work_with_a_parent_the_last_manifest_is_named,
    a_file_without_or_with_half_a_store_is_signed_without,
])
