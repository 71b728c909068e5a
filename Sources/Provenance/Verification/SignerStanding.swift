import Checkpoints
import Encoding
import Manifests
import Merkle

/// The fourth step: whether the signature holds, and whether the key was valid where the entry
/// stands (verification.md §7).
///
/// Takes the kit, the parsed record, the proven heads, and the registry as the file's key
/// statements extend it.
struct SignerStanding {
    /// What was found about the signature, the key, and the policy's limit on the manifest.
    private(set) var findings: [Finding] = []

    private let kit: TrustKit
    private let statement: Statement
    private let manifest: Manifest?
    private let index: UInt64?

    /// Judges the signer of `record`.
    init(
        of record: ParsedRecord, at heads: ProvenHeads, with keys: KeyStatements, by kit: TrustKit
    ) {
        self.kit = kit
        (statement, manifest, index) = (record.statement, record.manifest, heads.index)
        let isLater = index.map { $0 >= kit.size } ?? false
        // What a file adds to the kit's registry counts only where it is proven to be newer.
        let newest = isLater ? keys.registry : kit.registry
        if statement.controlManifest != nil {
            judgeControl(by: newest)
        } else if let record = signingKey(in: newest) {
            let past = isLater ? nil : index.map { kit.registry(below: $0) }
            judge(record, by: past ?? newest)
        }
    }

    /// Returns what is known of the key, once it is found to have signed.
    private mutating func signingKey(in registry: Registry) -> KeyRecord? {
        guard let record = registry.keys[statement.keyID] else {
            findings.note(.signature, .unknown, "is by a key that the kit does not know")
            findings.note(
                .issuer, .unknown, "the kit, of tree size \(kit.size), does not know the key")
            return nil
        }
        do throws(Refusal) {
            try Registry.checkSignature(of: statement, by: record.verificationKey)
        } catch {
            findings.note(.signature, Verdict(error, in: .signature), error.rule)
            findings.note(.issuer, .notChecked, "nothing is known of who signed")
            return nil
        }
        findings.note(.signature, .ok, "is by the key of \(record.issuer)")
        return record
    }

    /// Notes whether the key was valid by `registry`, the state below the entry.
    private mutating func judge(_ record: KeyRecord, by registry: Registry) {
        checkManifestSize(registry)
        do throws(Refusal) {
            _ = try registry.judgeSigner(of: statement)
            try checkPlace()
            findings.note(.issuer, .ok, standing(of: record))
        } catch {
            findings.note(.issuer, Verdict(error, in: .signer(place(for: error))), "\(error)")
        }
    }

    /// Checks the policy's limit, which may be lower than that of every manifest.
    private mutating func checkManifestSize(_ registry: Registry) {
        guard let manifest else { return }
        do throws(Refusal) {
            try registry.checkSize(ofManifest: manifest.bytes.count)
        } catch {
            let limit = registry.policy.settings.manifestBytes
            findings.note(
                .manifest, Verdict(error, in: .signer(place(for: error))),
                "has \(manifest.bytes.count) bytes, more than the policy's \(limit)")
        }
    }

    /// Checks that the kit does not have another entry at this place.
    private func checkPlace() throws(Refusal) {
        guard let index, kit.controls.contains(where: { $0.index == index }) else { return }
        throw Refusal(
            .mismatch, field: "receipt", rule: "the kit has a control statement at entry \(index)")
    }

    /// Where the entry stands, seen from the kit, for somebody who has to judge `refusal`.
    private func place(for refusal: Refusal) -> Question.Place {
        if let index { return index < kit.size ? .belowKit : .aboveKit }
        return .unproven(wasValidOnce: refusal.reason == .keyState && wasValidOnce())
    }

    /// Says whether there is a position below the kit's size at which the key was valid.
    private func wasValidOnce() -> Bool {
        kit.controls.contains { control in
            guard let manifest = control.statement.controlManifest,
                manifest.predicateType == PredicateType.key,
                let key = try? Registry.coseKey(KeyManifest(manifest).coseKey, field: ""),
                key.keyID == statement.keyID
            else { return false }
            let state = kit.registry(below: control.index + 1)
            return (try? state.judgeKey(of: statement)) != nil
        }
    }

    /// Says who the key belongs to and as of when, and what is suspect about it.
    private func standing(of record: KeyRecord) -> String {
        let asOf = "as of tree size \(kit.size), \(Instant(kit.time))"
        var text = "the key of \(record.issuer) was valid"
        if let index {
            text += index < kit.size ? " at entry \(index)" : "; later changes unknown"
        }
        text += ", \(asOf)"
        if case .revoked(let from?) = record.state, let index, from <= index {
            text = "suspect: the key was revoked and is suspect from entry \(from) on; " + text
        }
        return text
    }

    /// Judges a control statement: it must be the one at its place in the kit's chain, or
    /// follow after it by `newest`.
    private mutating func judgeControl(by newest: Registry) {
        if let known = kit.control(statement.id) {
            if let index, index != known.index {
                findings.note(
                    .issuer, .refuted, "the kit has it at entry \(known.index), not \(index)")
                return
            }
            findings.note(.signature, .ok, "was verified with the kit")
            findings.note(.issuer, .ok, "is control statement of entry \(known.index) in the kit")
            return
        }
        if let index, index < kit.size {
            findings.note(
                .issuer, .refuted, "the kit has no such control statement below its size")
            return
        }
        var registry = newest
        do throws(Refusal) {
            try registry.apply(statement, at: index ?? max(kit.size, newest.newestIndex + 1))
            findings.note(.signature, .ok, "is by a key that may change the ledger's control")
            findings.note(
                .issuer, .ok, "follows the newest control statement known; later changes unknown")
        } catch {
            findings.note(
                error.reason == .signature ? .signature : .issuer,
                Verdict(error, in: .laterControl), "\(error)")
        }
    }
}
