import Checkpoints
import Files
import HTTPCalls
import Provenance
import Studio

/// The same table for the newest head that a spool has seen.
extension Failure {
    /// Why the head in a spool cannot be used.
    init(_ error: SeenHeadError) {
        switch error {
        case .file(let error): self.init(reading: error)
        case .damaged(let path, let error):
            self = .unreadable(
                path, "is not a signed checkpoint: \(error.words)",
                hint: "remove it: colophon spool sync gets another")
        case .otherLedger(let path, let origin):
            self = .unreadable(
                path, "is a head of \(origin), which is not this spool's ledger",
                hint: "remove it: colophon spool sync gets one of the spool's ledger")
        }
    }

    /// Why the head in a spool was not renewed.
    ///
    /// - Parameter kit: how the trust kit was named.
    init(_ error: SeenRenewalError, at ledger: ServiceURL, kit: String) {
        let update =
            "colophon trust update \(ShellWord.quoted(kit)) --ledger "
            + ShellWord.quoted("\(ledger)")
        switch error {
        case .seen(let error): self.init(error)
        case .ledger(let error): self.init(error, "\(ledger)")
        case .refused(let error):
            self = .no("\(ledger)", "its newest head \(error)", hint: "a newer kit may: \(update)")
        case .doubted(let size):
            self = .no(
                "\(ledger)",
                "a key of the ledger was stolen, and a thief may have signed its head of \(size)",
                hint: "a newer kit may know better: \(update)")
        case .unwitnessed(let size):
            self.init(
                .tryAgain, "\(ledger)",
                "too few of the kit's witnesses have seen its newest head, of size \(size)",
                hint: "the head before stays; the next sync asks again")
        case .forked(let old, let new, let path):
            self = .no(
                "\(ledger)", "its tree of \(new) does not extend the tree of \(old) that was seen",
                hint: "keep seen and \(path): they show a fork; ask its witnesses")
        }
    }
}
