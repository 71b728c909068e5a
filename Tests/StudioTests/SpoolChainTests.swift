import Merkle
import Provenance
import Studio
import Testing

/// What a check of numbers finds, from numbers alone.
@Suite struct SpoolChainTests {
    private let id = [UInt8](repeating: 7, count: 16)
    private let key = Hash.sha256([1])

    /// Entries of one spool, each of which names the one before.
    private func entries(_ count: UInt64, name: String = "") throws -> [NumberedEntry] {
        var before = Hash.zero
        return try (0..<count).map { number in
            let entry = EntryID(.sha256(Array("\(name)\(number)".utf8)))
            defer { before = entry.hash }
            return NumberedEntry(
                index: 10 + 2 * number, entry: entry, keyID: key,
                chain: try Chain(id: id, sequence: number, previous: before))
        }
    }

    private func chain(
        _ entries: [NumberedEntry], from: UInt64 = 0, local: SpoolNumbers? = nil
    ) throws -> SpoolChain {
        let all = SpoolChain.all(of: entries, from: from, local: local)
        try #require(all.count == 1)
        return all[0]
    }

    private func local(
        _ entries: [NumberedEntry], _ state: SpoolNumbers.State, next: UInt64
    ) -> SpoolNumbers {
        let records = entries.map {
            ($0.chain.sequence, SpoolNumbers.Record(entry: $0.entry, state: state))
        }
        return SpoolNumbers(
            spool: SpoolName(keyID: key, id: id), next: next,
            records: Dictionary(uniqueKeysWithValues: records))
    }

    /// A record whose receipt is for a later place than was read waits; one before it is withheld.
    @Test func whatIsNewerThanWhatWasReadIsNotWithheld() throws {
        let all = try entries(4)
        let records = all.map {
            (
                $0.chain.sequence,
                SpoolNumbers.Record(entry: $0.entry, state: .registered, index: $0.index)
            )
        }
        let local = SpoolNumbers(
            spool: SpoolName(keyID: key, id: id), next: 4,
            records: Dictionary(uniqueKeysWithValues: records))
        // The last of them stands at 16.
        let (within, newer) = local.within(16)
        #expect(newer == 1)
        #expect(try chain(Array(all.dropLast()), local: within).isWhole)
        let withheld = try chain(Array(all.dropLast(2)), local: within)
        #expect(withheld.withheld.map(\.first) == [2])
        #expect(withheld.waiting.map(\.first) == [3])
        #expect(local.within(17).newer == 0)
    }

    @Test func aChainWithoutAGapIsWhole() throws {
        let found = try chain(entries(50).shuffled())
        #expect(found.isWhole)
        #expect(found.highest == 49)
        #expect(found.count == 50)
    }

    /// Each entry of a small chain is hidden in turn.
    @Test func aHiddenEntryIsAGapUnlessItIsTheNewest() throws {
        let all = try entries(10)
        for hidden in 0..<10 {
            let found = try chain(all.filter { $0.chain.sequence != hidden })
            guard hidden < 9 else {
                #expect(found.isWhole)
                continue
            }
            let run = try #require(found.missing.first)
            #expect(found.missing.count == 1)
            #expect((run.first, run.last) == (UInt64(hidden), UInt64(hidden)))
            #expect(run.entry == all[hidden].entry)
        }
    }

    @Test func numbersThatAreMissingTogetherAreOneRun() throws {
        let found = try chain(entries(20).filter { !(3...6).contains($0.chain.sequence) })
        #expect(found.missing.map { [$0.first, $0.last] } == [[3, 6]])
        #expect(!found.isWhole)
        #expect(!found.contradicts)
    }

