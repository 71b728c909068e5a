import Encoding
import Merkle
import Provenance

/// A statement that is put together byte by byte, so that it can be wrong in one way.
struct StatementBytes {
    /// Encoded pairs of the protected header, in the order in which they are written.
    var protected: [(key: [UInt8], value: [UInt8])]
    var unprotected: [UInt8] = [0xA0]
    var payload: [UInt8]
    var signer: SigningKey

    /// The number that the protected map's head announces; nil for the true one.
    var announced: Int?

    /// Takes a good statement apart.
    init(_ statement: Statement, _ signer: SigningKey) throws {
        let message = try COSESign1.decode(statement.leaf)
        protected = message.protectedMap.entries.map { entry in
            let pair = CBORMap([(entry.key, entry.value)]).encoded()
            let value = entry.value.encoded()
            return (Array(pair.dropFirst().dropLast(value.count)), value)
        }
        payload = message.payload ?? []
        self.signer = signer
    }

    /// Replaces, adds (in the right place) or removes a label.
    mutating func set(_ label: Int64, _ value: CBOR?) {
        let key = CBOR.int(label).encoded()
        protected.removeAll { $0.key == key }
        guard let value else { return }
        let order = { (one: [UInt8], two: [UInt8]) in one.lexicographicallyPrecedes(two) }
        let place = protected.firstIndex { order(key, $0.key) } ?? protected.endIndex
        protected.insert((key, value.encoded()), at: place)
    }

    /// The value under a label.
    func value(_ label: Int64) throws -> CBOR? {
        let key = CBOR.int(label).encoded()
        return try protected.first { $0.key == key }.map { try CBOR.decode($0.value) }
    }

    /// Changes one claim of the CWT map.
    mutating func setClaim(_ label: Int64, _ value: CBOR?) throws {
        let claims = try self.value(15)?.mapValue ?? [:]
        set(15, .map(claims.setting(.int(label), to: value)))
    }

    var protectedBytes: [UInt8] {
        let count = announced ?? protected.count
        var bytes: [UInt8] = []
        CBOR.appendHead(major: .map, argument: UInt64(count), to: &bytes)
        return bytes + protected.flatMap { $0.key + $0.value }
    }

    /// The bytes after the tag and the array's head, with a signature that is right.
    func parts() throws -> [[UInt8]] {
        let signature = try signer.sign(
            COSESign1.toBeSigned(protected: protectedBytes, payload: payload))
        return [
            CBOR.bytes(protectedBytes).encoded(), unprotected, CBOR.bytes(payload).encoded(),
            CBOR.bytes(signature).encoded(),
        ]
    }

    /// The whole, with the tag.
    func encoded() throws -> [UInt8] {
        try [0xD2, 0x84] + parts().joined()
    }
}
