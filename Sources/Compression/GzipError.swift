/// Why bytes are not a gzip file (RFC 1952).
///
/// After any of these the stream gives no more bytes; what it gave before is what the sender
/// meant only as far as something else proves it.
public enum GzipError: Error, Hashable, Sendable {
    /// The bytes are damaged or no gzip at all; `rule` is zlib's word for the rule they break,
    /// "incorrect header check" or "incorrect data check" for example.
    case malformed(rule: String)

    /// The bytes end within a member, or there are none.
    case truncated

    /// More than `limit` bytes would come out.
    case tooLarge(limit: Int)
}
