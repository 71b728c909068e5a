import TestSupport

/// The `openssl` program, where it is installed.
enum OpenSSL {
    static let isInstalled = Program.isInstalled("openssl")

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs `openssl` with `arguments`; returns what it wrote, or throws what it complained of.
    @discardableResult
    static func run(_ arguments: String, input: String = "") async throws -> String {
        let words = arguments.split(separator: " ").map(String.init)
        let outcome = try await Program.run("openssl", words, input: input)
        guard outcome.status == 0 else { throw Failure(description: outcome.words) }
        return outcome.output
    }
}
