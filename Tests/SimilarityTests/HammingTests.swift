import CHamming
import Testing

@Suite struct HammingTests {
    @Test func theDistanceIsTheNumberOfBitsThatDiffer() {
        let zero: [UInt64] = [0, 0, 0, 0]
        let other: [UInt64] = [1, 3, 7, .max]
        #expect(unsafe chamming_distance(zero, other) == 70)
    }
}
