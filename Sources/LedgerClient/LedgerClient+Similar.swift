import Encoding
public import HTTPCalls
public import Manifests
public import Provenance

/// What a ledger answers to a search for pictures that look alike.
///
/// Nothing of it is verified.
public struct SimilarList: Hashable, Sendable {
    /// An entry that the ledger says is near.
    public struct Entry: Hashable, Sendable {
        /// Its index in the log.
        public let index: UInt64

        /// Its name.
        public let entry: EntryID

        /// The bits that differ.
        public let distance: Int

        /// Which of the hashes that were sent is the nearest.
        public let orientation: Int
    }

    /// Entries of the log that were looked at, from the first on.
    public let covered: UInt64

    /// Entries that the ledger has.
    public let size: UInt64

    /// Whether the ledger still reads what its pictures look like.
    public let isLoading: Bool

    /// Whether the ledger serves the table of what a hash survives, at ``LikenessWords/path`` below
    /// its address; an older one does not.
    public let hasTable: Bool

    /// The nearest entries, the nearest first.
    public let entries: [Entry]

    /// Whether there are more that are near enough.
    public let hasMore: Bool

    /// The place behind which they are; nil where there are none, or the ledger cannot go on.
    public let next: LikenessPlace?

    /// Whether nothing that is near can have been left out, but for what came since.
    public var coversAll: Bool { !isLoading && covered >= size }
}

extension LedgerClient {
    /// Asks which entries are near to a picture, of whose forms the hashes alone are sent.
    ///
    /// - Parameters:
    ///   - hashes: the hash of each form of the picture that counts, 1 to 8.
    ///   - distance: the largest distance that counts.
    ///   - limit: the most entries, 1 to 100.
    ///   - after: the place behind which entries count, the ``SimilarList/next`` of an answer to
    ///     the same question; nil where all do.
    public func similar(
        to hashes: [PDQHash], within distance: Int, limit: Int, after: LikenessPlace? = nil
    ) async throws(CallError) -> SimilarList {
        var members: [(Text, JSON)] = [
            ("alg", .string(PerceptualHash.pdq)),
            ("value", .array(hashes.map { .string(Text("\($0)")) })),
            ("distance", .integer(Int64(distance))), ("limit", .integer(Int64(limit))),
        ]
        // A ledger that cannot go on refuses the member, so it is sent only where it is meant.
        if let after { members.append(("after", .string(Text("\(after)")))) }
        let question = JSON.object(JSON.Object(members))
        let request = CallRequest(
            "POST", "/search/similar", accept: "application/json", body: question.encoded(),
            contentType: "application/json", status: 200)
        let bytes = try await caller.send(request, limit: ClientLimit.similarBytes).body
        guard let list = (try? JSON.decode(bytes)).flatMap({ SimilarList($0, hashes.count) }),
            list.entries.count <= limit
        else {
            throw .unexpected("POST /search/similar is not a list of entries")
        }
        return list
    }
}

extension SimilarList {
    /// Reads an answer to so many hashes; nil for anything else.
    fileprivate init?(_ json: JSON, _ count: Int) {
        guard let covered = json["covered"]?.integer.flatMap({ UInt64(exactly: $0) }),
            let size = json["entries"]?.integer.flatMap({ UInt64(exactly: $0) }),
            let isLoading = json["loading"]?.bool, let hasMore = json["more"]?.bool,
            let hits = json["hits"]?.array, covered <= size
        else { return nil }
        let next = json["next"]?.text.flatMap { LikenessPlace($0) }
        var entries: [Entry] = []
        var named: (indexes: Set<UInt64>, entries: Set<EntryID>) = ([], [])
        for hit in hits {
            guard let index = hit["index"]?.integer.flatMap({ UInt64(exactly: $0) }),
                let entry = hit["entry"]?.text.flatMap({ EntryID($0) }),
                let distance = hit["distance"]?.integer, (0...256).contains(distance),
                let orientation = hit["orientation"]?.integer, 0 <= orientation,
                orientation < count,
                // What is named twice would seem to be two works.
                named.indexes.insert(index).inserted, named.entries.insert(entry).inserted
            else { return nil }
            entries.append(
                Entry(
                    index: index, entry: entry, distance: Int(distance),
                    orientation: Int(orientation)))
        }
        let table = json["table"]?.text?.string
        self.init(
            covered: covered, size: size, isLoading: isLoading,
            hasTable: table?.hasSuffix(LikenessWords.path.string) == true, entries: entries,
            hasMore: hasMore, next: hasMore ? next : nil)
    }
}
