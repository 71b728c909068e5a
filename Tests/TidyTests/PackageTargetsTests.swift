import Testing

/// The description of targets is read, and what differs from the imports is found.
@Suite struct PackageTargetsTests {
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
