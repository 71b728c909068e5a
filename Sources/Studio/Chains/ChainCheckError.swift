package import HTTPCalls
package import LogReader
package import Provenance

/// Why the numbers of an issuer are not known.
package enum ChainCheckError: Error {
    /// The ledger did not answer, or said no. Try again.
    case ledger(CallError)

    /// The log cannot be read, or what the ledger gives of it is not proven. Try again.
    case log(LogError)

    /// The log has signed two heads of which neither extends the other. Keep both; believe neither.
    case fork(LogError)

    /// The ledger lists more entries of this issuer than are taken into memory.
    case tooMany(limit: Int)

    /// The ledger's list says of an entry what the log does not hold: it is false.
    case listRefuted(index: UInt64, EntryID)

    /// The ledger's own proof of which entries are the issuer's is false; the words say why. Where
    /// it leaves out an entry that the log has, keep what shows that.
    case falseProof(String, LeftOutEntry? = nil)

    /// Nothing shows that the list is whole, for this reason. Ask again later, or take the ledger's
    /// word.
    case notShown(String)

    /// Passes on why the log is not known.
    init(_ error: LogError) {
        switch error {
        case .service(_, let error): self = .ledger(error)
        case .fork: self = .fork(error)
        default: self = .log(error)
        }
    }
}
