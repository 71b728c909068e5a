package import Encoding
package import Jobs
package import Ledger
package import LedgerControl

/// One kind of long work that can be asked for over the control socket.
///
/// Where no process has the ledger open, a command opens it and calls ``work`` itself, so both
/// ways do the same.
package struct ControlJob: Sendable {
    /// The name of the request, as in `POST /NAME`.
    ///
    /// One of a name runs at a time.
    package let name: String

    /// The arguments that it knows; any other is refused.
    package let parameters: Set<String>

    /// Does the work, on a thread of its own that may block, and returns the result.
    ///
    /// It reports often, and ends with the error that a report throws. The client gets its error as
    /// one line of text.
    package let work: @Sendable (Ledger, ControlArguments, JobProgress) throws -> JSON.Object

    /// Creates a kind of work.
    package init(
        _ name: String, parameters: Set<String>,
        work: @escaping @Sendable (Ledger, ControlArguments, JobProgress) throws -> JSON.Object
    ) {
        self.name = name
        self.parameters = parameters
        self.work = work
    }

    /// Every kind that a server answers.
    package static let all: [ControlJob] = [.backup, .export, .fsck, .rotate]
}
