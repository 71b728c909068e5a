import Encoding
import Foundation
import Ledger
import LedgerCheck
import LedgerStore
import Manifests
import Merkle
import Provenance
import RocksDB
import Testing
import TestLedger
import TestSupport

/// A closed ledger of some hundred entries, whose rows tests change behind its back.
final class StoreWorkbench {
    /// One row of a family.
    struct Row: Hashable {
        let key: [UInt8]
        let value: [UInt8]
    }

    let fixture: LedgerFixture

    /// The entry whose manifest was erased, and the erasure.
    let erased: EntryID
    let erasure: EntryID

    /// Makes a ledger with a PoP, two full tiles of entries, heads of several sizes, and an
    /// erasure; one table has the keys of all entries.
    init(entries: Int = 600) async throws {
        let fixture = try LedgerFixture(configure: { $0.indexInterval = .seconds(3600) })
        self.fixture = fixture
        try await fixture.addPoP()
        for start in stride(from: 0, to: entries, by: 150) {
            let captures = try (start..<min(start + 150, entries)).map { number in
                try fixture.capture("work \(number % 200)")
            }
            for answer in await fixture.ledger.register(captures) {
                guard case .registered = answer else { throw FixtureError.unexpected("\(answer)") }
            }
            fixture.clock.advance(by: 10)
        }
        let bytes = try fixture.capture("to be erased")
        let file = try TransparentStatement(bytes)
        guard case .registered(let id, _) = try await fixture.register(bytes) else {
            throw FixtureError.unexpected("not registered")
        }
        let manifest = try ErasureManifest(
            entries: [Text("\(id)")], sha256: file.statement.manifestDigest, reason: "asked for",
            authority: "the creator"
        ).manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())
        guard case .registered(let by, _) = try await fixture.register(fixture.control(manifest))
        else { throw FixtureError.unexpected("not erased") }
        (erased, erasure) = (id, by)
        fixture.ledger.close()
        try await fixture.writeKeys()
    }

    func check(_ options: CheckOptions = CheckOptions()) throws -> CheckReport {
        try Ledger.check(folder: fixture.options, options)
    }

    /// Opens the store as RocksDB sees it, and closes it again.
    func withStore<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try fixture.withStore(body)
    }

    func rows(of family: StoreLayout.Family) throws -> [Row] {
        try withStore { store in
            var found: [Row] = []
            var rows = try Iterator(over: store.columnFamily(family.rawValue), of: store)
            try rows.seekToFirst()
            while let key = rows.key, let value = rows.value {
                found.append(Row(key: key, value: value))
                try rows.next()
            }
            return found
        }
    }

    /// Replaces rows: a nil value removes one.
    func write(_ rows: [[UInt8]: [UInt8]?], in family: StoreLayout.Family) throws {
        try withStore { store in
            let batch = try WriteBatch(for: store)
            for (key, value) in rows {
                let column = store.columnFamily(family.rawValue)
                if let value {
                    batch.put(key: key, value: value, in: column)
                } else {
                    batch.delete(key: key, in: column)
                }
            }
            try store.write(batch, sync: true)
        }
    }

    /// Writes a key as findings do, from the table in `Schemas/storage.md`.
    static func name(_ key: [UInt8], in family: StoreLayout.Family) -> String {
        let index = "\(key.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })"
        func hex(_ range: Range<Int>) -> String { Hex.encode(Array(key[range])) }
        return switch (family, key.count) {
        case (.entries, 8), (.heads, 8), (.manifests, 8), (.control, 8): index
        case (.tiles, 9): "\(key[0])/\(index)"
        case (.ids, 32), (.nonces, 32): hex(0..<32)
        case (.keys, 40) where key.starts(with: KeyRow.markPrefix): "end/\(index)"
        case (.keys, 40), (.subjects, 40): "\(hex(0..<32))/\(index)"
        case (.threads, 41) where key[0] == 0: "sub/\(hex(1..<33))/\(index)"
        case (.threads, 41) where key[0] == 1: "iss/\(hex(1..<33))/\(index)"
        case (.meta, _) where key.allSatisfy { $0 > 0x20 && $0 < 0x7F }:
            String(decoding: key, as: UTF8.self)
        default: "0x" + Hex.encode(key)
        }
    }
}
