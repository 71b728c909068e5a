import Encoding
import HTTPService
import HTTPTypes
import Ledger
import LedgerStore
import Provenance

/// What all pages of a site are made from.
struct SitePages: Sendable {
    let ledger: Ledger

    /// POSIX seconds.
    let clock: @Sendable () -> UInt64

    /// The trust kit by which entries are judged.
    let ownKit: OwnKit

    /// The kept chart of the log's growth.
    let growth = SizeChart()

    /// The verifier for browsers; nil where the program has none.
    let verifier: VerifyDocument?

    /// Prepares the pages of a ledger; `clock` returns POSIX seconds.
    init(_ ledger: Ledger, clock: @escaping @Sendable () -> UInt64) {
        self.ledger = ledger
        self.clock = clock
        ownKit = OwnKit(of: ledger)
        verifier = VerifyFiles.areThere ? VerifyDocument(origin: "\(ledger.origin)") : nil
    }

    /// The origin of the ledger.
    var origin: String { "\(ledger.origin)" }

    /// Returns what a read of the store gives; a failure is never mistaken for an absence.
    func stored<Value>(_ read: () throws -> Value) throws(Problem) -> Value {
        do {
            return try read()
        } catch {
            let remedy = (error as? LedgerError)?.remedy ?? .wait
            throw .storage(LedgerError.words(ofRead: error), canPass: remedy == .wait)
        }
    }

    /// Returns an EntryID out of a path.
    func entryID(_ text: String) throws(Problem) -> EntryID {
        guard let id = EntryID(Text(text)) else {
            throw Problem(
                status: .badRequest, title: "Invalid locator",
                detail: "an EntryID is 43 characters of base64url")
        }
        return id
    }

    /// Whether entries may be missing here: while the ledger is not ready nothing says that this
    /// copy has all of them.
    var isIncomplete: Bool { ledger.readiness != nil }

    /// Why there is nothing to show of an entry: it waits for a quorum, is not there, or may be
    /// missing in this copy alone.
    func absence(of id: EntryID) throws(Problem) -> Problem {
        guard try stored({ try ledger.isUnpublished(id) }) else {
            guard let reason = ledger.readiness else {
                return .notFound("no such entry in this log")
            }
            return .storage(
                "the entry may be missing here: \(reason)", canPass: ledger.remedy == .wait)
        }
        return Problem(
            status: .serviceUnavailable, title: "Service Unavailable",
            detail: "the entry is in the log; no head that covers it has met the quorum of the "
                + "witnesses yet",
            retryAfter: Problem.busyDelay)
    }

    /// The form that looks something up.
    func form(_ kind: LookupKind = .any, _ entered: String = "", root: String) -> Markup {
        PageTemplate.form.filled(with: [
            "root": .text(root), "q": .text(entered),
            "kinds": .list(
                LookupKind.allCases.map {
                    [
                        "name": .text($0.rawValue), "word": .text($0.word),
                        "isChosen": .flag($0 == kind),
                    ]
                }),
        ])
    }
}
