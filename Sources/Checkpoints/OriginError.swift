/// Why a text is not the origin of a ledger.
///
/// Each case says what to change in it.
public enum OriginError: Error, Hashable, Sendable {
    /// The origin does not have 1...255 bytes.
    case wrongLength(Int)

    /// A byte is no URI character, or "+".
    case forbiddenCharacter(UInt8)

    /// The origin begins with a scheme; leave it out.
    case scheme

    /// The host is empty, not in lower case or no host name.
    case malformedHost

    /// The port is not a number from 1 to 65535 without leading zero.
    case malformedPort

    /// The origin ends with a slash; leave it out.
    case trailingSlash

    /// The path has an empty, "." or ".." segment, a query or a broken "%" escape.
    case malformedPath
}
