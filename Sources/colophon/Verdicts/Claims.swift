import Encoding
import Manifests
import Provenance

/// The claims of a signer, not proven.
struct Claims {
    struct Claim {
        let name: String
        let value: String
    }

    /// Returns the claims that a person wants to read first.
    static func of(_ statement: Statement, _ manifest: Manifest?) -> [Claim] {
        var claims: [Claim] = []
        func add(_ name: String, _ value: Text?) {
            if let value { claims.append(Claim(name: name, value: value.string)) }
        }
        if let predicate = manifest?.predicate,
            manifest?.predicateType == PredicateType.provenance
        {
            add("title", predicate["record"]?["title"]?.text)
            add("creator", predicate["creator"]?["name"]?.text)
            add("event", predicate["event"]?.text)
            add("captured", captured(predicate["capturedAt"]))
        } else {
            add("type", statement.predicate)
            add("about", manifest?.subjects.first?.name)
        }
        add("signed at", Text("\(Instant(statement.issuedAt))"))
        add("issuer", statement.issuer)
        add("thread", statement.subject)
        return claims
    }

    private static func captured(_ time: JSON?) -> Text? {
        guard let at = time?["at"]?.text else { return nil }
        guard let clock = time?["clock"]?.text else { return at }
        return at + " (clock: " + clock + ")"
    }
}
