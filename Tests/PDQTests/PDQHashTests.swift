import Encoding
import Manifests
import Testing

@Suite struct PDQHashTests {
    private static let digits = String(repeating: "0123456789abcdef", count: 4)

    @Test func aHashIsWrittenAsItIsRead() throws {
        let hash = try #require(PDQHash(Text(Self.digits)))
        #expect(hash.description == Self.digits)
        #expect(hash.words[3] == 0x0123_4567_89ab_cdef)
    }

    @Test(arguments: ["", "00", String(repeating: "0", count: 63), digits.uppercased()])
    func nothingElseIsAHash(text: String) {
        #expect(PDQHash(Text(text)) == nil)
    }

    @Test func theDistanceIsTheNumberOfBitsThatDiffer() {
        let zero = PDQHash(0, 0, 0, 0)
        #expect(zero.distance(to: PDQHash(1, 3, 7, .max)) == 1 + 2 + 3 + 64)
        #expect(zero.distance(to: zero) == 0)
    }
}
