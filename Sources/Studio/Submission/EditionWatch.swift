import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Provenance

/// Looks whether copies of an edition have a record already, before they get another.
///
/// Nothing forbids a second record: who bought which copy is told by such. But one that refers to
/// none before it is most often the same number signed twice.
actor EditionWatch {
    private let client: LedgerClient

    /// The record of each copy in this submission, by its thread.
    private var paths: [Text: String] = [:]

    /// Threads that were looked at.
    private var seen: Set<Text> = []

    /// Whether the ledger has failed to tell: it is not asked again.
    private var isOut = false

    init(_ client: LedgerClient) {
        self.client = client
    }

    /// Returns a warning for each record that is the second of its copy.
    func look(at files: [RecordFile]) async -> [SubmissionEvent] {
        var events: [SubmissionEvent] = []
        for file in files where Self.isFirstOfCopy(file.content) {
            let thread = file.content.statement.subject
            if let earlier = paths[thread], Text(earlier) != Text(file.path) {
                events.append(.sameCopy(file, earlier: earlier))
                continue
            }
            paths[thread] = file.path
            guard !isOut, seen.insert(thread).inserted else { continue }
            do throws(CallError) {
                let entries = try await client.page(of: .thread(thread), after: nil)
                    .filter { $0.entry != file.content.statement.id }
                if !entries.isEmpty { events.append(.secondOfCopy(file, entries)) }
            } catch {
                isOut = true
                events.append(.copiesUnknown(error))
            }
        }
        return events
    }

    /// Whether a record is about a numbered copy, refers to no other, and has no receipt yet.
    private static func isFirstOfCopy(_ record: TransparentStatement) -> Bool {
        let statement = record.statement
        // The thread of a copy is DROP#SERIAL: this looks at few manifests.
        guard record.receipts.isEmpty, statement.predicate == PredicateType.provenance,
            statement.subject.utf8.contains(UInt8(ascii: "#")), let bytes = record.manifest,
            case .object(let members)? = try? JSON.decode(bytes),
            let predicate = members["predicate"]?.object
        else { return false }
        return predicate["edition"] != nil && predicate["parents"] == nil
    }
}
