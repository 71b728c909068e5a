import Encoding
public import IndexMap
public import Manifests

extension Statement {
    /// What the index reads of the statement: MapFn v1 makes its keys of that (index.md §1).
    public var indexedLabels: IndexedLabels {
        IndexedLabels(digests: subjectDigests, sub: subject, iss: issuer)
    }

    /// The keys of the statement in the index: its artifacts' in their order, then those of `sub`
    /// and `iss` (index.md §1, MapFn v1).
    ///
    /// A statement is well formed: its digests differ, and both texts are URIs.
    public var indexKeys: [IndexKey] {
        let digests = subjectDigests
        var keys: [IndexKey] = []
        keys.reserveCapacity(digests.count + 2)
        for digest in digests { keys.append(.artifact(digest)) }
        keys.append(.text(.sub, subject))
        keys.append(.text(.iss, issuer))
        return keys
    }

    /// The names of the statement's thread and of its issuer.
    var threadNames: [IndexName] {
        do throws(IndexNameError) {
            return [try .sub(subject), try .iss(issuer)]
        } catch {
            preconditionFailure("the form of a statement is stricter than that of a name: \(error)")
        }
    }
}

extension IndexedLabels {
    /// Reads what the index reads of a leaf of the log; an index head gives nothing.
    ///
    /// The refusal has the reason `unknownType` where the `typ` is none that this version reads: a
    /// reserved one, or one that is not on the closed list. Whoever computes a map must stop there,
    /// and must not leave the leaf out.
    public init(ofLeaf leaf: [UInt8]) throws(Refusal) {
        let form = try TransportForm(leaf)
        let type = form.message.protectedMap[HeaderLabel.type]?.textValue.flatMap { EntryType($0) }
        switch type {
        case .index:
            _ = try IndexHead(leaf: leaf)
            self.init(digests: [], sub: nil, iss: nil)
        case .statement, .control, .title, .collection, nil:
            self = try Statement(leaf: leaf).indexedLabels
        }
    }
}