    @Test func aNumberThatIsThereTwiceIsNamedWithBoth() throws {
        let (one, clone) = (try entries(10), try entries(10, name: "clone"))
        let found = try chain(one + clone[8...])
        #expect(found.doubled.map(\.number) == [8, 9])
        #expect(
            Set(found.doubled[0].entries.map(\.entry)) == [one[8].entry, clone[8].entry])
        #expect(found.contradicts)
        // The clone's 8 names its own 7, which nobody has.
        #expect(found.unlinked.map(\.number) == [8])
        #expect(found.unlinked.first?.named == clone[7].entry)
    }

    @Test func aStatementThatNamesAnotherBeforeItIsTold() throws {
        var all = try entries(5)
        let other = EntryID(.sha256([9]))
        all[3] = NumberedEntry(
            index: all[3].index, entry: all[3].entry, keyID: key,
            chain: try Chain(id: id, sequence: 3, previous: other.hash))
        let found = try chain(all)
        #expect(found.unlinked.map(\.number) == [3])
        #expect(found.unlinked.first?.named == other)
    }

    @Test func whatIsBelowTheFirstNumberIsNotLookedAt() throws {
        let found = try chain(Array(entries(10)[4...]), from: 4)
        #expect(found.isWhole)
        #expect(try chain(Array(entries(10)[4...])).missing.map(\.last) == [3])
    }

    /// A statement may claim any number: nothing may be done for each number below.
    @Test func theLargestNumberIsOneGap() throws {
        let far = NumberedEntry(
            index: 5, entry: EntryID(.sha256([3])), keyID: key,
            chain: try Chain(id: id, sequence: 1 << 53 - 1, previous: .sha256([4])))
        let found = try chain(entries(3) + [far])
        #expect(found.missing.map { [$0.first, $0.last] } == [[3, 1 << 53 - 2]])
        #expect(found.missing.first?.entry == EntryID(.sha256([4])))
    }

    @Test func eachKeyAndSpoolIsAChainOfItsOwn() throws {
        let all = try entries(3)
        let others = all.map {
            NumberedEntry(
                index: $0.index + 1, entry: $0.entry, keyID: .sha256([2]), chain: $0.chain)
        }
        let found = SpoolChain.all(of: all + others)
        #expect(found.count == 2)
        #expect(found.map(\.isWhole) == [true, true])
    }

    // MARK: - With the spool's folder

    @Test func whatWaitsInTheSpoolIsNotMissing() throws {
        let all = try entries(10)
        let waiting = local(Array(all[5..<8]), .waiting, next: 10)
        let found = try chain(all.filter { !(5..<8).contains($0.chain.sequence) }, local: waiting)
        #expect(found.isWhole)
        #expect(found.waiting.map { [$0.first, $0.last] } == [[5, 7]])
    }

    /// Without the folder nobody could know of the newest.
    @Test func theNewestIsMissedWhereTheSpoolKnowsOfIt() throws {
        let all = try entries(10)
        let found = try chain(Array(all[..<8]), local: local([], .registered, next: 10))
        #expect(found.missing.map { [$0.first, $0.last] } == [[8, 9]])
    }

    @Test func whatHasAReceiptAndIsNotShownIsNamed() throws {
        let all = try entries(10)
        let found = try chain(
            Array(all[..<9]), local: local([all[9]], .registered, next: 10))
        #expect(found.withheld.map(\.entry) == [all[9].entry])
        #expect(!found.isWhole)
    }

    @Test func whatTheLedgerRefusedIsNamed() throws {
        let all = try entries(10)
        let found = try chain(
            all.filter { $0.chain.sequence != 4 }, local: local([all[4]], .refused, next: 10))
        #expect(found.refused.map(\.first) == [4])
        #expect(found.missing.isEmpty)
        #expect(!found.isWhole)
    }

    @Test func anotherStatementUnderANumberOfTheSpoolIsAClone() throws {
        let (all, clone) = (try entries(10), try entries(10, name: "clone"))
        let found = try chain(all, local: local([clone[6]], .waiting, next: 10))
        #expect(found.doubled.map(\.number) == [6])
        #expect(found.doubled.first?.entries.map(\.index) == [all[6].index, nil])
    }

    @Test func aSpoolWithoutAnEntryIsToldToo() throws {
        let found = try chain([], local: local(entries(2), .waiting, next: 2))
        #expect(found.highest == nil)
        #expect(found.isWhole)
        #expect(found.waiting.map { [$0.first, $0.last] } == [[0, 1]])
    }
}
