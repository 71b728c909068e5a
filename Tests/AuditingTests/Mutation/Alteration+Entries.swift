import Auditing
import Encoding
import Manifests
import Merkle
import Provenance
import TestLedger
import TestLog
import TestSupport

/// Entries that a ledger must not have taken, each proven into a head that its key has signed.
extension Alteration {
    /// A leaf behind the others.
    private static func leaf(
        _ name: String, _ rule: AuditRule, _ leaf: [UInt8]
    ) -> Alteration {
        Alteration(.entries, name, { .entry(rule, $0.size - 1) }) { try $0.append(leaf) }
    }

    /// A statement behind the others, like the one of a name in all but what is changed.
    private static func like(
        _ known: String, _ name: String, _ rule: AuditRule,
        by key: any KeyPath<RecordedKeys, SigningKey> & Sendable = \.berlin,
        _ change: @escaping @Sendable (inout StatementBytes, RecordedLog) throws -> Void
    ) -> Alteration {
        Alteration(.entries, name, { .entry(rule, $0.size - 1) }) { log in
            let before = log
            try log.append(like: known, by: log.keys[keyPath: key]) { parts in
                try change(&parts, before)
            }
        }
    }

    /// What is wrong with one entry, or between two.
    static var entries: [Alteration] { forms + signers + pairs }

    private static var forms: [Alteration] {
        [
            leaf("no statement", .leaf, [1, 2, 3]),
            leaf("nothing", .leaf, []),
            leaf("an array that is no COSE_Sign1", .leaf, CBOR.array([]).encoded()),
            like("first", "without subjects", .form) { parts, _ in parts.set(-65537, nil) },
            like("first", "of another media type", .form) { parts, _ in
                parts.set(16, .text("application/example"))
            },
            like("first", "with a label that is not known", .form) { parts, _ in
                parts.set(99, .unsigned(1))
            },
            like("first", "with a nonce of 15 bytes", .form) { parts, _ in
                try parts.setClaim(7, .bytes(Array(randomBytes().dropLast())))
            },
            like("first", "by no URI", .form) { parts, _ in
                try parts.setClaim(1, .text("Berlin"))
            },
            like("first", "without a time", .form) { parts, _ in try parts.setClaim(6, nil) },
            like("first", "with a digest of 31 bytes", .form) { parts, _ in
                parts.payload.removeLast()
            },
            like("first", "with something that no signature covers", .form) { parts, _ in
                parts.unprotected = CBOR.map([.int(394): .array([])]).encoded()
            },
        ]
    }

    private static var signers: [Alteration] {
        [
            Alteration(.entries, "a bit of a signature", { .entry(.signature, $0.size - 1) }) {
                log in
                var leaf = try log.statement("first").leaf
                leaf[leaf.count - 1] ^= 1
                try log.append(leaf, log.manifests[Int(log.place("first"))])
            },
            like("first", "signed by another key than it says", .signature, by: \.stranger) {
                _, _ in
            },
            like("first", "a digest of zeros, signed by another key", .signature, by: \.stranger) {
                parts, _ in parts.payload = Hash.zero.bytes
            },
            like("lagos", "no signature of ES256", .signature, by: \.berlin) { _, _ in },
            like("first", "by a key that is not known", .key, by: \.stranger) { parts, log in
                parts.set(4, .bytes(log.keys.stranger.publicKey.thumbprint))
            },
            like("first", "by the key of another issuer", .key) { parts, _ in
                try parts.setClaim(1, .text("https://pops.example/lagos"))
            },
            like("old key", "by a key that is retired", .key, by: \.retired) { parts, log in
                try parts.setClaim(6, .unsigned(log.statement("old key").issuedAt + 9_000))
            },
            like("first", "for another ledger", .policy) { parts, _ in
                try parts.setClaim(3, .text("other.example/log"))
            },
            like("first", "of a type that the policy does not list", .policy) { parts, _ in
                parts.set(-65539, .text("https://types.example/unlisted/v1"))
            },
            like("first", "from days ahead", .policy) { parts, log in
                try parts.setClaim(6, .unsigned(log.time + 9 * 86_400))
            },
        ]
    }

    private static var pairs: [Alteration] {
        [
            Alteration(
                .entries, "an entry for the second time",
                {
                    .entry(.duplicate, $0.size - 1)
                }
            ) { log in
                try log.append(
                    log.statement("first").leaf, log.manifests[Int(log.place("first"))])
            },
            Alteration(
                .entries, "a nonce for the second time",
                {
                    .entry(.nonce, $0.size - 1)
                }
            ) { log in
                let claimID = try log.statement("first").claimID
                try log.append(like: "first") { parts in
                    try parts.setClaim(7, .bytes(claimID))
                    try parts.setClaim(2, .text("urn:example:another"))
                }
            },
            chained("a number is left out", sequence: 4),
            chained("a number for the second time", sequence: 1),
            Alteration(
                .entries, "a rollback without a postmortem",
                steps: [
                    Step { try $0.append(like: "rollback") },
                    Step(seconds: 9 * 86_400) { _ in },
                ]
            ) { .entry(.rollback, $0.size - 1) },
        ]
    }

    private static func chained(_ name: String, sequence: UInt64) -> Alteration {
        Alteration(.entries, name, { .entry(.chain, $0.size - 1) }) { log in
            let last = try log.statement("chained 2")
            let id = try found(last.chain, "the place in a chain").id
            try log.append(like: "chained 2") { parts in
                parts.set(
                    -65538,
                    .array([.bytes(id), .unsigned(sequence), .bytes(last.id.hash.bytes)]))
            }
        }
    }

    // MARK: - Control statements

    /// Control statements that do not follow from those before, and erasures of what is not there.
    static var controls: [Alteration] {
        [
            control("one of a PoP", .control, by: \.berlin) { log in
                try log.adding(log.keys.stranger)
            },
            control("one of a stranger", .control, by: \.stranger) { log in
                try log.adding(log.keys.stranger)
            },
            control("a handover that the administrator signs", .control) { log in
                try LogKeyManifest(
                    .receipt, old: Text(log.keys.berlin.publicKey.string),
                    new: Text(log.keys.stranger.publicKey.string), lastSize: log.size
                ).manifest(origin: Text(LedgerFixture.origin), nonce: randomBytes())
            },
            Alteration(
                .entries, "a control statement out of turn",
                {
                    .entry(.control, $0.size - 1)
                }
            ) { log in
                try log.append(
                    control: log.adding(log.keys.stranger), after: log.statement("policy"))
            },
            Alteration(.entries, "a control statement again", { .entry(.control, $0.size - 1) }) {
                try $0.append($0.statement("policy").leaf)
            },
            control("the erasure of an entry that is not there", .erasure) { log in
                try log.erasing(
                    log.statement("lagos").manifestDigest, of: [EntryID(Hash.sha256([9]))])
            },
            control("the erasure of another entry's manifest", .erasure) { log in
                try log.erasing(
                    log.statement("lagos").manifestDigest, of: [log.statement("foreign").id])
            },
        ]
    }

    private static func control(
        _ name: String, _ rule: AuditRule,
        by key: any KeyPath<RecordedKeys, SigningKey> & Sendable = \.admin,
        _ manifest: @escaping @Sendable (RecordedLog) throws -> Manifest
    ) -> Alteration {
        Alteration(.entries, name, { .entry(rule, $0.size - 1) }) { log in
            try log.append(control: manifest(log), by: log.keys[keyPath: key])
        }
    }
}
