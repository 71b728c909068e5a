import Encoding
public import Manifests

extension Statement {
    /// Checks that `manifest` is the one this statement is about, and the rules that tie the two
    /// (statement.md §6).
    public func check(_ manifest: Manifest) throws(Refusal) {
        guard case .envelope(let payload, let subjects, let predicate) = body else { return }
        guard manifest.digest == payload else {
            throw Refusal(
                .mismatch, field: "manifest",
                rule: "has SHA-256 \(manifest.digest), the statement is about \(payload)")
        }
        guard manifest.predicateType == predicate else {
            throw Refusal(
                .mismatch, field: "predicate", rule: "must be the manifest's predicateType")
        }
        guard manifest.subjectDigests == subjects else {
            throw Refusal(
                .mismatch, field: "subjects",
                rule: "must be the manifest's subject digests, each once and in order")
        }
        switch predicate {
        case PredicateType.provenance: try checkProvenance(manifest)
        case PredicateType.telemetry:
            guard manifest.subjects.first?.name == issuer else {
                throw Refusal(
                    .mismatch, field: "subject[0].name", rule: "must be the statement's iss")
            }
        default: break
        }
    }

    private func checkProvenance(_ manifest: Manifest) throws(Refusal) {
        guard manifest.predicate[.pop]?.text == issuer else {
            throw Refusal(.mismatch, field: "predicate.pop", rule: "must be the statement's iss")
        }
        guard let edition = ProvenanceFacts.edition(in: manifest) else { return }
        guard subject == edition.subject else {
            throw Refusal(
                .mismatch, field: "sub",
                rule: "must be drop#serial of the manifest's edition: \(edition.subject)")
        }
    }
}
