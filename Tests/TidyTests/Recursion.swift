/// Functions that look at the disk and call themselves.
///
/// The disk decides how often: a link that leads to itself, or a folder in folders in folders, ends
/// a server by a full stack. Such a function has a parameter `depth`, which bounds it.
enum Recursion {
    /// Code that looks at names, links or folders.
    private static var look: Regex<Substring> {
        #/
            \. (?: names | content ) \s* \( | \b Place \s* \. \s* split \b | \b NamedPath \b
            | \b lstat \b | \b readlink \b | \b Folder \s* \( \s* making \b
            /#.wordBoundaryKind(.simple)
    }

    /// The name of a function and its first label.
    private static var declaration: Regex<(Substring, Substring, Substring?)> {
        #/
            \b func \s+ (\w+) \s* (?: <[^>]*> )? \s* \( \s* (?: (\w+) (?: \s+ \w+ )? \s* : )?
            /#.wordBoundaryKind(.simple)
    }

    static func findings(in file: SourceFile) -> [Finding] {
        guard file.isProduct, file.target == "Files" || file.parts.code.contains(look) else {
            return []
        }
        let lines = file.parts.codeLines
        return FunctionLengths.all(in: file.parts).compactMap { line, count in
            let text = lines[(line - 1)..<(line - 1 + count)].joined(separator: "\n")
            guard let declared = text.firstMatch(of: declaration),
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

    /// Whether a body calls a function of this name and first label: its own, or a folder's.
    private static func calls(
        _ name: Substring, _ label: Substring?, in body: Substring
    ) -> Bool {
        body.matches(
            of: #/(?:\b(\w+)\s*\.\s*)?\b(\w+)\s*\(\s*(?:(\w+)\s*:)?\s*(\))?/#
                .wordBoundaryKind(.simple)
        ).contains { call in
            guard call.2 == name else { return false }
            // A type's own function of that name is another one.
            if let receiver = call.1, receiver != "Self", receiver.first?.isUppercase == true {
                return false
            }
            if label == nil { return call.4 != nil }
            return label == "_" ? call.3 == nil && call.4 == nil : call.3 == label
        }
    }
}
