import Checkpoints
import Encoding
import Foundation
import Ledger
import LedgerStore
import Merkle
import Provenance
import TestLedger
import TestPeer

/// The lists, tiles and leaves of the real ledger, which a test may alter.
enum ListedLedger {
    /// Answers what is asked of lists, tiles and leaves; nil for anything else.
    ///
    /// - Parameter hidden: entries that the lists leave out.
    static func answer(
        _ request: StubServer.Request, _ ledger: Ledger, hiding hidden: Set<EntryID> = []
    ) -> StubServer.Answer? {
        do {
            let path = request.path.prefix { $0 != "?" }
            if path == "/threads" {
                return .whole(200, [:], try list(request.path, ledger, hidden))
            }
            if path.hasPrefix("/tile/") { return try tile(String(path.dropFirst()), ledger) }
            guard path.hasSuffix("/statement") else { return nil }
            let name = path.dropFirst("/entries/".count).dropLast("/statement".count)
            guard let entry = EntryID(Text(String(name))), let leaf = try ledger.statement(entry)
            else { return .whole(404) }
            return .whole(200, [:], leaf)
        } catch {
            return .whole(500)
        }
    }

    private static func tile(_ path: String, _ ledger: Ledger) throws -> StubServer.Answer {
        let bytes: [UInt8]?
        switch try TilePath(parsing: path) {
        case .tile(let id, let width): bytes = try ledger.tile(id, width: width)
        case .entries(let index, let width):
            bytes = try ledger.entryBundle(index: index, width: width)
        }
        return bytes.map { .whole(200, [:], $0) } ?? .whole(404)
    }

    /// Answers `/threads?iss=URI&limit=N&after=M`, and the same with `sub`, a few at a time.
    private static func list(
        _ path: String, _ ledger: Ledger, _ hidden: Set<EntryID>
    ) throws -> [UInt8] {
        let items = URLComponents(string: path)?.queryItems ?? []
        let subject = items.first { $0.name == "sub" }?.value
        let issuer = items.first { $0.name == "iss" }?.value ?? ""
        let after = items.first { $0.name == "after" }?.value.flatMap { UInt64($0) }
        let entries = try ledger.thread(
            subject == nil ? .issuer : .subject, Text(subject ?? issuer), after: after,
            limit: pageEntries)
        return JSON.array(
            entries.filter { !hidden.contains($0.id) }.map { entry in
                [
                    "index": .integer(Int64(entry.index)), "entry": .string(Text("\(entry.id)")),
                ]
            }
        ).encoded()
    }

    /// Less than a real ledger gives, so that there are several pages.
    private static let pageEntries = 20
}
