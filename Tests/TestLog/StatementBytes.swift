package import Encoding
package import Provenance

/// A statement that is put together byte by byte, so that it can be wrong in one way.
package struct StatementBytes {
    /// Encoded pairs of the protected header, in the order in which they are written.
    package var protected: [(key: [UInt8], value: [UInt8])]
    package var unprotected: [UInt8] = [0xA0]
    package var payload: [UInt8]
    package var signer: SigningKey

    /// The number that the protected map's head announces; nil for the true one.
    package var announced: Int?

    /// Takes a good statement apart.
    package init(_ statement: Statement, _ signer: SigningKey) throws {
        try self.init(leaf: statement.leaf, signer)
    }

    /// Takes the leaf of a good statement, or of a good index head, apart.
    package init(leaf: [UInt8], _ signer: SigningKey) throws {
        let message = try COSESign1.decode(leaf)
        protected = message.protectedMap.entries.map { entry in
            let pair = CBORMap([(entry.key, entry.value)]).encoded()
            let value = entry.value.encoded()
            return (Array(pair.dropFirst().dropLast(value.count)), value)
        }
        payload = message.payload ?? []
        self.signer = signer
    }

    /// Replaces, adds (in the right place) or removes a label.
    package mutating func set(_ label: Int64, _ value: CBOR?) {
        let key = CBOR.int(label).encoded()
        protected.removeAll { $0.key == key }
        guard let value else { return }
        let order = { (one: [UInt8], two: [UInt8]) in one.lexicographicallyPrecedes(two) }
        let place = protected.firstIndex { order(key, $0.key) } ?? protected.endIndex
        protected.insert((key, value.encoded()), at: place)
    }

    /// The value under a label.
    package func value(_ label: Int64) throws -> CBOR? {
        let key = CBOR.int(label).encoded()
        return try protected.first { $0.key == key }.map { try CBOR.decode($0.value) }
    }

    /// Changes one claim of the CWT map.
    package mutating func setClaim(_ label: Int64, _ value: CBOR?) throws {
        let claims = try self.value(15)?.mapValue ?? [:]
        set(15, .map(claims.setting(.int(label), to: value)))
    }

    package var protectedBytes: [UInt8] {
        let count = announced ?? protected.count
        var bytes: [UInt8] = []
        CBOR.appendHead(major: .map, argument: UInt64(count), to: &bytes)
        return bytes + protected.flatMap { $0.key + $0.value }
    }

    /// The bytes after the tag and the array's head, with a signature that is right.
    package func parts() throws -> [[UInt8]] {
        let signature = try signer.sign(
            COSESign1.toBeSigned(protected: protectedBytes, payload: payload))
        return [
            CBOR.bytes(protectedBytes).encoded(), unprotected, CBOR.bytes(payload).encoded(),
            CBOR.bytes(signature).encoded(),
        ]
    }

    /// The whole, with the tag.
    package func encoded() throws -> [UInt8] {
        try [0xD2, 0x84] + parts().joined()
    }
}

extension MemoryLedger {
    /// The leaf of a good capture with a change; nothing logs it.
    package mutating func leaf(
        _ change: (inout StatementBytes) throws -> Void
    ) throws -> [UInt8] {
        let manifest = try manifest("x")
        var bytes = try StatementBytes(draft(manifest).sign(with: pop), pop)
        try change(&bytes)
        return try bytes.encoded()
    }

    /// Logs a capture that is said to be of another type.
    @discardableResult
    package mutating func add(type: Text) throws -> UInt64 {
        append(leaf: try leaf { $0.set(16, .text(type)) })
    }
}
