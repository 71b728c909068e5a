package import Checkpoints
package import Encoding

/// The logs that a witness cosigns for, with the keys that it believes about each.
///
/// Finding one costs the same however many there are.
package struct KnownLogs: Sendable {
    /// Most bytes of the file: as many lines as there may be, of 256 bytes each.
    package static let maximumByteCount = 16 * 1024 * 1024

    /// Most `log` lines: six times the logs of the largest list that a witness is asked to hold.
    package static let maximumLineCount = 65_536

    /// Most keys of one log: each line of theirs in a note costs a signature check, and a log that
    /// changes its key has two.
    package static let maximumKeyCount = 8

    private var keys: [Text: [VerifierKey]] = [:]

    /// A witness that knows no log.
    package init() {}

    /// Reads the `log` lines of a policy file (C2SP tlog-policy); of other lines only the first
    /// word is looked at.
    ///
    /// A log may stand there more than once, with another key each time: any of them signs for it.
    package init(parsing bytes: [UInt8]) throws(KnownLogsError) {
        let lines: [PolicyLine]
        do throws(PolicyFileError) {
            lines = try PolicyLine.lines(ofFile: bytes, upTo: Self.maximumByteCount)
        } catch {
            throw KnownLogsError(line: error.line, .policy(error.reason))
        }
        var count = 0
        for line in lines {
            switch line.keyword {
            case "witness", "group", "quorum": continue
            default: count += 1
            }
            guard count <= Self.maximumLineCount else {
                throw KnownLogsError(line: line.number, .tooManyLines)
            }
            do throws(KnownLogsError.Reason) {
                try add(line)
            } catch {
                throw KnownLogsError(line: line.number, error)
            }
        }
    }

    /// Number of logs.
    package var count: Int { keys.count }

    /// The keys of the log with this origin; nil where it is not known.
    package func keys(of origin: Text) -> [VerifierKey]? { keys[origin] }

    private mutating func add(_ line: PolicyLine) throws(KnownLogsError.Reason) {
        guard line.keyword == "log" else { throw .policy(.unknownKeyword(line.keyword)) }
        let key: VerifierKey
        do throws(PolicyError) {
            key = try line.log().key
        } catch {
            throw .policy(error)
        }
        let known = keys[key.name] ?? []
        guard !known.contains(where: { $0.publicKey == key.publicKey }) else { throw .keyTwice }
        guard known.count < Self.maximumKeyCount else { throw .tooManyKeys }
        keys[key.name] = known + [key]
    }
}

/// Why a file of logs cannot be used: none of it is.
package struct KnownLogsError: Error, Hashable, CustomStringConvertible {
    /// The kinds of mistake.
    package enum Reason: Error, Hashable {
        /// A line, or the file, breaks a rule of policy files.
        case policy(PolicyError)

        /// The log has this key in a line before.
        case keyTwice

        /// There are more lines than there may be.
        case tooManyLines

        /// The log has more keys than it may have.
        case tooManyKeys
    }

    /// The line's number; nil where the file as a whole is meant.
    package let line: Int?

    /// The mistake.
    package let reason: Reason

    init(line: Int?, _ reason: Reason) {
        self.line = line
        self.reason = reason
    }

    /// What is wrong, to follow the file's name.
    package var description: String {
        let place = line.map { "line \($0): " } ?? ""
        return place + words
    }

    private var words: String {
        switch reason {
        case .keyTwice: "the log stands in a line before with this key"
        case .tooManyLines: "there are more than \(KnownLogs.maximumLineCount) log lines"
        case .tooManyKeys: "the log has more than \(KnownLogs.maximumKeyCount) keys"
        case .policy(let error): "\(error)"
        }
    }
}
