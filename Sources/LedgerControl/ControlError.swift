/// Why a request over the control socket gave no result, in one line.
package struct ControlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The error, in the words of the process that has the ledger open.
    package let description: String

    /// Creates an error in these words.
    package init(_ description: String) {
        self.description = description
    }
}
