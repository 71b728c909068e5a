import Encoding
import Merkle
import Mustache

/// The page of the verifier: as it is served, or as one file that asks nobody for anything.
///
/// Everything in it is ours but the origin, which has none but characters of URIs. So the template
/// escapes what it writes by itself.
struct VerifyDocument: Sendable {
    /// The policy of the page that is served: its own scripts and style, and this ledger.
    static let servedPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// The policy of the saved page: the scripts and the style that are in it, by their SHA-256,
    /// and no connection.
    let savedPolicy: String

    private let template: MustacheTemplate
    private let origin: String
    private let scripts: [(name: String, content: String)]

    /// Reads the files of the verifier, which the program must have.
    init(origin: String) {
        do {
            template = try MustacheTemplate(string: VerifyFiles.template)
        } catch {
            preconditionFailure("the page of the verifier is a template: \(error)")
        }
        self.origin = origin
        scripts = VerifyFiles.scripts.map { ($0, VerifyFiles.text($0)) }
        savedPolicy =
            "default-src 'none'; script-src "
            + scripts.map { Self.source(of: $0.content) }.joined(separator: " ")
            + "; style-src \(Self.source(of: VerifyFiles.text(VerifyFiles.style)))"
            + "; connect-src 'none'; base-uri 'none'; form-action 'none'"
    }

    /// The page; with a trust kit, in one file, it is the one that is saved.
    func text(kit: [UInt8]? = nil) -> String {
        let values: [String: Any] = [
            "saved": kit != nil, "policy": savedPolicy, "origin": origin,
            "file": String(origin.prefix { $0 != "/" && $0 != ":" }),
            "style": VerifyFiles.text(VerifyFiles.style),
            "checks": VerifyFiles.text("checks.json"), "rules": VerifyFiles.text("rules.json"),
            "shapes": VerifyFiles.text("shapes.json"), "phrases": VerifyFiles.text("phrases.json"),
            "kit": kit.map { Base64.encode($0) } ?? "",
            "scripts": scripts.map { ["name": $0.name, "content": $0.content] },
        ]
        return template.render(values)
    }

    /// How a policy names content that is inside the page (CSP Level 3, hash-source).
    private static func source(of content: String) -> String {
        "'sha256-\(Base64.encode(Hash.sha256(Array(content.utf8)).bytes))'"
    }
}
