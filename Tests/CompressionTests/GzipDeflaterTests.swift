import Compression
import Testing

@Suite struct GzipDeflaterTests {
    @Test(arguments: Samples.all.indices, [GzipLevel.fast, .balanced])
    func whatIsDeflatedIsInflatedToTheSame(number: Int, level: GzipLevel) throws {
        let sample = Samples.all[number]
        let file = GzipDeflater.deflated(sample, level: level)
        #expect(try GzipInflater.inflated(file, limit: sample.count) == sample)
    }

    @Test(arguments: [1, 7, 100, 65_536, 200_000])
    func aReaderSeesEachPieceAtOnce(size: Int) throws {
        let sample = size < 100 ? Samples.text(2000) : Samples.noise(500_000)
        var deflater = GzipDeflater()
        var inflater = GzipInflater()
        for start in stride(from: 0, to: sample.count, by: size) {
            let piece = Array(sample[start..<min(start + size, sample.count)])
            #expect(try inflater.inflate(deflater.deflate(piece), limit: piece.count) == piece)
        }
        #expect(!inflater.isComplete)
        #expect(try inflater.inflate(deflater.finish(), limit: 0) == [])
        #expect(inflater.isComplete)
    }

    @Test func anEmptyPieceGivesNothingAndAnEmptyFileIsOne() throws {
        var deflater = GzipDeflater()
        #expect(deflater.deflate([]) == [])
        #expect(try GzipInflater.inflated(deflater.finish(), limit: 0) == [])
    }

    @Test func theSameBytesGiveTheSameFile() {
        let sample = Samples.text(5000)
        #expect(GzipDeflater.deflated(sample) == GzipDeflater.deflated(sample))
        // No time in the header (RFC 1952 §2.3.1).
        #expect(GzipDeflater.deflated(sample)[4..<8].allSatisfy { $0 == 0 })
    }

    @Test func whatRepeatsBecomesLess() {
        let sample = Samples.text(50_000)
        #expect(GzipDeflater.deflated(sample).count < sample.count / 5)
        let balanced = GzipDeflater.deflated(sample, level: .balanced).count
        #expect(balanced < GzipDeflater.deflated(sample, level: .fast).count)
    }

    @Test func aCopyGoesItsOwnWay() throws {
        var one = GzipDeflater()
        let start = one.deflate(Array("start ".utf8))
        var two = one
        let first = start + one.deflate(Array("one".utf8)) + one.finish()
        let second = start + two.deflate(Array("two".utf8)) + two.finish()
        #expect(try GzipInflater.inflated(first, limit: 100) == Array("start one".utf8))
        #expect(try GzipInflater.inflated(second, limit: 100) == Array("start two".utf8))
    }
}
