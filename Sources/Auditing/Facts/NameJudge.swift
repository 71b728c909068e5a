/// What the records of one name say together, as they come in their order.
///
/// It remembers a few numbers of the name that it is at, however many entries share it.
struct NameJudge {
    /// What it finds, for whoever knows more than the records do.
    enum Verdict: Hashable {
        /// The entry is the statement of an earlier one.
        case duplicate(index: UInt64, of: UInt64)

        /// The entry has issuer and nonce of an earlier one.
        case nonce(index: UInt64, of: UInt64)

        /// No erasure names the manifest of the entry, which was not there.
        case unexplained(index: UInt64)

        /// The manifest of the entry was served, and is erased.
        case served(index: UInt64, erasure: UInt64)
    }

    private var name: DigestName?
    private var last: NameRecord?
    private var erasure: UInt64?
    private var isErasureNew = false
    private var entry: UInt64?
    private var nonce: UInt64?

    /// Takes the next record; `isSettled` says whether it was held to the others before.
    mutating func take(_ record: NameRecord, isSettled: Bool) -> Verdict? {
        if record.name != name { self = NameJudge(name: record.name) }
        // No entry is its own double.
        defer { last = record }
        if record == last { return nil }
        switch record.kind {
        case .erased:
            guard erasure == nil else { return nil }
            (erasure, isErasureNew) = (record.index, !isSettled)
        case .entry, .control:
            guard let first = entry else {
                entry = record.index
                return nil
            }
            return isSettled ? nil : .duplicate(index: record.index, of: first)
        case .nonce:
            guard let first = nonce else {
                nonce = record.index
                return nil
            }
            return isSettled ? nil : .nonce(index: record.index, of: first)
        case .served:
            guard let erasure, !isSettled || isErasureNew else { return nil }
            return .served(index: record.index, erasure: erasure)
        case .missing:
            guard erasure == nil, !isSettled else { return nil }
            return .unexplained(index: record.index)
        case .unasked, nil: break
        }
        return nil
    }
}

extension NameJudge {
    private init(name: DigestName) {
        self.name = name
    }
}
