import Foundation
import Testing

/// The documentation catalogues, held to the code: what `docc` passes over.
@Suite struct CatalogueTests {
    /// The pages of all catalogues, `Sources/Merkle/Merkle.docc/Merkle.md`.
    private static let pages = Repository.paths(below: ["Sources"]).filter {
        $0.contains(".docc/") && $0.hasSuffix(".md")
    }

    @Test(arguments: ["Merkle", "Checkpoints", "Provenance"])
    func theTopicsOfALibraryAreItsPublicTypes(target: String) throws {
        let declaration = #/^public (?:final )?(?:struct|enum|class|protocol) (\w+)/#
        let types = try Repository.swiftFiles().filter {
            $0.path.hasPrefix("Sources/\(target)/")
        }.flatMap { file in
            file.parts.codeLines.compactMap { line in
                line.firstMatch(of: declaration).map { String($0.output.1) }
            }
        }
        let page = try Repository.text(of: "Sources/\(target)/\(target).docc/\(target).md")
        let topics = try #require(page.range(of: "## Topics"))
        let listed = page[topics.upperBound...].matches(of: #/- ``(\w+)``/#).map {
            String($0.output.1)
        }
        // `docc` lists what no topic has by itself, below all topics, and says nothing.
        #expect(Set(types).subtracting(listed).sorted() == [], "in no topic")
        #expect(Set(listed).subtracting(types).sorted() == [], "not there")
        // Some stand in two topics, where a person looks for them.
        #expect(types.count == Set(types).count && !types.isEmpty)
    }

    @Test func pagesFitBesideADiff() throws {
        #expect(!Self.pages.isEmpty)
        for path in Self.pages {
            let lines = try Repository.text(of: path).split(separator: "\n")
            let wide = lines.filter { $0.count > StyleCheck.maximumColumns }
            #expect(wide == [], "\(path)")
        }
    }
}
