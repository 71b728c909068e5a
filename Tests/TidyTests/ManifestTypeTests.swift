import Testing

/// The files that each manifest type needs beside its code (manifests.md §8).
@Suite struct ManifestTypeTests {
    /// The names in `urn:colophon:NAME:v1`, from the file that lists the predicate types.
    private static func names() throws -> [String] {
        let file = try #require(
            try Repository.swiftFiles().first { $0.path.hasSuffix("/PredicateType.swift") })
        return file.text.matches(of: /"urn:colophon:([a-z-]+):v1"/).map { String($0.1) }
    }

    @Test func everyTypeHasASchemaExamplesAndItsPlaceInTheContract() throws {
        let names = try Self.names()
        #expect(names.count >= 9)
        let contract = try Repository.text(of: "Schemas/manifests.md")
        let paths = Set(Repository.paths(below: ["Schemas"]))
        for name in names {
            #expect(paths.contains("Schemas/\(name).v1.schema.json"), "\(name) has no schema")
            #expect(paths.contains("Schemas/manifests/\(name).jsonl"), "\(name) has no examples")
            #expect(contract.contains("`\(name)`"), "manifests.md says nothing of \(name)")
        }
    }
}
