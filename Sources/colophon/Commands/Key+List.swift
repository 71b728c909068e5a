import ArgumentParser
import Checkpoints
import Encoding
import HTTPCalls
import LedgerClient
import Manifests
import Merkle
import Provenance
import Studio

extension Key {
    struct List: ColophonCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the keys of a ledger: state, entries, last use.",
            discussion: """
                  colophon key list --ledger https://ledger.example/prints

                Keys and states are folded from the ledger's control statements, whose
                signatures are checked from entry 0 on; --trust DIR or --origin makes sure
                whose they are. Entries and last use are what the ledger's lists say.
                """)

        @OptionGroup var target: ReadTarget

        @OptionGroup var common: CommonOptions

        func perform(_ console: Console) async throws(Failure) -> ExitStatus {
            let desk = try await ReadingDesk(target, common, console)
            let progress = ProgressLine(console)
            let (log, uses, changes) = try await desk.read { log, client throws(CallError) in
                let head = UInt64(max(1, log.registry.newestIndex))
                defer { progress.clear() }
                let uses = try await KeyUse.all(in: log, client) { done in
                    progress.report("reading lists", done, of: max(done, head))
                }
                var changes: [Hash: UInt64] = [:]
                for record in log.registry.keys.values {
                    guard let entry = log.statement(changing: record) else { continue }
                    changes[record.key.keyID] = try await log.index(of: entry, client)
                }
                return (log, uses, changes)
            }
            console.note("the keys of \(log.registry.origin), genesis \(log.registry.genesis)")
            let records = log.registry.keys.values.sorted {
                ($0.issuer, $0.addedAt) < ($1.issuer, $1.addedAt)
            }
            for record in records {
                let key = record.key.keyID
                let line = KeyLine(record, uses[key] ?? KeyUse(), changedAt: changes[key])
                if console.json {
                    console.print(json: line.json)
                } else {
                    for text in line.lines { console.print(text) }
                }
            }
            return .yes
        }
    }
}

/// One key of a ledger, in words or as an object.
private struct KeyLine {
    private let record: KeyRecord
    private let use: KeyUse
    private let changedAt: UInt64?

    init(_ record: KeyRecord, _ use: KeyUse, changedAt: UInt64?) {
        self.record = record
        self.use = use
        self.changedAt = changedAt
    }

    private var kid: String { Base64.encodeURL(record.key.thumbprint) }

    private var roles: [String] { record.roles.map(\.rawValue).sorted() }

    var lines: [String] {
        let entry = changedAt.map { ", by entry \($0)" } ?? ""
        let window =
            record.notAfter == KeyManifest.never
            ? [] : ["    may sign until \(UTC.text(record.notAfter))"]
        return [kid, "    \(state)\(entry)"] + window + [
            "    \(record.issuer) (\(roles.joined(separator: ", ")))", "    \(used)",
        ]
    }

    private var state: String {
        switch record.state {
        case .added: "in use"
        case .retired(let until): "retired, signed until \(UTC.text(until))"
        case .revoked(nil): "revoked"
        case .revoked(let size?): "revoked, suspect from tree size \(size)"
        }
    }

    private var used: String {
        guard let newest = use.newest, let time = use.lastUsed else { return "no entry" }
        let count = use.entryCount == 1 ? "1 entry" : "\(use.entryCount) entries"
        return "\(count); last used \(UTC.text(time)), entry \(newest.index)"
    }

    var json: JSON.Object {
        Console.object([
            ("kid", .string(Text(kid))), ("issuer", .string(record.issuer)),
            ("roles", .array(roles.map { .string(Text($0)) })), ("state", .string(word)),
            ("changedAt", changedAt.map { .integer(Int64(clamping: $0)) }),
            ("suspectFrom", suspectFrom.map { .integer(Int64(clamping: $0)) }),
            ("notBefore", .string(Text(UTC.text(record.notBefore)))),
            ("notAfter", .string(Text(UTC.text(record.notAfter)))),
            ("entries", .integer(Int64(clamping: use.entryCount))),
            ("lastUsed", use.lastUsed.map { .string(Text(UTC.text($0))) }),
            ("lastEntry", use.newest.map { .integer(Int64(clamping: $0.index)) }),
        ])
    }

    private var word: Text {
        switch record.state {
        case .added: "added"
        case .retired: "retired"
        case .revoked: "revoked"
        }
    }

    private var suspectFrom: UInt64? {
        if case .revoked(let size) = record.state { size } else { nil }
    }
}
