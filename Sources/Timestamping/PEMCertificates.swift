import CLibcrypto

/// The blocks of a file of certificates (RFC 7468 §5), as libcrypto finds them.
enum PEMCertificates {
    /// Returns the content of each block; all must be certificates.
    static func all(in text: [UInt8]) throws(AuthoritiesError) -> [[UInt8]] {
        guard let file = unsafe BIO_new(BIO_s_mem()) else { throw .libraryFailed }
        defer { unsafe BIO_free(file) }
        guard unsafe BIO_write(file, text, Int32(clamping: text.count)) == Int32(text.count) else {
            throw text.isEmpty ? .empty : .libraryFailed
        }
        var blocks: [[UInt8]] = []
        while let block = unsafe try next(in: file, number: blocks.count + 1) {
            guard blocks.count < TimestampLimit.authorityCertificates else { throw .tooMany }
            blocks.append(block)
        }
        return blocks
    }

    /// Returns the content of the next block; nil where there is none.
    private static func next(
        in file: OpaquePointer, number: Int
    ) throws(AuthoritiesError) -> [UInt8]? {
        var label: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var content: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard unsafe PEM_read_bio(file, &label, &header, &content, &length) == 1 else {
            let isEnd = Libcrypto.takeErrors().contains {
                $0.library == ERR_LIB_PEM && $0.reason == PEM_R_NO_START_LINE
            }
            if isEnd { return nil }
            throw .damaged(number: number)
        }
        defer {
            unsafe CRYPTO_free(label, #fileID, Int32(#line))
            unsafe CRYPTO_free(header, #fileID, Int32(#line))
            // A private key may have been read.
            unsafe CRYPTO_clear_free(content, length, #fileID, Int32(#line))
        }
        guard let label = unsafe label, let content = unsafe content else { throw .libraryFailed }
        let name = unsafe String(cString: label)
        if name.hasSuffix("PRIVATE KEY") { throw .privateKey }
        guard ["CERTIFICATE", "X509 CERTIFICATE"].contains(name) else {
            throw .otherBlock(label: TimestampLimit.shortened(name))
        }
        return unsafe Array(UnsafeBufferPointer(start: content, count: length))
    }
}
