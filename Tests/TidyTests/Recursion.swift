/// Functions that look at the disk and call themselves.
///
/// The disk decides how often: a link that leads to itself, or a folder in folders in folders, ends
/// a server by a full stack. Such a function has a parameter `depth`, which bounds it.
enum Recursion {
    /// Code that goes from folder to folder, down or up.
    private static var look: Regex<Substring> {
        #/
            \. (?: names | content ) \s* \( \s* \) | \b Place \s* \. \s* split \b
            /#.wordBoundaryKind(.simple)
    }

    /// The name of a function and its first label.
    private static var declaration: Regex<(Substring, Substring, Substring?)> {
        #/
            \b func \s+ (\w+) \s* (?: <[^>]*> )? \s* \( \s* (?: (\w+) (?: \s+ \w+ )? \s* : )?
            /#.wordBoundaryKind(.simple)
    }

    static func findings(in file: SourceFile) -> [Finding] {
        guard file.isProduct else { return [] }
        let lines = file.parts.codeLines
        let (look, declaration) = (look, declaration)
        return FunctionLengths.all(in: file.parts).compactMap { line, count in
            let text = lines[(line - 1)..<(line - 1 + count)].joined(separator: "\n")
            guard file.target == "Files" || text.contains(look),
                let declared = text.firstMatch(of: declaration),
                let start = text.firstIndex(of: "{")
            else { return nil }
            let (name, label) = (declared.1, declared.2)
            guard calls(name, label, in: text[start...]),
                !text[..<start].contains(#/\bdepth\b/#.wordBoundaryKind(.simple))
            else { return nil }
            return Finding(
                path: file.path, line: line,
                rule: "\(name) calls itself by what the disk says: give it a depth, or a loop")
        }
    }

    /// Whether a body calls a function of this name and first label: its own, or a child's.
    private static func calls(
        _ name: Substring, _ label: Substring?, in body: Substring
    ) -> Bool {
        body.matches(of: call).contains { call in
            guard call.2 == name, call.1.map({ own.contains($0) }) ?? true else { return false }
            if label == nil { return call.4 != nil }
            return label == "_" ? call.3 == nil && call.4 == nil : call.3 == label
        }
    }

    /// Receivers whose function of that name is the same one.
    private static let own: Set<Substring> = ["self", "Self", "child"]

    /// The receiver of a call, its name, its first label, and the end of a call without arguments.
    private static var call: Regex<(Substring, Substring?, Substring, Substring?, Substring?)> {
        #/
            (?: (\w+ | [)\]?!>\x7D]) \s* \. \s* )? \b (\w+) \s* \( \s* (?: (\w+) \s* : )? \s* (\))?
            /#.wordBoundaryKind(.simple)
    }
}
