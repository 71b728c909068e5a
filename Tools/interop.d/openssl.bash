# openssl makes keys that we read, and reads the keys that we make; sourced by Tools/interop.

# same_key PRIVATE PUBLIC: openssl derives exactly the bytes of our public file.
same_key() { openssl pkey -in "$1" -pubout | cmp - "$2"; }

# signs KEY: colophon signs a file with the key.
signs() {
    echo "signed with $1" >"$1.txt"
    colophon sign "$1.txt" --key "$1" --issuer https://pops.example/x --creator X --title X
}

# unlocks KEY: colophon signs a file with the encrypted key, whose passphrase is "secret".
unlocks() {
    echo "signed with $1, unlocked" >"$1.unlocked"
    colophon sign "$1.unlocked" --key "$1" --passphrase-fd 3 --force \
        --issuer https://pops.example/x --creator X --title X 3<<<secret
}

# opens_by_parts KEY: openssl's scrypt and AES, one after the other, decrypt our encrypted key.
opens_by_parts() {
    local parts bits
    mapfile -t parts < <(openssl asn1parse -in "$1" | sed -n 's/.*\[HEX DUMP\]:\([0-9A-F]*\).*/\1/p')
    ((${#parts[@]} == 3)) || return 1
    bits=$(openssl kdf -keylen 32 -kdfopt pass:secret -kdfopt "hexsalt:${parts[0]}" \
        -kdfopt n:131072 -kdfopt r:8 -kdfopt p:1 -kdfopt maxmem_bytes:200000000 SCRYPT | tr -d ':\n')
    python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))' "${parts[2]}" |
        openssl enc -d -aes-256-cbc -K "$bits" -iv "${parts[1]}" |
        openssl pkey -inform DER -pubout | cmp - "${1%.pem}.pub.pem"
}

# is_too_large KEY: openssl's program does not take our scrypt.
is_too_large() {
    local words
    if words=$(openssl pkey -in "$1" -passin pass:secret -noout 2>&1); then return 1; fi
    grep -q "memory limit" <<<"$words"
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
chmod 600 locked.pem
passes "openssl: an encrypted key without its passphrase is refused with what to give" \
    fails "passphrase-fd" signs locked.pem
for how in "-v2 aes-256-cbc" "-v2 aes-256-cbc -v2prf hmacWithSHA512 -iter 100000" -scrypt; do
    # shellcheck disable=SC2086
    openssl pkcs8 -topk8 -in made-ed25519.pem -passout pass:secret $how -out locked.pem
    passes "openssl: colophon signs with its encrypted key ($how)" unlocks locked.pem
done
colophon keygen --out locked-ours.pem --encrypt --passphrase-fd 3 3<<<secret >/dev/null
passes "openssl: its scrypt and its AES decrypt our encrypted key" opens_by_parts locked-ours.pem
passes "openssl: its program stops at 32 MiB of scrypt, so it does not read our encrypted key" \
    is_too_large locked-ours.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out locked-p384.pem 2>/dev/null
passes "openssl: a key of another curve is refused" fails locked-p384.pem signs locked-p384.pem
passes "openssl: verifies the signature of a statement" \
    verifies_with_openssl works/1.txt.colophon
