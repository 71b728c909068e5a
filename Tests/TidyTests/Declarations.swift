/// What a file declares outside all braces, and which names it mentions.
///
/// Read by words and braces alone, enough for names: `struct A`, `func a(`, `extension A.B`.
struct Declarations: Sendable {
    /// The types that are declared and seen in other files.
    private(set) var types: Set<String> = []

    /// The types that are declared for this file alone.
    private(set) var privateTypes: Set<String> = []

    /// The functions and values that are declared.
    private(set) var functions: Set<String> = []
    private(set) var values: Set<String> = []

    /// The types that are extended, `JSON.Object`.
    private(set) var extended: Set<String> = []

    /// Types that are declared in an extension, and what is extended there.
    private(set) var typesInExtensions: [String: String] = [:]

    /// Types that are declared inside others: their names mean these within the folder.
    private(set) var nestedTypes: Set<String> = []

    /// The words that stand without a dot before them, and those that have one.
    private(set) var mentioned: Set<String> = []
    private(set) var mentionedAfterDots: Set<String> = []

    /// The words of ``mentioned`` that are called.
    private(set) var called: Set<String> = []

    private var depth = 0
    private var isPrivate = false

    /// The extension that the reader is in; nil outside.
    private var extending: String?

    private static let typeWords: Set<Substring> = [
        "class", "struct", "enum", "actor", "protocol", "typealias",
    ]

    /// Reads `code`, which has neither comments nor the contents of literals.
    init(_ code: String) {
        let tokens = Self.tokens(of: code)
        for position in tokens.indices { read(tokens, position) }
    }

    /// The words and punctuation marks of `code`; lines of imports are left out.
    private static func tokens(of code: String) -> [Substring] {
        var tokens: [Substring] = []
        for line in code.split(separator: "\n") {
            let start = tokens.count
            var rest = line[...]
            while let first = rest.first {
                if first.isWhitespace {
                    rest = rest.drop(while: \.isWhitespace)
                } else if isPartOfWord(first) {
                    let word = rest.prefix(while: isPartOfWord)
                    tokens.append(word)
                    rest = rest[word.endIndex...]
                } else {
                    tokens.append(rest.prefix(1))
                    rest = rest.dropFirst()
                }
            }
            if tokens[start...].contains("import") { tokens.removeSubrange(start...) }
        }
        return tokens
    }

    private static func isPartOfWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private mutating func read(_ tokens: [Substring], _ position: Int) {
        let token = tokens[position]
        let next = position + 1 < tokens.count ? tokens[position + 1] : ""
        let follows = position > 0 && tokens[position - 1] == "."
        switch token {
        case "{":
            depth += 1
            isPrivate = false
        case "}":
            depth -= 1
            isPrivate = false
            if depth == 0 { extending = nil }
        case "private", "fileprivate": isPrivate = true
        case "extension" where depth == 0 && !follows:
            var name = next
            var place = position + 2
            while place + 1 < tokens.count, tokens[place] == "." {
                name = Substring("\(name).\(tokens[place + 1])")
                place += 2
            }
            extended.insert(String(name))
            extending = String(name.prefix { $0 != "." })
        case _ where Self.typeWords.contains(token) && !follows && Self.isName(next):
            declare(type: String(next))
        case "func" where depth == 0 && Self.isName(next):
            functions.insert(String(next))
            isPrivate = false
        case "let" where depth == 0, "var" where depth == 0:
            values.insert(String(next))
            isPrivate = false
        case _ where Self.isName(token):
            if follows {
                mentionedAfterDots.insert(String(token))
            } else {
                mentioned.insert(String(token))
                if next == "(" { called.insert(String(token)) }
            }
        default: break
        }
    }

    /// `class func` declares no type.
    private static func isName(_ token: Substring) -> Bool {
        guard let first = token.first, first.isLetter || first == "_" else { return false }
        return !["func", "var", "let"].contains(token)
    }

    private mutating func declare(type name: String) {
        if depth == 0 {
            if isPrivate { privateTypes.insert(name) } else { types.insert(name) }
        } else {
            nestedTypes.insert(name)
            if depth == 1, let extending, !isPrivate { typesInExtensions[name] = extending }
        }
        isPrivate = false
    }
}
