import Compression
import Testing

@Suite(
    "against the gzip program (skipped where it is missing)", .enabled(if: GzipProgram.path != nil))
struct GzipProgramTests {
    @Test(arguments: Samples.all.indices, [GzipLevel.fast, .balanced])
    func theProgramReadsWhatWeWrite(number: Int, level: GzipLevel) throws {
        let sample = Samples.all[number]
        let whole = GzipDeflater.deflated(sample, level: level)
        #expect(try GzipProgram.run(["-d", "-c"], on: whole) == (0, sample))
        var deflater = GzipDeflater(level: level)
        var pieces: [UInt8] = []
        for start in stride(from: 0, to: sample.count, by: 70_001) {
            pieces += deflater.deflate(Array(sample[start..<min(start + 70_001, sample.count)]))
        }
        pieces += deflater.finish()
        #expect(try GzipProgram.run(["-d", "-c"], on: pieces) == (0, sample))
    }

    @Test(arguments: Samples.all.indices, ["-1", "-9"])
    func weReadWhatTheProgramWrites(number: Int, level: String) throws {
        let sample = Samples.all[number]
        let (status, file) = try GzipProgram.run([level, "-c"], on: sample)
        #expect(status == 0)
        #expect(try GzipInflater.inflated(file, limit: sample.count) == sample)
    }

    @Test func membersOfBothAreReadInARow() throws {
        let (_, theirs) = try GzipProgram.run(["-c"], on: Samples.text(5000))
        let ours = GzipDeflater.deflated(Samples.noise(700))
        let expected = Samples.text(5000) + Samples.noise(700) + Samples.text(5000)
        let file = theirs + ours + theirs
        #expect(try GzipInflater.inflated(file, limit: expected.count) == expected)
        #expect(try GzipProgram.run(["-d", "-c"], on: file) == (0, expected))
    }
}
