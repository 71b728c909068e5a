import TestSupport

/// The `gzip` program, the other reader and writer.
enum GzipProgram {
    static let isInstalled = Program.isInstalled("gzip")

    /// Returns what the program writes when it reads `input`.
    static func run(
        _ arguments: [String], on input: [UInt8]
    ) async throws -> (Int32, [UInt8]) {
        let outcome = try await RunningProgram("gzip", arguments, input: .bytes(input)).end()
        return (outcome.status, outcome.bytes)
    }
}

/// Bytes that compress well, a little and not at all, of sizes around zlib's own.
enum Samples {
    static let all: [[UInt8]] = [
        [], [0], Array("hello, hello, hello".utf8), text(100_000), noise(1), noise(65_535),
        noise(65_536), noise(65_537), noise(300_000), Array(repeating: 0, count: 3_000_000),
    ]

    /// Bytes of a small linear congruential generator: no structure that gzip finds.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 42
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    /// Lines that repeat with a number.
    static func text(_ count: Int) -> [UInt8] {
        Array((0..<count / 10).map { "line \($0 % 977)\n" }.joined().utf8)
    }
}
