import Encoding
import Merkle

/// The form and the rules of one predicate type.
struct ManifestType: Sendable {
    /// The form of the whole manifest.
    let shape: Shape

    /// The rules between members, which a shape cannot express.
    let rules: @Sendable (Manifest) throws(Refusal) -> Void

    /// Returns the type that `manifest` says it has.
    static func of(_ manifest: JSON) throws(Refusal) -> ManifestType {
        guard let object = manifest.object else {
            throw Refusal(.schema, field: "manifest", rule: "must be an object")
        }
        guard let name = object[.predicateType] else {
            throw Refusal(.schema, field: "predicateType", rule: "is missing")
        }
        guard let name = name.text else {
            throw Refusal(.schema, field: "predicateType", rule: "must be a string")
        }
        if let known = ours[name] { return known }
        guard !PredicateType.isOurs(name) else {
            let rule = "\(name.printable) is not a type this version knows"
            throw Refusal(.predicate, field: "predicateType", rule: rule)
        }
        return foreign
    }

    static let ours: [Text: ManifestType] = [
        PredicateType.provenance: provenance,
        PredicateType.milestone: milestone,
        PredicateType.reconciliation: reconciliation,
        PredicateType.postmortem: postmortem,
        PredicateType.telemetry: telemetry,
        PredicateType.policy: policy,
        PredicateType.key: key,
        PredicateType.logKey: logKey,
        PredicateType.erasure: erasure,
    ]

    /// A type about files: each subject has a name, a digest and a media type.
    static func aboutFiles(
        _ predicate: Shape, rules: @escaping @Sendable (Manifest) throws(Refusal) -> Void
    ) -> ManifestType {
        let subject = Shape.object(required: [
            "name": .text(.line),
            "digest": .object(required: ["sha256": .sha256]),
            "mediaType": .text(.mediaType),
        ])
        return ManifestType(
            shape: statement(subject, 1...Manifest.subjectLimit, predicate), rules: rules)
    }

    /// A type about something that has a URI and no file: one subject, that URI and its digest.
    ///
    /// - Parameter member: The member of the predicate that the URI repeats, if one does.
    static func aboutURI(
        _ member: Text?, _ predicate: Shape,
        rules: @escaping @Sendable (Manifest) throws(Refusal) -> Void
    ) -> ManifestType {
        let subject = Shape.object(required: [
            "name": .text(.uri),
            "digest": .object(required: ["sha256": .sha256]),
        ])
        return ManifestType(shape: statement(subject, 1...1, predicate)) {
            manifest throws(Refusal) in
            let subject = manifest.subjects[0]
            try require(
                subject.digest == .sha256(subject.name.utf8), "subject[0].digest.sha256",
                "must be the SHA-256 of the subject's name")
            if let member {
                try require(
                    manifest.predicate[member]?.text == subject.name, "subject[0].name",
                    "must equal predicate.\(member)")
            }
            try rules(manifest)
        }
    }

    private static func statement(
        _ subject: Shape, _ count: ClosedRange<Int>, _ predicate: Shape
    ) -> Shape {
        .object(required: [
            "_type": .oneOf(Manifest.statementType),
            "subject": .array(of: subject, count),
            "predicateType": .any,
            "predicate": predicate,
        ])
    }

    /// Other people's types follow in-toto: unknown members anywhere, digests of other algorithms.
    static let foreign = ManifestType(
        shape: .open(
            required: [
                "_type": .oneOf(Manifest.statementType, Manifest.olderStatementType),
                "subject": .array(
                    of: .open(
                        required: ["digest": .open(optional: ["sha256": .sha256])],
                        optional: ["name": .text(.any), "mediaType": .text(.any)]),
                    1...Manifest.foreignSubjectLimit),
                "predicateType": .text(.uri),
            ],
            optional: ["predicate": .anyObject]),
        rules: { _ in })
}
