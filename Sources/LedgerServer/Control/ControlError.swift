/// Why a request over the control socket gave no result, in one line.
public struct ControlError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in the words of the process that has the ledger open.
    public let description: String

    /// Creates an error in these words.
    public init(_ description: String) {
        self.description = description
    }
}
