import Testing

/// What targets declare in `Package.swift` is what they import, in tests too.
@Suite struct PackageTargetsTests {
    @Test func everyTargetDeclaresWhatItImportsOfOursAndNoMore() throws {
        let targets = PackageTargets(manifest: try Repository.text(of: "Package.swift"))
        let files = try Repository.swiftFiles()
        #expect(targets.findings(files).map(\.description) == [])
        // A target that the manifest spells in a way of its own would not be looked at.
        let folders = try ["Sources", "Tests"].flatMap { try Repository.folders(in: $0) }
        #expect(Set(folders).subtracting(["Fixtures"]) == Set(targets.dependencies.keys))
        #expect(targets.programs.isSuperset(of: ["colophon", "colophond", "colophon-decode"]))
        #expect(targets.dependencies["CommandTests"]?.contains("colophond") == true)
    }

    private static let manifest = """
        let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
        func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
            .target(name: name, dependencies: dependencies)
        }
        let package = Package(
            products: [.library(name: "Merkle", targets: ["Merkle", "Files"])],
            targets: [
                library("Merkle", [crypto]),
                library("Files", []),
                .target(
                    name: "Packed", dependencies: ["Files", crypto],
                    exclude: ["Files"]),
                .target(name: "CHeaps"),
                program("do-it", ["Merkle", "Files"]),
                tests(
                    "MerkleTests",
                    [
                        "Merkle", "Files", "do-it",
                    ], exclude: ["Golden"]),
            ]
        )
        """

    private func findings(_ imports: [String: String]) -> [String] {
        let files = imports.map { path, text in SourceFile(path: path, text: text) }
        return PackageTargets(manifest: Self.manifest).findings(files).map(\.description)
    }

    @Test func theTargetsOfAManifestAreFoundHoweverTheyAreMade() {
        let targets = PackageTargets(manifest: Self.manifest)
        #expect(
            targets.dependencies == [
                "Merkle": [], "Files": [], "Packed": ["Files"], "CHeaps": [],
                "do-it": ["Merkle", "Files"], "MerkleTests": ["Merkle", "Files", "do-it"],
            ])
        #expect(targets.programs == ["do-it"])
    }

    @Test func anImportThatIsNotDeclaredIsFound() {
        let path = "Sources/Merkle/Hash.swift"
        #expect(findings([path: "import Crypto\npackage import struct Files.Folder"]).count == 1)
        #expect(findings([path: "import Crypto"]) == [])
        #expect(findings(["Sources/Other/Hash.swift": "import Crypto"]).count == 1)
    }

    /// A program is started, not imported.
    @Test func aDependencyThatNoFileImportsIsFound() {
        let path = "Tests/MerkleTests/HashTests.swift"
        #expect(findings([path: "import Merkle"]).count == 1)
        #expect(findings([path: "import Merkle\nimport Files"]) == [])
        #expect(
            findings([path: "import Merkle", "Tests/MerkleTests/B.swift": "import Files"]) == [])
    }
}
