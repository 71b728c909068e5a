internal import Encoding

extension SignedCheckpoint {
    /// Most signature lines of a note to which cosignatures are added: each reader is asked to
    /// take 16 (C2SP signed-note), and one that takes no more must be able to read it.
    public static let maximumLineCount = 16

    /// The lines of the log itself: those that bear its origin as their name.
    ///
    /// Timestamps and anchors are made over the note with these alone, for cosignatures arrive
    /// later and in any order.
    public var ownLines: [NoteSignature] {
        note.signatures.filter { $0.name == claim.origin }
    }

    /// All other lines.
    public var cosignatures: [NoteSignature] {
        note.signatures.filter { $0.name != claim.origin }
    }

    /// Returns this checkpoint with `lines` beside those that it has: cosignatures that arrived
    /// after the head was published.
    ///
    /// What is added is evidence: each line must be by one of `cosigners`, and must verify where
    /// its type can be verified here. The result is the same in whatever order lines arrive: the
    /// log's own lines stay first and as they are, the others follow by name and key ID. A key
    /// has one line; of two the one with the smaller bytes stays, which is the earlier one, since
    /// a cosignature begins with its time.
    ///
    /// - Parameters:
    ///   - lines: The cosignatures that are added.
    ///   - cosigners: The keys that may have made them.
    ///   - headTime: When the log signed the head, in POSIX seconds; a line that is too old for it
    ///     is refused, for it would keep the good one out.
    public func adding(
        _ lines: [NoteSignature], of cosigners: [VerifierKey], headTime: UInt64? = nil
    ) throws(CosignatureRefusal) -> SignedCheckpoint {
        for line in lines { try check(line, cosigners, headTime) }
        var others = cosignatures
        for line in lines {
            guard let place = others.firstIndex(where: { $0.isOfKey(of: line) }) else {
                others.append(line)
                continue
            }
            if line.signature.lexicographicallyPrecedes(others[place].signature) {
                others[place] = line
            }
        }
        others.sort { one, other in
            one.name == other.name
                ? one.keyID < other.keyID
                : one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
        }
        let signatures = ownLines + others
        guard signatures.count <= Self.maximumLineCount else {
            throw .tooManyLines(limit: Self.maximumLineCount)
        }
        do throws(NoteError) {
            return SignedCheckpoint(
                unchecked: try SignedNote(text: note.text, signatures: signatures), claim)
        } catch {
            throw .note(error)
        }
    }

    /// Makes sure that a line is a cosignature of this checkpoint by one of `cosigners`.
    private func check(
        _ line: NoteSignature, _ cosigners: [VerifierKey], _ headTime: UInt64?
    ) throws(CosignatureRefusal) {
        guard line.name != claim.origin else { throw .logLine }
        let key = cosigners.first { $0.keyID == line.keyID && $0.name == line.name }
        guard let key else { throw .unknownKey(line) }
        switch key.verify(line, over: note.text) {
        case .cosigned(let time):
            guard Cosignature.mayBe(at: time, ofHeadAt: headTime) else {
                throw .tooEarly(key, time: time)
            }
        case .unsupported: return
        case .absent, .valid, .tooEarly, .invalid: throw .badSignature(key)
        }
    }
}

extension NoteSignature {
    /// Says whether both lines are by one key.
    fileprivate func isOfKey(of other: NoteSignature) -> Bool {
        name == other.name && keyID == other.keyID
    }
}

/// Why a line cannot be added to a checkpoint that is published.
///
/// Nothing was added, also where other lines were good.
public enum CosignatureRefusal: Error, Hashable, Sendable {
    /// The line bears the log's own name: only the log adds those, when it signs.
    case logLine

    /// None of the cosigners that are asked for has this name and key ID.
    case unknownKey(NoteSignature)

    /// The line does not verify for this checkpoint, or is no cosignature.
    case badSignature(VerifierKey)

    /// The line says a time that lies too far before the head's own: the witness's clock is wrong.
    case tooEarly(VerifierKey, time: UInt64)

    /// The note would have more signature lines than `limit`; ask fewer witnesses.
    case tooManyLines(limit: Int)

    /// The note would break a rule of its format.
    case note(NoteError)
}
