/// The outer form of a token: ContentInfo, SignedData and SignerInfo (RFC 5652 §3, §5).
///
/// libcrypto takes a primitive element where an implicit tag should have elements in it. So every
/// such tag is looked at here: else limits on depth and number would not hold within.
enum TokenShape {
    /// The tags of SignedData, with and without certificates and revocation lists.
    private static let messages: [[UInt8]] = [
        [0x02, 0x31, 0x30, 0x31], [0x02, 0x31, 0x30, 0xa0, 0x31], [0x02, 0x31, 0x30, 0xa1, 0x31],
        [0x02, 0x31, 0x30, 0xa0, 0xa1, 0x31],
    ]

    /// The tags of SignerInfo, with the signed attributes that a token must have, and with and
    /// without others.
    private static let signers: [[UInt8]] = [
        [0x02, 0x30, 0x30, 0xa0, 0x30, 0x04], [0x02, 0x30, 0x30, 0xa0, 0x30, 0x04, 0xa1],
    ]

    /// Checks that `bytes` are one message with one signature, in DER but for the order in a SET
    /// OF, within the limits on size, depth, elements and certificates.
    static func check(_ bytes: [UInt8]) throws(TimestampRefusal) {
        let whole = try ASN1Element(whole: bytes)
        try whole.checkWithin(bytes)
        let type = try elements(of: whole, [[0x06, 0xa0]], bytes)
        let wrapped = try elements(of: type[1], [[ASN1Element.sequence]], bytes)
        let message = try elements(of: wrapped[0], messages, bytes)
        let content = try elements(of: message[2], [[0x06, 0xa0]], bytes)
        _ = try elements(of: content[1], [[0x04]], bytes)
        let limit = TimestampLimit.tokenCertificates
        if message[3].tag == 0xa0, try message[3].elements(of: bytes).count > limit {
            throw .malformed("it has more than \(limit) certificates")
        }
        let signers = try message[message.count - 1].elements(of: bytes)
        guard signers.count == 1 else { throw .malformed("it must have exactly one signature") }
        _ = try elements(of: signers[0], Self.signers, bytes)
    }

    /// Returns the elements of `element`, a sequence or a tag around one, whose own tags must be
    /// one of `forms`.
    private static func elements(
        of element: ASN1Element, _ forms: [[UInt8]], _ bytes: [UInt8]
    ) throws(TimestampRefusal) -> [ASN1Element] {
        guard [ASN1Element.sequence, 0xa0].contains(element.tag),
            case let elements = try element.elements(of: bytes),
            forms.contains(elements.map(\.tag))
        else { throw .malformed("it is no signed message") }
        return elements
    }
}
