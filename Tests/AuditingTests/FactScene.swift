import Auditing
import Merkle
import Provenance
import TestSupport

/// What a made log has that only the whole log decides about, and what must be found in it.
struct FactScene {
    /// What goes wrong in it.
    struct Faults {
        /// Whether two statements may have one number of a spool.
        var doubles = true
    }

    struct Erasure {
        let index: UInt64
        let digest: Hash
        let entries: [Hash]
    }

    private(set) var entries: [EntryFacts] = []
    private(set) var erasures: [Erasure] = []
    private var random: SeededRandom
    private let faults: Faults

    /// The next number of each spool.
    private var tips: [Int: UInt64] = [:]

    /// Numbers that come later than those behind them.
    private var late: [(spool: Int, number: UInt64)] = []

    init(_ count: Int, _ random: SeededRandom, _ faults: Faults = Faults()) {
        (self.random, self.faults) = (random, faults)
        for index in 0..<count { add(UInt64(index)) }
    }

    private mutating func add(_ index: UInt64) {
        if random.happens(2), let old = entries.randomElement(using: &random) {
            return entries.append(
                EntryFacts(
                    index: index, entry: old.entry, nonce: old.nonce, payload: old.payload,
                    manifest: old.manifest, link: old.link))
        }
        var entry = Hash.sha256(Array("entry \(index)".utf8))
        var nonce = Hash.sha256(Array("nonce \(index)".utf8))
        if random.happens(2), let old = entries.randomElement(using: &random)?.nonce {
            nonce = old
        }
        guard !random.happens(1) else {
            addErasure(index)
            return entries.append(
                EntryFacts(
                    index: index, entry: entry, nonce: nonce, payload: nil, manifest: .none,
                    link: nil))
        }
        let link = random.happens(60) ? link(at: index, &entry) : nil
        entries.append(
            EntryFacts(
                index: index, entry: entry, nonce: nonce,
                payload: .sha256(Array("manifest \(index / 3)".utf8)), manifest: manifest(),
                link: link))
    }

    private mutating func manifest() -> AuditedManifest {
        switch random.number(below: 100) {
        case 0..<3: .absent
        case 3..<10: .notChecked
        case 10..<12: .wrong
        default: .right
        }
    }

    private mutating func addErasure(_ index: UInt64) {
        guard let named = entries.randomElement(using: &random), let digest = named.payload
        else { return }
        var names = [named.entry]
        if random.happens(20) { names.append(.sha256(Array("nobody \(index)".utf8))) }
        if random.happens(20), let other = entries.randomElement(using: &random) {
            names.append(other.entry)
        }
        erasures.append(Erasure(index: index, digest: digest, entries: names))
    }

    /// The number of a statement, whose name follows from it.
    private mutating func link(at index: UInt64, _ entry: inout Hash) -> ChainLink {
        let (spool, number) = number()
        entry = Self.name(spool, number)
        if faults.doubles, random.happens(2) {
            entry = .sha256(Array("double \(spool) \(number) \(index)".utf8))
        }
        var previous = number == 0 ? Hash.zero : Self.name(spool, number - 1)
        if number > 0, random.happens(2) { previous = .sha256(Array("other \(index)".utf8)) }
        return ChainLink(
            keyID: .sha256([UInt8(spool % 2)]), id: SpoolID([UInt8(spool)]), sequence: number,
            previous: previous)
    }

    private mutating func number() -> (spool: Int, number: UInt64) {
        if !late.isEmpty, random.happens(10) {
            return late.remove(at: random.number(below: late.count))
        }
        let spool = random.number(below: 4)
        var next = tips[spool] ?? 0
        // Some come late, and some never.
        if random.happens(4) {
            late.append((spool, next))
            next += 1
        }
        if random.happens(2) { next += UInt64(1 + random.number(below: 3)) }
        tips[spool] = next + 1
        return (spool, next)
    }

    private static func name(_ spool: Int, _ number: UInt64) -> Hash {
        .sha256(Array("number \(number) of \(spool)".utf8))
    }
}

// MARK: - What must be found

extension FactScene {
    /// What an audit of all entries finds, as `RULE INDEX`, sorted.
    var expected: [String] {
        (duplicates.map { "duplicate \($0)" } + nonces.map { "nonce \($0)" }
            + wrongErasures.map { "erasure \($0)" } + chains.map { "chain \($0)" }).sorted()
    }

    /// The indexes of all entries but the first that have one value of `key`.
    private func repeated(_ key: (EntryFacts) -> Hash?) -> [UInt64] {
        var seen: Set<Hash> = []
        return entries.compactMap { entry in
            guard let value = key(entry) else { return nil }
            return seen.insert(value).inserted ? nil : entry.index
        }
    }

    private var duplicates: [UInt64] { repeated(\.entry) }

    private var nonces: [UInt64] {
        let same = Set(duplicates)
        return repeated(\.nonce).filter { !same.contains($0) }
    }

    private var wrongErasures: [UInt64] {
        erasures.flatMap { erasure in
            erasure.entries.filter { name in
                let found = entries.first { $0.entry == name && $0.index < erasure.index }
                return found?.payload != erasure.digest
            }.map { _ in erasure.index }
        }
    }

    /// Entries whose manifest is missing although no erasure names it.
    var unexplained: Set<UInt64> {
        let erased = Set(erasures.map(\.digest))
        return Set(
            entries.filter { entry in
                entry.manifest == .absent && entry.payload.map { !erased.contains($0) } == true
            }.map(\.index))
    }

    /// Entries whose manifest was served although an erasure names it.
    var servedErased: Set<UInt64> {
        let erased = Set(erasures.map(\.digest))
        return Set(
            entries.filter { entry in
                entry.manifest == .right && entry.payload.map { erased.contains($0) } == true
            }.map(\.index))
    }

    /// The statements of each spool, by number and then by index.
    private var spools: [[(number: UInt64, entry: EntryFacts, previous: Hash)]] {
        let numbered = entries.compactMap { entry in
            entry.link.map { (number: $0.sequence, entry: entry, previous: $0.previous) }
        }
        return Dictionary(grouping: numbered) { item in
            (item.entry.link?.keyID.bytes ?? []) + (item.entry.link?.id.bytes ?? [])
        }.values.map { items in
            items.sorted { ($0.number, $0.entry.index) < ($1.number, $1.entry.index) }
        }
    }

    /// Statements with a number that another one has, and such that do not follow the one before.
    private var chains: [UInt64] {
        spools.flatMap { items -> [UInt64] in
            let names = Dictionary(grouping: items, by: \.number)
                .mapValues { Set($0.map(\.entry.entry)) }
            var seen: [UInt64: Set<Hash>] = [:]
            return items.flatMap { item -> [UInt64] in
                var found: [UInt64] = []
                let isNew = seen[item.number, default: []].insert(item.entry.entry).inserted
                if isNew, seen[item.number, default: []].count > 1 {
                    found.append(item.entry.index)
                }
                if item.number > 0, let before = names[item.number - 1],
                    !before.contains(item.previous)
                {
                    found.append(item.entry.index)
                }
                return found
            }
        }
    }

    /// Number of places where a number has none before it.
    var gapCount: UInt64 {
        spools.reduce(0) { sum, items in
            let numbers = Set(items.map(\.number))
            return sum + UInt64(numbers.count { $0 > 0 && !numbers.contains($0 - 1) })
        }
    }
}
