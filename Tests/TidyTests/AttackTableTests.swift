import Testing

/// `Schemas/attacks.md`, held to the tests: each that it names must exist.
@Suite struct AttackTableTests {
    /// The names in the last cell of each row, `Suite.test`.
    private static func named() throws -> [(suite: String, test: String)] {
        let rows = try Repository.text(of: "Schemas/attacks.md")
            .split(separator: "\n").filter { $0.hasPrefix("|") }
        return rows.flatMap { row in
            let cell = row.split(separator: "|").last { !$0.allSatisfy(\.isWhitespace) } ?? ""
            return cell.matches(of: #/`(\w+)\.(\w+)`/#).map { (String($0.1), String($0.2)) }
        }
    }

    @Test func everyTestThatIsNamedExists() throws {
        var tests: [String: Set<String>] = [:]
        for file in try Repository.swiftFiles() where !file.isProduct {
            let suites = file.parts.code.matches(of: #/\b(?:struct|class|extension) (\w+)/#)
            let names = file.parts.code.matches(of: #/\bfunc (\w+)/#).map { String($0.1) }
            for suite in suites { tests[String(suite.1), default: []].formUnion(names) }
        }
        let named = try Self.named()
        #expect(named.count > 60)
        for (suite, test) in named {
            #expect(tests[suite]?.contains(test) == true, "\(suite).\(test) does not exist")
        }
    }
}
