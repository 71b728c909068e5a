import Files
import Manifests
import Merkle

/// The rows of an index, in memory and in their file; one thread owns it.
final class IndexKeeper<Source: LikenessSource> {
    private let source: Source
    private let path: String
    private let tell: (SimilarityEvent) -> Void

    /// Whole pieces, in the order of their entries.
    private var pieces: [StoredPiece] = []

    /// The piece that still grows; it is in no file.
    private var tail = HashPiece(first: 0)

    /// Entries that were looked at.
    private var covered: UInt64 = 0

    /// The file, which has all of `pieces`; nil where it could not be written, or is empty.
    private var file: SimilarFile?

    /// The erasures below this index of the log are applied to the rows in memory.
    private var appliedBelow: UInt64 = 0

    /// The erasures below this index of the log are applied, in memory and on the disk: no file
    /// has the name that may have more.
    private(set) var erasedBelow: UInt64 = 0

    private var isLoading = true
    private var mismatches = 0
    private var hasToldOfWriting = false

    init(
        _ source: Source, path: String,
        tell: @escaping (SimilarityEvent) -> Void
    ) {
        self.source = source
        self.path = path
        self.tell = tell
    }

    var status: SimilarityStatus {
        var status = SimilarityStatus()
        status.covered = covered
        status.pictures = pieces.reduce(tail.pictureCount) { $0 + $1.piece.pictureCount }
        status.isLoading = isLoading
        status.mismatches = mismatches
        return status
    }

    // MARK: - Loading

    /// Reads the file, as far as it counts; `between` is called after each piece, and false ends
    /// it.
    ///
    /// Throws where the ledger cannot be read; then it is called again.
    func load(_ between: () -> Bool) throws {
        clear()
        var isWanted = true
        do throws(FileError) {
            file = try SimilarFile.read(
                SimilarFile.place(path), of: source.genesis, erasures: appliedBelow
            ) { stored in
                pieces.append(stored)
                covered = stored.piece.end
                tail = HashPiece(first: covered)
                isWanted = between()
                // A search in between may have found a false row, and all was forgotten.
                return isWanted && !pieces.isEmpty
            } flaw: {
                tell(.unusable($0))
            }
        } catch {
            tell(.unusable("\(error.words)"))
        }
        guard isWanted else { return }
        guard let last = pieces.last else {
            // What is there, if anything, may have what was erased.
            if file == nil { discard() } else { erasedBelow = appliedBelow }
            return
        }
        if covered > source.size {
            forgetAll("it has entries that the ledger does not have")
        } else if try source.root(ofSize: covered) != last.root {
            forgetAll("it is about another history of the ledger")
        } else {
            // Its head says so.
            erasedBelow = appliedBelow
        }
    }

    private func forgetAll(_ reason: String) {
        tell(.unusable(reason))
        startAnew()
    }

    /// Forgets all rows and removes the file: all is read from the manifests again.
    private func startAnew() {
        clear()
        discard()
    }

    /// Forgets all rows and lets go of the file.
    private func clear() {
        for number in pieces.indices { pieces[number].piece.removeAll() }
        tail.removeAll()
        (pieces, tail, covered, file) = ([], HashPiece(first: 0), 0, nil)
        isLoading = true
        // Read first: what is read after it is without what was erased until then.
        appliedBelow = source.erasures
    }

    /// Removes a file that does not count; no erasure is done while one is there.
    private func discard() {
        do throws(FileError) {
            try remove()
            erasedBelow = appliedBelow
        } catch {
            erasedBelow = 0
            tellOfWriting(error)
        }
    }

    private func tellOfWriting(_ error: FileError) {
        if !hasToldOfWriting { tell(.unwritable("\(error)")) }
        hasToldOfWriting = true
    }

    // MARK: - Following the log

    /// Reads the next entries; false where all are covered.
    func step() throws -> Bool {
        if covered == tail.end { try seal() }
        let size = source.size
        guard covered < size else {
            if isLoading {
                isLoading = false
                tell(.loaded(entries: covered, pictures: status.pictures))
            }
            return false
        }
        let end = min(covered + SimilarityLimit.stepEntries, tail.end, size)
        for hashed in try source.hashes(of: covered..<end) {
            tail.append(hashed.hash, of: hashed.entry)
        }
        covered = end
        if covered == tail.end { try seal() }
        return true
    }

