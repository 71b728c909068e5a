/// What people are told, and what they hand over: rules for the files of the products.
enum MessageRules {
    /// The tools, which are run by those who wrote them.
    private static let tools: Set<String> = ["colophon-bench", "colophon-ordeal"]

    /// Finds Swift in words: the name of a case or a function, as Swift prints an error that has no
    /// words of its own.
    static func swiftInWords(_ file: SourceFile) -> [Finding] {
        guard isSaid(file) else { return [] }
        return StyleCheck.matches(of: /[a-z][A-Z]\w*\(/, in: file.parts.literals, of: file)
    }

    /// Finds commands that a message offers with a name in them that a shell may take for several
    /// words.
    static func looseCommands(_ file: SourceFile) -> [Finding] {
        guard isSaid(file) else { return [] }
        let command =
            #/
            " (?: [^"\n]* [^"\n.\w/] )?
            (?: openssl | chmod | chown | colophond? | sed | mv | rm | cp ) \s [^"\n]*
            \\\( (?! ShellWord )
            /#
        return StyleCheck.matches(of: command, in: file.text, of: file)
    }

    /// Columns of a hint, behind the word that begins it.
    private static let hintColumns = 80 - "  hint: ".count

    /// Finds hints that pass a terminal's last column, whatever stands in their gaps.
    ///
    /// A command at a hint's end stands in a line of its own there, so it does not count.
    static func wideHints(_ file: SourceFile) -> [Finding] {
        guard isSaid(file) else { return [] }
        let hint = #/hint:\s*((?:"(?:[^"\\]|\\.)*"\s*\+?\s*)+)/#
        return file.text.matches(of: hint).compactMap { match in
            let words = String(match.1)
                .replacing(#/\\\([^"]*?\)(?=[^)])/#, with: "")
                .replacing(#/"\s*\+\s*"/#, with: "")
                .replacing(#/(?:^"|\s)(?:colophond?|sed|ulimit|chmod)\s(?s:.*)/#, with: "")
                .replacing(#/\s+$/#, with: "")
            guard words.count - 2 > hintColumns else { return nil }
            let line = file.text[..<match.range.lowerBound].count { $0 == "\n" } + 1
            return Finding(path: file.path, line: line, rule: "a hint of over 80 columns")
        }
    }

    /// Finds ways to the process's arguments and variables that repair what is not UTF-8.
    static func repairs(_ file: SourceFile) -> [Finding] {
        guard isSaid(file) else { return [] }
        let way =
            #/
            \b processInfo \s* \. \s* (?: environment | arguments )
            | \b CommandLine \s* \. \s* arguments \b
            /#.wordBoundaryKind(.simple)
        return StyleCheck.matches(of: way, in: file.parts.code, of: file)
    }

    /// Finds sets and dictionaries whose keys may be names of files, and are compared as Swift
    /// compares text: of two files whose names look the same, one is lost.
    ///
    /// `Text` compares bytes. Settings alone go from a string to a string: their names are ours.
    static func looseNames(_ file: SourceFile) -> [Finding] {
        guard ["Files", "Studio", "colophon"].contains(file.target) else { return [] }
        let keys =
            #/
            \b Set \s* < \s* String \s* > | \[ \s* String \s* : (?! \s* String \b )
            /#.wordBoundaryKind(.simple)
        return StyleCheck.matches(of: keys, in: file.parts.code, of: file)
    }

    private static func isSaid(_ file: SourceFile) -> Bool {
        file.isProduct && !tools.contains(file.target)
    }
}
