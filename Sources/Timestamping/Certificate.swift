import CLibcrypto

/// What is asked of one certificate (RFC 5280); each is an `X509` of libcrypto.
enum Certificate {
    /// Returns the certificate that `bytes` are, to be freed by the caller; nil where they are
    /// none, or more.
    static func read(_ bytes: [UInt8]) -> OpaquePointer? {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            let certificate = unsafe d2i_X509(nil, &start, bytes.count)
            guard unsafe start != bytes.baseAddress.map({ unsafe $0 + bytes.count }) else {
                return unsafe certificate
            }
            unsafe X509_free(certificate)
            return nil
        }
    }

    /// Whether it may vouch for others (RFC 5280 §4.2.1.9).
    static func isAuthority(_ certificate: OpaquePointer) -> Bool {
        unsafe X509_check_ca(certificate) == 1
    }

    /// Returns its common name, or else its organisation; shortened where it is long.
    static func name(_ certificate: OpaquePointer) -> String {
        let subject = unsafe X509_get_subject_name(certificate)
        for part in [NID_commonName, NID_organizationName, NID_organizationalUnitName] {
            let index = unsafe X509_NAME_get_index_by_NID(subject, part, -1)
            guard index >= 0, let entry = unsafe X509_NAME_get_entry(subject, index) else {
                continue
            }
            var text: UnsafeMutablePointer<UInt8>?
            let length = unsafe ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry))
            defer { unsafe CRYPTO_free(text, #fileID, Int32(#line)) }
            guard length > 0, let start = unsafe text else { continue }
            let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(length))
            return unsafe TimestampLimit.shortened(String(decoding: bytes, as: UTF8.self))
        }
        return "a certificate without a name"
    }

    /// Returns the end of its term, POSIX seconds: 0 where that is before 1970.
    static func expires(_ certificate: OpaquePointer) -> UInt64 {
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return 0 }
        defer { unsafe ASN1_TIME_free(epoch) }
        let end = unsafe X509_get0_notAfter(certificate)
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, end) == 1 else { return 0 }
        return UInt64(clamping: Int64(days) * 86_400 + Int64(seconds))
    }
}