    /// Ends the piece that has all its entries, and writes it.
    private func seal() throws {
        let root = try source.root(ofSize: covered)
        tail.settle()
        pieces.append(StoredPiece(tail, root: root))
        tail = HashPiece(first: covered)
        do throws(FileError) {
            if let file, let last = pieces.last {
                try file.append(last)
            } else {
                let made = try SimilarFile.make(
                    at: SimilarFile.place(path), of: source.genesis, erasures: appliedBelow)
                for piece in pieces { try made.append(piece) }
                file = made
                // It has taken the place of any other.
                erasedBelow = appliedBelow
            }
            hasToldOfWriting = false
        } catch {
            // What is in it stays true; the next piece makes it anew.
            file = nil
            tellOfWriting(error)
        }
    }

    // MARK: - Erasures

    /// Overwrites the rows of these entries in memory and in the file.
    ///
    /// Once it has returned, neither has the hashes any more: where the file cannot be written it
    /// is removed.
    func forget(_ entries: [UInt64], erasedBelow end: UInt64) throws(SimilarityError) {
        var changed: Set<Int> = []
        for entry in entries {
            let number = Int(entry / SimilarityLimit.pieceEntries)
            if number >= pieces.count {
                _ = tail.erase(entry)
            } else if pieces[number].piece.erase(entry) {
                changed.insert(number)
            }
        }
        appliedBelow = max(appliedBelow, end)
        do throws(FileError) {
            if let file {
                for number in changed.sorted() { try file.overwrite(pieces[number]) }
                try file.apply(erasures: appliedBelow)
            } else {
                try remove()
            }
        } catch {
            do throws(FileError) {
                try remove()
            } catch {
                throw .unwritable("\(error)")
            }
        }
        erasedBelow = appliedBelow
    }

    /// Removes the file, which the next piece makes anew.
    private func remove() throws(FileError) {
        file = nil
        let place = try SimilarFile.place(path)
        try place.folder.remove(place.name)
        try place.folder.synchronize()
    }

    // MARK: - Searching

    /// Looks at all rows, and keeps those that their manifests bear out.
    func search(_ query: LikenessQuery) throws -> SimilarityAnswer<Source.Shown> {
        if !isLoading { try catchUp() }
        var search = NearSearch(query)
        for stored in pieces { search.look(at: stored.piece) }
        search.look(at: tail)
        let rows = search.rows()
        let (looked, entries) = (covered, source.size)
        var hits: [SimilarityAnswer<Source.Shown>.Hit] = []
        var wrong: UInt64?
        for row in rows where row.entry < entries {
            // An erasure may have come since the row was read.
            guard case .there(let hash, let shown) = try source.look(at: row.entry) else {
                continue
            }
            if hash == self.hash(of: row.entry) {
                hits.append(.init(row: row, shown: shown))
            } else {
                mismatches += 1
                wrong = row.entry
            }
        }
        if let wrong {
            tell(.mismatch(entry: wrong))
            startAnew()
        }
        let hasMore = search.matchCount > UInt64(rows.count)
        // Behind the last row, be it in the answer or not: it is asked for once.
        let next = hasMore ? rows.last.flatMap { $0.place } : nil
        return SimilarityAnswer(
            covered: looked, entries: max(entries, looked), isLoading: isLoading, hits: hits,
            hasMore: hasMore, next: next)
    }

    /// Reads what was registered before the search came, a batch of the sequencer at most.
    private func catchUp() throws {
        let end = min(source.size, covered + SimilarityLimit.pieceEntries)
        while covered < end, try step() {}
    }

    private func hash(of entry: UInt64) -> PDQHash? {
        let number = Int(entry / SimilarityLimit.pieceEntries)
        return (number < pieces.count ? pieces[number].piece : tail).hash(of: entry)
    }
}
