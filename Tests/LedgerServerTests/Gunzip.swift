import Compression

/// What a gzip-encoded answer says.
enum Gunzip {
    static func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
        try GzipInflater.inflated(bytes, limit: 1 << 26)
    }
}
