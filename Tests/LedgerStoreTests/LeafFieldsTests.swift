import Encoding
import LedgerStore
import Merkle
import Provenance
import Testing

@Suite struct LeafFieldsTests {
    private let shelf: StoreShelf

    init() throws {
        shelf = try StoreShelf()
    }

    @Test func whatIsFoundInPlaceIsWhatTheStatementSays() throws {
        let statement = try shelf.capture("work").named.statement
        let leaf = statement.leaf
        let found = LeafFields(leaf.span)
        let fields = try #require(found)
        #expect(Array(leaf[fields.issuer]) == statement.issuer.utf8)
        #expect(Array(leaf[fields.subject]) == statement.subject.utf8)
        #expect(Array(leaf[fields.claimID]) == statement.claimID)
        #expect(Array(leaf[fields.payload]) == statement.manifestDigest.bytes)
        #expect(fields.artifactCount == statement.subjectDigests.count)
        let digest = LeafFields.manifestDigest(of: leaf.span)
        #expect(digest == statement.manifestDigest)
    }

    @Test func noPrefixOfALeafHasFields() throws {
        let leaf = try shelf.capture("work").named.statement.leaf
        for end in 0..<leaf.count {
            let prefix = Array(leaf[..<end])
            let isRead = LeafFields(prefix.span) != nil
            #expect(!isRead, "\(end) of \(leaf.count) bytes")
        }
    }
}
