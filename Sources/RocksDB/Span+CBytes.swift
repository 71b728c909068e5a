import CRocksDB

/// Calls `body` with a place for RocksDB's error text, and throws what it finds there.
///
/// RocksDB allocates the text; it is copied and freed here and nowhere else.
func checked<Result>(
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) throws(RocksDBError) -> Result {
    var text: UnsafeMutablePointer<CChar>?
    let result = unsafe body(&text)
    if let text = unsafe text {
        defer { unsafe rocksdb_free(text) }
        throw RocksDBError(status: unsafe String(cString: text))
    }
    return result
}

/// Returns the bytes of `text` for a C string parameter, refusing what C would cut short.
func cString(_ text: String) throws(RocksDBError) -> String {
    guard !text.utf8.contains(0) else {
        throw RocksDBError(.invalidArgument, "a name or path contains a zero byte")
    }
    return text
}

extension Span where Element == UInt8 {
    /// Calls `body` with these bytes in the form the C API takes; never with a null pointer.
    func withCBytes<Result, Failure: Error>(
        _ body: (UnsafePointer<CChar>, Int) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe withUnsafeBufferPointer { buffer throws(Failure) in
            guard let start = buffer.baseAddress else {
                var none: CChar = 0
                return try unsafe withUnsafePointer(to: &none) { pointer throws(Failure) in
                    try unsafe body(pointer, 0)
                }
            }
            let bytes = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self)
            return try unsafe body(bytes, buffer.count)
        }
    }

    /// Returns a copy of these bytes.
    package func copied() -> [UInt8] {
        unsafe withUnsafeBufferPointer { buffer in unsafe Array(buffer) }
    }
}

/// Calls `body` with memory of RocksDB's, for as long as it must stay where it is.
func withSpan<Result>(
    start: UnsafePointer<CChar>?, count: Int, _ body: (Span<UInt8>) -> Result
) -> Result {
    let bytes = unsafe UnsafeRawPointer(start)?.assumingMemoryBound(to: UInt8.self)
    let buffer = unsafe UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : count)
    return unsafe body(buffer.span)
}

/// Calls `body` with the starts and counts of `strings`, none of which is a null pointer.
func withCBytes<Result, Failure: Error>(
    of strings: [[UInt8]],
    _ body: ([UnsafePointer<CChar>?], [Int]) throws(Failure) -> Result
) throws(Failure) -> Result {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(strings.reduce(1) { $0 + $1.count })
    var starts: [Int] = []
    for string in strings {
        starts.append(bytes.count)
        bytes.append(contentsOf: string)
    }
    // One byte more, so that an empty string at the end has an address within the array.
    bytes.append(0)
    return try unsafe bytes.span.withCBytes { start, _ throws(Failure) in
        try unsafe body(starts.map { unsafe start + $0 }, strings.map(\.count))
    }
}
