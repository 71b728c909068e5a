/// A Swift file taken apart into what the compiler reads and what people read.
///
/// All parts have the lines of the file: what belongs to another part is replaced by spaces. Code
/// inside `\(…)` stays code.
struct SourceText: Sendable {
    /// The code, without comments and without the contents of string literals.
    private(set) var code = ""

    /// The comments, their marks included.
    private(set) var comments = ""

    /// The contents of string literals, without the code in them.
    private(set) var literals = ""

    private enum State: Sendable {
        case code(parentheses: Int)
        case lineComment
        case blockComment(depth: Int)
        case string(hashes: Int, isMultiline: Bool)
    }

    private let text: [Character]
    private var position = 0
    private var states: [State] = [.code(parentheses: 0)]

    init(_ source: String) {
        text = Array(source)
        while position < text.count {
            step()
        }
    }

    /// The code line by line; the first line has index 0.
    var codeLines: [Substring] {
        code.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private mutating func step() {
        switch states.last ?? .code(parentheses: 0) {
        case .code(let parentheses): stepInCode(parentheses)
        case .lineComment:
            if text[position].isNewline { states.removeLast() }
            emit(1, asComment: true)
        case .blockComment(let depth): stepInBlockComment(depth)
        case .string(let hashes, let isMultiline): stepInString(hashes, isMultiline)
        }
    }

    private mutating func stepInCode(_ parentheses: Int) {
        if starts(with: "//") {
            states.append(.lineComment)
            emit(2, asComment: true)
        } else if starts(with: "/*") {
            states.append(.blockComment(depth: 1))
            emit(2, asComment: true)
        } else if let (hashes, isMultiline) = stringOpening() {
            emit(hashes + (isMultiline ? 3 : 1), asComment: false)
            states.append(.string(hashes: hashes, isMultiline: isMultiline))
        } else if text[position] == "(" {
            replaceState(.code(parentheses: parentheses + 1))
            emit(1, asComment: false)
        } else if text[position] == ")" {
            if parentheses == 1, states.count > 1 {
                states.removeLast()
            } else {
                replaceState(.code(parentheses: max(0, parentheses - 1)))
            }
            emit(1, asComment: false)
        } else {
            emit(1, asComment: false)
        }
    }

    private mutating func stepInBlockComment(_ depth: Int) {
        if starts(with: "/*") {
            replaceState(.blockComment(depth: depth + 1))
            emit(2, asComment: true)
        } else if starts(with: "*/") {
            if depth == 1 {
                states.removeLast()
            } else {
                replaceState(.blockComment(depth: depth - 1))
            }
            emit(2, asComment: true)
        } else {
            emit(1, asComment: true)
        }
    }

    private mutating func stepInString(_ hashes: Int, _ isMultiline: Bool) {
        let marks = String(repeating: "#", count: hashes)
        if starts(with: "\\" + marks + "(") {
            emitBlank(1 + hashes)
            states.append(.code(parentheses: 1))
            emit(1, asComment: false)
        } else if starts(with: "\\" + marks) {
            emitBlank(min(2 + hashes, text.count - position))
        } else if starts(with: (isMultiline ? "\"\"\"" : "\"") + marks) {
            states.removeLast()
            emit((isMultiline ? 3 : 1) + hashes, asComment: false)
        } else if text[position].isNewline, !isMultiline {
            states.removeLast()
            emit(1, asComment: false)
        } else {
            emitBlank(1)
        }
    }

    /// Returns the number of `#` before an opening quote, and whether the literal has many lines.
    private func stringOpening() -> (hashes: Int, isMultiline: Bool)? {
        var end = position
        while end < text.count, text[end] == "#" { end += 1 }
        guard end < text.count, text[end] == "\"" else { return nil }
        let isMultiline = end + 2 < text.count && text[end + 1] == "\"" && text[end + 2] == "\""
        return (end - position, isMultiline)
    }

    private func starts(with prefix: String) -> Bool {
        text[position...].starts(with: prefix)
    }

    private mutating func replaceState(_ state: State) {
        states[states.count - 1] = state
    }

    private mutating func emit(_ count: Int, asComment: Bool) {
        for character in text[position..<min(position + count, text.count)] {
            let blank: Character = character.isNewline ? "\n" : " "
            code.append(asComment ? blank : character)
            literals.append(blank)
            comments.append(asComment || character.isNewline ? character : " ")
        }
        position += count
    }

    private mutating func emitBlank(_ count: Int) {
        for character in text[position..<min(position + count, text.count)] {
            let blank: Character = character.isNewline ? "\n" : " "
            code.append(blank)
            comments.append(blank)
            literals.append(character)
        }
        position += count
    }
}
