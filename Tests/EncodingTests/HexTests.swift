import Encoding
import Testing

@Suite struct HexTests {
    @Test func everyByteHasOneSpelling() {
        let bytes = Array(UInt8.min...UInt8.max)
        let text = Hex.encode(bytes)
        #expect(text.hasPrefix("000102"))
        #expect(text.hasSuffix("fdfeff"))
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "000", "AB", "aB", "0x00", "g0", " 00", "00 ", "0\n", "é0", "：0", "-1"])
    func anythingElseIsRefused(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
