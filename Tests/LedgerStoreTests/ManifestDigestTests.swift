import LedgerStore
import Provenance
import Testing

@Suite struct ManifestDigestTests {
    @Test func theDigestThatIsFoundInALeafIsTheStatements() throws {
        let statement = try StoreShelf().capture("work").named.statement
        let digest = LeafFields.manifestDigest(of: statement.leaf.span)
        #expect(digest == statement.manifestDigest)
    }

    @Test func noPrefixOfALeafHasADigest() throws {
        let leaf = try StoreShelf().capture("work").named.statement.leaf
        for end in 0..<leaf.count {
            let digest = LeafFields.manifestDigest(of: Array(leaf[..<end]).span)
            #expect(digest == nil, "\(end) of \(leaf.count) bytes")
        }
    }
}
