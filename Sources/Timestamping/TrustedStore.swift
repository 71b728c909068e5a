import CLibcrypto

/// The certificates that are trusted, and the rules of a chain at one time, in libcrypto's memory.
@safe
struct TrustedStore: ~Copyable {
    private let store: OpaquePointer

    /// The strength that keys and signatures of certificates must have: 112 bits, which is RSA of
    /// 2,048 bits, and no SHA-1.
    private static let level: Int32 = 2

    /// Trusts these certificates and nothing of the system's; chains must be valid at `time`, POSIX
    /// seconds.
    init(_ certificates: ReadCertificates, at time: UInt64) throws(TimestampRefusal) {
        guard let store = unsafe X509_STORE_new() else { throw .libraryFailed }
        do throws(TimestampRefusal) {
            unsafe try Self.fill(store, certificates, at: time)
        } catch {
            unsafe X509_STORE_free(store)
            throw error
        }
        unsafe self.store = store
    }

    private static func fill(
        _ store: OpaquePointer, _ certificates: ReadCertificates, at time: UInt64
    ) throws(TimestampRefusal) {
        guard unsafe certificates.add(to: store),
            let rules = unsafe X509_STORE_get0_param(store),
            unsafe X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_TIMESTAMP_SIGN) == 1,
            // An authority's certificate is trusted also where somebody else has certified it.
            unsafe X509_VERIFY_PARAM_set_flags(rules, UInt(X509_V_FLAG_PARTIAL_CHAIN)) == 1
        else { throw .libraryFailed }
        unsafe X509_VERIFY_PARAM_set_auth_level(rules, level)
        unsafe X509_VERIFY_PARAM_set_depth(rules, TimestampLimit.intermediates)
        unsafe X509_VERIFY_PARAM_set_time(rules, Int(clamping: time))
    }

    deinit { unsafe X509_STORE_free(store) }

    /// Returns a context that checks a token against a question in DER; the caller frees it.
    borrowing func context(for query: [UInt8]) throws(TimestampRefusal) -> OpaquePointer {
        let request = unsafe query.withUnsafeBufferPointer { query in
            var start = query.baseAddress
            return unsafe d2i_TS_REQ(nil, &start, query.count)
        }
        defer { unsafe TS_REQ_free(request) }
        // It sets the imprint, and the nonce where there is one; the signature is left out.
        guard let request = unsafe request,
            let context = unsafe TS_REQ_to_TS_VERIFY_CTX(request, nil)
        else { throw .libraryFailed }
        unsafe TS_VERIFY_CTX_add_flags(context, Int32(TS_VFY_SIGNATURE | TS_VFY_SIGNER))
        // The context frees what it is given.
        unsafe X509_STORE_up_ref(store)
        unsafe TS_VERIFY_CTX_set_store(context, store)
        return unsafe context
    }

    /// Returns why no chain leads to `certificate`, where `extra` are certificates of strangers.
    borrowing func refusal(
        of certificate: OpaquePointer, _ extra: OpaquePointer?
    ) -> TimestampRefusal {
        guard let context = unsafe X509_STORE_CTX_new() else { return .libraryFailed }
        defer { unsafe X509_STORE_CTX_free(context) }
        guard unsafe X509_STORE_CTX_init(context, store, certificate, extra) == 1,
            unsafe X509_STORE_CTX_set_purpose(context, X509_PURPOSE_TIMESTAMP_SIGN) == 1
        else { return .libraryFailed }
        guard unsafe X509_verify_cert(context) != 1 else {
            return .brokenChain("libcrypto gives two answers")
        }
        let code = unsafe X509_STORE_CTX_get_error(context)
        let words = unsafe String(cString: X509_verify_cert_error_string(Int(code)))
        let current = unsafe X509_STORE_CTX_get_current_cert(context)
        let name = unsafe Certificate.name(current ?? certificate)
        return Self.refusal(code, words: words, about: name)
    }

    private static func refusal(
        _ code: Int32, words: String, about name: String
    ) -> TimestampRefusal {
        switch code {
        case X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED:
            .outOfTerm("\(name): \(words)")
        case X509_V_ERR_INVALID_PURPOSE: .otherPurpose
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL:
            .weak("the key of \(name)")
        case X509_V_ERR_CA_MD_TOO_WEAK: .weak("the hash in the certificate of \(name)")
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_CERT_UNTRUSTED,
            X509_V_ERR_CERT_SIGNATURE_FAILURE:
            .untrusted(name)
        default: .brokenChain("\(name): \(words)")
        }
    }
}
