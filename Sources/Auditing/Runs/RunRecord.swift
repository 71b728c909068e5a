package import Files

/// A record of fixed size, as sorted runs hold it.
///
/// Records are compared by all of their bytes, so that those of one key come in one order.
protocol RunRecord: Comparable, Sendable {
    /// Bytes of a record in a file.
    static var byteCount: Int { get }

    /// The first eight bytes, big-endian.
    var prefix: UInt64 { get }

    /// Reads the record that begins at `start`; the bytes are there.
    init(at start: Int, of bytes: Span<UInt8>)

    /// Appends the record's bytes.
    func append(to bytes: inout [UInt8])
}

/// Why sorted runs could not be read or written.
package enum RunError: Error, Hashable {
    /// The system refuses; what was committed before is still there.
    case file(FileError)

    /// A file is not what was written: the disk, or somebody, has changed it.
    case damaged(path: String, rule: String)

    /// It was ended while records were settled; what was committed before is still there.
    case stopped
}
