import Provenance

/// The numbers of one spool: what the log has of each, and what the spool's folder has.
struct ChainNumbers {
    /// The runs of numbers that are not in the log, by what is known of them.
    struct Runs {
        var missing: [SpoolChain.Run] = []
        var waiting: [SpoolChain.Run] = []
        var refused: [SpoolChain.Run] = []
        var withheld: [SpoolChain.Run] = []
    }

    /// The entries of the log, by their numbers; of one number in the order of the log.
    let logged: [UInt64: [NumberedEntry]]

    private let from: UInt64
    private let local: [UInt64: SpoolNumbers.Record]

    /// The number up to which each was used; nil where there is no folder to ask.
    private let next: UInt64?

    init(_ entries: [NumberedEntry], from: UInt64, local: SpoolNumbers?) {
        let counted = entries.filter { $0.chain.sequence >= from }
        logged = Dictionary(grouping: counted, by: \.chain.sequence).mapValues { entries in
            entries.sorted { $0.index < $1.index }
        }
        self.from = from
        self.local = local?.records.filter { $0.key >= from } ?? [:]
        next = local?.next
    }

    /// Returns the numbers that the log does not have.
    ///
    /// Never looks at each number: a statement may claim the largest that there is.
    func runs() -> Runs {
        var runs = Runs()
        var cursor = from
        for number in Set(logged.keys).union(local.keys).sorted() {
            if number > cursor { runs.missing.append(run(cursor, number - 1)) }
            cursor = number + 1
            guard logged[number] == nil, let record = local[number] else { continue }
            let one = SpoolChain.Run(first: number, last: number, entry: record.entry)
            switch record.state {
            case .waiting: Self.add(one, to: &runs.waiting)
            case .registered: runs.withheld.append(one)
            case .refused: runs.refused.append(one)
            }
        }
        if let next, next > cursor { runs.missing.append(run(cursor, next - 1)) }
        return runs
    }

    /// The numbers from `first` to `last`, with the name that the statement after them tells.
    private func run(_ first: UInt64, _ last: UInt64) -> SpoolChain.Run {
        let after = logged[last + 1]?.first
        return SpoolChain.Run(
            first: first, last: last, entry: after.map { EntryID($0.chain.previous) })
    }

    private static func add(_ one: SpoolChain.Run, to runs: inout [SpoolChain.Run]) {
        if let before = runs.last, before.last + 1 == one.first {
            runs[runs.count - 1] = SpoolChain.Run(
                first: before.first, last: one.last, entry: one.entry)
        } else {
            runs.append(one)
        }
    }

    /// The numbers that several statements have, rising.
    var doubled: [SpoolChain.Doubled] {
        logged.keys.sorted().compactMap { number in
            let places = places(of: number)
            return places.count > 1
                ? SpoolChain.Doubled(number: number, entries: places) : nil
        }
    }

    /// The statements that do not name one of those that have the number before theirs, rising.
    var unlinked: [SpoolChain.Unlinked] {
        logged.keys.sorted().flatMap { number -> [SpoolChain.Unlinked] in
            guard number > from else { return [] }
            let before = Set(places(of: number - 1).map(\.entry))
            // Where none is known the gap is told, and nothing can be compared.
            guard !before.isEmpty else { return [] }
            return (logged[number] ?? []).compactMap { entry in
                let named = EntryID(entry.chain.previous)
                guard !before.contains(named) else { return nil }
                return SpoolChain.Unlinked(
                    number: number,
                    place: SpoolChain.Place(entry: entry.entry, index: entry.index), named: named)
            }
        }
    }

    /// All statements with a number: those of the log, and the folder's where it is another one.
    private func places(of number: UInt64) -> [SpoolChain.Place] {
        var places = (logged[number] ?? []).map {
            SpoolChain.Place(entry: $0.entry, index: $0.index)
        }
        if let own = local[number], !places.contains(where: { $0.entry == own.entry }) {
            places.append(SpoolChain.Place(entry: own.entry, index: nil))
        }
        return places
    }
}
