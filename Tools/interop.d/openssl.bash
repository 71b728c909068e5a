# openssl makes keys that we read, and reads the keys that we make; sourced by Tools/interop.

# same_key PRIVATE PUBLIC: openssl derives exactly the bytes of our public file.
same_key() { openssl pkey -in "$1" -pubout | cmp - "$2"; }

# signs KEY: colophon signs a file with the key.
signs() {
    echo "signed with $1" >"$1.txt"
    colophon sign "$1.txt" --key "$1" --issuer https://pops.example/x --creator X --title X
}

# verifies_with_openssl FILE: openssl checks the signature over the bytes that cbor2 puts together.
verifies_with_openssl() {
    "$folder/venv/bin/python" - "$1" <<'PYTHON' && openssl pkeyutl -verify -rawin -pubin \
        -inkey berlin.pub.pem -in signed.bytes -sigfile signature.bytes
import sys
import cbor2
protected, _, payload, signature = cbor2.loads(open(sys.argv[1], "rb").read()).value
open("signed.bytes", "wb").write(cbor2.dumps(["Signature1", protected, b"", payload]))
open("signature.bytes", "wb").write(signature)
PYTHON
}

passes "openssl: reads our Ed25519 key" same_key admin.pem admin.pub.pem
passes "openssl: reads our ES256 key" same_key lagos.pem lagos.pub.pem
passes "openssl: our private keys are files of mode 0600" test "$(stat -c %a lagos.pem)" = 600

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out made-pkcs8.pem 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out made-sec1.pem 2>/dev/null
openssl genpkey -algorithm ed25519 -out made-ed25519.pem 2>/dev/null
for key in made-pkcs8 made-sec1 made-ed25519; do
    chmod 600 "$key.pem"
    passes "openssl: colophon signs with its key $key" signs "$key.pem"
done

openssl pkey -in made-ed25519.pem -aes256 -passout pass:secret -out locked.pem
passes "openssl: an encrypted key is refused with the command that decrypts it" \
    fails "openssl pkey" signs locked.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out locked-p384.pem 2>/dev/null
passes "openssl: a key of another curve is refused" fails locked-p384.pem signs locked-p384.pem
passes "openssl: verifies the signature of a statement" \
    verifies_with_openssl works/1.txt.colophon
