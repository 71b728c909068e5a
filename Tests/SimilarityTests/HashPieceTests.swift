import Manifests
import Similarity
import TestSupport
import Testing

/// The rows of a piece are overwritten where they stand, so they stand in one place only.
@Suite struct HashPieceTests {
    private static let entries = SimilarityLimit.pieceEntries

    /// Rows that move leave copies in memory that nobody can overwrite any more.
    @Test func rowsThatAreAddedNeverMove() {
        var random = SeededRandom(for: "HashPiece")
        var piece = HashPiece(first: Self.entries)
        piece.append(.random(using: &random), of: Self.entries)
        let room = (words: piece.words.capacity, places: piece.places.capacity)
        #expect(room.words >= 4 * Self.entries && room.places >= Self.entries)
        for entry in Self.entries + 1..<piece.end {
            piece.append(.random(using: &random), of: entry)
        }
        #expect(piece.words.capacity == room.words && piece.places.capacity == room.places)
        #expect(piece.rowCount == Self.entries)
    }

    @Test func erasedRowsAreNoPictures() throws {
        var piece = HashPiece(first: 0)
        for entry in 0..<5 as Range<UInt64> { piece.append(PDQHash(1, 2, 3, entry), of: entry) }
        let wereThere = [3, 3, 9].map { piece.erase($0) }
        #expect(wereThere == [true, false, false])
        #expect(piece.pictureCount == 4 && piece.rowCount == 5)
        #expect(piece.words.dropFirst(12).prefix(4) == [0, 0, 0, 0])
        let read = try #require(
            HashPiece(first: 0, places: piece.places, words: piece.words))
        #expect(read == piece && read.pictureCount == 4)
        piece.settle()
        #expect(piece == read)
        piece.removeAll()
        #expect(piece == HashPiece(first: 0))
    }
}
