/// What a test is given, which the testing library writes into its log.
enum TestArguments {
    /// Names each test whose list of arguments spells a character that alters a terminal, where no
    /// argument is a `ShownText`.
    static func hidden(_ file: SourceFile) -> [Finding] {
        // These spell the words.
        guard file.target != "TidyTests" else { return [] }
        return file.text.ranges(of: "@Test(").compactMap { range in
            let test = file.text[range.lowerBound...]
            guard let name = test.firstRange(of: "func "),
                let end = test[name.upperBound...].firstIndex(of: "{")
            else { return nil }
            let arguments = test[..<name.lowerBound]
            guard !test[..<end].contains("Shown"), arguments.contains(spelledHidden) else {
                return nil
            }
            let line = file.text[..<range.lowerBound].count { $0 == "\n" } + 1
            return Finding(
                path: file.path, line: line,
                rule: "an argument with a hidden character is a ShownText")
        }
    }

    /// A control, a mark of direction, or one that takes no room, as a literal spells it.
    private static var spelledHidden: Regex<Substring> {
        #/
            \\u\x7B 0* (?: [01]?[0-9A-Fa-f] | 7[Ff] | [89][0-9A-Fa-f]
                | 200[B-Fb-f] | 202[89A-Ea-e] | 20[67][0-9A-Fa-f] | [Ff][Ee][Ff][Ff] ) \x7D
            /#
    }
}
