/// A single-signer COSE message (RFC 9052 §4.2), read but not verified.
///
/// Everything but the unprotected map is deterministic CBOR, so the bytes of a message
/// follow from its members.
public struct COSESign1: Hashable, Sendable {
    /// Content of the protected header's byte string: an encoded map, or nothing.
    public let protected: [UInt8]

    /// The protected header.
    public let protectedMap: CBORMap

    /// The unprotected header, which no signature covers.
    public var unprotected: CBORMap

    /// The payload; nil where it is detached.
    public var payload: [UInt8]?

    /// The signature; its form is the algorithm's.
    public let signature: [UInt8]

    /// Creates a message of its parts.
    public init(
        protected: CBORMap, unprotected: CBORMap = [:], payload: [UInt8]?, signature: [UInt8]
    ) {
        // RFC 9052 §3: an empty map is encoded as a string of length zero.
        self.protected = protected.isEmpty ? [] : protected.encoded()
        self.protectedMap = protected
        self.unprotected = unprotected
        self.payload = payload
        self.signature = signature
    }

    private init(
        protected: [UInt8], map: CBORMap, unprotected: CBORMap, payload: [UInt8]?,
        signature: [UInt8]
    ) {
        self.protected = protected
        self.protectedMap = map
        self.unprotected = unprotected
        self.payload = payload
        self.signature = signature
    }

    /// Reads a tagged message, all of `bytes`.
    ///
    /// The members of its two headers are limited; more are refused before they are read.
    ///
    /// - Parameter unprotected: The rules for the unprotected map; for all else they are strict.
    public static func decode(
        _ bytes: [UInt8], unprotected rules: CBORRules = .strict
    ) throws(CBORError) -> COSESign1 {
        var decoder = CBORDecoder(bytes, rules: .strict)
        let tag = try decoder.head()
        guard tag.major == .tag, tag.argument == 18 else {
            throw CBORError(.notTagged, at: tag.offset)
        }
        let array = try decoder.head()
        guard array.information != 31 else { throw CBORError(.indefiniteLength, at: array.offset) }
        guard array.major == .array, array.argument == 4 else {
            throw CBORError(.notSign1, at: array.offset)
        }
        let protected = try decoder.bytesRange()
        let map = try protectedMap(bytes, in: protected)

        let unprotectedOffset = decoder.offset
        decoder.rules = rules.forHeader()
        // The tag is level 1, the array 2.
        guard case .map(let unprotected) = try decoder.item(depth: 3) else {
            throw CBORError(.notSign1, at: unprotectedOffset)
        }
        decoder.rules = .strict
        let payload = try decoder.takeNull() ? nil : Array(bytes[try decoder.bytesRange()])
        let signature = try decoder.bytesRange()
        try decoder.finish()
        return COSESign1(
            protected: Array(bytes[protected]), map: map, unprotected: unprotected,
            payload: payload, signature: Array(bytes[signature]))
    }

    private static func protectedMap(
        _ bytes: [UInt8], in range: Range<Int>
    ) throws(CBORError) -> CBORMap {
        guard !range.isEmpty else { return [:] }
        var decoder = CBORDecoder(bytes, in: range, rules: CBORRules.strict.forHeader())
        guard case .map(let map) = try decoder.item(depth: 1) else {
            throw CBORError(.protectedNotMap, at: range.lowerBound)
        }
        try decoder.finish()
        return map
    }

    /// Returns the tagged message.
    public func encoded() -> [UInt8] { encoded(with: unprotected) }

    /// Returns the tagged message with another unprotected header.
    package func encoded(with unprotected: CBORMap) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(protected.count + (payload?.count ?? 0) + signature.count + 32)
        CBOR.appendHead(major: .tag, argument: 18, to: &bytes)
        CBOR.appendHead(major: .array, argument: 4, to: &bytes)
        CBOR.append(protected, to: &bytes)
        CBOR.map(unprotected).append(to: &bytes)
        if let payload {
            CBOR.append(payload, to: &bytes)
        } else {
            CBOR.null.append(to: &bytes)
        }
        CBOR.append(signature, to: &bytes)
        return bytes
    }

    /// Returns the bytes that the signature of this message covers.
    ///
    /// - Parameter detached: The payload, where the message does not carry it.
    public func toBeSigned(detached: [UInt8] = []) -> [UInt8] {
        Self.toBeSigned(protected: protected, payload: payload ?? detached)
    }

    /// Returns the bytes that a signature covers: the Sig_structure of RFC 9052 §4.4, with
    /// context "Signature1" and no external data.
    ///
    /// - Parameter protected: Content of the protected header's byte string.
    public static func toBeSigned(protected: [UInt8], payload: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(protected.count + payload.count + 32)
        CBOR.appendHead(major: .array, argument: 4, to: &bytes)
        CBOR.append(context, to: &bytes)
        // An encoded empty map is signed as a string of length zero (RFC 9052 §4.4, step 2).
        CBOR.append(protected == [0xa0] ? [] : protected, to: &bytes)
        CBOR.append([] as [UInt8], to: &bytes)
        CBOR.append(payload, to: &bytes)
        return bytes
    }

    private static let context: Text = "Signature1"
}

extension CBORDecoder {
    /// Reads a byte string's head and moves past its content, whose place is returned.
    fileprivate mutating func bytesRange() throws(CBORError) -> Range<Int> {
        let head = try head()
        guard head.major == .bytes else { throw CBORError(.notSign1, at: head.offset) }
        return try bytesRange(head)
    }
}
