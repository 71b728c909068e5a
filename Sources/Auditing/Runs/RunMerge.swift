/// Reads several runs as one, in the order of their records.
///
/// It holds 64 KiB of each run, and the runs of a set are few (``RunSet``).
struct RunMerge<Record: RunRecord> {
    /// The place in one run.
    private struct Source {
        let run: RunFile<Record>
        var records: [Record] = []
        var place = 0
        var block: UInt64 = 0

        init(_ run: RunFile<Record>) {
            self.run = run
        }

        /// Moves on to the next record; false at the end.
        mutating func advance() throws(RunError) -> Bool {
            place += 1
            guard place >= records.count else { return true }
            return try fill()
        }

        mutating func fill() throws(RunError) -> Bool {
            records.removeAll(keepingCapacity: true)
            place = 0
            block = try run.read(from: block, into: &records)
            return !records.isEmpty
        }

        var record: Record { records[place] }
    }

    private var sources: [Source]

    /// The numbers of the sources, the one with the smallest record first: a binary heap.
    private var heap: [Int] = []

    init(_ runs: [RunFile<Record>]) throws(RunError) {
        sources = runs.map(Source.init)
        for number in sources.indices where try sources[number].fill() {
            heap.append(number)
        }
        for place in stride(from: heap.count / 2, through: 0, by: -1) { sink(place) }
    }

    /// Returns the next record, and whether its run is settled; nil at the end.
    mutating func next() throws(RunError) -> (record: Record, isSettled: Bool)? {
        guard let number = heap.first else { return nil }
        let found = (sources[number].record, sources[number].run.note.isSettled)
        if try !sources[number].advance() {
            let last = heap.removeLast()
            if !heap.isEmpty { heap[0] = last }
        }
        sink(0)
        return found
    }

    /// Moves the source at `place` down to where its record belongs.
    private mutating func sink(_ place: Int) {
        var place = place
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
                if isLess(heap[child], heap[least]) { least = child }
            }
            guard least != place else { return }
            heap.swapAt(place, least)
            place = least
        }
    }

    /// By the record; of two that are equal the settled one comes first, so that it is known.
    private func isLess(_ one: Int, _ other: Int) -> Bool {
        let (first, second) = (sources[one].record, sources[other].record)
        guard first == second else { return first < second }
        return sources[one].run.note.isSettled && !sources[other].run.note.isSettled
    }
}
