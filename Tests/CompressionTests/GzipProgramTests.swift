import Compression
import Testing
import TestSupport

@Suite(
    "against the gzip program (skipped where it is missing)", .enabled(if: GzipProgram.isInstalled))
struct GzipProgramTests {
    @Test(arguments: Samples.all.indices, [GzipLevel.fast, .balanced])
    func theProgramReadsWhatWeWrite(number: Int, level: GzipLevel) async throws {
        let sample = Samples.all[number]
        let whole = GzipDeflater.deflated(sample, level: level)
        #expect(try await GzipProgram.run(["-d", "-c"], on: whole) == (0, sample))
        var deflater = GzipDeflater(level: level)
        var pieces: [UInt8] = []
        for start in stride(from: 0, to: sample.count, by: 70_001) {
            pieces += deflater.deflate(Array(sample[start..<min(start + 70_001, sample.count)]))
        }
        pieces += deflater.finish()
        #expect(try await GzipProgram.run(["-d", "-c"], on: pieces) == (0, sample))
    }

    @Test(arguments: Samples.all.indices, ["-1", "-9"])
    func weReadWhatTheProgramWrites(number: Int, level: String) async throws {
        let sample = Samples.all[number]
        let (status, file) = try await GzipProgram.run([level, "-c"], on: sample)
        #expect(status == 0)
        #expect(try GzipInflater.inflated(file, limit: sample.count) == sample)
    }

    @Test func membersOfBothAreReadInARow() async throws {
        let (_, theirs) = try await GzipProgram.run(["-c"], on: Samples.text(5000))
        let ours = GzipDeflater.deflated(Samples.noise(700))
        let expected = Samples.text(5000) + Samples.noise(700) + Samples.text(5000)
        let file = theirs + ours + theirs
        #expect(try GzipInflater.inflated(file, limit: expected.count) == expected)
        #expect(try await GzipProgram.run(["-d", "-c"], on: file) == (0, expected))
    }
}
