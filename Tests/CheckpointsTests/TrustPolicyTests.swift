import Checkpoints
import Encoding
import Testing

@Suite struct TrustPolicyTests {
    /// A policy file whose "@NAME" is the key of a witness and whose "%NAME" is a log's.
    private func file(_ template: String) throws -> [UInt8] {
        let words = try template.split(separator: " ", omittingEmptySubsequences: false).map {
            word in
            let parts = word.split(separator: "\n", omittingEmptySubsequences: false)
            return try parts.map { part in
                switch part.first {
                case "@": try Cosigner(Text(String(part.dropFirst()))).verifierKey.description
                case "%": try signer(Text(String(part.dropFirst()))).verifierKey.description
                default: String(part)
                }
            }.joined(separator: "\n")
        }
        return bytes(words.joined(separator: " "))
    }

    private func parse(_ template: String) throws -> TrustPolicy {
        try TrustPolicy(parsing: file(template))
    }

    private static let example = """
        # The specification's example.
        log %ledger.example/prints https://ledger.example/prints

        witness X1 @x1.example
        witness X2 @x2.example https://x2.example/submit
        witness X3 @x3.example
        group X-witnesses 2 X1 X2 X3

        witness Y1 @y1.example
        witness Y2 @y2.example
        witness Y3 @y3.example
        group Y-witnesses any Y1 Y2 Y3

        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y

        """

