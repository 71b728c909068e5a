public import Encoding
import Merkle

/// Writing manifests: compact JSON in the order of the standard, then the same checks as reading.
extension Manifest {
    /// Writes a manifest of any type and checks it like one that was read.
    public static func make(
        subjects: [Subject], predicateType: Text, predicate: JSON.Object
    ) throws(Refusal) -> Manifest {
        let statement: JSON = [
            "_type": .string(statementType),
            "subject": .array(subjects.map(\.json)),
            "predicateType": .string(predicateType),
            "predicate": .object(predicate),
        ]
        return try Manifest(statement.encoded())
    }

    /// Writes the provenance of files, with its nonce first and its card last.
    ///
    /// - Parameters:
    ///   - predicate: All other members of the predicate; a nonce or card among them is replaced.
    ///   - nonce: 16 random bytes.
    public static func provenance(
        of subjects: [Subject], _ predicate: JSON.Object, nonce: [UInt8]
    ) throws(Refusal) -> Manifest {
        var predicate = withNonce(nonce, predicate)
        predicate["card"] = nil
        let bare = try make(
            subjects: subjects, predicateType: PredicateType.provenance, predicate: predicate)
        predicate["card"] = [
            "template": .integer(Card.template),
            "sha256": .string(Text(Card.digest(of: bare))),
        ]
        return try make(
            subjects: subjects, predicateType: PredicateType.provenance, predicate: predicate)
    }

    /// Writes a milestone, reconciliation, postmortem or telemetry manifest, with its nonce first.
    ///
    /// The subject is what the type prescribes: the milestone, the drop, or for telemetry the
    /// issuer.
    ///
    /// - Parameters:
    ///   - predicate: All other members of the predicate; a nonce among them is replaced.
    ///   - issuer: The URI of the PoP that will sign.
    ///   - nonce: 16 random bytes.
    public static func record(
        _ type: Text, _ predicate: JSON.Object, issuer: Text, nonce: [UInt8]
    ) throws(Refusal) -> Manifest {
        let uri: Text? =
            switch type {
            case PredicateType.milestone, PredicateType.postmortem: predicate["milestone"]?.text
            case PredicateType.reconciliation: predicate["drop"]?.text
            case PredicateType.telemetry: issuer
            default:
                throw Refusal(.predicate, field: "predicateType", rule: "has files as subjects")
            }
        // Without a URI there is no subject either; the check then names the predicate's member.
        let subject = uri.flatMap { TextRule.uri.accepts($0) ? $0 : nil } ?? "urn:missing"
        return try make(
            subjects: [Subject(uri: subject)], predicateType: type,
            predicate: withNonce(nonce, predicate))
    }

    /// Writes a control manifest: its subject is the ledger itself.
    static func control(
        _ type: Text, _ predicate: JSON.Object, origin: Text
    ) throws(Refusal) -> Manifest {
        let ledger = Subject(uri: "https://" + origin)
        return try make(subjects: [ledger], predicateType: type, predicate: predicate)
    }

    private static func withNonce(_ nonce: [UInt8], _ predicate: JSON.Object) -> JSON.Object {
        let rest = predicate.members.filter { $0.name != "nonce" }.map { ($0.name, $0.value) }
        return JSON.Object([("nonce", .string(Text(Hex.encode(nonce))))] + rest)
    }
}
