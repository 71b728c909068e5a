/// A command line in words, split by a few rules and by no shell.
///
///     df --output=pcent '/mnt/photo disk'
///
/// Spaces separate words. Between two `'` or two `"` a space is part of the word, and both may
/// stand in the middle of one. A `\` takes the next character as it is, but for between two `'`.
/// Nothing else has a meaning: no variable, no pattern, no pipe, no redirection.
package struct CommandWords: Hashable, Sendable {
    /// The words; at least one.
    package let words: [String]

    /// Words of one command at the most.
    private static let limit = 256

    /// Splits a line.
    package init(_ line: String) throws(CommandWordsError) {
        var words: [String] = []
        var word: String?
        var quote: Unicode.Scalar?
        var isTaken = false
        // By scalars: a mark that combines with a quote is no other quote.
        for character in line.unicodeScalars {
            guard character != "\0" else { throw .zero }
            if isTaken {
                word = (word ?? "") + String(character)
                isTaken = false
            } else if character == "\\", quote != "'" {
                isTaken = true
                word = word ?? ""
            } else if let open = quote {
                if character == open {
                    quote = nil
                } else {
                    word = (word ?? "") + String(character)
                }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.properties.isWhitespace {
                if let ended = word { words.append(ended) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil, !isTaken else { throw .open }
        if let word { words.append(word) }
        guard let first = words.first, !first.isEmpty else { throw .empty }
        guard words.count <= Self.limit else { throw .tooMany(Self.limit) }
        self.words = words
    }

    /// Where the program may be: where its path says, else in the folders of PATH.
    ///
    /// A folder of PATH that depends on where one stands is passed over.
    ///
    /// - Parameter path: the variable PATH; nil where there is none.
    package func places(path: String?) -> [String] {
        let name = words[0]
        guard !name.contains("/") else { return [name] }
        return (path ?? Self.usualPath).split(separator: ":")
            .filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
    }

    /// The same words with the program at this path, wherever PATH leads later.
    package func placed(at path: String) -> CommandWords {
        CommandWords(words: [path] + words.dropFirst())
    }

    private init(words: [String]) {
        self.words = words
    }

    private static let usualPath = "/usr/local/bin:/usr/bin:/bin"
}

/// Why a line is no command.
package enum CommandWordsError: Error, Hashable {
    /// There is no word in it. Name a program.
    case empty

    /// A quote is not closed, or a backslash ends it.
    case open

    /// It has too many words.
    case tooMany(Int)

    /// It holds U+0000, which ends a word for every program.
    case zero
}

extension CommandWordsError: CustomStringConvertible {
    /// The rule that is broken.
    package var description: String {
        switch self {
        case .empty: "names no program"
        case .open: "has a quote that is not closed, or ends with a backslash"
        case .tooMany(let limit): "has more than \(limit) words"
        case .zero: "holds U+0000"
        }
    }
}
