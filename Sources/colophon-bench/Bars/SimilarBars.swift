import Files
import Foundation
import Manifests
import Merkle
import Similarity

/// What a search for pictures that look alike costs, in this process and without a ledger: the
/// pass over the rows, their memory, and what they add to a start.
struct SimilarBars {
    /// Pictures, and the milliseconds of a search for one orientation and for eight.
    private static let sizes = [
        (name: "1 M", pictures: 1_000_000, one: 6.0, eight: 15.0),
        (name: "10 M", pictures: 10_000_000, one: 60.0, eight: 150.0),
    ]

    /// Times that a search may take as long as reading its rows once: memory is the limit.
    private static let reads = (one: 2.0, eight: 10.0)

    /// Bytes of memory that a picture may take.
    private static let pictureBytes = 36.0

    /// Milliseconds by which an index of the largest size may make a start slower.
    private static let startMilliseconds = 50.0

    /// Seconds until it has read its file.
    private static let loadSeconds = 10.0

    /// Searches of which the fastest counts: the others met with other work.
    private static let times = 9

    let run: Run

    func measure() async throws {
        guard run.has(.similar) else { return }
        for size in Self.sizes {
            let before = try Self.residentBytes()
            let pieces = Self.pieces(of: size.pictures)
            let bytes = (try Self.residentBytes() - before) / Double(size.pictures)
            let read = Self.read(pieces)
            for (count, limit, ratio) in [
                (1, size.one, Self.reads.one), (8, size.eight, Self.reads.eight),
            ] {
                let milliseconds = try Self.search(pieces, for: count)
                let name = "\(size.name) pictures x \(count)"
                run.add([
                    bar(name, "ms", milliseconds, limit, 1),
                    bar("\(name), reads", "ms", milliseconds, read, ratio),
                ])
            }
            guard size.pictures == Self.sizes.last?.pictures else { continue }
            run.add([bar("memory of a picture", "B", bytes, Self.pictureBytes, 1)])
            try await start(pieces)
        }
    }

    private func bar(
        _ name: String, _ unit: String, _ value: Double, _ limit: Double, _ target: Double
    ) -> Bar {
        Bar(name: name, unit: unit, value: value, limit: limit, target: target, sense: .atMost)
    }

    // MARK: - Searches

    /// Pieces of hashes that have nothing to do with each other.
    private static func pieces(of count: Int) -> [HashPiece] {
        var state: UInt64 = 1
        var pieces: [HashPiece] = []
        for entry in 0..<UInt64(count) {
            if entry.isMultiple(of: SimilarityLimit.pieceEntries) {
                pieces.append(HashPiece(first: entry))
            }
            pieces[pieces.count - 1].append(random(&state), of: entry)
            if entry + 1 == pieces[pieces.count - 1].end { pieces[pieces.count - 1].settle() }
        }
        return pieces
    }

    private static func random(_ state: inout UInt64) -> PDQHash {
        PDQHash(word(&state), word(&state), word(&state), word(&state))
    }

    /// SplitMix64: the same hashes in each run.
    private static func word(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// The milliseconds of a search for so many orientations that finds one picture.
    private static func search(_ pieces: [HashPiece], for count: Int) throws -> Double {
        guard let hash = pieces.last?.hash(of: pieces[pieces.count - 1].first) else {
            throw BenchError("there are no pictures to search")
        }
        var state: UInt64 = 7
        let others = (1..<count).map { _ in random(&state) }
        let query = try LikenessQuery([hash] + others)
        return try fastest {
            var search = NearSearch(query)
            for piece in pieces { search.look(at: piece) }
            guard search.rows().count == 1 else { throw BenchError("a picture is not found") }
        }
    }

    /// The milliseconds of reading the same hashes once.
    private static func read(_ pieces: [HashPiece]) -> Double {
        fastest {
            var sum: UInt64 = 0
            for piece in pieces {
                for word in piece.words { sum &+= word }
            }
            precondition(sum != 0, "the sum of random numbers is what keeps it from being left out")
        }
    }

    private static func fastest(_ body: () throws -> Void) rethrows -> Double {
        var least = Double.infinity
        for _ in 0..<times {
            let start = ContinuousClock.now
            try body()
            least = min(least, (ContinuousClock.now - start) / .milliseconds(1))
        }
        return least
    }

    /// Bytes that this process has in memory (proc(5), `statm`).
    private static func residentBytes() throws -> Double {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Double(fields[1]) else {
            throw BenchError("/proc/self/statm says: \(text)")
        }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    // MARK: - Start

    /// Starts an index with a file of all these pieces.
    private func start(_ pieces: [HashPiece]) async throws {
        let whole = pieces.prefix { $0.places.count == Int(SimilarityLimit.pieceEntries) }
        let source = StillLedger(size: UInt64(whole.count) * SimilarityLimit.pieceEntries)
        let path = run.workshop.folder.appending(path: "bench.similar").path()
        let place = try Place(path)
        defer { try? place.folder.remove(place.name) }
        let file = try SimilarFile.make(at: place, of: source.genesis, erasures: 0)
        for piece in whole { try file.append(StoredPiece(piece, root: StillLedger.root)) }
        let begin = ContinuousClock.now
        let index = SimilarityIndex(source, path: path) { _ in }
        index.start()
        let started = (ContinuousClock.now - begin) / .milliseconds(1)
        while index.status.isLoading { try await Task.sleep(for: .milliseconds(5)) }
        let loaded = (ContinuousClock.now - begin) / .seconds(1)
        let rows = index.status.pictures
        index.stop()
        guard rows == whole.count * Int(SimilarityLimit.pieceEntries) else {
            throw BenchError("the index has read \(rows) pictures")
        }
        run.add([
            bar("start with pictures", "ms", started, Self.startMilliseconds, 1),
            bar("until all are read", "s", loaded, Self.loadSeconds, 1),
        ])
    }
}

/// A ledger of pictures in which nothing happens.
private struct StillLedger: LikenessSource {
    static let root = Hash.sha256([1])

    let size: UInt64

    var genesis: Hash { .zero }
    var erasures: UInt64 { 0 }
    var isRegistering: Bool { false }

    func root(ofSize size: UInt64) -> Hash { Self.root }

    func hashes(of entries: Range<UInt64>) -> [HashedEntry] { [] }

    func look(at entry: UInt64) -> EntryLook<Never> { .gone }
}
