import Checkpoints
package import Encoding
import LogReader
package import Merkle
package import Provenance
import TestSupport

/// A log as its export has it, a file a name, with the keys to sign another one in its place.
///
/// What a file says is changed in ``files``. What a leaf says is changed in ``leaves``, and
/// ``sign()`` makes all files anew: then every hash and signature holds, and only whoever reads the
/// leaves sees what is wrong.
package struct RecordedLog: Sendable {
    /// The files by their paths, as ``LogReader/StaticLayout`` names them.
    package var files: [String: [UInt8]]

    /// Paths of which nobody can tell what is there: each look fails, as of a folder in a file's
    /// place or of a service that is down.
    package var failing: Set<String> = []

    /// The leaves in order.
    package var leaves: [[UInt8]]

    /// The manifest beside each leaf; nil where there is none, or none any more.
    package var manifests: [[UInt8]?]

    /// The trust kit as of the log's end.
    package var kit: TrustKit.Files

    /// The keys that have signed in it.
    package let keys: RecordedKeys

    /// The index of what was registered, by its name.
    package let places: [String: UInt64]

    /// When it was recorded, by the clock of those who have dated it, in POSIX seconds.
    package let time: UInt64

    /// The manifest that was erased.
    package let erased: [UInt8]

    /// Takes the files of an export apart.
    package init(
        files: [String: [UInt8]], kit: TrustKit.Files, keys: RecordedKeys,
        places: [String: UInt64], time: UInt64, erased: [UInt8]
    ) throws {
        self.erased = erased
        (self.files, self.kit, self.keys) = (files, kit, keys)
        (self.places, self.time) = (places, time)
        (leaves, manifests) = ([], [])
        let note = try found(files[StaticLayout.checkpoint], StaticLayout.checkpoint)
        let size = try SignedCheckpoint(parsing: note).claim.size
        for bundle in 0...(size - 1) / UInt64(TileID.width) {
            let width = TileID(level: 0, index: bundle).width(in: size)
            let path = TilePath.entries(index: bundle, width: width).description
            leaves += Self.split(try found(files[path], path))
            let beside = StaticLayout.manifests(bundle, width: width)
            manifests += try Self.items(try found(files[beside], beside))
        }
    }

    /// Number of leaves.
    package var size: UInt64 { UInt64(leaves.count) }

    /// The index of what was registered under this name.
    package func place(_ name: String) throws -> UInt64 {
        try found(places[name], "an entry that is called \(name)")
    }

    /// The statement of this name.
    package func statement(_ name: String) throws -> Statement {
        try Statement(leaf: leaves[Int(place(name))])
    }

    /// The root of the first `size` leaves, of all where none is named.
    package func root(_ size: UInt64? = nil) -> Hash {
        var range = CompactRange()
        for leaf in leaves.prefix(Int(size ?? self.size)) { range.append(.leaf(leaf)) }
        return range.root
    }

    /// The signed note of a checkpoint, by the note key whose turn is at its size.
    package func note(size: UInt64? = nil, root: Hash? = nil) throws -> [UInt8] {
        let size = size ?? self.size
        let origin = Text(LedgerFixture.origin)
        let signer = try NoteSigner(name: origin, key: keys.note(forSize: size))
        return try signer.note(
            Checkpoint(origin: origin, size: size, root: root ?? self.root(size))
        ).encoded
    }

    /// The signed note of the whole log by any key.
    package func note(by key: SigningKey) throws -> [UInt8] {
        let origin = Text(LedgerFixture.origin)
        return try NoteSigner(name: origin, key: key).note(
            Checkpoint(origin: origin, size: size, root: root())
        ).encoded
    }

    /// Changes the bytes of one file, which must be there.
    package mutating func edit(
        _ path: String, _ change: (inout [UInt8]) throws -> Void
    ) throws {
        var bytes = try found(files[path], path)
        try change(&bytes)
        files[path] = bytes
    }

    /// Puts one more leaf behind the others, and signs the log anew.
    package mutating func append(_ leaf: [UInt8], _ manifest: [UInt8]? = nil) throws {
        leaves.append(leaf)
        manifests.append(manifest)
        try sign()
    }

    // MARK: - Files of leaves

    /// The file of the bundle of these leaves.
    package static func bundle(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        leaves.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
    }

    /// The leaves of an entry bundle.
    package static func split(_ bundle: [UInt8]) -> [[UInt8]] {
        var leaves: [[UInt8]] = []
        var rest = bundle[...]
        while let high = rest.popFirst(), let low = rest.popFirst() {
            let length = Int(high) << 8 | Int(low)
            leaves.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return leaves
    }

    /// The manifests of a manifest bundle, with nil for null.
    private static func items(_ sequence: [UInt8]) throws -> [[UInt8]?] {
        var items: [[UInt8]?] = []
        var rest = sequence[...]
        while let first = rest.first {
            guard first != CBOR.null.encoded()[0] else {
                items.append(nil)
                rest = rest.dropFirst()
                continue
            }
            var reader = CBORSequenceReader(itemLimit: rest.count)
            reader.append(rest)
            guard case .bytes(let bytes)? = try reader.next() else {
                throw FixtureError.unexpected("a manifest bundle with something else in it")
            }
            items.append(bytes)
            rest = rest.dropFirst(CBOR.bytes(bytes).encoded().count)
        }
        return items
    }
}

/// The keys that have signed in a recorded log.
package struct RecordedKeys: Sendable {
    /// The administrator's.
    package let admin: SigningKey

    /// The PoP's in Berlin: Ed25519.
    package let berlin: SigningKey

    /// The PoP's in Lagos: ES256.
    package let lagos: SigningKey

    /// A key that is retired in the log, of Berlin too.
    package let retired: SigningKey

    /// A key that the log does not know.
    package let stranger: SigningKey

    /// The ledger's own key for control statements, the newest.
    package let ledger: SigningKey

    /// The note keys, each with the first size that it signs.
    package let notes: [(firstSize: UInt64, key: SigningKey)]

    /// The note key whose turn is at a size.
    package func note(forSize size: UInt64) throws -> SigningKey {
        try found(notes.last { $0.firstSize <= size }, "a note key").key
    }
}
