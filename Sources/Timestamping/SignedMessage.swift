import CLibcrypto

/// The signed message that a token is (RFC 5652 §5), in libcrypto's memory.
@safe
struct SignedMessage: ~Copyable {
    /// Who signed.
    struct Signer {
        /// The name in its certificate.
        let name: String

        /// The end of the certificate, POSIX seconds.
        let expires: UInt64
    }

    private let message: UnsafeMutablePointer<PKCS7>

    /// Reads a token.
    init(_ bytes: [UInt8]) throws(TimestampRefusal) {
        let read = unsafe bytes.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            let message = unsafe d2i_PKCS7(nil, &start, bytes.count)
            guard unsafe start != bytes.baseAddress.map({ unsafe $0 + bytes.count }) else {
                return unsafe message
            }
            unsafe PKCS7_free(message)
            return nil
        }
        guard let message = unsafe read else { throw .malformed("it is no signed message") }
        unsafe self.message = message
    }

    deinit { unsafe PKCS7_free(message) }

    /// Returns what the token says, whether it is true or not.
    borrowing func claim() throws(TimestampRefusal) -> TokenClaim {
        // This also finds that there is a signed message, with its content, of the right type.
        guard let info = unsafe PKCS7_to_TS_TST_INFO(message) else {
            throw .malformed("it is no signed message about a time")
        }
        defer { unsafe TS_TST_INFO_free(info) }
        let content = unsafe PKCS7_get_octet_string(message.pointee.d.sign.pointee.contents)
        guard let content = unsafe content.map({ unsafe [UInt8](asn1: $0) }) else {
            throw .malformed("it is no signed message about a time")
        }
        do throws(TimestampRefusal) {
            try ASN1Element(whole: content).checkWithin(content)
        } catch .trailingBytes {
            throw .malformed("bytes follow what it says")
        }
        return unsafe try TokenClaim(info)
    }

    /// Checks that the message is signed by whom `store` trusts, about what `query` asks for, and
    /// returns by whom; ``claim()`` was read before.
    borrowing func verified(
        against query: [UInt8], _ store: borrowing TrustedStore
    ) throws(TimestampRefusal) -> Signer {
        try checkForm()
        let context = unsafe try store.context(for: query)
        defer { unsafe TS_VERIFY_CTX_free(context) }
        guard unsafe TS_RESP_verify_token(context, message) == 1 else {
            throw refusal(for: Libcrypto.takeErrors(), store)
        }
        return unsafe try withSigner { certificate in
            unsafe Signer(
                name: Certificate.name(certificate), expires: Certificate.expires(certificate))
        }
    }

    /// Checks what libcrypto takes without a question: the hash of the signature, and that the type
    /// of the content is signed too (RFC 5652 §11.1).
    private borrowing func checkForm() throws(TimestampRefusal) {
        guard let signers = unsafe PKCS7_get_signer_info(message),
            unsafe OPENSSL_sk_num(signers) == 1, let first = unsafe OPENSSL_sk_value(signers, 0)
        else { throw .malformed("it must have exactly one signature") }
        let signer = unsafe first.assumingMemoryBound(to: PKCS7_SIGNER_INFO.self)
        unsafe try Self.checkHash(of: signer)
        guard let type = unsafe PKCS7_get_signed_attribute(signer, NID_pkcs9_contentType),
            unsafe type.pointee.type == V_ASN1_OBJECT,
            unsafe OBJ_obj2nid(type.pointee.value.object) == NID_id_smime_ct_TSTInfo
        else { throw .malformed("its signature is over another type of content") }
    }

    /// Checks that the signature is over a hash for which nobody finds two messages.
    private static func checkHash(
        of signer: UnsafeMutablePointer<PKCS7_SIGNER_INFO>
    ) throws(TimestampRefusal) {
        var algorithm: UnsafeMutablePointer<X509_ALGOR>?
        unsafe PKCS7_SIGNER_INFO_get0_algs(signer, nil, &algorithm, nil)
        guard let algorithm = unsafe algorithm else { throw .malformed("its hash has no name") }
        switch unsafe OBJ_obj2nid(algorithm.pointee.algorithm) {
        case NID_sha256, NID_sha384, NID_sha512: return
        case NID_sha1: throw .weak("its hash, SHA-1,")
        case NID_md5: throw .weak("its hash, MD5,")
        default: throw .unsupported("its hash")
        }
    }

    /// Calls `body` with the certificate that the signature names.
    private borrowing func withSigner<Value>(
        _ body: (OpaquePointer) throws(TimestampRefusal) -> Value
    ) throws(TimestampRefusal) -> Value {
        guard let signers = unsafe PKCS7_get0_signers(message, nil, 0) else {
            throw .malformed("the certificate of its signer is not in it")
        }
        defer { unsafe OPENSSL_sk_free(signers) }
        guard let first = unsafe OPENSSL_sk_value(signers, 0) else {
            throw .malformed("the certificate of its signer is not in it")
        }
        return try unsafe body(OpaquePointer(first))
    }

    /// Returns what libcrypto's errors mean.
    private borrowing func refusal(
        for errors: [Libcrypto.Failure], _ store: borrowing TrustedStore
    ) -> TimestampRefusal {
        if errors.contains(where: \.isWithoutMemory) {
            return .libraryFailed
        }
        if errors.contains(where: { $0.library == ERR_LIB_ESS }) { return .otherCertificate }
        let reasons = errors.filter { $0.library == ERR_LIB_TS }.map(\.reason)
        switch reasons.first {
        case TS_R_CERTIFICATE_VERIFY_ERROR: return chainRefusal(store)
        case TS_R_ESS_SIGNING_CERTIFICATE_ERROR: return .otherCertificate
        case TS_R_SIGNATURE_FAILURE: return .signature
        case TS_R_MESSAGE_IMPRINT_MISMATCH, TS_R_UNSUPPORTED_MD_ALGORITHM: return .otherDigest
        case TS_R_NONCE_MISMATCH, TS_R_NONCE_NOT_RETURNED: return .otherNonce
        case TS_R_UNSUPPORTED_VERSION: return .unsupported("its version")
        case TS_R_TSA_NAME_MISMATCH, TS_R_TSA_UNTRUSTED:
            return .brokenChain("it names another authority than its certificate does")
        default: break
        }
        let isWithoutSigner = errors.contains {
            $0.library == ERR_LIB_PKCS7 && $0.reason == PKCS7_R_SIGNER_CERTIFICATE_NOT_FOUND
        }
        return .malformed(
            isWithoutSigner
                ? "the certificate of its signer is not in it" : "libcrypto does not read it")
    }

    /// Returns why `store` does not lead to the signer's certificate.
    private borrowing func chainRefusal(_ store: borrowing TrustedStore) -> TimestampRefusal {
        let extra = unsafe message.pointee.d.sign.pointee.cert
        do throws(TimestampRefusal) {
            return unsafe try withSigner { certificate in
                unsafe store.refusal(of: certificate, extra)
            }
        } catch {
            return error
        }
    }
}