    /// Whoever mends a file has to find the line.
    @Test func aFileIsReadAsAPersonWroteItAndItsMistakesHaveLines() throws {
        let text = "\u{FEFF}# x\r\n\r\nquorum none\r\n"
        #expect(try TrustPolicy(file: Array(text.utf8)).quorum == .none)
        let table: [(String, Int?, PolicyError)] = [
            (text + "quorum none\r\n", 4, .quorumTwice),
            (text + "nothing\r\n", 4, .unknownKeyword("nothing")),
            (text + "# x", 4, .unterminated),
            ("#\n\u{1}\n", 2, .controlCharacter(offset: 2)),
            ("# x\n", nil, .noQuorum),
        ]
        for (text, line, reason) in table {
            #expect(throws: PolicyFileError(line: line, reason)) {
                try TrustPolicy(file: Array(text.utf8))
            }
        }
    }

    @Test func theSpecificationsExampleIsRead() throws {
        let policy = try parse(Self.example)
        #expect(policy.logs.map(\.key.name) == ["ledger.example/prints"])
        #expect(policy.logs.map(\.url) == ["https://ledger.example/prints"])
        #expect(policy.witnesses.map(\.name) == ["X1", "X2", "X3", "Y1", "Y2", "Y3"])
        #expect(policy.witnesses[1].url == "https://x2.example/submit")
        #expect(policy.groups.map(\.name) == ["X-witnesses", "Y-witnesses", "X-and-Y"])
        #expect(policy.groups.map(\.threshold) == [2, 1, 2])
        #expect(policy.quorum == "X-and-Y")
    }

    // MARK: - Who would have to lie

    /// By trying every set of witnesses: none that is smaller meets the quorum.
    @Test(arguments: [
        "group G 2 X1 X2 X3\nquorum G\n", "group G all X1 X2 X3\nquorum G\n",
        "group G any X1 X2 X3\nquorum G\n", "quorum X2\n", "quorum none\n",
        "group A 2 X1 X2 X3\ngroup B any Y1 Y2 Y3\ngroup G all A B\nquorum G\n",
        "group A all X1 X2 X3\ngroup B 2 Y1 Y2\ngroup G any A B\nquorum G\n",
        "group A all X1 X2\ngroup B 2 A X3 Y1\ngroup G 1 B Y2\nquorum G\n",
        "group A all X1 X2\ngroup B 3 A X3 Y1\ngroup G 2 B Y2 Y3\nquorum G\n",
    ])
    func theFewestWhoWouldHaveToLieMeetTheQuorumAndNoFewerDo(rest: String) throws {
        let names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
        let lines = names.map { "witness \($0) @\($0.lowercased()).example\n" }.joined()
        let policy = try parse(lines + rest)
        let fewest = try #require(policy.fewest())
        #expect(policy.isQuorumMet { fewest.contains($0) })
        for mask in 0..<(1 << names.count) where mask.nonzeroBitCount < fewest.count {
            let some = policy.witnesses.indices.filter { mask >> $0 & 1 == 1 }
            let witnesses = some.map { policy.witnesses[$0] }
            #expect(!policy.isQuorumMet { witnesses.contains($0) }, "\(some)")
        }
        // Without two of them: the fewest of those who are left, or nobody.
        let left = policy.fewest { $0.name != "X2" && $0.name != "Y2" }
        let isMet = policy.isQuorumMet { $0.name != "X2" && $0.name != "Y2" }
        #expect((left != nil) == isMet)
        if let left { #expect(policy.isQuorumMet { left.contains($0) }) }
    }

    @Test func whatIsWrittenIsReadAsTheSame() throws {
        let policy = try parse(Self.example)
        let again = try TrustPolicy(parsing: policy.encoded)
        #expect(again == policy)
        #expect(again.encoded == policy.encoded)
        let built = try TrustPolicy(
            logs: policy.logs, witnesses: policy.witnesses, groups: policy.groups,
            quorum: policy.quorum)
        #expect(built == policy)
    }

    @Test func spacesTabsAndCommentsAreSkipped() throws {
        let policy = try parse(
            "\t# comment \u{FFFD}\n  log \t %a  \n\n \t\n#quorum x\nquorum\tnone\t\n")
        #expect(policy.logs.count == 1)
        #expect(policy.quorum == .none)
        #expect(policy.encoded == (try file("log %a\nquorum none\n")))
    }

    @Test func commentsNeedNotBeUTF8() throws {
        let policy = try TrustPolicy(
            parsing: bytes("# ") + [0xFF, 0x80] + bytes("\nquorum none\n"))
        #expect(policy.logs.isEmpty)
    }

    @Test func namesAreBytes() throws {
        let policy = try parse("witness K @k1\nwitness \u{212A} @k2\nquorum \u{212A}\n")
        #expect(policy.witnesses[0].name != policy.witnesses[1].name)
        #expect(policy.quorum == policy.witnesses[1].name)
        let raw = try file("witness X @k1\nquorum X\n").map { $0 == UInt8(ascii: "X") ? 0xFE : $0 }
        #expect(try TrustPolicy(parsing: raw).quorum.bytes == [0xFE])
        #expect(try TrustPolicy(parsing: raw).encoded == raw)
    }

    @Test func linesAreRefusedWithTheirOwnError() throws {
        let broken: [(String, PolicyError)] = [
            ("", .noQuorum),
            ("log %a\n", .noQuorum),
            ("quorum none", .unterminated),
            ("quorum none\nquorum none\n", .quorumTwice),
            ("quorum\n", .wrongWordCount(keyword: "quorum")),
            ("quorum none none\n", .wrongWordCount(keyword: "quorum")),
            ("log\nquorum none\n", .wrongWordCount(keyword: "log")),
            ("log %a url more\nquorum none\n", .wrongWordCount(keyword: "log")),
            ("witness W\nquorum none\n", .wrongWordCount(keyword: "witness")),
            ("witness W @w url more\nquorum none\n", .wrongWordCount(keyword: "witness")),
            ("group G all\nquorum none\n", .wrongWordCount(keyword: "group")),
            ("Quorum none\n", .unknownKeyword("Quorum")),
            ("trust me\nquorum none\n", .unknownKeyword("trust")),
            ("log a+b\nquorum none\n", .malformedKey(.malformed)),
            ("quorum none\r\n", .controlCharacter(offset: 11)),
            ("# \u{1}\nquorum none\n", .controlCharacter(offset: 2)),
            ("# \u{7F}\nquorum none\n", .controlCharacter(offset: 2)),
        ]
        for (template, error) in broken {
            #expect(throws: error, "\(template)") { try parse(template) }
        }
        let log = try signer("a").verifierKey
        let witness = try Cosigner("a").verifierKey
        #expect(throws: PolicyError.wrongKeyType(log)) { try parse("witness W %a\nquorum none\n") }
        #expect(throws: PolicyError.wrongKeyType(witness)) { try parse("log @a\nquorum none\n") }
    }

    @Test func namesAreRefusedWithTheirOwnError() throws {
        let two = "witness A @a\nwitness B @b\n"
        let broken: [(String, PolicyError)] = [
            ("quorum A\n", .undefinedName("A")),
            ("quorum A\n" + two, .undefinedName("A")),
            (two + "group G all A C\nquorum G\n", .undefinedName("C")),
            (two + "group G all G A\nquorum G\n", .undefinedName("G")),
            (two + "group G all H\ngroup H all A\nquorum G\n", .undefinedName("H")),
            (two + "witness A @c\nquorum A\n", .nameTwice("A")),
            (two + "group A all B\nquorum A\n", .nameTwice("A")),
            (two + "group G all A\ngroup G all B\nquorum G\n", .nameTwice("G")),
            (two + "group G all A A\nquorum G\n", .memberTwice("A")),
            (two + "group G all A\ngroup H all G A\nquorum H\n", .memberTwice("A")),
            ("witness none @c\nquorum none\n", .reservedName),
            (two + "group none all A\nquorum none\n", .reservedName),
            (two + "group G all none\nquorum G\n", .reservedName),
        ]
        for (template, error) in broken {
            #expect(throws: error, "\(template)") { try parse(template) }
        }
    }

    @Test(arguments: ["0", "3", "9223372036854775807"])
    func thresholdsBeyondTheMembersAreRefused(threshold: String) {
        #expect(throws: PolicyError.thresholdOutOfRange("G")) {
            try parse("witness A @a\nwitness B @b\ngroup G \(threshold) A B\nquorum G\n")
        }
    }

    @Test(arguments: ["01", "+1", "-1", "1.0", "most", "Any", "9223372036854775808"])
    func thresholdsThatAreNoNumberAreRefused(threshold: String) {
        #expect(throws: PolicyError.malformedThreshold(group: "G")) {
            try parse("witness A @a\nwitness B @b\ngroup G \(threshold) A B\nquorum G\n")
        }
    }

    @Test func groupsWithoutMembersAreRefused() {
        for threshold in [0, 1] {
            #expect(throws: PolicyError.thresholdOutOfRange("G")) {
                try TrustPolicy(
                    logs: [], groups: [.init(name: "G", threshold: threshold, members: [])],
                    quorum: "G")
            }
        }
    }

    @Test func aPublicKeyOccursOnceWhateverItIsCalled() throws {
        let renamed = try Cosigner("other", key: "a").verifierKey
        #expect(throws: PolicyError.keyTwice(renamed)) {
            try parse("witness A @a\nwitness B \(renamed)\nquorum none\n")
        }
        let log = try signer("other", key: "a").verifierKey
        #expect(throws: PolicyError.keyTwice(log)) {
            try parse("log %a\nlog \(log)\nquorum none\n")
        }
        #expect(throws: PolicyError.keyTwice(log)) {
            try parse("witness A @a\nlog \(log)\nquorum none\n")
        }
        #expect(throws: PolicyError.keyTwice(renamed)) {
            try parse("log %a\nwitness A \(renamed)\nquorum none\n")
        }
    }

    @Test func aNameThatNoFileCanHoldIsRefused() throws {
        let key = try signer("a\u{7F}b").verifierKey
        #expect(throws: PolicyError.malformedKey(.malformedName)) {
            try TrustPolicy(logs: [.init(key: key)])
        }
    }

    @Test func keysOfTypesThatAreOnlyCarriedMayBeListed() throws {
        let key = "q+00000001+" + Base64.encode([0xFF] + bytes("one"))
        let other = "q+00000002+" + Base64.encode([0xFF] + bytes("two"))
        let policy = try parse("log \(key)\nwitness W \(other)\nquorum W\n")
        #expect(policy.witnesses[0].key.kind == .other(0xFF))
    }

    @Test func twoHundredFiftySixOfEachFitAndNoMore() throws {
        var lines = ""
        for number in 0..<256 {
            lines += "log %l\(number)\nwitness W\(number) @w\(number)\n"
            lines += "group G\(number) any W\(number)\n"
        }
        let policy = try parse(lines + "quorum G255\n")
        #expect(policy.logs.count == 256 && policy.groups.count == 256)
        for more in ["log %l", "witness W @w", "group G any G0"] {
            #expect(throws: PolicyError.tooMany(limit: 256)) {
                try parse(lines + more + "\nquorum none\n")
            }
        }
    }

    @Test func aFileOfMoreThanAMebibyteIsNotRead() {
        let limit = 1024 * 1024
        #expect(throws: PolicyError.tooLong(limit + 1, limit: limit)) {
            try TrustPolicy(parsing: Array(repeating: 0x0A, count: limit + 1))
        }
    }

    /// A changed byte gives an error, or a policy that is written as something else.
    @Test func noTwoPoliciesAreWrittenAlike() throws {
        let policy = try parse(Self.example)
        let good = policy.encoded
        for offset in good.indices {
            var changed = good
            changed[offset] ^= 1
            guard let other = try? TrustPolicy(parsing: changed) else { continue }
            #expect(other != policy, "offset \(offset)")
            #expect(try TrustPolicy(parsing: other.encoded) == other)
        }
    }
}
