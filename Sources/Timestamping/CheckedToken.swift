/// What a trusted authority said: a token that was checked against its digest and the authorities.
package struct CheckedToken: Hashable, Sendable {
    /// The token, to be kept.
    package let token: TimestampToken

    /// By when what it is about existed, POSIX seconds: its time and its accuracy, rounded up.
    package let bound: UInt64

    /// Its own time, POSIX seconds, rounded down: the middle of what the authority says.
    package let time: UInt64

    /// The name of the authority in its certificate, which a trusted one vouches for.
    package let authority: String

    /// The policy under which it was made, in dots.
    package let policy: String

    /// Its number, in hexadecimal digits: unique for each authority.
    package let serial: String

    /// When the certificate that signed it ends, POSIX seconds; after that its key may be public.
    package let certificateExpires: UInt64

    /// Whether the certificate has ended at `now`: then the token alone is no more proof than
    /// something later that covers it.
    package func isExpired(at now: UInt64) -> Bool { now > certificateExpires }
}
