public import Encoding
public import Jobs
public import Ledger

/// One kind of long work that can be asked for over the control socket.
///
/// Where no process has the ledger open, a command opens it and calls ``work`` itself, so both
/// ways do the same.
public struct ControlJob: Sendable {
    /// What the request is called, as in `POST /NAME`.
    ///
    /// One of a name runs at a time.
    public let name: String

    /// The arguments that it knows; any other is refused.
    public let parameters: Set<String>

    /// Does the work, on a thread of its own that may block, and returns the result.
    ///
    /// It reports often, and ends with the error that a report throws. What it throws reaches
    /// whoever asked as one line of text.
    public let work: @Sendable (Ledger, ControlArguments, JobProgress) throws -> JSON.Object

    /// Creates a kind of work.
    public init(
        _ name: String, parameters: Set<String>,
        work: @escaping @Sendable (Ledger, ControlArguments, JobProgress) throws -> JSON.Object
    ) {
        self.name = name
        self.parameters = parameters
        self.work = work
    }

    /// Every kind that a server answers.
    public static let all: [ControlJob] = [.backup, .export, .fsck]
}
