public import Encoding
public import Testing

/// What a test with such an argument is called: short, and good to look for in the source.
extension CBOR: CustomTestStringConvertible {
    /// The bytes in hexadecimal.
    public var testDescription: String { Hex.encode(encoded()).shortened }
}

extension CBORMap: CustomTestStringConvertible {
    /// The bytes in hexadecimal.
    public var testDescription: String { CBOR.map(self).testDescription }
}

extension JSON: CustomTestStringConvertible {
    /// The text.
    public var testDescription: String { SafeText.json(self).shortened }
}

extension JSON.Object: CustomTestStringConvertible {
    /// The text.
    public var testDescription: String { JSON.object(self).testDescription }
}

extension COSEKey.Material: CustomTestStringConvertible {
    /// The algorithm.
    public var testDescription: String {
        switch self {
        case .ed25519: "Ed25519"
        case .p256: "P-256"
        case .mlDSA65: "ML-DSA-65"
        }
    }
}

extension String {
    /// As much as fits in a line of the log beside the test's name.
    fileprivate var shortened: String { count > 48 ? prefix(45) + "..." : self }
}
