import Testing

/// Citations of sections: those of this repository, and the check itself.
@Suite struct CitationTests {
    @Test func everyCitedSectionExists() throws {
        let paths = Repository.paths(below: ["Schemas"]).filter { $0.hasSuffix(".md") }
        var documents: [String: String] = [:]
        for path in paths where path.split(separator: "/").count == 2 {
            documents[String(path.dropFirst("Schemas/".count))] = try Repository.text(of: path)
        }
        #expect(documents.count > 10)
        let citations = Citations(documents: documents)
        var findings = try Repository.swiftFiles().flatMap {
            citations.findings(in: $0.parts.comments, path: $0.path)
        }
        for path in try Self.texts() {
            findings += citations.findings(in: try Repository.text(of: path), path: path)
        }
        #expect(findings.isEmpty, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    /// Documents, catalogues, schemas and scripts.
    private static func texts() throws -> [String] {
        let endings = [".md", ".cddl", ".json", ".yml", ".py", ".bash"]
        let scripts = Repository.paths(below: ["Tools"]).filter { path in
            path.split(separator: "/").count == 2 && !path.dropFirst("Tools/".count).contains(".")
        }
        .filter { !$0.hasSuffix(".d") }
        return ["README.md", "SECURITY.md"] + scripts
            + Repository.paths(below: ["Schemas", "Sources", "Tools"]).filter { path in
                endings.contains { path.hasSuffix($0) }
            }
    }

    private static let citations = Citations(documents: [
        "log.md": "# Log\n\n## 6. Receipts\n\n### 6.1 Proofs\n", "record.md": "# Record\n",
    ])

    @Test(arguments: [
        "log.md §6", "(`log.md` §6.1, §6)", "[log.md](log.md) §6 and §6.1.", "RFC 9162 §2.1.3",
        "RFC 9052 §4.2, §4.4", "/// see log.md\n/// §6", "SCRAPI-11 §2.1.3", "X.690 §8",
    ])
    func aCitationThatResolvesIsNoFinding(text: String) {
        let findings = Self.citations.findings(in: text, path: "A.swift")
        #expect(findings.map(\.description) == [])
    }

    @Test(arguments: [
        "log.md §7", "log.md §6.2", "log.md §6, §8", "record.md §1", "formats.md §6", "§6",
        "log.md says so in §6", "RFC 9162 says so; §2", "log.md §", "a §6, of RFC 9162",
        "/// RFC 9052\n\n/// what else §4",
    ])
    func aCitationThatLeadsNowhereIsFound(text: String) {
        #expect(Self.citations.findings(in: text, path: "A.swift").count == 1)
    }

    @Test func theLineOfACitationIsNamed() {
        let findings = Self.citations.findings(in: "a\nb\nlog.md §9", path: "A.swift")
        #expect(findings.map(\.description) == ["A.swift:3: log.md has no §9"])
    }
}
