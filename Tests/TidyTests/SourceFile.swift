/// A Swift file of this package.
struct SourceFile: Sendable {
    /// The path below the package's folder, `Sources/Merkle/Hash.swift`.
    let path: String

    /// The whole text.
    let text: String

    /// The text taken apart.
    let parts: SourceText

    /// What the file declares and mentions.
    let declarations: Declarations

    init(path: String, text: String) {
        self.path = path
        self.text = text
        parts = SourceText(text)
        declarations = Declarations(parts.code)
    }

    /// The file's target: the folder below `Sources` or `Tests`.
    var target: String {
        let folders = path.split(separator: "/")
        return folders.count > 2 ? String(folders[1]) : ""
    }

    /// The folder inside the target that the file is in; "top" where it is in none.
    var folder: String {
        let folders = path.split(separator: "/")
        return folders.count > 3 ? String(folders[2]) : "top"
    }

    /// The file's name without `.swift`.
    var name: String {
        path.split(separator: "/").last.map { String($0.dropLast(".swift".count)) } ?? ""
    }

    /// Whether the file is part of a program or a library, not of a test.
    var isProduct: Bool { path.hasPrefix("Sources/") }

    /// The modules that the file imports, in order.
    var imports: [String] {
        let importLine = Self.importLine
        return parts.codeLines.compactMap { line in
            guard let match = line.firstMatch(of: importLine) else { return nil }
            return String(match.1)
        }
    }

    /// An import with any access level or attribute, of a module or of one thing in it.
    private static var importLine: Regex<(Substring, Substring)> {
        #/
            ^ \s*
            (?: @\w+ (?:\([^)]*\))? \s+ | (?:public|package|internal|fileprivate|private) \s+ )*
            import \s+
            (?: (?:struct|class|enum|protocol|func|let|var|typealias) \s+ )?
            (\w+)
            /#
    }
}
