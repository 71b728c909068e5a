import Checkpoints

/// A cosignature that a witness gave, checked over the head that it was asked for.
struct CheckedLine: Hashable, Sendable {
    /// The line.
    let line: NoteSignature

    /// When the witness says that it signed; nil for a type that is carried unverified.
    let time: UInt64?

    /// Lines beside it that were not the witness's, or not its first.
    let ignored: Int

    /// Finds the line of `key` in an answer to add-checkpoint, and checks it over `text`.
    ///
    /// - Parameters:
    ///   - headTime: when the log signed the head, where it says that: a witness that answers with
    ///     a time that lies too far before has a wrong clock.
    ///   - now: POSIX seconds.
    init(
        in answer: [UInt8], of key: VerifierKey, over text: [UInt8], headTime: UInt64? = nil,
        at now: UInt64
    ) throws(WitnessFailure) {
        var found: (line: NoteSignature, time: UInt64?)?
        let lines = try Self.lines(of: answer)
        for line in lines where line.keyID == key.keyID && line.name == key.name {
            let time = try Self.time(of: line, by: key, over: text, headTime, at: now)
            // The earlier of two says more; an answer needs only one.
            found = found ?? (line, time)
        }
        guard let found else { throw .noLine }
        (line, time) = found
        ignored = lines.count - 1
    }

    /// Returns when `line` was made; nil where its type cannot be verified here.
    private static func time(
        of line: NoteSignature, by key: VerifierKey, over text: [UInt8], _ headTime: UInt64?,
        at now: UInt64
    ) throws(WitnessFailure) -> UInt64? {
        switch key.verify(line, over: text) {
        case .cosigned(let time):
            let latest = now + AnchoringLimit.clockSkew
            guard time <= latest else { throw .futureTime(ahead: time - now) }
            guard Cosignature.mayBe(at: time, ofHeadAt: headTime) else {
                throw .pastTime(behind: (headTime ?? time) - time)
            }
            return time
        case .unsupported where key.kind == .mldsa:
            guard line.signature.count == AnchoringLimit.mldsaBytes else { throw .badLine }
            return nil
        case .unsupported: return nil
        case .absent, .valid, .tooEarly, .invalid: throw .badLine
        }
    }

    /// Reads the lines of an answer: each ends with LF, and there is at least one.
    private static func lines(of answer: [UInt8]) throws(WitnessFailure) -> [NoteSignature] {
        let newline = UInt8(ascii: "\n")
        guard answer.last == newline else { throw .malformedLine }
        // One more than is read, so that a long answer is not split to its end.
        let parts = answer.dropLast().split(
            separator: newline, maxSplits: AnchoringLimit.answerLines,
            omittingEmptySubsequences: false)
        guard parts.count <= AnchoringLimit.answerLines else { throw .tooManyLines }
        var lines: [NoteSignature] = []
        for part in parts {
            do throws(NoteError) {
                lines.append(try NoteSignature(parsing: part))
            } catch {
                throw .malformedLine
            }
        }
        return lines
    }
}

extension VerifierKey.Kind {
    /// ML-DSA-44 (C2SP tlog-cosignature).
    fileprivate static let mldsa = VerifierKey.Kind.other(0x06)
}
