extension TrustPolicy {
    /// Most bytes of a policy file that is read: 256 ML-DSA keys with their names fit.
    public static let maximumByteCount = 1024 * 1024

    /// Reads a policy file.
    ///
    ///     log <vkey> [<url>]
    ///     witness <name> <vkey> [<url>]
    ///     group <name> any|all|<k> <member>...
    ///     quorum <name>|none
    ///
    /// Words are separated by spaces and tabs; "#" begins a line that is skipped.
    public init(parsing bytes: [UInt8]) throws(PolicyError) {
        do throws(PolicyFileError) {
            let lines: [PolicyLine]
            do throws(PolicyError) {
                lines = try PolicyLine.lines(of: bytes, upTo: Self.maximumByteCount)
            } catch {
                throw PolicyFileError(line: nil, error)
            }
            try self.init(lines: lines)
        } catch {
            throw error.reason
        }
    }

    /// Reads a policy file that a person has written, perhaps on another system; the error names
    /// the line.
    public init(file bytes: [UInt8]) throws(PolicyFileError) {
        try self.init(lines: PolicyLine.lines(ofFile: bytes, upTo: Self.maximumByteCount))
    }

    private init(lines: [PolicyLine]) throws(PolicyFileError) {
        self.init()
        var hasQuorum = false
        for line in lines {
            do throws(PolicyError) {
                if line.keyword == "quorum" {
                    guard !hasQuorum else { throw .quorumTwice }
                    hasQuorum = true
                }
                try add(line)
            } catch {
                throw PolicyFileError(line: line.number, error)
            }
        }
        guard hasQuorum else { throw PolicyFileError(line: nil, .noQuorum) }
    }

    /// The policy as a file: logs, witnesses, groups, quorum, one space between words.
    public var encoded: [UInt8] {
        let logs = logs.map { log in
            let url = [log.url?.bytes].compactMap { $0 }
            return [Array("log".utf8), Array(log.key.description.utf8)] + url
        }
        return Self.text(of: logs) + witnessLines(withAddresses: true)
    }

    /// The lines of the file that say who must have seen a checkpoint: witnesses, groups, quorum.
    public func witnessLines(withAddresses: Bool) -> [UInt8] {
        var lines: [[[UInt8]]] = []
        for witness in witnesses {
            let url = withAddresses ? [witness.url?.bytes].compactMap { $0 } : []
            let key = Array(witness.key.description.utf8)
            lines.append([Array("witness".utf8), witness.name.bytes, key] + url)
        }
        for group in groups {
            let head = [Array("group".utf8), group.name.bytes, Array("\(group.threshold)".utf8)]
            lines.append(head + group.members.map(\.bytes))
        }
        lines.append([Array("quorum".utf8), quorum.bytes])
        return Self.text(of: lines)
    }

    private static func text(of lines: [[[UInt8]]]) -> [UInt8] {
        lines.flatMap { words in Array(words.joined(separator: " ".utf8)) + "\n".utf8 }
    }

    /// Applies one line that is neither empty nor a comment.
    private mutating func add(_ line: PolicyLine) throws(PolicyError) {
        let (words, keyword) = (line.words, line.keyword)
        switch keyword {
        case "log": try add(line.log())
        case "witness":
            guard (3...4).contains(words.count) else { throw .wrongWordCount(keyword: keyword) }
            let url = words.count > 3 ? words[3] : nil
            try add(Witness(name: words[1], key: PolicyLine.key(words[2]), url: url))
        case "group":
            guard words.count >= 4 else { throw .wrongWordCount(keyword: keyword) }
            let members = Array(words[3...])
            guard !members.contains(.none) else { throw .reservedName }
            let threshold = try Self.threshold(words[2], of: members.count, group: words[1])
            try add(Group(name: words[1], threshold: threshold, members: members))
        case "quorum":
            guard words.count == 2 else { throw .wrongWordCount(keyword: keyword) }
            try set(quorum: words[1])
        default:
            throw .unknownKeyword(keyword)
        }
    }

    /// Reads how many of `count` members are needed.
    private static func threshold(
        _ word: PolicyWord, of count: Int, group: PolicyWord
    ) throws(PolicyError) -> Int {
        if word == "any" { return 1 }
        if word == "all" { return count }
        guard let number = decimal(word.bytes) else { throw .malformedThreshold(group: group) }
        guard let threshold = Int(exactly: number) else { throw .thresholdOutOfRange(group) }
        return threshold
    }
}
