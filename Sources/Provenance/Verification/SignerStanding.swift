import Checkpoints
import Encoding
import Manifests
import Merkle

/// The fourth step: whether the signature holds, and whether the key was valid where the entry
/// stands (verification.md §7).
///
/// Takes the kit, the parsed record, the proven heads, the registry as the file's key statements
/// extend it, and the signers that the asker expects.
struct SignerStanding {
    /// What was found about the signature, the key, and the policy's limit on the manifest.
    private(set) var findings: [Finding] = []

    /// The signer; what the kit says of it is there only where the signature verifies.
    private(set) var signer: Report.Signer

    private let kit: TrustKit
    private let statement: Statement
    private let manifest: Manifest?
    private let index: UInt64?

    /// Judges the signer of `record`.
    ///
    /// - Parameter expected: the issuers among whom the signer must be; nil where anyone will do.
    init(
        of record: ParsedRecord, at heads: ProvenHeads, with keys: KeyStatements, by kit: TrustKit,
        expecting expected: Set<Text>?
    ) {
        self.kit = kit
        (statement, manifest, index) = (record.statement, record.manifest, heads.index)
        signer = Report.Signer(unknown: record.statement.keyID)
        let isLater = index.map { $0 >= kit.size } ?? false
        // What a file adds to the kit's registry counts only where it is proven to be newer.
        let newest = isLater ? keys.registry : kit.registry
        if statement.controlManifest != nil {
            judgeControl(by: newest)
        } else if let record = signingKey(in: newest) {
            let past = isLater ? nil : index.map { kit.registry(below: $0) }
            judge(record, by: past ?? newest)
        }
        if let expected { hold(to: expected) }
    }

    /// Notes where the signer is known, and is none of those that the asker expects.
    private mutating func hold(to expected: Set<Text>) {
        guard let issuer = signer.issuer, !expected.contains(issuer) else { return }
        let others = expected.sorted().map(\.string).joined(separator: " or ")
        findings.note(
            .issuer, .refuted,
            "signed by \(issuer), not by \(others.isEmpty ? "anyone expected" : others)")
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
        signer = Report.Signer(record, at: index, by: kit)
        return record
    }

    /// Notes whether the key was valid by `registry`, the state below the entry.
    private mutating func judge(_ record: KeyRecord, by registry: Registry) {
        checkManifestSize(registry)
        do throws(Refusal) {
            _ = try registry.judgeSigner(of: statement.claims)
            try checkPlace()
            findings.note(.issuer, standing, words(of: record))
        } catch {
            findings.note(.issuer, Verdict(error, in: .signer(place(for: error))), words(error))
        }
    }

    /// The verdict about a key that was valid at its place.
    private var standing: Verdict { signer.state == .suspect ? .suspect : .ok }

    /// Says why the key was not valid: of a revoked key when and why that was.
    private func words(_ refusal: Refusal) -> String {
        guard refusal.reason == .keyState, let revocation = signer.revocation else {
            return "\(refusal)"
        }
        guard let index else {
            return revocation.words + ", and no receipt shows that this was logged before"
        }
        return index < revocation.entry
            ? "\(refusal)" : revocation.words + ", and this is entry \(index), after that"
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
            return (try? state.judgeKey(of: statement.claims)) != nil
        }
    }

    /// Says whose the key is and as of when, and where it was revoked later.
    private func words(of record: KeyRecord) -> String {
        let asOf = "as of tree size \(kit.size), \(Instant(kit.time))"
        var text = "the key of \(record.issuer) was valid"
        if let index {
            text += index < kit.size ? " at entry \(index)" : "; later changes unknown"
        }
        text += ", \(asOf)"
        if let doubt = signer.doubt { return "\(doubt); \(text)" }
        return signer.revocation.map { "\(text); later \($0.words)" } ?? text
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
            signer = Report.Signer(
                ofControl: statement, at: known.index, in: kit.registry, by: kit)
            findings.note(.signature, .ok, "was verified with the kit")
            let words = "is control statement of entry \(known.index) in the kit"
            let doubt = signer.doubt.map { $0 + "; " } ?? ""
            findings.note(.issuer, standing, doubt + words)
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
            signer = Report.Signer(ofControl: statement, at: index, in: newest, by: kit)
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
