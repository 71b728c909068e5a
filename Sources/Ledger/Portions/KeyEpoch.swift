import IndexMap

/// The records of the entries that are written next: whole portions, and so whole entries.
///
/// Whatever else is made of an epoch gets its records in this order.
struct KeyEpoch {
    /// The entries.
    let entries: Range<UInt64>

    /// Their records, sorted by key and index, each once.
    let records: [IndexRecord]

    init(_ portions: [KeyPortion], of entries: Range<UInt64>) {
        self.entries = entries
        records = portions.flatMap(\.records).sorted()
    }
}
