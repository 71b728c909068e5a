import Checkpoints
import Encoding
import Manifests
import Merkle
import Provenance
import Studio

/// The content of a trust kit, in words or as one JSON object.
struct TrustText {
    private let kit: TrustKit
    private let names: Names

    init(_ kit: TrustKit, _ names: Names) {
        self.kit = kit
        self.names = names
    }

    var lines: [String] {
        let policy = kit.registry.policy.settings
        var lines = [
            "origin      \(Names.beside("\(kit.origin)", names[kit.genesis]))",
            "genesis     \(kit.genesis)",
            "as of       tree size \(kit.size), \(Instant(kit.time))",
            "quorum      \(kit.policy.quorum)",
            "accepts     algorithms \(policy.algorithms.map(String.init).joined(separator: ", "))",
        ]
        lines += policy.predicateTypes.map { "            \($0)" }
        if !kit.policy.witnesses.isEmpty { lines.append("witnesses") }
        lines += kit.policy.witnesses.map { witness in
            "  \(Names.beside("\(witness.name)  \(witness.key)", names[id: "\(witness.key)"]))"
        }
        lines += DatingText(kit).lines
        lines.append("ledger keys")
        lines += kit.registry.noteKeys.terms.map { "  note      \($0.key)\(until($0.lastSize))" }
        lines += kit.registry.noteKeys.doubts.map { doubtful("note", $0) }
        lines += kit.registry.receiptKeys.terms.map { term in
            "  receipt   \(name(term.key.keyID))\(until(term.lastSize))"
        }
        lines += kit.registry.receiptKeys.doubts.map { doubtful("receipt", $0) }
        lines += kit.registry.ledgerKeys.terms.map { term in
            "  ledger    \(name(term.key.keyID))\(until(term.lastSize))"
        }
        if let key = kit.registry.recoveryKey { lines.append("  recovery  \(name(key.keyID))") }
        lines.append("signing keys")
        for record in records { lines += self.lines(of: record) }
        let end = """
            That none of these is newer is the word of whoever gave you this kit: the chain of \
            control statements shows only that none is missing before tree size \(kit.size).
            """
        return lines + [""] + DeceptionText(kit.policy, names).lines + DatingText(kit).reliance
            + Columns.wrap(end, head: "")
    }

    /// Which heads are suspect because a key was stolen.
    private func doubtful(_ which: String, _ doubt: KeyDoubt) -> String {
        "  stolen    \(which): sizes \(doubt.sizes.lowerBound) to \(doubt.sizes.upperBound), "
            + "unless seen by \(Instant(doubt.until))"
    }

    private var records: [KeyRecord] {
        kit.registry.keys.values.sorted { ($0.issuer, $0.addedAt) < ($1.issuer, $1.addedAt) }
    }

    private func lines(of record: KeyRecord) -> [String] {
        let roles = record.roles.map(\.rawValue).sorted().joined(separator: ", ")
        let window = "\(UTC.text(record.notBefore)) to \(UTC.text(record.notAfter))"
        return [
            "  \(name(record.key.keyID))  \(state(record))",
            "      \(names.beside(record.issuer.string, key: record.key.keyID))",
            "      \(roles); \(record.key.algorithm.name); \(window)",
        ]
    }

    private func state(_ record: KeyRecord) -> String {
        switch record.state {
        case .added: "in use since entry \(record.addedAt)"
        case .retired(let until):
            "retired at entry \(record.changedAt), signed until \(UTC.text(until))"
                + (record.roles.contains(.admin) ? "; no administrator any more" : "")
        case .revoked(nil): "revoked at entry \(record.changedAt)"
        case .revoked(let size?):
            "revoked at entry \(record.changedAt), suspect from tree size \(size)"
        }
    }

    private func name(_ key: Hash) -> String {
        Base64.encodeURL(key.bytes)
    }

    private func until(_ size: UInt64?) -> String {
        size.map { "  until tree size \($0)" } ?? ""
    }

    var json: JSON.Object {
        let policy = kit.registry.policy.settings
        let keys = records.map { record in
            JSON.object([
                "kid": .string(Text(name(record.key.keyID))), "issuer": .string(record.issuer),
                "roles": .array(record.roles.map(\.rawValue).sorted().map { .string(Text($0)) }),
                "state": .string(word(record)),
                "notBefore": .string(Text(UTC.text(record.notBefore))),
                "notAfter": .string(Text(UTC.text(record.notAfter))),
                "addedAt": .integer(Int64(clamping: record.addedAt)),
                "changedAt": .integer(Int64(clamping: record.changedAt)),
            ])
        }
        return Console.object(
            [
                ("origin", .string(kit.origin.text)), ("genesis", .string(Text("\(kit.genesis)"))),
                ("size", .integer(Int64(clamping: kit.size))),
                ("time", .string(Text(UTC.text(kit.time)))),
                ("quorum", .string(Text("\(kit.policy.quorum)"))),
                ("witnesses", .array(kit.policy.witnesses.map { witness($0) })),
                ("groups", .array(kit.policy.groups.map { group($0) })),
                ("mustLie", .object(Console.object(mustLie))),
                ("algorithms", .array(policy.algorithms.map { .integer($0) })),
                ("predicateTypes", .array(policy.predicateTypes.map { .string($0) })),
                ("keys", .array(keys)),
            ] + DatingText(kit).members)
    }

    private func witness(_ witness: TrustPolicy.Witness) -> JSON {
        .object(
            Console.object([
                ("name", .string(Text("\(witness.name)"))),
                ("key", .string(Text("\(witness.key)"))),
                ("yourName", names[id: "\(witness.key)"].map { .string(Text($0)) }),
            ]))
    }

    private func group(_ group: TrustPolicy.Group) -> JSON {
        [
            "name": .string(Text("\(group.name)")),
            "threshold": .integer(Int64(group.threshold)),
            "members": .array(group.members.map { .string(Text("\($0)")) }),
        ]
    }

    /// Who would have to lie beside the ledger: the fewest witnesses, and such ones by name; null
    /// where no witness that can be checked here is enough.
    private var mustLie: [(Text, JSON?)] {
        let fewest = DeceptionText(kit.policy, names).fewest
        return [
            ("fewest", fewest.map { .integer(Int64($0.count)) } ?? .null),
            ("suchAs", fewest.map { .array($0.map { .string(Text("\($0.name)")) }) } ?? .null),
        ]
    }

    private func word(_ record: KeyRecord) -> Text {
        switch record.state {
        case .added: "added"
        case .retired: "retired"
        case .revoked: "revoked"
        }
    }
}
