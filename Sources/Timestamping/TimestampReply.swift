/// What an authority answered: a status, and a token where it gave one (RFC 3161 §2.4.2).
struct TimestampReply {
    /// The token that it granted.
    let token: TimestampToken

    /// The names of the reasons in PKIFailureInfo, by their bits.
    private static let reasons: [Int: String] = [
        0: "badAlg", 2: "badRequest", 5: "badDataFormat", 14: "timeNotAvailable",
        15: "unacceptedPolicy", 16: "unacceptedExtension", 17: "addInfoNotAvailable",
        25: "systemFailure",
    ]

    /// Reads an answer; one without a token is refused with the authority's own words.
    init(_ bytes: [UInt8]) throws(TimestampRefusal) {
        let whole = try ASN1Element(whole: bytes)
        try whole.checkWithin(bytes)
        guard whole.tag == ASN1Element.sequence,
            case let parts = try whole.elements(of: bytes), (1...2).contains(parts.count),
            parts[0].tag == ASN1Element.sequence,
            case let info = try parts[0].elements(of: bytes), let first = info.first,
            first.tag == ASN1Element.integer, first.content.count == 1
        else { throw .malformed("the answer has no status") }
        let status = Int(bytes[first.content.lowerBound])
        // 0 is granted, 1 granted with modifications.
        guard status <= 1 else {
            throw .rejected(status: status, words: try Self.words(info.dropFirst(), bytes))
        }
        guard parts.count == 2 else { throw .malformed("the answer grants a token and has none") }
        token = try TimestampToken(Array(bytes[parts[0].content.upperBound...]))
    }

    /// Returns what the authority wrote, and the names of its reasons.
    private static func words(
        _ info: some Sequence<ASN1Element>, _ bytes: [UInt8]
    ) throws(TimestampRefusal) -> String {
        var words: [String] = []
        for element in info {
            if element.tag == ASN1Element.sequence {
                for text in try element.elements(of: bytes)
                where text.tag == ASN1Element.utf8String {
                    words.append(String(decoding: bytes[text.content], as: UTF8.self))
                }
            } else if element.tag == ASN1Element.bitString {
                words += reasons(in: bytes[element.content].dropFirst())
            }
        }
        return TimestampLimit.shortened(words.joined(separator: ", "))
    }

    /// Returns the names of the bits that are set, the first bit being the highest of a byte.
    private static func reasons(in bits: ArraySlice<UInt8>) -> [String] {
        bits.enumerated().flatMap { index, byte in
            (0..<8).filter { byte & 0x80 >> $0 != 0 }.compactMap { reasons[index * 8 + $0] }
        }
    }
}

extension TimestampQuery {
    /// Checks the answer to this question, which was asked at `now`, POSIX seconds (timestamps.md
    /// §2).
    ///
    /// Beside what ``TimestampToken/check(digest:by:now:)`` asks for, the token has this question's
    /// nonce, and its time is about now.
    package func check(
        reply: [UInt8], by authorities: TimestampAuthorities, now: UInt64
    ) throws(TimestampRefusal) -> CheckedToken {
        let token = try TimestampReply(reply).token
        let checked = try token.check(digest, nonce: nonce, by: authorities, now: now)
        guard checked.time + TimestampLimit.secondsBehind >= now else {
            throw .behind(seconds: now - checked.time)
        }
        return checked
    }
}
