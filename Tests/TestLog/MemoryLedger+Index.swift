import Checkpoints
package import Encoding
package import IndexMap
package import Merkle
package import Provenance

// MARK: - The index

extension MemoryLedger {
    /// The map over the first `size` entries, or a wrong one that leaves an entry out, or lists
    /// more.
    package func map(
        _ size: UInt64, without left: UInt64? = nil, with more: [IndexRecord] = []
    ) throws -> NaiveIndex {
        var records = more.filter { $0.index < size }
        for index in 0..<size where index != left {
            let keys = try IndexedLabels(ofLeaf: leaves[Int(index)]).keys()
            records += keys.map { IndexRecord(key: $0, index: index) }
        }
        return NaiveIndex(records)
    }

    /// What the next index head says of the first `size` entries, with the map over them, or with
    /// any root of a map.
    package func indexHeadDraft(_ size: UInt64, map root: Hash? = nil) throws -> IndexHeadDraft {
        try IndexHeadDraft(
            after: indexHeads.last?.head, of: registry.genesis, origin: origin.text, size: size,
            tree: self.root(size), map: root ?? map(size).root, time: time(of: size))
    }

    /// Signs and logs an index head over all entries, or over the first `size`; returns it.
    ///
    /// `alter` may make it wrong: whatever it says is signed and logged.
    @discardableResult
    package mutating func addIndexHead(
        _ size: UInt64? = nil, by signer: SigningKey? = nil,
        _ alter: (IndexHeadDraft) throws -> IndexHeadDraft = { $0 }
    ) throws -> IndexHead {
        let draft = try alter(indexHeadDraft(size ?? self.size))
        return add(try draft.sign(with: signer ?? ledger))
    }

    /// Logs an index head over all entries with any root of a map, also where an entry is of a type
    /// whose keys nobody knows.
    package mutating func addIndexHead(map root: Hash) throws {
        add(try indexHeadDraft(size, map: root).sign(with: ledger))
    }

    /// Logs an index head over all entries whose map leaves an entry out, or lists more; returns
    /// the map.
    @discardableResult
    package mutating func addIndexHead(
        without left: UInt64?, with more: [IndexRecord] = []
    ) throws -> NaiveIndex {
        let map = try map(size, without: left, with: more)
        try addIndexHead(map: map.root)
        return map
    }

    /// Logs an index head, whatever it says, and returns it.
    @discardableResult
    package mutating func add(_ head: IndexHead) -> IndexHead {
        indexHeads.append((head, append(leaf: head.leaf)))
        return head
    }

    /// An index head with a receipt at the newest checkpoint, or at that of `size`.
    package func transparent(_ head: IndexHead, in size: UInt64? = nil) throws
        -> TransparentIndexHead
    {
        guard let index = indexHeads.first(where: { $0.head == head })?.index else {
            throw FixtureFault("an index head with a receipt was logged")
        }
        var whole = try TransparentIndexHead(head)
        whole.receipts = [try receipt(index, in: size)]
        return whole
    }

    /// A proof of all entries of some names by the newest index head, or by another one.
    package func complete(
        _ names: [IndexName], by head: IndexHead? = nil, positions: Range<Int> = 0..<Int.max
    ) throws -> CompleteProof {
        guard let head = head ?? indexHeads.last?.head else {
            throw FixtureFault("a proof of completeness has an index head")
        }
        let map = try map(head.size)
        return try CompleteProof(
            transparent(head), names.map { map.proof(of: $0, positions: positions) })
    }
}

extension IndexName {
    /// The name of an artifact of a memory ledger, whose bytes are its name.
    package static func work(_ artifact: String) -> IndexName {
        .artifact(.sha256(Array(artifact.utf8)))
    }
}

extension IndexHeadDraft {
    /// The same with other content.
    package func with(
        origin: Text? = nil, size: UInt64? = nil, tree: Hash? = nil, map: Hash? = nil,
        issuedAt: UInt64? = nil, chain: Chain? = nil
    ) -> IndexHeadDraft {
        IndexHeadDraft(
            origin: origin ?? self.origin, size: size ?? self.size, tree: tree ?? self.tree,
            map: map ?? self.map, issuedAt: issuedAt ?? self.issuedAt, chain: chain ?? self.chain)
    }
}
