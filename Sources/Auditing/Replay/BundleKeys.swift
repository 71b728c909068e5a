import Encoding
import IndexMap
import LogReader
import Provenance

/// The keys that the entries of a bundle have in the index (index.md §1): MapFn v1 of each leaf.
struct BundleKeys: Sendable {
    /// A record for each key of each entry, in the order of the entries.
    let records: [IndexRecord]

    /// The first entry whose keys nobody here knows, because it cannot be read; nil for none.
    ///
    /// What comes behind it in the bundle has no records. An entry that should have been refused is
    /// in the log all the same, and has its keys.
    let unknown: UInt64?

    /// Computes the keys of all entries.
    init(of bundle: ReadBundle) {
        var records: [IndexRecord] = []
        records.reserveCapacity(bundle.keyCount)
        var unknown: UInt64?
        // Statements of one issuer come in a row.
        var issuer: (name: Text, key: IndexKey)?
        for (position, entry) in bundle.entries.enumerated() {
            let index = bundle.leaves.indexes.lowerBound + UInt64(position)
            switch entry.form {
            case .fields(let fields):
                bundle.leaves.withLeaf(at: index) { leaf in
                    for number in 0..<fields.artifactCount {
                        let digest = leaf.extracting(fields.artifact(number))
                        records.append(
                            IndexRecord(key: IndexKey(.artifact, wellFormed: digest), index: index))
                    }
                    let subject = leaf.extracting(fields.subject)
                    records.append(
                        IndexRecord(key: IndexKey(.sub, wellFormed: subject), index: index))
                }
                guard let name = entry.claims?.issuer else { continue }
                let known = issuer.flatMap { $0.name == name ? $0.key : nil }
                let key = known ?? .text(.iss, name)
                issuer = (name, key)
                records.append(IndexRecord(key: key, index: index))
            case .statement(let place):
                for key in bundle.statements[place].indexKeys {
                    records.append(IndexRecord(key: key, index: index))
                }
            case .unreadable where bundle.indexHeads[position] != nil: continue
            case .unreadable: unknown = index
            }
            if unknown != nil { break }
        }
        (self.records, self.unknown) = (records, unknown)
    }
}
