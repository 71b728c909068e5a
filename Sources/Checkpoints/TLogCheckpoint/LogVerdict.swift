/// What the keys that are known for logs say about one signed checkpoint.
public enum LogVerdict: Hashable, Sendable {
    /// These keys signed it; each may sign for its origin and at its size. Never empty.
    case signed([VerifierKey])

    /// No line bears the name and ID of a known key: what the note says is nobody's word.
    case unknown

    /// A known key has a line of a type that this library cannot verify.
    case unsupported(VerifierKey)

    /// A known key signed it, and is the key of another origin.
    case otherOrigin(VerifierKey)

    /// A known key signed it, and may not sign trees of its size.
    case notInForce(VerifierKey)

    /// The line of a known key does not verify: the note is damaged or forged.
    case invalid(VerifierKey)

    /// The order in which what several keys say outranks each other: one line that must not be
    /// there spoils all, a good one outranks the rest.
    private var rank: Int {
        switch self {
        case .unknown: 0
        case .unsupported: 1
        case .otherOrigin: 2
        case .signed: 3
        case .notInForce: 4
        case .invalid: 5
        }
    }

    /// Joins what two keys say.
    fileprivate func joined(with other: LogVerdict) -> LogVerdict {
        if case .signed(let one) = self, case .signed(let two) = other {
            return .signed(one + two.filter { !one.contains($0) })
        }
        return other.rank > rank ? other : self
    }
}

extension SignedCheckpoint {
    /// Checks every line whose key has one of `terms`: the one rule by which log keys speak.
    ///
    /// A key speaks for the origin of its term, which is its name where the term has none, and for
    /// the sizes of its terms. `verified` are
    /// keys whose lines in this very note have been found to verify; they are not checked again.
    public func verdict(
        of terms: [KeyHistory<VerifierKey>.Term], verified: [VerifierKey] = []
    ) -> LogVerdict {
        var joined = LogVerdict.unknown
        for term in terms {
            let key = term.key
            let verdict: LogVerdict =
                switch verified.contains(key) ? .valid : key.verify(note) {
                // A cosignature says who has seen a head, not whose head it is.
                case .absent, .cosigned, .tooEarly: .unknown
                case .unsupported: .unsupported(key)
                case .invalid: .invalid(key)
                case .valid where term.origin ?? key.name != claim.origin: .otherOrigin(key)
                case .valid:
                    // One key may have more than one term.
                    terms.contains { $0.key == key && $0.covers(claim.size) }
                        ? .signed([key]) : .notInForce(key)
                }
            joined = joined.joined(with: verdict)
        }
        return joined
    }
}
