package import Manifests

/// The hashes of the pictures in one piece of the log, a row each: 34 bytes in memory.
///
///     words    32 bytes a row   the hash, four words, the lowest first
///     places    2 bytes a row   the entry's place in the piece, rising; 65,535 is erased
///
/// A piece covers ``SimilarityLimit/pieceEntries`` entries. An erased row keeps its room and
/// nothing else. Rows that are added stay where they are until ``settle()``, which
/// overwrites what it leaves: memory that was given back cannot be overwritten.
package struct HashPiece: Hashable, Sendable {
    /// The place of an erased row.
    package static let gone = UInt16.max

    /// Index of the first entry that the piece covers.
    package let first: UInt64

    /// The hashes, four words a row.
    package private(set) var words: [UInt64] = []

    /// The place of each row.
    package private(set) var places: [UInt16] = []

    /// Rows that are not erased.
    package private(set) var pictureCount = 0

    /// Creates a piece without rows, for entries from `first` on.
    package init(first: UInt64) {
        self.first = first
    }

    /// Creates a piece of rows as they are stored; nil where they cannot be a piece's.
    ///
    /// `words` has four for each of `places`.
    package init?(first: UInt64, places: [UInt16], words: [UInt64]) {
        guard words.count == 4 * places.count else { return nil }
        var next = 0
        for place in places where place != Self.gone {
            guard place >= next, place < SimilarityLimit.pieceEntries else { return nil }
            next = Int(place) + 1
        }
        self.first = first
        self.places = places
        self.words = words
        pictureCount = places.count(where: { $0 != Self.gone })
    }

    /// Index behind the last entry that a piece covers.
    package var end: UInt64 { first + SimilarityLimit.pieceEntries }

    /// The number of rows, erased ones among them.
    package var rowCount: Int { places.count }

    /// Adds the row of an entry behind all others.
    package mutating func append(_ hash: PDQHash, of entry: UInt64) {
        precondition(
            first <= entry && entry < end, "a piece has rows of the entries that it covers")
        if places.isEmpty { reserve() }
        places.append(UInt16(entry - first))
        let hash = hash.words
        for word in hash.indices { words.append(hash[word]) }
        pictureCount += 1
    }

    /// Takes the room of all rows that there can be.
    private mutating func reserve() {
        places.reserveCapacity(Int(SimilarityLimit.pieceEntries))
        words.reserveCapacity(4 * Int(SimilarityLimit.pieceEntries))
    }

    /// Overwrites the row of an entry; returns whether there was one.
    package mutating func erase(_ entry: UInt64) -> Bool {
        guard let row = row(of: entry) else { return false }
        places[row] = Self.gone
        for word in 4 * row..<4 * row + 4 { words[word] = 0 }
        pictureCount -= 1
        return true
    }

    /// Overwrites all rows before it lets go of them.
    package mutating func removeAll() {
        for word in words.indices { words[word] = 0 }
        words = []
        places = []
        pictureCount = 0
    }

    /// The hash of an entry; nil where it has no row.
    package func hash(of entry: UInt64) -> PDQHash? {
        row(of: entry).map { row in
            PDQHash(
                words[4 * row], words[4 * row + 1], words[4 * row + 2], words[4 * row + 3])
        }
    }

    private func row(of entry: UInt64) -> Int? {
        guard first <= entry, entry < end else { return nil }
        let place = UInt16(entry - first)
        // Erased rows have no order among the others, so all are looked at.
        return places.firstIndex(of: place)
    }

    /// Lets go of the room that its arrays have kept to grow; overwrites what was in it.
    package mutating func settle() {
        var (tightWords, tightPlaces): ([UInt64], [UInt16]) = ([], [])
        tightWords.reserveCapacity(words.count)
        tightWords += words
        tightPlaces.reserveCapacity(places.count)
        tightPlaces += places
        for word in words.indices { words[word] = 0 }
        (words, places) = (tightWords, tightPlaces)
    }
}
