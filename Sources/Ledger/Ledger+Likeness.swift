public import Encoding
public import LedgerStore
public import Manifests
public import Merkle
public import Provenance

extension Ledger {
    /// Keeps the hashes of the pictures that are registered from now on, in memory of a bounded
    /// size, until ``pictureHashes(in:)`` asks for them.
    public func keepPictureHashes() { sequencer.freshHashes.want() }

    /// The hashes by which pictures among these entries are compared, rising by index.
    ///
    /// A manifest that is erased, is not here or has no such hash has none. One whose row cannot be
    /// read is for `fsck` to report, and has none either.
    public func pictureHashes(
        in entries: Range<UInt64>
    ) throws(LedgerError) -> [(index: UInt64, hash: PDQHash)] {
        // Asked before the rows are read: what is erased later is taken out by whoever was told.
        let erased = published.erasures.unmarked
        let (first, looks) = sequencer.freshHashes.take(entries)
        var hashes = try storedHashes(in: entries.lowerBound..<first, without: erased)
        for (offset, look) in looks.enumerated() {
            let index = first + UInt64(offset)
            switch look {
            case .noHash: break
            case .hashed(let hash): hashes.append((index, hash))
            case .unread: hashes += try storedHashes(in: index..<index + 1, without: erased)
            }
        }
        return hashes
    }

    /// The same as the rows have it.
    private func storedHashes(
        in entries: Range<UInt64>, without erased: [Hash: EntryID]
    ) throws(LedgerError) -> [(index: UInt64, hash: PDQHash)] {
        guard !entries.isEmpty else { return [] }
        let store = published.store
        var hashes: [(index: UInt64, hash: PDQHash)] = []
        try store.forEach(in: store.manifests, from: entries.lowerBound, to: entries.upperBound) {
            index, row in
            guard PerceptualHash.mayBe(in: row),
                case .present(let bytes, _)? = try? ManifestRow.read(
                    row, at: index, without: erased),
                let manifest = try? Manifest(bytes),
                case .hashed(let hash) = FreshHashes.Look(of: manifest)
            else { return }
            hashes.append((index, hash))
        }
        return hashes
    }

    /// What an entry looks like, and what a list says of it; nil where there is no such entry that
    /// anyone may see, or its manifest was erased or is not here.
    public func look(at index: UInt64) throws(LedgerError) -> LookedAtEntry? {
        let (store, size) = published.readable
        guard index < size else { return nil }
        let erased = published.erasures.unmarked
        guard
            case .present(let bytes, let digest)? = try store.manifest(at: index, without: erased)
        else { return nil }
        let statement = try store.statement(at: index)
        guard statement.manifestDigest == digest, let manifest = try? Manifest(bytes) else {
            throw .corrupt("entry \(index) is not what was logged; run colophond fsck")
        }
        let facts = try? ProvenanceFacts(manifest)
        return LookedAtEntry(
            id: statement.id, issuer: statement.issuer, title: facts?.record.title,
            hash: facts?.perceptualHashes.comparable)
    }

    /// The root of the tree of this size, which must not be larger than the newest head's.
    public func root(ofSize size: UInt64) throws(LedgerError) -> Hash {
        try published.store.range(size: size).root
    }
}

/// An entry as a search for likeness names it.
public struct LookedAtEntry: Hashable, Sendable {
    /// Its name.
    public let id: EntryID

    /// Its issuer.
    public let issuer: Text

    /// The title that its manifest has; nil where that has none.
    public let title: Text?

    /// The hash by which its picture is compared; nil where it has none.
    public let hash: PDQHash?
}

extension FreshHashes.Look {
    /// What a manifest says of its picture.
    init(of manifest: Manifest) {
        self =
            ProvenanceFacts.perceptualHashes(in: manifest).comparable.map { .hashed($0) } ?? .noHash
    }
}
