import Encoding

/// The ledger about itself; the schemas in `Schemas/` say the same. Control manifests are leaf
/// bytes.
extension ManifestType {
    static let policy = aboutURI(
        nil,
        .object(policyKeys + policySettings + [.optional("ext", .anyObject)], isClosed: true),
        rules: { manifest throws(Refusal) in
            let origin = manifest.predicate["origin"]?.text ?? ""
            try require(
                manifest.subjects[0].name == "https://" + origin, "subject[0].name",
                "must be https:// and predicate.origin")
            try require(
                manifest.predicate["noteKey"]?.text?.hasPrefix(origin + "+") == true,
                "predicate.noteKey", "must bear the name predicate.origin")
        })

    private static let policyKeys: [Shape.Field] = [
        .required("nonce", .nonce),
        .required("origin", .text(.origin)),
        .required("noteKey", .text(.noteKey)),
        .required("receiptKey", .text(.coseKey)),
        .required("ledgerKey", .text(.coseKey)),
        .optional("recoveryKey", .text(.coseKey)),
    ]

    /// The members that an administrator may change, those of `policy.json`.
    static let policySettings: [Shape.Field] = [
        .required("algorithms", .set(of: algorithm, 1...3)),
        .required("predicateTypes", .set(of: .text(.admittedType), 0...256)),
        .required(
            "limits",
            .object(required: [
                "manifestBytes": .integer(1...Int64(Manifest.byteLimit)),
                "statementBytes": .integer(1...8_192),
                "subjects": .integer(1...Int64(Manifest.subjectLimit)),
            ])),
        .required("maxAhead", .count),
    ]

    private static let algorithm = Shape.either(
        [.integer(-8 ... -7), .integer(-49 ... -49)],
        rule: "must be -8 (EdDSA), -7 (ES256) or -49 (ML-DSA-65)")

    static let key = aboutURI(
        nil,
        .object(
            required: [
                "nonce": .nonce,
                "operation": .oneOf("add", "retire", "revoke"),
                "coseKey": .text(.coseKey),
                "issuer": .text(.absoluteURI),
                "roles": .set(of: .oneOf("admin", "ci", "pop"), 1...3),
                "notBefore": .text(.wholeTime),
                "notAfter": .text(.wholeTime),
                "reason": .text(.length(0...1_024)),
            ],
            optional: [
                "signedUntil": .text(.wholeTime), "suspectFrom": .count, "ext": .anyObject,
            ]),
        rules: { manifest throws(Refusal) in try checkKey(manifest.predicate) })

    private static func checkKey(_ predicate: JSON.Object) throws(Refusal) {
        let operation = predicate["operation"]?.text
        try require(
            (operation == "retire") == (predicate["signedUntil"] != nil), "predicate.signedUntil",
            "must be present exactly where operation is \"retire\"")
        try require(
            operation == "revoke" || predicate["suspectFrom"] == nil, "predicate.suspectFrom",
            "must be present only where operation is \"revoke\"")
        let roles = (predicate["roles"]?.array ?? []).compactMap(\.text)
        try require(roles == roles.sorted(), "predicate.roles", "must be sorted")
        let from = predicate["notBefore"]?.text.flatMap { Timestamp($0) }
        let to = predicate["notAfter"]?.text.flatMap { Timestamp($0) }
        if let from, let to {
            try require(from <= to, "predicate.notAfter", "must not be before notBefore")
        }
    }

    static let logKey = aboutURI(
        nil,
        .object(
            required: [
                "nonce": .nonce,
                "which": .oneOf("note", "receipt", "ledger"),
                "old": anyKey,
                "new": anyKey,
                "lastSize": .count,
            ],
            optional: ["suspectFrom": .count, "ext": .anyObject]),
        rules: { manifest throws(Refusal) in try checkLogKey(manifest.predicate) })

    private static func checkLogKey(_ predicate: JSON.Object) throws(Refusal) {
        let which = predicate["which"]?.text
        let form = which == "note" ? TextRule.noteKey : .coseKey
        for member in ["old", "new"] as [Text] {
            let key = predicate[member]?.text ?? ""
            try require(form.accepts(key), "predicate.\(member)", form.rule)
        }
        try require(
            predicate["old"] != predicate["new"], "predicate.new", "must differ from predicate.old")
        guard let from = predicate["suspectFrom"]?.integer else { return }
        try require(
            which != "ledger", "predicate.suspectFrom",
            "must be present only where which is \"note\" or \"receipt\"")
        try require(
            0 < from && from <= predicate["lastSize"]?.integer ?? 0, "predicate.suspectFrom",
            "must be from 1 to predicate.lastSize")
    }

    private static let anyKey = Shape.either(
        [.text(.noteKey), .text(.coseKey)],
        rule: "must be a log's Ed25519 key NAME+HASH+KEY where which is \"note\", else a coseKey")

    static let erasure = aboutURI(
        nil,
        .object(
            required: [
                "nonce": .nonce,
                "entries": .set(of: .text(.entryID), 1...256),
                "sha256": .sha256,
                "reason": .text(.length(0...1_024)),
                "authority": .text(.length(0...1_024)),
            ],
            optional: ["ext": .anyObject]),
        rules: { _ in })
}

extension TextRule {
    /// A type that a policy can list: any but the control types, which are always known.
    fileprivate static let admittedType = TextRule(
        "must be a predicate type of 1 to 255 URI characters that is not a control type"
    ) { TextRule.uri.accepts($0) && !PredicateType.isControl($0) }
}
