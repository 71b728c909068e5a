/// Measures functions, initializers, subscripts and computed properties.
enum FunctionLengths {
    /// Returns the first line (from 1) and the number of lines of each body's declaration.
    static func all(in parts: SourceText) -> [(line: Int, lines: Int)] {
        let lines = parts.codeLines
        // Each look at a literal reads it anew: it is read once a file, and not once a line.
        let (opening, body) = (opening, Body(lines))
        return lines.indices.compactMap { index in
            guard lines[index].firstMatch(of: opening) != nil else { return nil }
            guard let end = body.lastLine(ofDeclarationAt: index) else { return nil }
            return (index + 1, end - index + 1)
        }
    }

    /// A line that begins with modifiers and then declares something that can have a body.
    private static var opening: Regex<Substring> {
        #/
            ^ \s*
            (?: @\w+ (?:\([^)]*\))? \s+ | [a-z]+ (?:\([a-z]+\))? \s+ )*?
            (?: func \s | init [?]? \s* [(<] | deinit \b | subscript \b | var \s ) .*
            /#
    }

    /// Where the body of a declaration ends.
    private struct Body {
        let lines: [Substring]
        let property = /\bvar\s/
        let function = /\bfunc\s/
        let declaration =
            /^\s*(?:[a-z@]+\s+)*(?:func|var|let|init|case|struct|enum|typealias)\b/

        init(_ lines: [Substring]) {
            self.lines = lines
        }

        /// Returns the line of the brace that closes the body; nil for a declaration without one.
        func lastLine(ofDeclarationAt start: Int) -> Int? {
            var nesting = 0
            var braces = 0
            for index in start..<lines.count {
                if index > start, braces == 0, nesting == 0, lines[index].contains(declaration) {
                    return nil
                }
                for character in lines[index] {
                    switch character {
                    case "(", "[": nesting += 1
                    case ")", "]": nesting -= 1
                    case "=" where braces == 0 && nesting == 0 && isStored(lines[index]): return nil
                    case "{" where braces > 0 || nesting == 0: braces += 1
                    case "}" where braces == 0 && nesting == 0: return nil
                    case "}" where braces > 0:
                        braces -= 1
                        if braces == 0 { return index }
                    default: break
                    }
                }
            }
            return nil
        }

        private func isStored(_ line: Substring) -> Bool {
            line.contains(property) && !line.contains(function)
        }
    }
}
