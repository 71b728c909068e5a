/// A rule of the house style that a program can check in one file.
enum StyleCheck: CaseIterable {
    case columns, fileLength, functionLength, escapeHatches, openEnds, names, testNames, purity,
        imports, unsafeCode, files, absences, recursion, processes, waits, output, swiftInWords,
        looseCommands, wideHints, repairs, looseNames, vectors, hiddenArguments

    /// Returns the places where `file` breaks the rule.
    func findings(in file: SourceFile, _ table: ArchitectureTable) -> [Finding] {
        switch self {
        case .columns: Self.tooWide(file)
        case .fileLength: Self.tooLong(file)
        case .functionLength: Self.longFunctions(file)
        case .escapeHatches:
            Self.matches(of: /\btry!|\bas!|\bfatalError\b|[@]testable\b|@_\w+/, in: file)
        case .openEnds:
            Self.matches(of: /\bTODO\b|\bFIXME\b|\bXXX\b/, in: file.parts.comments, of: file)
        case .names:
            Self.matches(of: Self.emptyName, in: file)
        case .testNames: Self.matches(of: /@Test\b[^{}]*?\bfunc\s+test/, in: file)
        case .purity: Self.impurities(file)
        case .imports: Self.strayImports(file, table)
        case .unsafeCode: Self.unsafeCode(file, table)
        case .files: FileOpening.findings(in: file, table)
        case .absences: Self.matches(of: /file(?:Exists)/, in: file) + Self.lostFailures(file)
        // Foundation's misses an end at times and keeps files open: `ChildProcess` is ours.
        case .processes: Self.matches(of: /\bProcess\s*\(\s*\)/, in: file)
        case .recursion: Recursion.findings(in: file)
        case .waits: Self.waits(file) + EndlessWaits.findings(in: file)
        case .output: Self.output(file, table)
        case .swiftInWords: MessageRules.swiftInWords(file)
        case .looseCommands: MessageRules.looseCommands(file)
        case .wideHints: MessageRules.wideHints(file)
        case .repairs: MessageRules.repairs(file)
        case .looseNames: MessageRules.looseNames(file)
        // Swift 6.3 stops the program where an asynchronous function keeps one: "freed pointer was
        // not the last allocation".
        case .vectors: Self.matches(of: /\bSIMD\d+\b/, in: file)
        case .hiddenArguments: TestArguments.hidden(file)
        }
    }

    /// Lines fit beside a diff on a laptop.
    static let maximumColumns = 100

    /// Longer files hold more than one type.
    static let maximumFileLines = 500

    /// Longer functions do not fit on a screen.
    static let maximumFunctionLines = 70

    /// The targets that neither read files nor know the time: whatever they need is passed in.
    static let pureTargets: Set<String> = [
        "Merkle", "Encoding", "IndexMap", "Checkpoints", "Manifests", "Provenance", "Cards",
    ]

    /// A type whose name does not say what it is.
    private static var emptyName: Regex<Substring> {
        #/
            \b (?:class|struct|enum|actor|protocol|typealias) \s+
            \w* (?:Manager|Helper|Utils?) \b
            /#
    }

