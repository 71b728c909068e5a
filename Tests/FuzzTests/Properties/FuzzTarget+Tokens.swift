import Timestamping

extension FuzzTarget {
    /// No token says anything but what a trusted authority has said.
    ///
    /// No fuzzer forges a signature. So whatever it makes of the good tokens, what is believed is
    /// what they say.
    static func timestampToken(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let known = KnownTimestamps.shared
        guard let token = try? TimestampToken(bytes), let authorities = known.authorities else {
            return false
        }
        try hold(token.bytes == bytes, "a token is kept as it came")
        let checked: CheckedToken
        do throws(TimestampRefusal) {
            checked = try token.check(
                digest: KnownTimestamps.query.digest, by: authorities, now: KnownTimestamps.later)
        } catch {
            try hold(error != .libraryFailed, "libcrypto has what it needs")
            return false
        }
        try hold(known.statements.contains(.init(checked)), "what is believed was said")
        return true
    }

    /// The same of answers; and a token that was taken holds by itself, for ever.
    static func timestampReply(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        let known = KnownTimestamps.shared
        guard let authorities = known.authorities,
            let checked = try? KnownTimestamps.query.check(
                reply: bytes, by: authorities, now: known.moment)
        else { return false }
        try hold(known.statements.contains(.init(checked)), "what is believed was said")
        return try timestampToken(checked.token.bytes)
    }

    /// A file of authorities' certificates has one meaning, and is written back with it.
    static func timestampAuthorities(_ bytes: [UInt8]) throws(BrokenProperty) -> Bool {
        guard let authorities = try? TimestampAuthorities(pem: bytes) else { return false }
        let again = try? TimestampAuthorities(pem: authorities.pem)
        try hold(again == authorities, "what is written is read as the same")
        try hold(again?.pem == authorities.pem, "it is written in one way")
        try hold(!authorities.names.isEmpty, "there is an authority")
        return true
    }
}
