import Files
import Manifests
import Merkle
import Similarity
import TestSupport
import Testing

/// The file of an index counts as it was written, or up to where it does not.
@Suite struct SimilarFileTests {
    private static let genesis = Hash.sha256([7])

    private let folder: TemporaryFolder
    private var place: Place { get throws { try SimilarFile.place(folder.path("similar")) } }

    init() throws { folder = try TemporaryFolder() }

    private static func piece(_ number: UInt64, rows: Int) -> StoredPiece {
        var random = SeededRandom(seed: number)
        var piece = HashPiece(first: number * SimilarityLimit.pieceEntries)
        for row in 0..<rows {
            piece.append(
                PDQHash.random(using: &random),
                of: piece.first + UInt64(3 * row))
        }
        return StoredPiece(piece, root: .sha256([UInt8(number)]))
    }

    /// Makes a file of three pieces, one of them without rows.
    private func make() throws -> [StoredPiece] {
        let pieces = [
            Self.piece(0, rows: 5), Self.piece(1, rows: 0), Self.piece(2, rows: 1_000),
        ]
        let file = try SimilarFile.make(at: place, of: Self.genesis, erasures: 4)
        for piece in pieces { try file.append(piece) }
        return pieces
    }

    private func read(
        genesis: Hash = genesis, erasures: UInt64 = 4
    ) throws -> (pieces: [StoredPiece], file: SimilarFile?, flaw: String?) {
        var pieces: [StoredPiece] = []
        var flaw: String?
        let file = try SimilarFile.read(place, of: genesis, erasures: erasures) {
            pieces.append($0)
            return true
        } flaw: {
            flaw = $0
        }
        return (pieces, file, flaw)
    }

    @Test func whatIsWrittenIsRead() throws {
        #expect(try read().file == nil, "nothing is there")
        let pieces = try make()
        let found = try read()
        #expect(found.pieces == pieces && found.flaw == nil)
        // It goes on where it ended.
        let more = Self.piece(3, rows: 2)
        try #require(found.file).append(more)
        #expect(try read().pieces == pieces + [more])
        #expect(try folder.permissions("similar") == 0o600)
    }

    @Test func aFileOfAnotherLedgerOrBeforeAnErasureDoesNotCount() throws {
        _ = try make()
        for (genesis, erasures) in [(Hash.sha256([8]), 4), (Self.genesis, 5)] as [(Hash, UInt64)] {
            let found = try read(genesis: genesis, erasures: erasures)
            #expect(found.file == nil && found.pieces.isEmpty && found.flaw != nil)
        }
    }

    /// Wherever a bit has changed, or the file is cut, all before it counts and nothing else.
    @Test func aFlawEndsWhatCounts() throws {
        let pieces = try make()
        let bytes = try folder.bytes("similar")
        var random = SeededRandom(for: "aFlawEndsWhatCounts")
        for _ in 0..<150 {
            var changed = bytes
            let place = random.number(below: bytes.count)
            if random.happens(50) {
                changed[place] ^= 1 << UInt8(random.number(below: 8))
            } else {
                changed.removeSubrange(place...)
            }
            try folder.write(changed, to: "similar")
            let found = try read()
            #expect(found.pieces == Array(pieces.prefix(found.pieces.count)), "\(random)")
            // A file that ends between two pieces is whole.
            guard found.flaw == nil else { continue }
            #expect(changed.count < bytes.count && found.file != nil, "\(random)")
            #expect(changed == Array(bytes.prefix(changed.count)), "\(random)")
        }
    }

    /// Overwritten in place: the file has the hash no more, and all other rows as they were.
    @Test func anErasedHashIsNotInTheFile() throws {
        var pieces = try make()
        let entry = pieces[2].piece.first + 30
        let hash = try #require(pieces[2].piece.hash(of: entry))
        let before = try folder.bytes("similar")
        #expect(before.firstRange(of: hash.bytes) != nil)
        let erased = pieces[2].piece.erase(entry)
        #expect(erased)
        let file = try #require(try read().file)
        try file.overwrite(pieces[2])
        try file.apply(erasures: 9)
        let after = try folder.bytes("similar")
        #expect(after.firstRange(of: hash.bytes) == nil && after.count == before.count)
        #expect(try read(erasures: 9).pieces == pieces)
        #expect(try read(erasures: 4).file == nil)
    }

    @Test func aPlaceThatOthersMayChangeIsRefused() throws {
        try folder.setPermissions(0o777, "")
        #expect(throws: FileError.self) { try place }
        try folder.setPermissions(0o700, "")
        _ = try make()
        try folder.setPermissions(0o666, "similar")
        #expect(throws: FileError.self) { try read() }
    }
}
