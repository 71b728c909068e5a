/// Why a server cannot listen.
///
/// Whoever runs it has to change the address, or what is in its way.
public struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address or socket path at fault.
    public let place: String

    /// What is wrong with it, in a few words.
    public let reason: String

    /// `PLACE: REASON`.
    public var description: String {
        "\(place): \(reason)"
    }
}
