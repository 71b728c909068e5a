import Checkpoints
import Encoding
import Manifests
import Merkle

extension Examination {
    /// Notes whether the signature holds and whether the key was valid; returns whether both do.
    mutating func examineSigner(_ file: TransparentStatement) -> Bool {
        let extended = examineIssuers(file)
        let statement = file.statement
        let isLater = index.map { $0 >= kit.size } ?? false
        // What a file adds to the kit's registry counts only where it is proven to be newer.
        let newest = isLater ? extended : kit.registry
        if statement.controlManifest != nil { return examineControl(statement, newest) }
        guard let known = newest.keys[statement.keyID] else {
            note(.signature, .unknown, "is by a key that the kit does not know")
            note(.issuer, .unknown, "the kit, of tree size \(kit.size), does not know the key")
            return false
        }
        do throws(Refusal) {
            try Registry.checkSignature(of: statement, by: known.verificationKey)
            note(.signature, .ok, "is by the key of \(known.issuer)")
        } catch {
            note(.signature, .refuted, error.rule)
            note(.issuer, .notChecked, "nothing is known of who signed")
            return false
        }
        let judge = isLater ? newest : index.map { kit.registry(below: $0) } ?? newest
        examineManifestSize(judge)
        do throws(Refusal) {
            _ = try judge.judgeSigner(of: statement)
            try checkPlace(of: statement)
        } catch {
            note(.issuer, verdict(on: error, statement), "\(error)")
            return false
        }
        note(.issuer, .ok, standing(of: known))
        return true
    }

    /// Checks the policy's limit, which may be lower than that of every manifest.
    private mutating func examineManifestSize(_ registry: Registry) {
        let limit = registry.policy.settings.manifestBytes
        guard let size = manifest?.bytes.count, size > limit else { return }
        let isDecided = index.map { $0 < kit.size } ?? false
        note(
            .manifest, isDecided ? .refuted : .unknown,
            "has \(size) bytes, more than the policy's \(limit)")
    }

    /// Checks that the kit does not have another entry at this place.
    private func checkPlace(of statement: Statement) throws(Refusal) {
        guard let index, kit.controls.contains(where: { $0.index == index }) else { return }
        throw Refusal(
            .mismatch, field: "receipt", rule: "the kit has a control statement at entry \(index)")
    }

    /// Maps a refusal to a verdict: only what the kit can decide is false (verification.md §7).
    private func verdict(on refusal: Refusal, _ statement: Statement) -> Verdict {
        if let index, index < kit.size { return .refuted }
        switch refusal.reason {
        // What the policy says; a later one that the kit does not know may say otherwise.
        case .predicate, .algorithm, .tooLarge: return .unknown
        case .keyState where index == nil: return wasValidOnce(statement) ? .unknown : .refuted
        default: return .refuted
        }
    }

    /// Says whether there is a position below the kit's size at which the key was valid.
    private func wasValidOnce(_ statement: Statement) -> Bool {
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
    private mutating func examineControl(_ statement: Statement, _ newest: Registry) -> Bool {
        if let known = kit.controls.first(where: { $0.statement.id == statement.id }) {
            if let index, index != known.index {
                note(.issuer, .refuted, "the kit has it at entry \(known.index), not \(index)")
                return false
            }
            note(.signature, .ok, "was verified with the kit")
            note(.issuer, .ok, "is control statement of entry \(known.index) in the kit")
            return true
        }
        if let index, index < kit.size {
            note(.issuer, .refuted, "the kit has no such control statement below its size")
            return false
        }
        var registry = newest
        do throws(Refusal) {
            try registry.apply(statement, at: index ?? max(kit.size, newest.newestIndex + 1))
            note(.signature, .ok, "is by a key that may change the ledger's control")
            note(.issuer, .ok, "follows the newest control statement known; later changes unknown")
            return true
        } catch {
            let isUnknown = error.reason == .outOfTurn || error.reason == .unknownKey
            note(
                error.reason == .signature ? .signature : .issuer,
                isUnknown ? .unknown : .refuted, "\(error)")
            return false
        }
    }
}
