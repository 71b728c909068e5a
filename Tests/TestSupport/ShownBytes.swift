/// Bytes that are an argument of a test: a log shows their number and their beginning.
package struct ShownBytes: Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
    /// Bytes that are shown.
    private static let limit = 12

    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package init(arrayLiteral bytes: UInt8...) { self.init(bytes) }

    package var description: String {
        let shown = bytes.prefix(Self.limit).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\(bytes.count) bytes: \(shown.joined(separator: " "))"
    }
}
