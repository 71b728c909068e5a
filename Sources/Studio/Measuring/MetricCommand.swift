import Encoding
import Files
package import Processes

/// A program whose output is one number.
package struct MetricCommand: Sendable {
    /// The program and its arguments.
    package let words: CommandWords

    /// How long it may take: a query of a database is done, and nobody waits longer at a till.
    package static let time: Duration = .seconds(30)

    /// Bytes that it may print: a number has 64.
    package static let outputLimit = 4 << 10

    /// What is not passed on to it: where our key is, is no business of a program that counts.
    package static let hiddenPrefix = "COLOPHON_"

    private let time: Duration

    /// Names a program.
    package init(_ words: CommandWords, time: Duration = Self.time) {
        (self.words, self.time) = (words, time)
    }

    /// Runs it, and returns the one number that it prints.
    package func value() async throws(MeasuringError) -> MetricNumber {
        let name = words.words[0]
        for path in words.places(path: ProcessStart.variable("PATH")) {
            let output: ChildOutput
            do throws(ChildError) {
                output = try await run(path)
            } catch {
                guard error.isElsewhere else { throw .notStarted(name, "\(error)") }
                continue
            }
            return try Self.number(output, of: name)
        }
        throw .notFound(name)
    }

    private func run(_ path: String) async throws(ChildError) -> ChildOutput {
        try await ChildOutput.of(
            path, Array(words.words.dropFirst()),
            environment: .oursBut(prefix: Self.hiddenPrefix), time: time,
            limit: Self.outputLimit)
    }

    private static func number(
        _ output: ChildOutput, of name: String
    ) throws(MeasuringError) -> MetricNumber {
        switch output {
        case .tooLong: throw .tooLong(name)
        case .tooMuch: throw .tooMuch(name)
        case .ended(.signal(let number), _): throw .killed(name, signal: number)
        case .ended(.exit(let status), let bytes):
            guard status == 0 else { throw .failed(name, status: status) }
            guard let text = Text(utf8: bytes) else { throw .noNumber(name) }
            let words = text.string.split(whereSeparator: \.isWhitespace)
            guard words.count == 1, let number = MetricNumber(String(words[0])) else {
                throw .noNumber(name)
            }
            return number
        }
    }
}

/// Why nothing was measured: nothing is kept, and nothing is decided by it.
package enum MeasuringError: Error {
    /// No folder of PATH has the program. Name its path.
    case notFound(String)

    /// The system does not start the program.
    case notStarted(String, String)

    /// The program ran for too long, and was killed with all that it had started.
    case tooLong(String)

    /// The program printed too much, and was killed.
    case tooMuch(String)

    /// The program ended badly.
    case failed(String, status: Int32)

    /// A signal ended the program.
    case killed(String, signal: Int32)

    /// What the program printed, or the service answered, is not exactly one number.
    case noNumber(String)

    /// The service that was asked did not answer; the words are the second half of a sentence.
    case service(String, String)
}

extension MeasuringError: CustomStringConvertible {
    /// What was asked, and why that gave nothing.
    package var description: String {
        switch self {
        case .notFound(let name): "\(name): no folder of PATH has this program"
        case .notStarted(let name, let words): "\(name): \(words)"
        case .tooLong(let name):
            "\(name): took more than \(MetricCommand.time.components.seconds) s and was killed"
        case .tooMuch(let name):
            "\(name): printed more than \(MetricCommand.outputLimit) bytes and was killed"
        case .failed(let name, let status): "\(name): ended with \(status)"
        case .killed(let name, let signal): "\(name): was ended by signal \(signal)"
        case .noNumber(let name): "\(name): did not give exactly one number"
        case .service(let url, let words): "\(url): \(words)"
        }
    }
}
