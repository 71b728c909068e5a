/// Why a server cannot listen.
///
/// The operator has to choose another address, or stop the process that has it.
package struct ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address or socket path at fault.
    package let place: String

    /// The error, in a few words.
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