    /// A clock, randomness, a file, a terminal or a task.
    private static var impurity: Regex<Substring> {
        #/
            \b (?:ContinuousClock|SuspendingClock|Date|SystemRandomNumberGenerator|UUID) \s* [(.]
            | \b (?:FileHandle|FileManager|readLine|print|debugPrint|Task) \s* [(.\x7B]
            | \.random \s* \( | \.shuffled \s* \( | PrivateKey \s* \( \s* \)
            | \b actor \s+ \w | \b await \b
            /#
    }

    /// A wait until a time of day, as these are on Linux.
    ///
    /// Whoever sets the clock back by hours makes it as long; `MonotonicCondition` and `Task.sleep`
    /// go by the monotonic clock.
    private static var timeOfDayWait: Regex<Substring> {
        /NSCondition|[.]wait\s*\(\s*(?:wallTimeout|timeout)\s*:/
    }

    /// A wait of a test for a time: a busy machine makes each too short.
    ///
    /// `eventually` waits for an event with the one bound of `Patience`; `pause` and `holdThread`
    /// let a time pass that is itself what a test is about, and that may be longer.
    private static var timedWait: Regex<Substring> {
        #/
            \b (?:Task|Thread) \s* \. \s* sleep \b | \b (?:u|nano)? sleep \s* \(
            | \b timeLimit \s* \( \s* \. \w+ \s* \( \s* \d
            | \b CallOptions \s* \( \s* \)
            | \b now \s* - \s* \w+ \s* < | \b sleep \( \s* until | asyncAfter
            /#.wordBoundaryKind(.simple)
    }

    /// A look at a file or a question to a service whose failure is taken for "there is none".
    ///
    /// Where both are the same to a person, `do` and `catch` say why. What is parsed is another
    /// matter: bytes that are no receipt are none.
    private static var lostFailure: Regex<Substring> {
        #/
            \b try\? \s+
            (?: await \s+ (?: \w+ \. )* (?: client | caller ) \b
                | (?: InputFile | Folder | Place | FileLock ) \s* \(
                | (?: \w+ \. )* (?: folder | place ) \. (?: read | file ) \s* \( )
            /#.wordBoundaryKind(.simple)
    }

    private static func lostFailures(_ file: SourceFile) -> [Finding] {
        // A tool that loads and breaks a ledger goes on whatever one call gives.
        guard file.isProduct, file.target != "colophon-ordeal" else { return [] }
        return matches(of: lostFailure, in: file)
    }

    private static func waits(_ file: SourceFile) -> [Finding] {
        if file.isProduct { return matches(of: timeOfDayWait, in: file) }
        // These spell the words.
        guard !["TestSupport", "TestPeer", "TidyTests"].contains(file.target) else { return [] }
        return matches(of: timedWait, in: file) + matches(of: timeOfDayWait, in: file)
    }

    private static func tooWide(_ file: SourceFile) -> [Finding] {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.filter { lines[$0].count > maximumColumns }.map {
            Finding(path: file.path, line: $0 + 1, rule: "\(lines[$0].count) columns, at most 100")
        }
    }

    private static func tooLong(_ file: SourceFile) -> [Finding] {
        let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        guard count > maximumFileLines else { return [] }
        return [Finding(path: file.path, line: 0, rule: "\(count) lines, at most 500")]
    }

    private static func longFunctions(_ file: SourceFile) -> [Finding] {
        FunctionLengths.all(in: file.parts).filter { $0.lines > maximumFunctionLines }.map {
            Finding(path: file.path, line: $0.line, rule: "\($0.lines) lines long, at most 70")
        }
    }

    private static func impurities(_ file: SourceFile) -> [Finding] {
        guard file.isProduct, pureTargets.contains(file.target) else { return [] }
        return matches(of: impurity, in: file)
    }

    private static func strayImports(_ file: SourceFile, _ table: ArchitectureTable) -> [Finding] {
        guard file.isProduct else { return [] }
        guard let allowed = table.imports[file.target] else {
            return [Finding(path: file.path, line: 0, rule: "\(file.target) is in no table row")]
        }
        return Set(file.imports).subtracting(allowed).sorted().map {
            Finding(path: file.path, line: 0, rule: "\(file.target) may not import \($0)")
        }
    }

    private static func unsafeCode(_ file: SourceFile, _ table: ArchitectureTable) -> [Finding] {
        guard file.isProduct, table.unsafePlaces.isDisjoint(with: [file.target, file.path])
        else { return [] }
        return matches(of: /\bunsafe\b|\bUnsafe\w+|\bwithUnsafe\w+|@unchecked\b/, in: file)
    }

    /// What writes to the program's streams, or decides what is safe to write, stands where the
    /// table says.
    private static func output(_ file: SourceFile, _ table: ArchitectureTable) -> [Finding] {
        guard file.isProduct, table.outputPlaces.isDisjoint(with: [file.target, file.path])
        else { return [] }
        // A method of the same name is another thing.
        let code = file.parts.code.replacing(#/(?:\bfunc\s+|\.)print\b/#.wordBoundaryKind(.simple))
        { match in
            String(repeating: " ", count: match.output.count)
        }
        return matches(of: outputRule, in: code, of: file)
            + matches(of: #/Swift\s*\.\s*(?:print|debugPrint|dump)\s*\(/#, in: file)
    }

    /// The ways to standard output and standard error, and to a second list of what is hidden.
    ///
    /// To Unicode "a.b" is one word; here it is two.
    private static var outputRule: Regex<Substring> {
        #/
            \b (?:print|debugPrint|dump|puts|putchar|fputs|fputc|fwrite|printf|fprintf|vprintf
                |vfprintf|dprintf|perror|NSLog|psignal) \s* \(
            | \. standard(?:Output|Error) \b
            | \b STD(?:OUT|ERR)_FILENO \b
            | \b fileDescriptor \s* : \s* [12] \b
            | \b write \s* \( \s* [12] \s* ,
            | \b Streams \s* \. \s* (?:write|output|error|deliver|loss) \b
            | \b generalCategory \b | \b isDefaultIgnorableCodePoint \b
            /#.wordBoundaryKind(.simple)
    }

    private static func matches(of rule: some RegexComponent, in file: SourceFile) -> [Finding] {
        matches(of: rule, in: file.parts.code, of: file)
    }

    static func matches(
        of rule: some RegexComponent, in text: String, of file: SourceFile
    ) -> [Finding] {
        text.ranges(of: rule).map { range in
            let line = text[..<range.lowerBound].count { $0 == "\n" } + 1
            return Finding(path: file.path, line: line, rule: "\"\(text[range])\" is not used here")
        }
    }
}
