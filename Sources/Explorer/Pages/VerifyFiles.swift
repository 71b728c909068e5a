import HTTPService

/// The files of the verifier for browsers (`Sources/Explorer/Verify`).
enum VerifyFiles {
    private static let folder = "Verify/"

    /// The scripts, in the order in which a browser runs them.
    static let scripts = [
        "bytes.js", "card.js", "keys.js", "shapes.js", "records.js", "kit.js", "verifier.js",
        "words.js", "page.js",
    ]

    /// The style sheet of the page.
    static let style = "verify.css"

    /// The name of the page that is saved, and works without a network.
    static let saved = "offline"

    /// Whether the program has the verifier.
    static let areThere = ([page] + scripts + [style] + tables).allSatisfy {
        PackedFiles.names.contains(folder + $0)
    }

    private static let page = "verify.html"

    /// What the scripts read beside the trust kit; it stands in the page.
    private static let tables = ["checks.json", "rules.json", "shapes.json", "phrases.json"]

    /// The template of the page.
    static var template: String { text(page) }

    /// Returns one of the files as text.
    static func text(_ name: String) -> String {
        PackedFiles.text(folder + name)
    }

    /// Whether a file of this name is served beside the page, as it is.
    static func has(_ name: String) -> Bool {
        areThere && (scripts + [style]).contains(name)
    }

    /// Returns the answer with one.
    static func reply(_ name: String, to exchange: Exchange) -> Reply {
        PackedReply.reply(folder + name, to: exchange)
    }
}
