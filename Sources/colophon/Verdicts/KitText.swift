import Checkpoints
import Encoding
import Files
import Manifests
import Merkle
import Provenance
import Studio

/// What is said of a trust kit in a line or less.
enum KitText {
    /// What an argument names in a kit.
    struct Named {
        /// The ID under which a name is kept.
        let id: String

        /// What it is, for a person.
        let words: String
    }

    /// The members by which programs are told of a kit.
    static func members(of kit: TrustKit) -> [(Text, JSON?)] {
        [
            ("origin", .string(kit.origin.text)), ("genesis", .string(Text("\(kit.genesis)"))),
            ("size", .integer(Int64(clamping: kit.size))),
            ("time", .string(Text(UTC.text(kit.time)))),
        ]
    }

    /// What in a kit does not follow from its genesis, a line each: whoever serves it chose it.
    static func choices(of kit: TrustKit) -> [String] {
        var lines = ["the operator chose the kit's witnesses: \(quorum(of: kit))"]
        let others = kit.otherOrigins.map(\.printable).joined(separator: ", ")
        if !others.isEmpty { lines.append("the operator chose other logs to trust: \(others)") }
        return lines + DatingText(kit).choices
    }

    /// The members by which programs are told of ``choices(of:)``.
    static func choiceMembers(of kit: TrustKit) -> [(Text, JSON?)] {
        let witnesses = kit.policy.witnesses.map { witness in
            JSON.object([
                "name": .string(Text("\(witness.name)")), "key": .string(Text("\(witness.key)")),
            ])
        }
        return [
            ("quorum", .string(Text("\(kit.policy.quorum)"))), ("witnesses", .array(witnesses)),
            ("otherLogs", .array(kit.otherOrigins.map { .string($0) })),
        ] + DatingText(kit).members
    }

    /// The witnesses that a kit asks for, in words.
    private static func quorum(of kit: TrustKit) -> String {
        guard kit.policy.quorum != .none else { return VerdictPhrase.quorumNone.words }
        let names = kit.policy.witnesses.map { "\($0.name)" }.joined(separator: ", ")
        return VerdictPhrase.quorumOf.with(["names": names, "quorum": "\(kit.policy.quorum)"])
    }

    /// Finds what `text` names: a key by its thumbprint, a witness by its name in the policy or by
    /// its verifier key, the ledger by its origin or genesis.
    static func named(_ text: String, in kit: TrustKit) -> Named? {
        if let hash = EntryID(Text(text))?.hash, let key = kit.registry.keys[hash] {
            return Named(id: text, words: key.issuer.string)
        }
        if Text(text) == kit.origin.text || Text(text) == Text("\(kit.genesis)") {
            return Named(id: "\(kit.genesis)", words: kit.origin.text.string)
        }
        let witness = kit.policy.witnesses.first { witness in
            witness.name.bytes == Array(text.utf8) || Text("\(witness.key)") == Text(text)
        }
        return witness.map { Named(id: "\($0.key)", words: "\($0.key.name)") }
    }

    /// The advice to get a newer kit, for a record that is newer than this one.
    ///
    /// - Parameters:
    ///   - path: how the kit was named.
    ///   - ledger: the ledger's address, where the settings name one.
    static func advice(about kit: TrustKit, at path: String, ledger: String?) -> [String] {
        let words = VerdictPhrase.newerThanKit.with(["entry": "\(kit.size - 1)"]) + ":"
        let command = CommandLineText.trustUpdate(path, at: ledger ?? "https://\(kit.origin)")
        return Columns.wrap(words, head: "") + ["  \(command)"]
    }

    /// Prints the advice below a verdict, where it is about a record that needs it.
    static func print(_ advice: [String], about report: Report, to console: Console) {
        guard report.isNewerThanKit, report.outcome != .refuted, !console.json,
            !console.quiet || !report.ok
        else { return }
        for line in advice { console.print(line) }
    }
}

/// Commands for a person to paste.
enum CommandLineText {
    /// The command that gets newer receipts for a record, which the kit verifies.
    static func refresh(_ record: String, by kit: String, at ledger: String) -> String {
        "colophon refresh \(ShellWord.quoted(record)) --trust \(ShellWord.quoted(kit)) "
            + "--ledger \(ShellWord.quoted(ledger))"
    }

    /// The command that looks for the entries whose pictures look like a file.
    static func find(_ file: String, by kit: String, at ledger: String) -> String {
        "colophon find \(ShellWord.quoted(file)) --trust \(ShellWord.quoted(kit)) "
            + "--ledger \(ShellWord.quoted(ledger))"
    }

    /// The command that brings a kit up to date.
    static func trustUpdate(_ kit: String, at ledger: String) -> String {
        "colophon trust update \(ShellWord.quoted(kit)) --ledger \(ShellWord.quoted(ledger))"
    }
}
