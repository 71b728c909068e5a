package import Encoding
package import Jobs
import LedgerStore
package import Provenance

/// What a process says at the control socket, read without believing it: see ``ControlRun``.
package struct ControlAnswer {
    /// Bytes of one line of a long answer: results are counts and short lists.
    private static let lineByteLimit = 16 * 1024 * 1024

    private var lines = LineReader(byteLimit: lineByteLimit)
    private var last: JSON?

    /// Begins an answer of which nothing has come.
    package init() {}

    /// Takes the next bytes of an answer to long work, and passes on how far that is.
    package mutating func take(
        _ part: [UInt8], _ progress: JobProgress
    ) throws(ControlError) {
        for line in try lines.lines(in: part) {
            // A line that is no JSON is no answer: ``result(from:)`` says so where it is the last.
            let value = try? JSON.decode(line)
            guard let step = value?["progress"] else {
                last = value
                continue
            }
            let isWanted = progress.isWanted(
                JobProgress.Step(
                    SafeText.line(step["what"]?.text?.string ?? "working"),
                    done: UInt64(clamping: step["done"]?.integer ?? 0),
                    of: step["total"]?.integer.map { UInt64(clamping: $0) }))
            guard isWanted else { throw ControlError("the work is not wanted any more") }
        }
    }

    /// Returns the result, once all has come; throws the other side's own words where it failed.
    package func result(from path: String) throws(ControlError) -> JSON.Object {
        if let error = last?["error"]?.text {
            let remedy = (last?["exit"]?.integer).flatMap { Int32(exactly: $0) }
                .flatMap { Remedy(rawValue: $0) }
            throw ControlError(SafeText.line(error.string), remedy: remedy ?? .wait)
        }
        guard let result = last?["result"]?.object else {
            throw ControlError("\(path): the server stopped before it had an answer")
        }
        return result
    }

    /// Reads the files of a trust kit, which are not verified.
    package static func kit(
        _ body: [UInt8], from path: String
    ) throws(ControlError) -> TrustKit.Files {
        do throws(TrustKitError) {
            return try TrustKit.Files(oneFile: body)
        } catch {
            throw ControlError("\(path): gave an answer that is no trust kit: \(error)")
        }
    }
}

/// Cuts a stream of bytes into lines.
private struct LineReader {
    let byteLimit: Int
    private var rest: [UInt8] = []

    init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    mutating func lines(in part: [UInt8]) throws(ControlError) -> [[UInt8]] {
        // Only new bytes are searched: a long line comes in thousands of parts.
        var lines = part.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map(Array.init)
        lines[0] = rest + lines[0]
        rest = lines.removeLast()
        guard rest.count <= byteLimit else {
            throw ControlError("the server's answer has a line without an end")
        }
        return lines
    }
}
