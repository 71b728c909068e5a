import Encoding
import Manifests
import Similarity
import Testing

@Suite struct LikenessQueryTests {
    private static let hash = String(repeating: "0f", count: 32)

    @Test func aSearchIsReadAsItIsWritten() throws {
        let one = try LikenessQuery(json: Array(#"{"alg":"pdq","value":"\#(Self.hash)"}"#.utf8))
        #expect(one.hashes.map(\.description) == [Self.hash])
        #expect(one.distance == 31 && one.limit == 10)
        let two = try LikenessQuery(
            json: Array(
                #"{"alg":"pdq","value":["\#(Self.hash)","\#(Self.hash)"],"distance":0,"limit":100}"#
                    .utf8))
        #expect(two.hashes.count == 2 && two.distance == 0 && two.limit == 100)
        #expect(two.after == nil)
        let three = try LikenessQuery(
            json: Array(#"{"alg":"pdq","value":"\#(Self.hash)","after":"6:3"}"#.utf8))
        #expect(three.after == LikenessPlace(distance: 6, index: 3))
    }

    /// Each refusal names the member, and no question is asked that was not meant.
    @Test(arguments: [
        ("", "body"), ("[]", "body"), (#"{"alg":"pdq"}"#, "value"),
        (#"{"alg":"md5","value":"HASH"}"#, "alg"), (#"{"value":"HASH"}"#, "alg"),
        (#"{"alg":"pdq","value":"00"}"#, "value"), (#"{"alg":"pdq","value":[]}"#, "value"),
        (#"{"alg":"pdq","value":7}"#, "value"),
        (#"{"alg":"pdq","value":["HASH",7]}"#, "value"),
        (
            #"{"alg":"pdq","value":["HASH","HASH","HASH","HASH","HASH","HASH","HASH","HASH","#
                + #""HASH"]}"#, "value"
        ),
        (#"{"alg":"pdq","value":"HASH","distance":32}"#, "distance"),
        (#"{"alg":"pdq","value":"HASH","distance":-1}"#, "distance"),
        (#"{"alg":"pdq","value":"HASH","distance":1.5}"#, "distance"),
        (#"{"alg":"pdq","value":"HASH","limit":0}"#, "limit"),
        (#"{"alg":"pdq","value":"HASH","limit":101}"#, "limit"),
        (#"{"alg":"pdq","value":"HASH","limit":"9"}"#, "limit"),
        (#"{"alg":"pdq","value":"HASH","after":6}"#, "after"),
        (#"{"alg":"pdq","value":"HASH","after":"6"}"#, "after"),
        (#"{"alg":"pdq","value":"HASH","after":"06:3"}"#, "after"),
        (#"{"alg":"pdq","value":"HASH","after":"32:3"}"#, "after"),
        (#"{"alg":"pdq","value":"HASH","after":"6:-3"}"#, "after"),
        (#"{"alg":"pdq","value":"HASH","after":"6:3:1"}"#, "after"),
        (#"{"alg":"pdq","value":"HASH","image":"..."}"#, "body"),
        (#"{"alg":"pdq","value":"HASH","limits":5}"#, "body"),
    ])
    func aSearchOfAnotherFormIsRefused(text: String, field: String) {
        let body = Array(text.replacing("HASH", with: Self.hash).utf8)
        let error = #expect(throws: LikenessQueryError.self) { try LikenessQuery(json: body) }
        #expect(error?.field == field)
    }

    @Test func capitalsAreNoHash() {
        let body = Array(#"{"alg":"pdq","value":"\#(Self.hash.uppercased())"}"#.utf8)
        #expect(throws: LikenessQueryError.self) { try LikenessQuery(json: body) }
    }
}
