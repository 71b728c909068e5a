import Encoding
import Manifests
import Testing

/// Whether the look of a work fits what its signer says was done to it.
@Suite struct ParentLikenessTests {
    private static let parent = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    /// What a manifest says, with these actions and this member of `ext`.
    private func likeness(
        _ actions: [String], distances: String, relation: String = "parentOf"
    ) throws -> ParentLikeness? {
        let list = actions.map { "\"\($0)\"" }.joined(separator: ",")
        let digest = String(repeating: "ab", count: 32)
        return ParentLikeness(
            try Manifest(
                Array(
                    """
                    {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a.jpg",\
                    "digest":{"sha256":"\(digest)"},"mediaType":"image/jpeg"}],\
                    "predicateType":"urn:colophon:provenance:v1","predicate":{"nonce":\
                    "\(String(repeating: "0", count: 32))","event":"edit","creator":{"name":"Ana"},\
                    "pop":"https://pops.example/berlin","record":{"lang":"en","title":"T"},\
                    "parents":[{"entry":"\(Self.parent)","relation":"\(relation)"}],\
                    "actions":[\(list)],"ext":{"parentDistances":\(distances)}}}
                    """.utf8)))
    }

    private func distance(
        _ distance: String, of entry: String = parent, alg: String = "pdq",
        profile: String = "pdq-1"
    ) -> String {
        """
        [{"entry":"\(entry)","alg":"\(alg)","profile":"\(profile)","distance":\(distance)}]
        """
    }

    /// The table of manifests.md §11: the largest distance that is explained, and one more.
    @Test(arguments: [
        (["c2pa.edited.metadata"], 0), (["c2pa.transcoded"], 10), (["c2pa.converted"], 10),
        (["c2pa.resized"], 20), (["c2pa.color_adjustments"], 31), ([], 31),
        (["c2pa.opened", "c2pa.published"], 31),
        (["c2pa.resized", "c2pa.edited.metadata", "c2pa.converted"], 20),
    ])
    func theMostThatIsStatedExplainsItsDistanceAndNoMore(actions: [String], limit: Int) throws {
        let most = try #require(try likeness(actions, distances: distance("\(limit)")))
        #expect(most.isExplained && most.largestDistance == limit)
        let more = try #require(try likeness(actions, distances: distance("\(limit + 1)")))
        #expect(!more.isExplained && more.nearest.distance == limit + 1)
    }

    @Test(arguments: [
        ["c2pa.cropped"], ["c2pa.orientation"], ["c2pa.placed"], ["c2pa.edited"],
        ["com.example.blur"], ["c2pa.edited.metadata", "c2pa.cropped"],
    ])
    func whatMayDoAnythingExplainsEveryDistance(actions: [String]) throws {
        let likeness = try #require(try likeness(actions, distances: distance("256")))
        #expect(likeness.isExplained && likeness.largestDistance == nil)
    }

    /// A correction of what a record says of the same file.
    @Test func theSameLookIsExplainedByEverything() throws {
        for actions in [[], ["c2pa.edited.metadata"], ["c2pa.cropped"]] as [[String]] {
            let likeness = try #require(try likeness(actions, distances: distance("0")))
            #expect(likeness.isExplained)
        }
    }

    /// Anybody may write anything into `ext`: what is not in our form says nothing.
    @Test func whatHasAnotherFormSaysNothing() throws {
        let others = [
            distance("-1"), distance("257"), distance("1.5"), distance("\"1\""),
            distance("1", alg: "phash"), distance("1", profile: "pdq-2"),
            distance("1", of: String(repeating: "A", count: 43)), "[]", "{}", "7", "[7,null]",
        ]
        for other in others {
            #expect(try likeness(["c2pa.converted"], distances: other) == nil, "\(other)")
        }
        let part = try likeness([], distances: distance("99"), relation: "componentOf")
        #expect(part == nil)
    }

    @Test func ofSeveralParentsTheNearestCountsWhereAllAreKnown() {
        let far = ParentDistance(entry: "far", distance: 90)
        let near = ParentDistance(entry: "near", distance: 7)
        let both = ParentLikeness([far, near], parents: 2, actions: ["c2pa.converted"])
        #expect(both?.nearest == near && both?.isExplained == true)
        #expect(ParentLikeness([far], parents: 2, actions: ["c2pa.converted"]) == nil)
        #expect(ParentLikeness([], parents: 0, actions: []) == nil)
    }

    @Test func theWordsOfADistanceEndWhereTheBandsEnd() {
        #expect(LikenessBand(distance: 0) == .resaved && LikenessBand(distance: 10) == .resaved)
        #expect(LikenessBand(distance: 11) == .resized && LikenessBand(distance: 20) == .resized)
        #expect(LikenessBand(distance: 21) == .similar && LikenessBand(distance: 31) == .similar)
        #expect(LikenessBand(distance: 32) == nil && LikenessBand(distance: -1) == nil)
    }
}
