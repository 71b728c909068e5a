/// Why a server cannot listen.
///
/// Whoever runs it has to change the address, or what is in its way.
package struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address or socket path at fault.
    package let place: String

    /// What is wrong with it, in a few words.
    package let reason: String

    package init(place: String, reason: String) {
        self.place = place
        self.reason = reason
    }

    /// `PLACE: REASON`.
    package var description: String {
        "\(place): \(reason)"
    }
}
