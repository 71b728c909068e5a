import Merkle

/// What the numbers of a spool say together, as its records come in their order (spool.md §6).
struct LinkJudge {
    /// Statements of one number whose names are kept: more are no accident of two copies, and
    /// nothing is said then of the number after it.
    static let nameLimit = 16

    /// What it finds.
    enum Verdict: Hashable {
        /// Another statement has the number of an earlier one.
        case doubled(LinkRecord, of: UInt64)

        /// A statement names another one before it than is there.
        case unlinked(LinkRecord)
    }

    /// The statements of one number.
    private struct Number {
        let first: LinkRecord
        var names: [DigestName]
        var hasSettled: Bool

        init(_ record: LinkRecord, isSettled: Bool) {
            (first, names, hasSettled) = (record, [record.entry], isSettled)
        }

        /// Takes another record; whether it is another statement.
        mutating func take(_ record: LinkRecord, isSettled: Bool) -> Bool {
            hasSettled = hasSettled || isSettled
            guard !names.contains(record.entry) else { return false }
            if names.count < LinkJudge.nameLimit { names.append(record.entry) }
            return true
        }

        var isCounted: Bool { names.count < LinkJudge.nameLimit }
    }

    private var before: Number?
    private var current: Number?

    /// Whether the last record is the first of its number, and none has the number before.
    private(set) var isAfterGap = false

    /// Takes the next record; `isSettled` says whether it was held to the others before.
    mutating func take(_ record: LinkRecord, isSettled: Bool) -> [Verdict] {
        if let current, !current.first.isOfSpool(of: record) { self = LinkJudge() }
        var verdicts: [Verdict] = []
        if current?.first.sequence == record.sequence {
            let first = current?.first.index ?? 0
            if current?.take(record, isSettled: isSettled) == true, !isSettled {
                verdicts.append(.doubled(record, of: first))
            }
            isAfterGap = false
        } else {
            before = current
            current = Number(record, isSettled: isSettled)
            isAfterGap = record.sequence > 0 && before?.first.sequence != record.sequence - 1
        }
        if isUnlinked(record, isSettled: isSettled) { verdicts.append(.unlinked(record)) }
        return verdicts
    }

    /// What was judged once, when a statement of the number before was there, is not told again.
    private func isUnlinked(_ record: LinkRecord, isSettled: Bool) -> Bool {
        guard record.sequence > 0, let before, before.first.sequence == record.sequence - 1,
            before.isCounted, !isSettled || !before.hasSettled
        else { return false }
        return !before.names.contains(record.previous)
    }
}
